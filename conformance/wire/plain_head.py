"""Reads the head of a plain answer: what nearly all answers have.

Plain is what leaves nothing to interpret: HTTP/1.1, a final status, ASCII, each header on one line
of its own, and no body, or one whose length is one number, or one that came whole in plain chunks.
Whatever is not plain is left to h11, which takes some five times as long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from conformance.wire.plain_chunks import joined_chunks

_HEAD: Final = re.compile(
    rb"HTTP/1\.1 [2-5][0-9]{2}(?: [\t -~]*)?\r\n"
    rb"(?:[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t -~]*\r\n)*"
    rb"\r\n"
)
_STATUS: Final = slice(9, 12)
_REASON: Final = slice(13, None)
_MOST_DIGITS: Final = 19
_BODILESS: Final = (204, 304)
_CHUNKED: Final = "chunked"


@dataclass(frozen=True, slots=True)
class PlainHead:
    """The head of one answer; names in the case in which they came, values without blanks."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    length: int
    """Bytes of the body."""
    rest: bytes
    """What came behind the head; of chunks only their data."""


def plain_head(came: bytes, *, most: int, bodiless: bool) -> PlainHead | None:
    """Read the head at the beginning of what came; None when it is not there whole, or not plain.

    ``most`` is the limit of a head in bytes. With ``bodiless`` the answer is one to HEAD, whose
    Content-Length says nothing about this answer (RFC 9112, 6.3).
    """
    found = _HEAD.match(came)
    if found is None or found.end() > most:
        return None
    first, *lines = came[: found.end() - 4].decode("ascii").split("\r\n")
    headers, lengths, codings = [], [], []
    for line in lines:
        name, _, value = line.partition(":")
        value = value.strip(" \t")
        headers.append((name, value))
        lower = name.lower()
        if lower == "transfer-encoding":
            codings.append(value)
        elif lower == "content-length":
            lengths.append(value)
    status = int(first[_STATUS])
    bodiless = bodiless or status in _BODILESS
    length, rest = _length(lengths, bodiless=bodiless), came[found.end() :]
    if codings:
        if codings != [_CHUNKED] or lengths or bodiless:
            return None
        length, rest = joined_chunks(rest)
    if length is None:
        return None
    return PlainHead(status, first[_REASON], tuple(headers), length, rest)


def _length(said: list[str], *, bodiless: bool) -> int | None:
    """Return the length that the head says; None when it says none, two, or no number."""
    if len(said) > 1 or not all(one.isdecimal() and len(one) <= _MOST_DIGITS for one in said):
        return None
    if bodiless:
        return 0
    return int(said[0]) if said else None
