"""CreateMultipartUpload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.domain.state import Upload
from conformance.reference.operations.checks import (
    body_sound,
    expected_owner,
    key_length,
    known_bucket,
)
from conformance.reference.operations.new_object import (
    NewObject,
    acl,
    encryption,
    metadata,
    object_lock,
    storage_class,
    tagging,
    write_authorised,
)
from conformance.reference.operations.uploads.common import new_upload_id
from conformance.reference.pipeline import Operation
from conformance.reference.rules.access import charged_headers, refuse_anonymous_upload
from conformance.reference.rules.checksum import parse_algorithm
from conformance.reference.rules.lifecycle import abort_headers
from conformance.reference.rules.sse import encryption_headers
from conformance.reference.xml import document

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import ChecksumType, World


class Creating(NewObject):
    """A request to begin an upload."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.algorithm: str | None = None
        self.checksum_type: ChecksumType | None = None
        self.begun: Upload | None = None


def checksum_kind(context: Creating) -> None:
    """InvalidRequest for an algorithm or a type that is unknown or unfit (CK-013..CK-021)."""
    context.algorithm, context.checksum_type = parse_algorithm(context.request)


def somebody(context: Creating) -> None:
    """AccessDenied for an anonymous caller who may write the object anyway (AUTH-009)."""
    refuse_anonymous_upload(context.request)


def begin(context: Creating) -> None:
    """Remember everything for the object to be; nothing is visible at the key before completion."""
    bucket, request = context.bucket, context.request
    initiator = request.caller
    if initiator is None:
        raise LookupError("a check has let an anonymous caller begin an upload")
    upload = Upload(
        id=new_upload_id(),
        key=context.key,
        sequence=context.world.tick(),
        initiated=request.now.replace(microsecond=0),
        # The owner of a directory bucket counts as who began its uploads (DIR-029).
        initiator=initiator if bucket.zone is None else bucket.owner,
        owner=context.owner,
        encryption=context.encryption,
        metadata=context.metadata,
        storage_class=context.storage_class,
        acl=context.acl,
        tags=context.tags,
        lock=context.lock,
        checksum_algorithm=context.algorithm,
        checksum_type=context.checksum_type,
    )
    bucket.uploads[upload.id] = upload
    context.begun = upload


def render(context: Creating) -> Response:
    """Answer as XML-001 has it: without a content type."""
    upload = context.begun
    if upload is None:
        raise LookupError("the effect has begun no upload")
    checksum = (
        ("x-amz-checksum-algorithm", upload.checksum_algorithm),
        ("x-amz-checksum-type", upload.checksum_type),
    )
    return Response(
        headers=(
            *abort_headers(context.bucket.lifecycle, upload.key, upload.initiated),
            *encryption_headers(upload.encryption, operation="CreateMultipartUpload"),
            *((name, value) for name, value in checksum if value is not None),
            *charged_headers(context.request, context.bucket),
        ),
        body=document(
            "InitiateMultipartUploadResult",
            [("Bucket", context.bucket.name), ("Key", upload.key), ("UploadId", upload.id)],
        ),
        chunked=True,
    )


CREATE: Final = Operation(
    name="CreateMultipartUpload",
    context=Creating,
    checks=(
        known_bucket,
        expected_owner,
        key_length,
        body_sound,
        storage_class,
        checksum_kind,
        metadata,
        tagging,
        # Syntax comes before authorisation on the operations where S3's order is known (LP-013,
        # PREC-016, PREC-017); nothing was recorded for this one.
        acl,
        encryption,
        object_lock,
        write_authorised,
        somebody,
    ),
    effect=begin,
    render=render,
)
