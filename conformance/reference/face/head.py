"""The head of one request as it came: method, raw target, header fields."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import h11

from conformance.reference.face.errors import bad_request, header_not_implemented
from conformance.reference.messages import Pairs, S3Error


def decode(value: bytes) -> str:
    """Return the text of a header value: UTF-8 as S3 reads it, else byte for byte."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@dataclass(frozen=True)
class Head:
    """One request head that HTTP allows. Header names are in lower case, order is kept."""

    method: str
    target: str
    """As sent: percent-encoded, query included."""
    fields: tuple[tuple[bytes, bytes], ...]
    keep_alive: bool
    """The client may send another request on this connection."""
    http_1_1: bool

    @cached_property
    def headers(self) -> Pairs:
        """The header fields as text."""
        return Pairs(
            [(name.decode("ascii"), decode(value)) for name, value in self.fields], fold=True
        )

    @cached_property
    def chunked(self) -> bool:
        """The body comes in HTTP chunks."""
        return "transfer-encoding" in self.headers

    @cached_property
    def content_length(self) -> int | None:
        """The announced length of the body in bytes; None without one, or when chunked."""
        text = None if self.chunked else self.headers.get("content-length")
        return None if text is None else int(text)

    @property
    def expects_continue(self) -> bool:
        """The client waits for 100 before it sends the body."""
        return self.http_1_1 and (self.headers.get("expect") or "").lower() == "100-continue"


def parse(block: bytes) -> Head:
    """Return the head that ``block`` holds, its empty line included.

    h11 judges the grammar, and contradictions between Content-Length and Transfer-Encoding.
    Raises S3Error (400 or 501) for what is no HTTP/1.x request head.
    """
    reader = h11.Connection(h11.SERVER, max_incomplete_event_size=len(block) + 1)
    try:
        reader.receive_data(block)
        event = reader.next_event()
    except h11.RemoteProtocolError as error:
        raise _refusal(error.error_status_hint) from error
    if not isinstance(event, h11.Request):
        raise bad_request()
    fields = tuple(event.headers)
    modern = event.http_version >= b"1.1"
    return Head(
        method=event.method.decode("ascii"),
        target=event.target.decode("ascii"),
        fields=fields,
        keep_alive=modern and not _asks_to_close(event),
        http_1_1=modern,
    )


def _asks_to_close(request: h11.Request) -> bool:
    return any(
        b"close" in value.lower() for name, value in request.headers if name == b"connection"
    )


def _refusal(hint: int) -> S3Error:
    # h11's hint is 501 for transfer codings that nobody here speaks, else 400 (or 431).
    return header_not_implemented("Transfer-Encoding") if hint == 501 else bad_request()
