"""One recorded exchange, in bytes, and what an endpoint answered to the same request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Headers: TypeAlias = "tuple[tuple[str, str], ...]"
Transport: TypeAlias = Literal["http", "tls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRequest:
    """A request as it goes out, but for what depends on the endpoint: Host, date and signature."""

    method: str
    path: str
    """Percent-encoded, bucket included."""
    query: str = ""
    """Percent-encoded, without the question mark."""
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes = b""
    transport: Transport = "tls"
    unsigned: frozenset[str] = frozenset()
    """Headers, in lower case, that went out after the signature was made."""

    def header(self, name: str) -> bytes | None:
        """Return the first header of that name, whatever its case; None without one."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """An answer, its transfer coding undone."""

    status: int
    headers: Headers
    body: bytes = field(default=b"", repr=False)
    cut: bool = False
    """The recording holds the beginning of the body only."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case; None without one."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with the answer that Amazon S3 gave to it."""

    group: str
    """The operation under test, as the recording names it."""
    test: str
    number: int
    """Its place among the exchanges of the same test."""
    request: RawRequest
    answer: RawAnswer

    @property
    def name(self) -> str:
        """The exchange's own name, such as ``upload_part_sse_c/TestX.test_y#0``."""
        return f"{self.group}/{self.test}#{self.number}"
