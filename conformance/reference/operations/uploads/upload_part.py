"""UploadPart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.domain.state import Part
from conformance.reference.operations import body
from conformance.reference.operations.body import Body, new_etag, warm
from conformance.reference.operations.checks import (
    argument,
    body_sound,
    expected_owner,
    known_bucket,
)
from conformance.reference.operations.uploads.common import (
    PartContext,
    active_upload,
    kms_key,
    part_number,
)
from conformance.reference.pipeline import Operation
from conformance.reference.rules.access import authorize_upload, charged_headers
from conformance.reference.rules.checksum import (
    base64_digest,
    check_content_md5,
    check_part_algorithm,
)
from conformance.reference.rules.lock import check_digest_given
from conformance.reference.rules.sse import check_part_encryption, encryption_headers
from conformance.reference.xml import quoted

if TYPE_CHECKING:
    from conformance.reference.domain.blob import Blob
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Upload, World


class Uploading(PartContext):
    """A request that brings a part."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.body = Body(request)


def digests(context: Uploading) -> None:
    """Compute outside of the lock what the checks and the completion will need."""
    upload = context.peek()
    if upload is not None:
        warm(context.body, context.request, upload.checksum_algorithm or "CRC64NVME")


def authorised(context: PartContext) -> None:
    """AccessDenied, after a bad part number and before a bad digest (PREC-016, ACL-015)."""
    authorize_upload(context.request, context.world, context.bucket, "s3:PutObject", context.upload)


def encryption(context: PartContext) -> None:
    """Refuse encryption headers that are not the create's (UP-013, SSEC-006..009)."""
    check_part_encryption(context.request, context.upload.encryption, context.bucket)


def no_version(context: Uploading) -> None:
    """InvalidArgument for a version id, whichever: parts have none (MS-084)."""
    given = context.request.query.get("versionId")
    if given is not None:
        raise argument("This operation does not accept a version-id.", "versionId", given)


def no_metadata(context: Uploading) -> None:
    """InvalidArgument for user metadata, which belong to the create (PB-003)."""
    for name, value in context.request.headers.starting("x-amz-meta-").items():
        raise argument("Metadata cannot be specified in this context.", name, value)


def integrity_of_locked(context: Uploading) -> None:
    """InvalidRequest for a part of a locked object-to-be without a digest (UP-014, OL-008)."""
    check_digest_given(context.request, context.upload.lock, context.bucket, part=True)


def checksum_algorithm(context: Uploading) -> None:
    """InvalidRequest for a checksum of another algorithm than the upload's (CK-033..CK-037)."""
    upload = context.upload
    check_part_algorithm(context.body.checksum, upload.checksum_algorithm, upload.checksum_type)


def md5_matches(context: Uploading) -> None:
    """BadDigest for another MD5 than the body's; an earlier part is kept (UP-007, UP-026)."""
    check_content_md5(context.body.md5, context.body.blob, part=True)


def keep(context: Uploading) -> None:
    """Store the part in place of an earlier one of its number (UP-009)."""
    context.part = keep_part(context, context.body.blob)


def keep_part(context: PartContext, blob: Blob) -> Part:
    """Store a part; its checksum only counts if the upload has an algorithm (CK-036, CK-037)."""
    upload = context.upload
    algorithm = upload.checksum_algorithm
    part = Part(
        number=context.part_number,
        blob=blob,
        etag=new_etag(blob, upload.encryption, context.bucket),
        modified=context.request.now.replace(microsecond=0),
        checksum=None if algorithm is None else base64_digest(blob, algorithm),
    )
    upload.parts[part.number] = part
    return part


def render(context: Uploading) -> Response:
    """Answer as XML-002 has it: headers alone, without the checksum's type."""
    part = context.part
    if part is None:
        raise LookupError("the effect has kept no part")
    return Response(
        headers=(
            ("ETag", quoted(part.etag)),
            *encryption_headers(context.upload.encryption, operation="UploadPart"),
            *_checksum(context, context.upload, part),
            *charged_headers(context.request, context.bucket),
        )
    )


def _checksum(context: Uploading, upload: Upload, part: Part) -> tuple[tuple[str, str], ...]:
    """Return the checksum that was sent, or the one that a full-object upload makes S3 compute."""
    if context.body.checksum is not None:
        return (context.body.checksum.header,)
    if part.checksum is not None:
        return ((f"x-amz-checksum-{str(upload.checksum_algorithm).lower()}", part.checksum),)
    return ()


UPLOAD_PART: Final = Operation[Uploading](
    name="UploadPart",
    context=Uploading,
    prepare=digests,
    checks=(
        known_bucket,
        expected_owner,
        active_upload,
        part_number,
        no_version,
        no_metadata,
        body.content_md5,
        authorised,
        encryption,
        kms_key,
        body_sound,
        body.claimed_checksum,
        body.body_size,
        integrity_of_locked,
        checksum_algorithm,
        md5_matches,
        body.checksum_matches,
    ),
    effect=keep,
    render=render,
)
