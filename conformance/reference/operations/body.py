"""The body of PutObject and UploadPart: its framing, its claimed digests, the ETag it gives."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Final, Protocol

from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.checks import MAX_PART
from conformance.reference.rules.checksum import (
    ClaimedChecksum,
    check_body_checksum,
    parse_body_checksum,
    parse_content_md5,
)

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket
    from conformance.reference.domain.values import Encryption

_LETTERS_AND_DIGITS: Final = string.ascii_lowercase + string.digits


class Body:
    """A request body with what its headers and trailers claim of it."""

    def __init__(self, request: Request) -> None:
        self.blob = Blob(request.payload.data)
        self.md5: bytes | None = None
        self.checksum: ClaimedChecksum | None = None


class WithBody(Protocol):
    """A context that has a body."""

    request: Request
    body: Body


def warm(body: Body, request: Request, *further: str | None) -> None:
    """Compute the digests that the checks and the effect will ask for, before the lock is taken."""
    try:
        claimed = parse_body_checksum(request)
    except S3Error:
        claimed = None
    wanted = {"MD5", *further, None if claimed is None else claimed.algorithm}
    for algorithm in wanted - {None}:
        body.blob.digest(str(algorithm))


def content_md5(context: WithBody) -> None:
    """InvalidDigest for a Content-MD5 that is none (UP-006)."""
    context.body.md5 = parse_content_md5(context.request)


def claimed_checksum(context: WithBody) -> None:
    """Refuse malformed, unknown or several claimed checksums (CK-023..CK-040, TRL-001..TRL-004)."""
    context.body.checksum = parse_body_checksum(context.request)


def body_size(context: WithBody) -> None:
    """EntityTooLarge above 5 GiB, for a part and for a whole object (UP-027)."""
    size = len(context.body.blob)
    if size > MAX_PART:
        raise S3Error(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            (("ProposedSize", str(size)), ("MaxSizeAllowed", str(MAX_PART))),
        )


def checksum_matches(context: WithBody) -> None:
    """BadDigest for another checksum than the body's (CK-024..CK-032, TRL-003)."""
    check_body_checksum(context.body.checksum, context.body.blob)


def opaque_etag() -> str:
    """Return 32 letters and digits that say nothing of the content (DIR-031)."""
    return "".join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(32))


def new_etag(blob: Blob, encryption: Encryption, bucket: Bucket) -> str:
    """Return the ETag, without quotes: the MD5, or something random under KMS and SSE-C (SSEC-002).

    The random one has the form of an MD5 too, for an object's ETag is made of its parts' ETags,
    save in directory buckets (DIR-031).
    """
    if bucket.zone is not None:
        return opaque_etag()
    plain = encryption.customer is None and encryption.kms_key is None
    return blob.digest("MD5").hex() if plain else secrets.token_hex(16)
