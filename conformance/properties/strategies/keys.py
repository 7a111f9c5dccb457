"""Names of keys: the part after the prefix of every key of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

LONGEST: Final = 200
"""Bytes of a name in UTF-8; the prefix and this together stay below the 1,024 of a key."""
_TRICKY: Final = " +%&<>\"'#?=;,:@!*()$\\^`{}[]|~/._-"
_SAFE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_EITHER_WAY: Final = frozenset("*~!'()/")
_SPECIAL: Final = frozenset("\\^$.|?*+()[]{}-")


def key_names() -> SearchStrategy[str]:
    """Give legal names of 1 to 200 bytes that XML can hold, in UTF-8 of any length.

    Control characters and the two that are no characters are left out: XML 1.0 can't carry them.
    So are segments of dots alone, which clients and proxies resolve.
    """
    characters = (
        st.sampled_from("ab1")
        | st.sampled_from(_TRICKY)
        | st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))
    )
    return st.text(characters, min_size=1, max_size=12).filter(_is_plain_path)


def short_names(alphabet: str = "ab/") -> SearchStrategy[str]:
    """Give names of one to three characters, so that prefixes and delimiters meet often."""
    return st.text(alphabet, min_size=1, max_size=3)


def encoded_pattern(name: str) -> str:
    """Return a regular expression for what ``encoding-type=url`` makes of a name.

    It takes every form that clients decode to the name: servers differ in what they leave as it
    is and in how they write a blank.
    """
    return "".join(map(_encoded, name))


def _encoded(char: str) -> str:
    if char in _SAFE:
        return f"\\{char}" if char in _SPECIAL else char
    escaped = quote(char, safe="")
    hexed = "".join(f"[{c}{c.lower()}]" if c.isalpha() else c for c in escaped)
    if char == " ":
        return f"(\\+|{hexed})"
    if char in _EITHER_WAY:
        return f"(\\{char}|{hexed if escaped != char else f'%{ord(char):02X}'})"
    return hexed


def _is_plain_path(name: str) -> bool:
    segments = name.split("/")
    return len(name.encode()) <= LONGEST and not any(one in {".", ".."} for one in segments)
