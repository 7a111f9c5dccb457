"""Texts as YAML scalars: plain where that is safe, quoted or folded where it is not."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Final

from conformance.catalog.yaml12 import MAX_COLUMNS, resolve_scalar
from conformance.vocabulary.text import escaped

_PLAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.'/()=_\[\]+*#-]*[A-Za-z0-9)\]*.])?")


def shown(text: str) -> str:
    """Return text on one line, in which every character can be seen."""
    return escaped(" ".join(text.split()))


def scalar(text: str) -> str:
    """Return a text as a YAML scalar on one line, quoted where it has to be."""
    plain = _PLAIN.fullmatch(text) and ": " not in text and " #" not in text
    if plain and isinstance(resolve_scalar(text), str):
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def folded(text: str, indent: str, key: str = "until") -> str:
    """Return a text as a scalar behind its key, folded over several lines when it is long."""
    one = scalar(text)
    if len(indent) + len(key) + 2 + len(one) <= MAX_COLUMNS or not text.strip():
        return one
    inner = f"{indent}  "
    lines = textwrap.wrap(
        text, MAX_COLUMNS - len(inner), break_long_words=False, break_on_hyphens=False
    )
    return "\n".join([">-", *(f"{inner}{line}" for line in lines)])
