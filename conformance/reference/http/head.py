"""The head of one request as it came: method, raw target, header fields."""

from __future__ import annotations

from dataclasses import dataclass

import h11

from conformance.reference.domain.messages import Pairs
from conformance.reference.http.errors import bad_request, transfer_coding_refused

_KNOWN_CODINGS = frozenset((b"gzip", b"x-gzip", b"deflate", b"compress", b"x-compress"))
"""What HTTP knows beside ``chunked``, and S3 does not take (MS-069)."""


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
    names: tuple[bytes, ...]
    """The names in order and case as sent."""
    content_length: int | None
    """The announced length of the body in bytes; None without one, or when chunked."""
    chunked: bool
    """The body comes in HTTP chunks."""
    expects_continue: bool
    """The client waits for 100 before it sends the body."""
    keep_alive: bool
    """The client may send another request on this connection."""
    http_1_1: bool

    @property
    def wants_declaration(self) -> bool:
        """Whether a refusal before the operation is known begins with an XML declaration.

        Those of the operations that answer while they work do not, whoever refuses (MS-078).
        """
        if self.method == "PUT":
            return "x-amz-copy-source" not in self.headers
        query = self.target.partition("?")[2]
        names = [piece.partition("=")[0] for piece in query.split("&")]
        return self.method != "POST" or "uploadId" not in names


def parse(block: bytes) -> Head:
    """Return the head that ``block`` holds, its empty line included.

    h11 checks the grammar. A Content-Length beside ``chunked`` is dropped, as S3's outermost layer
    drops it before anything is verified (MS-073). Raises S3Error (400 or 501) for what is no
    HTTP/1.x request head.
    """
    block, last = _settle_coding(block)
    reader = h11.Connection(h11.SERVER, max_incomplete_event_size=len(block) + 1)
    try:
        reader.receive_data(block)
        event = reader.next_event()
    except h11.RemoteProtocolError as error:
        raise bad_request() from error
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
        names=tuple(name for name, _ in event.headers.raw_items()),
        content_length=None if length is None else int(length),
        chunked=chunked,
        expects_continue=http_1_1 and (headers.get("expect") or "").lower() == "100-continue",
        keep_alive=not last
        and http_1_1
        and "close" not in (headers.get("connection") or "").lower(),
        http_1_1=http_1_1,
    )


def _settle_coding(block: bytes) -> tuple[bytes, bool]:
    """Return the head with one way to frame its body, and whether it is the connection's last.

    ``identity`` is no coding (MS-071); all but ``chunked`` alone is refused.
    """
    lines = block.split(b"\n")
    said = [line.partition(b":")[2] for line in lines[1:] if _name(line) == b"transfer-encoding"]
    if not said:
        return block, False
    codings = [coding.strip().lower() for coding in b",".join(said).split(b",")]
    if codings not in ([b"identity"], [b"chunked"]):
        raise transfer_coding_refused(501 if _KNOWN_CODINGS.intersection(codings) else 400)
    dropped = b"content-length" if codings == [b"chunked"] else b"transfer-encoding"
    kept = [lines[0], *(line for line in lines[1:] if _name(line) != dropped)]
    return b"\n".join(kept), len(kept) < len(lines)


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()
