"""The aws-chunked framing undone, its signatures verified."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from conformance.reference.http import canonical
from conformance.reference.http.errors import (
    incomplete_body,
    malformed_trailer,
    signature_mismatch,
    small_chunk,
)

if TYPE_CHECKING:
    from conformance.reference.http.authentication import Seed

SMALLEST_CHUNK = 8192
_MAX_HEADER = 256
_MAX_TRAILERS = 16 * 1024
_HEADER = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([^;\s]*))?[ \t]*\r\n", re.ASCII)
TRAILER_SIGNATURE = "x-amz-trailer-signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unframed:
    """A payload without its framing."""

    data: bytes
    trailers: tuple[tuple[str, str], ...]
    """Names in lower case, the trailer signature left out."""


@dataclass(slots=True)
class _Chain:
    """The chain of signatures: each covers a chunk and the signature before it."""

    seed: Seed
    previous: str = field(init=False)

    def __post_init__(self) -> None:
        self.previous = self.seed.signature

    def chunk(self, data: memoryview, provided: str) -> None:
        text = canonical.chunk_string_to_sign(
            self.seed.timestamp, self.seed.scope, self.previous, sha256(data).hexdigest()
        )
        self._verify(text, provided)

    def trailers(self, trailers: list[tuple[str, str]], provided: str) -> None:
        block = "".join(f"{name}:{value}\n" for name, value in trailers).encode("utf-8")
        text = canonical.trailer_string_to_sign(
            self.seed.timestamp, self.seed.scope, self.previous, sha256(block).hexdigest()
        )
        self._verify(text, provided)

    def _verify(self, text: bytes, provided: str) -> None:
        if not canonical.same(canonical.sign(self.seed.key, text), provided):
            raise signature_mismatch(self.seed.access_key, provided, text)
        self.previous = provided


def unframe(body: bytes, *, seed: Seed | None) -> Unframed:
    """Return the payload and trailers of an aws-chunked ``body``.

    With a ``seed`` every chunk, and the trailers if there are any, must carry its signature.
    Raises S3Error: IncompleteBody for broken framing (A08), InvalidChunkSizeError (TRL-007),
    SignatureDoesNotMatch (TRL-006), MalformedTrailerError (TRL-004).
    """
    chain = None if seed is None else _Chain(seed)
    view = memoryview(body)
    pieces: list[memoryview] = []
    at = 0
    while True:
        size, signature, at = _chunk_header(body, at)
        if size and pieces and len(pieces[-1]) < SMALLEST_CHUNK:
            raise small_chunk(len(pieces), len(pieces[-1]))
        data = view[at : at + size]
        if len(data) != size:
            raise incomplete_body()
        if chain is not None:
            chain.chunk(data, signature)
        at += size
        if not size:
            break
        if body[at : at + 2] != b"\r\n":
            raise incomplete_body()
        at += 2
        pieces.append(data)
    return Unframed(data=b"".join(pieces), trailers=_trailers(body[at:], chain))


def _chunk_header(body: bytes, at: int) -> tuple[int, str, int]:
    """Return size, signature and the place behind the header that begins at ``at``."""
    match = _HEADER.match(body, at, at + _MAX_HEADER)
    if match is None:
        raise incomplete_body()
    signature = match[2] or b""
    return int(match[1], 16), signature.decode("latin-1"), match.end()


def _trailers(rest: bytes, chain: _Chain | None) -> tuple[tuple[str, str], ...]:
    """Return what follows the last chunk; ``rest`` may be nothing at all."""
    if len(rest) > _MAX_TRAILERS:
        raise malformed_trailer()
    trailers = []
    signature: str | None = None
    for line in rest.split(b"\n"):
        if not line.strip():
            continue
        name, colon, value = _text(line).partition(":")
        name = name.strip().lower()
        if not colon or not name or signature is not None:
            raise malformed_trailer()
        if chain is not None and name == TRAILER_SIGNATURE:
            signature = value.strip()
        else:
            trailers.append((name, value.strip()))
    if chain is not None and (trailers or signature is not None):
        if signature is None:
            raise malformed_trailer()
        chain.trailers(trailers, signature)
    return tuple(trailers)


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed_trailer() from error
