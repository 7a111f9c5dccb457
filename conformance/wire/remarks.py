"""Remarks on unusual HTTP in an answer that could be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNASKED_FOR: Final = "unasked-for bytes"
"""Bytes came behind an answer, or between two: a client takes them for the next answer."""
OLD_VERSION: Final = "HTTP/1.0"
TWO_LENGTHS: Final = "Content-Length beside Transfer-Encoding"
MANY_INTERIM: Final = "a flood of 1xx answers"

MEANING: Final[Mapping[str, str]] = {
    UNASKED_FOR: "bytes that no request asked for came on the connection",
    OLD_VERSION: "the answer is HTTP/1.0, which keeps no connection open",
    TWO_LENGTHS: "the answer gives its length in two ways, by which requests are smuggled",
    MANY_INTERIM: "more than eight 1xx answers came before the final one",
}
_FEW_INTERIM: Final = 8


def of_head(
    version: bytes, headers: Sequence[tuple[str, str]], interim: Sequence[int]
) -> list[str]:
    """Return the remarks on the head of an answer; header names in lower case."""
    names = {name for name, _ in headers}
    found = []
    if version < b"1.1":
        found.append(OLD_VERSION)
    if {"content-length", "transfer-encoding"} <= names:
        found.append(TWO_LENGTHS)
    if len(interim) > _FEW_INTERIM:
        found.append(MANY_INTERIM)
    return found
