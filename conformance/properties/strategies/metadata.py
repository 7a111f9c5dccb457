"""User metadata, system metadata and tags."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from hypothesis import strategies as st

from conformance.vocabulary.format import FUNCTIONS, MATCHERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import SearchStrategy

LIMIT: Final = 2_048
"""Bytes of all names and values of user metadata together."""
_NAME: Final = string.ascii_lowercase + string.digits
_WORDS: Final = frozenset({*FUNCTIONS, *MATCHERS})
"""A map with such a key would be read as a call, and not as what it holds."""
_VISIBLE: Final = "".join(chr(code) for code in range(0x21, 0x7F))
_TAG: Final = string.ascii_letters + string.digits + "_.:/=+@-"
_SYSTEM: Final[Mapping[str, tuple[str, ...]]] = {
    "ContentType": ("text/plain", "application/x-made-up; charset=utf-8", "a/b"),
    "CacheControl": ("no-cache", "max-age=60, public"),
    "ContentDisposition": ("inline", 'attachment; filename="a b.txt"'),
    "ContentLanguage": ("en", "de-DE, en"),
    "ContentEncoding": ("gzip", "identity"),
}


def user_metadata() -> SearchStrategy[dict[str, str]]:
    """Give up to five entries: lower-case names, printable ASCII values, within the 2 KB.

    No name is a word of the scenario format.
    """
    names = st.text(_NAME, min_size=1, max_size=10).filter(lambda name: name not in _WORDS)
    words = st.text(_VISIBLE, min_size=1, max_size=40)
    values = st.lists(words, min_size=1, max_size=3).map(" ".join)
    return st.dictionaries(names, values, max_size=5)


def system_metadata() -> SearchStrategy[dict[str, str]]:
    """Give a subset of the headers that come back with an object, each with a value."""
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(values) for name, values in _SYSTEM.items()}
    )


def media_type_pattern(media_type: str) -> str:
    """Return a regular expression for one media type, however its parameters are set apart."""
    kind, *parameters = (re.escape(piece.strip()) for piece in media_type.split(";"))
    return "".join((kind, *(f" *; *{parameter}" for parameter in parameters)))


def tag_sets() -> SearchStrategy[dict[str, str]]:
    """Give up to ten tags of the characters that S3 allows; values may be empty."""
    names = st.text(_TAG, min_size=1, max_size=10)
    values = st.text(_TAG + " ", max_size=10).map(str.strip)
    return st.dictionaries(names, values, max_size=10).map(
        lambda tags: {name: value for name, value in tags.items() if not name.startswith("aws:")}
    )


def tagging_header(tags: Mapping[str, str]) -> str:
    """Return tags as x-amz-tagging carries them."""
    return "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in tags.items()
    )
