"""Frames a body: plain or aws-chunked, correct or broken in one named way.

The form of a chunk is ``<hex size>[;chunk-signature=<64 hex>]CRLF<data>CRLF``; an empty one ends
the body, trailing headers and their signature follow it, and an empty line.
"""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from conformance.wire import checksums, signing
from conformance.wire.sign_faults import change_digit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.wire.model import Framing, FramingMode

PAYLOAD_HASHES: Final[Mapping[str, str]] = {
    "unsigned-payload": signing.UNSIGNED_PAYLOAD,
    "unsigned-trailer": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "signed-chunks": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "signed-trailer": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
}
"""What ``x-amz-content-sha256`` says in each mode but the plain one."""
_DEFAULT_TRAILER: Final = "CRC32"
_SMALL_CHUNK: Final = 4096
_EMPTY_CHUNK: Final = b"0"
_CRLF: Final = b"\r\n"
_SIGNATURE_LENGTH: Final = 64

_PLAIN: Final = ("plain",)
_SIGNED: Final = ("signed-chunks", "signed-trailer")
_TRAILER: Final = ("unsigned-trailer", "signed-trailer")
_CHUNKED: Final = ("unsigned-trailer", *_SIGNED)

BREAKS: Final[Mapping[str, tuple[str, ...]]] = {
    "wrong-payload-hash": _PLAIN,
    "wrong-chunk-signature": _SIGNED,
    "wrong-final-signature": _SIGNED,
    "wrong-trailer-signature": ("signed-trailer",),
    "wrong-trailer-value": _TRAILER,
    "invalid-trailer-value": _TRAILER,
    "missing-trailer": _TRAILER,
    "other-trailer": _TRAILER,
    "unknown-trailer": _TRAILER,
    "no-trailer-header": _TRAILER,
    "short-decoded-length": _CHUNKED,
    "long-decoded-length": _CHUNKED,
    "no-decoded-length": _CHUNKED,
    "bad-chunk-size": _CHUNKED,
    "missing-final-chunk": _CHUNKED,
    "small-chunks": _CHUNKED,
    "no-content-encoding": _CHUNKED,
    "transfer-chunked": ("plain", "unsigned-payload", *_CHUNKED),
    "cut-body": ("plain", "unsigned-payload", *_CHUNKED),
}
"""The modes in which each break of the vocabulary means something."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A body to be framed: its headers and its framing."""

    mode: FramingMode
    broken: str
    payload_hash: str
    """What ``x-amz-content-sha256`` says."""
    headers: tuple[tuple[str, str], ...]
    """Those of aws-chunked, ``Content-Encoding`` apart."""
    content_encoding: bool
    """Whether ``Content-Encoding`` is to begin with ``aws-chunked``."""
    transfer_chunked: bool
    """Whether the body goes out with ``Transfer-Encoding: chunked`` and no Content-Length."""
    payload: bytes
    chunk_bytes: int
    trailer: bytes
    """The trailing header as ``name:value``; empty without one."""
    further_chunks: tuple[int, ...] = ()
    upper_sizes: bool = False
    """Whether chunk sizes are written in capitals."""
    trailer_end: bytes = _CRLF
    """What stands behind the trailing header."""

    @property
    def is_chunked(self) -> bool:
        """Whether the body is in aws-chunked form."""
        return self.mode in _CHUNKED

    @property
    def length(self) -> int:
        """Bytes of the framed body before any transfer coding; known before it is signed."""
        if not self.is_chunked:
            return len(self.payload)
        extension = len(";chunk-signature=") + _SIGNATURE_LENGTH if self.mode in _SIGNED else 0
        sizes = [(len(_size(self, i, n)), n) for i, n in enumerate(_chunk_sizes(self))]
        total = sum(digits + extension + n + 4 for digits, n in sizes)
        if self.broken == "missing-final-chunk":
            return total
        total += len(_EMPTY_CHUNK) + extension + 2
        total += len(self.trailer) + len(self.trailer_end) if self.trailer else 0
        if _signs_trailer(self):
            total += len("x-amz-trailer-signature:") + _SIGNATURE_LENGTH + 2
        return total + 2

    def encode(
        self, context: signing.SigningContext | None, seed: str, *, tamper: bool = False
    ) -> bytes:
        """Return the body as sent, before any transfer coding.

        ``context`` and ``seed`` (the signature of the head) are needed by the signed modes alone.
        ``tamper`` changes one byte of the payload after all signatures are made; an empty payload
        grows one byte where nothing is framed.
        """
        if not self.is_chunked:
            return _tampered(self.payload) if tamper else self.payload
        signer = _ChunkSigner(context, seed, self) if context and self.mode in _SIGNED else None
        return b"".join(_pieces(self, signer, tamper=tamper))


class _ChunkSigner:
    """The chain of signatures over one body."""

    def __init__(self, context: signing.SigningContext, seed: str, frame: Frame) -> None:
        self._context = context
        self._previous = seed
        self._broken = frame.broken

    def chunk(self, data: bytes | memoryview, *breaks: str) -> bytes:
        """Return the extension of a chunk's size line, wrong where the frame is broken so."""
        self._previous = sent = signing.chunk_signature(
            self._context, self._previous, sha256(data).hexdigest()
        )
        if self._broken in breaks:
            # The chain goes on from the right one, so that this chunk alone is wrong.
            sent = change_digit(sent)
        return b";chunk-signature=" + sent.encode()

    def trailer(self, trailer: bytes) -> bytes:
        """Return the line that signs the trailing header."""
        line = trailer + b"\n" if trailer else b""
        signature = signing.trailer_signature(self._context, self._previous, line)
        if self._broken == "wrong-trailer-signature":
            signature = change_digit(signature)
        return b"x-amz-trailer-signature:" + signature.encode() + _CRLF


