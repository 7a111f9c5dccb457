"""What a client sent, as a form: head, framing and document without the content. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.wire.hosts import is_directory
from conformance.wire.written import Chunks, chunks, head_form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.vocabulary.dialects import Transport
    from conformance.wire.model import Exchange

_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]+)[^\r\n]*\r\n")
_SIGNED: Final = re.compile(r"SignedHeaders=([^,\s]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One request as its client wrote it."""

    operation: str
    transport: Transport
    directory: bool
    presigned: bool
    query: tuple[str, ...]
    """Parameters in order, each with its ``=`` if it has one."""
    headers: tuple[str, ...]
    """Lines in order, content replaced by words."""
    names: frozenset[str]
    """Lower-case names of the headers."""
    signed: frozenset[str]
    """Those that the signature covers; empty where none is in a header."""
    size: int
    """Bytes of the payload within its framing."""
    chunks: Chunks | None
    document: str
    """Of a completion; empty for other operations."""


def observe(exchange: Exchange, transport: Transport, buckets: Iterable[str]) -> Observed:
    """Return the form of a request; ``buckets`` are those that the client was given."""
    request = exchange.request
    headers = {name.lower(): value for name, value in request.headers}
    query, *lines = head_form(request.target, request.headers)
    body = request.body
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = without_transfer_chunks(body)
    found = _SIGNED.search(headers.get("authorization", ""))
    decoded = headers.get("x-amz-decoded-content-length", "")
    path = request.target.partition("?")[0]
    bucket = next((one for one in buckets if f"/{one}/" in f"{path}/"), "")
    completes = exchange.operation == "CompleteMultipartUpload"
    return Observed(
        operation=exchange.operation,
        transport=transport,
        directory=is_directory(bucket),
        presigned="signature=" in request.target.lower(),
        query=tuple(one for one in query[1:].split("&") if one),
        headers=tuple(lines),
        names=frozenset(headers),
        signed=frozenset(found[1].split(";")) if found else frozenset(),
        size=int(decoded) if decoded.isdecimal() else len(body),
        chunks=chunks(body) if decoded else None,
        document=body[:16384].decode("utf-8", "replace") if completes else "",
    )


def without_transfer_chunks(body: bytes) -> bytes:
    """Take HTTP's own chunked coding off; what can't be read stays away."""
    whole, at = bytearray(), 0
    while found := _CHUNK.match(body, at):
        size = int(found[1], 16)
        if not size:
            break
        whole += body[found.end() : found.end() + size]
        at = found.end() + size + 2
    return bytes(whole)
