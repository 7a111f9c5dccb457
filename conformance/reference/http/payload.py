"""From the body as it came to the payload that an operation sees."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from conformance.reference.domain.messages import Pairs, Payload, S3Error
from conformance.reference.http.authentication import (
    SIGNED_CHUNKS,
    STREAMING,
    UNSIGNED,
    UNSIGNED_TRAILER,
    Proof,
)
from conformance.reference.http.chunks import unframe
from conformance.reference.http.errors import (
    access_denied,
    entity_too_large,
    header_not_implemented,
    incomplete_body,
    invalid_request,
    malformed_trailer,
    missing_content_length,
    payload_hash_mismatch,
    wrong_length,
)

if TYPE_CHECKING:
    from conformance.reference.http.head import Head

# Trailing header to the length of its decoded value in bytes (TRL-010).
_TRAILER_BYTES = {
    "x-amz-checksum-crc32": 4,
    "x-amz-checksum-crc32c": 4,
    "x-amz-checksum-crc64nvme": 8,
    "x-amz-checksum-md5": 16,
    "x-amz-checksum-sha1": 20,
    "x-amz-checksum-sha256": 32,
    "x-amz-checksum-sha512": 64,
    "x-amz-checksum-xxhash128": 16,
    "x-amz-checksum-xxhash3": 8,
    "x-amz-checksum-xxhash64": 8,
}
_DECODED = "x-amz-decoded-content-length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How much of a body is to be read, decided by the head alone."""

    length: int | None
    """Bytes; None for a body in HTTP chunks."""
    limit: int
    """Bytes; a body in HTTP chunks that goes on beyond is refused."""
    problem: S3Error | None = None
    """Why the body is not wanted at all."""


def intake(
    head: Head, proof: Proof, *, body_bytes: int, framing_bytes: int, content: bool = True
) -> Intake:
    """Return what to read of the body, or the problem that makes reading it pointless.

    ``body_bytes`` bounds the payload (UP-027), ``framing_bytes`` what framing adds to it;
    ``content`` says that the body may be an object's, not a document about a bucket.
    """
    streaming = proof.payload_hash in STREAMING
    limit = body_bytes + framing_bytes if streaming else body_bytes
    length = head.content_length
    declared = _declared_length(head) if streaming else None
    if declared is not None and declared > body_bytes:
        # Nobody has to send five gibibytes to learn that they are too many.
        return Intake(length=length, limit=limit, problem=entity_too_large(declared, body_bytes))
    if head.chunked:
        # Around an object S3 takes HTTP chunks only outside of its own framing (A11); for the
        # document of a bucket it waits (MS-072).
        refused = content and not streaming
        problem = header_not_implemented("Transfer-Encoding") if refused else None
        return Intake(length=None, limit=limit, problem=problem)
    if length is None:
        return Intake(length=0, limit=limit, problem=_without_length(head, streaming=streaming))
    if length > limit:
        return Intake(length=length, limit=limit, problem=entity_too_large(length, body_bytes))
    return Intake(length=length, limit=limit)


def _without_length(head: Head, *, streaming: bool) -> S3Error | None:
    """Return why a body has to say its length; None where one without is an empty body (SHP-011).

    Only data needs a length (UP-028): a POST and a copy are read as if they said 0.
    """
    if streaming and head.method in ("PUT", "POST"):
        return incomplete_body()
    if head.method == "PUT" and "x-amz-copy-source" not in head.headers:
        return missing_content_length()
    return None


def assemble(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
    """Return the payload that ``body`` carries, or with ``problem`` set why it carries none."""
    streaming = proof.payload_hash in STREAMING
    try:
        if streaming:
            return _unframed(head, proof, body, body_bytes)
        _check_hash(proof.payload_hash, body)
    except S3Error as problem:
        return Payload(streaming=streaming, problem=problem)
    return Payload(data=body)


def _check_hash(claimed: str, body: bytes) -> None:
    if claimed == UNSIGNED:
        return
    computed = sha256(body).hexdigest()
    if computed != claimed.lower():
        raise payload_hash_mismatch(claimed, computed)


def _unframed(head: Head, proof: Proof, body: bytes, body_bytes: int) -> Payload:
    announced = _announced_trailer(head, proof)
    length = _declared_length(head)
    if length is None:
        raise missing_content_length()
    if length > body_bytes:
        raise entity_too_large(length, body_bytes)
    signed = proof.payload_hash != UNSIGNED_TRAILER
    if signed and proof.seed is None:
        raise access_denied("Access Denied")
    unframed = unframe(body, seed=proof.seed if signed else None)
    if len(unframed.data) != length:
        raise wrong_length()
    trailers = Pairs(unframed.trailers, fold=True)
    _check_trailers(trailers, announced)
    return Payload(data=unframed.data, trailers=trailers, streaming=True)


def _declared_length(head: Head) -> int | None:
    """Return x-amz-decoded-content-length in bytes; None where it can't be read (SW-017)."""
    decoded = head.headers.get(_DECODED) or ""
    if not (decoded.isascii() and decoded.isdigit()) or len(decoded) > 19:
        return None
    return int(decoded)


def _announced_trailer(head: Head, proof: Proof) -> str | None:
    """Return the one trailing header that may come; None without (TRL-001, TRL-005)."""
    text = head.headers.get("x-amz-trailer")
    if text is None or proof.payload_hash == SIGNED_CHUNKS:
        return None
    name = text.strip().lower()
    if name not in _TRAILER_BYTES:
        raise invalid_request("The value specified in the x-amz-trailer header is not supported")
    return name


def _check_trailers(trailers: Pairs, announced: str | None) -> None:
    """Check the trailers' names and form; their values are compared by the operation."""
    expected = () if announced is None else (announced,)
    if tuple(name for name, _ in trailers.items) != expected:
        raise malformed_trailer()
    for name, value in trailers.items:
        try:
            size = len(b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            size = -1
        if size != _TRAILER_BYTES[name]:
            raise invalid_request(f"Value for {name} trailing header is invalid.")
