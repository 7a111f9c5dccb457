"""Values that are written in two ways and mean the same: media types, encoded keys, names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.engine.value import Value

CONTENT_TYPE: Final = "content-type"
_NAMED_BY_HEADERS: Final = "Metadata"
_ENCODED: Final = frozenset(
    {"Uploads", "CommonPrefixes", "Prefix", "Delimiter", "KeyMarker", "NextKeyMarker", "Contents"}
)
"""Members of a listing with ``encoding-type=url`` that hold keys, or parts of them."""
_OCTET: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_PARAMETER: Final = re.compile(r';\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_QUOTED_PAIR: Final = re.compile(r"\\(.)")


def both(
    field: str, expected: Value, came: Value, fields: Mapping[str, Value]
) -> tuple[Value, Value]:
    """Return expectation and value, both in one spelling where spellings are equivalent.

    ``fields`` are those of the whole answer. What differs in meaning stays as it was written.
    """
    if field == "ContentType":
        return expected, _as_expected(expected, came)
    if field == "headers" and isinstance(expected, Mapping) and isinstance(came, Mapping):
        wanted = {name.lower(): one for name, one in expected.items()}
        if CONTENT_TYPE in wanted and CONTENT_TYPE in came:
            shown = _as_expected(wanted[CONTENT_TYPE], came[CONTENT_TYPE])
            came = {**came, CONTENT_TYPE: shown}
        return wanted, came
    if field == _NAMED_BY_HEADERS:
        return _in_lower_case(expected), _in_lower_case(came)
    if field in _ENCODED and fields.get("EncodingType") == "url":
        return _one_encoding(expected), _one_encoding(came)
    return expected, came


def media_type(text: str) -> tuple[str, Mapping[str, str]]:
    """Return type and parameters of a Content-Type, the type and all names in lower case.

    Values keep their case, except that of ``charset``, which has none.
    """
    name, _, _ = text.partition(";")
    found: dict[str, str] = {}
    for key, value in _PARAMETER.findall(text):
        plain = value.strip()
        if plain.startswith('"'):
            plain = _QUOTED_PAIR.sub(r"\1", plain[1:-1])
        lower = key.lower()
        found.setdefault(lower, plain.lower() if lower == "charset" else plain)
    return name.strip().lower(), found


def _as_expected(expected: Value, came: Value) -> Value:
    same = (
        isinstance(expected, str)
        and isinstance(came, str)
        and media_type(expected) == media_type(came)
    )
    return expected if same else came


def _in_lower_case(value: Value) -> Value:
    """Return a map whose names are those of headers with the names in lower case."""
    if not isinstance(value, Mapping):
        return value
    return {name.lower(): one for name, one in value.items()}


def _one_encoding(value: Value) -> Value:
    """Return encoded text with upper-case digits, and with a slash where it may stand plain."""
    if isinstance(value, str):
        return _OCTET.sub(
            lambda found: "/" if found[1].upper() == "2F" else f"%{found[1].upper()}", value
        )
    if isinstance(value, Mapping):
        return {name: _one_encoding(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_one_encoding(one) for one in value]
    return value
