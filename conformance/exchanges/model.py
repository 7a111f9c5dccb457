"""One exchange as it was seen, whatever it was written down in."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.vocabulary.errors import ConformanceError

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a file of exchanges; it may be anybody's."""
MOST_EXCHANGES = 200


class ExchangeError(ConformanceError):
    """A file holds no exchange that can be read; the text says where and what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request with its answer."""

    method: str
    target: str
    """Path and query, as sent."""
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    """None where only its size is known, or not even that."""
    size: int
    status: int
    """0 where no answer was written down."""
    answer_headers: tuple[tuple[str, str], ...] = ()
    answer: bytes = b""
    place: str = ""
    """Where it stands in the file."""

    def header(self, name: str) -> str:
        """Return the first request header of a name; empty without one."""
        return first(self.headers, name)


def first(headers: tuple[tuple[str, str], ...], name: str) -> str:
    """Return the first header of a name, whatever its case; empty without one."""
    return next((value for key, value in headers if key.lower() == name), "")