def plan(payload: bytes, framing: Framing, *, anonymous: bool = False) -> Frame:
    """Return the framing for ``payload``.

    Raises ValueError for a break that the mode cannot have, and for a chunk size below one byte.
    """
    mode: FramingMode = framing.mode or "plain"
    broken = framing.broken or ""
    if broken and mode not in BREAKS.get(broken, ()):
        raise ValueError(f"framing {mode!r} cannot be broken by {broken!r}")
    if min((framing.chunk_bytes, *framing.further_chunks)) < 1:
        raise ValueError("a chunk holds at least one byte")
    if anonymous and mode in _SIGNED:
        raise ValueError(f"an anonymous request cannot have framing {mode!r}")
    hashed = payload + b"\0" if broken == "wrong-payload-hash" else payload
    payload_hash = PAYLOAD_HASHES.get(mode) or checksums.digest_hex(hashed, "SHA256")
    headers: tuple[tuple[str, str], ...] = ()
    trailer = b""
    if mode in _TRAILER:
        headers, trailer = _plan_trailer(payload, framing.algorithm or _DEFAULT_TRAILER, broken)
    if mode in _CHUNKED and broken != "no-decoded-length":
        off = {"short-decoded-length": -1, "long-decoded-length": 1}.get(broken, 0)
        headers = (("x-amz-decoded-content-length", str(len(payload) + off)), *headers)
    return Frame(
        mode=mode,
        broken=broken,
        payload_hash=payload_hash,
        headers=headers,
        content_encoding=mode in _CHUNKED and broken != "no-content-encoding",
        transfer_chunked=broken == "transfer-chunked" or framing.transfer_chunked,
        payload=payload,
        chunk_bytes=_SMALL_CHUNK if broken == "small-chunks" else framing.chunk_bytes,
        trailer=trailer,
        further_chunks=framing.further_chunks,
        upper_sizes=framing.sizes == "upper",
        trailer_end=framing.trailer_end.encode(),
    )


def _plan_trailer(
    payload: bytes, algorithm: str, broken: str
) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Return the ``x-amz-trailer`` header and the trailing line, broken where asked for."""
    name = checksums.header_name(algorithm)
    announced = (("x-amz-trailer", name),)
    value = checksums.digest_base64(payload, algorithm)
    match broken:
        case "no-trailer-header":
            return (), b""
        case "missing-trailer":
            return announced, b""
        case "wrong-trailer-value":
            value = checksums.digest_base64(payload + b"\0", algorithm)
        case "invalid-trailer-value":
            value = f"{value[:-2]}!"
        case "other-trailer":
            other = "SHA1" if algorithm != "SHA1" else "SHA256"
            return announced, _line(
                checksums.header_name(other), checksums.digest_base64(payload, other)
            )
        case "unknown-trailer":
            name = "x-amz-checksum-sha10"
            value = base64.b64encode(sha256(payload).digest()[:10]).decode()
            announced = (("x-amz-trailer", name),)
    return announced, _line(name, value)


def _line(name: str, value: str) -> bytes:
    return f"{name}:{value}".encode()


def _chunk_sizes(frame: Frame) -> Iterator[int]:
    """Yield the sizes of all chunks but the empty last one."""
    left = len(frame.payload)
    for size in itertools.cycle((frame.chunk_bytes, *frame.further_chunks)):
        if left <= 0:
            return
        yield min(left, size)
        left -= size


def _size(frame: Frame, index: int, size: int) -> bytes:
    """Return a chunk's size as its line says it."""
    if frame.broken == "bad-chunk-size" and index == 0:
        return b"xyz"
    return b"%X" % size if frame.upper_sizes else b"%x" % size


def _signs_trailer(frame: Frame) -> bool:
    return frame.mode == "signed-trailer" and frame.broken != "no-trailer-header"


def _pieces(
    frame: Frame, signer: _ChunkSigner | None, *, tamper: bool
) -> Iterator[bytes | memoryview]:
    """Yield the framed body piece by piece."""
    view = memoryview(frame.payload)
    sent = memoryview(_tampered(frame.payload)) if tamper and frame.payload else view
    start = 0
    for index, size in enumerate(_chunk_sizes(frame)):
        yield _size(frame, index, size)
        if signer:
            breaks = ("wrong-chunk-signature",) if index == 0 else ()
            yield signer.chunk(view[start : start + size], *breaks)
        yield _CRLF
        yield sent[start : start + size]
        yield _CRLF
        start += size
    if frame.broken == "missing-final-chunk":
        return
    yield _EMPTY_CHUNK
    if signer:
        first = () if frame.payload else ("wrong-chunk-signature",)
        yield signer.chunk(b"", "wrong-final-signature", *first)
    yield _CRLF
    if frame.trailer:
        yield frame.trailer + frame.trailer_end
    if signer and _signs_trailer(frame):
        yield signer.trailer(frame.trailer)
    yield _CRLF


def _tampered(payload: bytes) -> bytes:
    """Change the last byte; an empty payload becomes one byte."""
    return payload[:-1] + bytes([payload[-1] ^ 1]) if payload else b"\0"


def transfer_chunk(body: bytes, size: int = 0) -> bytes:
    """Return the body in HTTP's own chunked coding: in chunks of that size, or as one (0)."""
    step = size or max(len(body), 1)
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
