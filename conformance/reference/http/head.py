"""The head of one request as it came: method, raw target, header fields."""

from __future__ import annotations

from dataclasses import dataclass

import h11

from conformance.reference.domain.messages import Pairs, S3Error
from conformance.reference.http.errors import bad_request, header_not_implemented


def decode(value: bytes) -> str:
    """Return the text of a header value: UTF-8 as S3 reads it, else byte for byte."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One request head that HTTP allows."""

    method: str
    target: str
    """As sent: percent-encoded, query included."""
    fields: tuple[tuple[bytes, bytes], ...]
    """Header fields in order, names in lower case."""
    headers: Pairs
    """The same as text."""
    content_length: int | None
    """The announced length of the body in bytes; None without one, or when chunked."""
    chunked: bool
    """The body comes in HTTP chunks."""
    expects_continue: bool
    """The client waits for 100 before it sends the body."""
    keep_alive: bool
    """The client may send another request on this connection."""
    http_1_1: bool


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
    headers = Pairs([(name.decode("ascii"), decode(value)) for name, value in fields], fold=True)
    chunked = "transfer-encoding" in headers
    length = None if chunked else headers.get("content-length")
    http_1_1 = event.http_version >= b"1.1"
    return Head(
        method=event.method.decode("ascii"),
        target=event.target.decode("ascii"),
        fields=fields,
        headers=headers,
        content_length=None if length is None else int(length),
        chunked=chunked,
        expects_continue=http_1_1 and (headers.get("expect") or "").lower() == "100-continue",
        keep_alive=http_1_1 and "close" not in (headers.get("connection") or "").lower(),
        http_1_1=http_1_1,
    )


def _refusal(hint: int) -> S3Error:
    # h11's hint is 501 for transfer codings that nobody here speaks, else 400 (or 431).
    return header_not_implemented("Transfer-Encoding") if hint == 501 else bad_request()
