"""CompleteMultipartUpload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.domain.state import Completion, ObjectVersion
from conformance.reference.domain.versions import NULL, next_version_id, store
from conformance.reference.operations.body import opaque_etag
from conformance.reference.operations.checks import (
    body_sound,
    expected_owner,
    known_bucket,
    no_such_upload,
    whole_number,
)
from conformance.reference.operations.conditions import (
    condition_syntax,
    hold_conditions,
    supported_conditions,
)
from conformance.reference.operations.uploads.common import kms_key, remembered_upload
from conformance.reference.operations.uploads.complete_parts import (
    Completing,
    ascending,
    completed_checksum,
    consecutive,
    every_part_uploaded,
    multipart_etag,
    object_checksum,
    object_size,
    part_checksums,
    part_etags,
    part_sizes,
    same_checksum_type,
)
from conformance.reference.operations.uploads.manifest import parse_manifest
from conformance.reference.pipeline import Operation, Settled
from conformance.reference.rules.access import authorize, authorize_upload, charged_headers
from conformance.reference.rules.checksum import parse_object_checksum
from conformance.reference.rules.customer_key import has_whole_customer_key
from conformance.reference.rules.lifecycle import expiration_headers
from conformance.reference.rules.lock import with_default
from conformance.reference.rules.sse import (
    check_complete_encryption,
    encryption_headers,
    refuse_managed_encryption,
)
from conformance.reference.xml import CONTENT_TYPE, LITERAL, document, quoted

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.xml import Node

_SIZE: Final = "x-amz-mp-object-size"
_TYPE: Final = "x-amz-checksum-type"


def object_size_syntax(context: Completing) -> None:
    """InvalidRequest for an x-amz-mp-object-size that is no size (CMP-026, CMP-027, PREC-001)."""
    raw = context.request.headers.get(_SIZE)
    if raw is None:
        return
    size = whole_number(raw)
    if size is None:
        raise S3Error(400, "InvalidRequest", f"Value for {_SIZE} header is invalid: '{raw}'")
    if size < 0:
        raise S3Error(400, "InvalidRequest", f"Value for {_SIZE} header is less than zero: '{raw}'")
    context.claimed_size = size


def object_checksum_syntax(context: Completing) -> None:
    """InvalidRequest for a malformed checksum or checksum type (CK-021, CK-058, PREC-002)."""
    context.claimed = parse_object_checksum(context.request)
    kind = context.request.headers.get(_TYPE)
    if kind is not None and kind.upper() not in ("COMPOSITE", "FULL_OBJECT"):
        raise S3Error(400, "InvalidRequest", f"Value for {_TYPE} header is invalid.")
    context.claimed_type = None if kind is None else kind.upper()


def no_managed_encryption(context: Completing) -> None:
    """InvalidArgument for encryption headers, which belong to the create (SSE-005, UPC-036)."""
    refuse_managed_encryption(context.request)


def content_type(context: Completing) -> None:
    """Refuse the content type of HTML forms (CMP-029); the code is not documented."""
    given = context.request.headers.get("Content-Type") or ""
    if given.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        text = f"The Content-Type {given} is not allowed for this operation."
        raise S3Error(400, "InvalidRequest", text)


def manifest(context: Completing) -> None:
    """Parse the part list, before authorisation (PREC-017) and for ended uploads too (PREC-028)."""
    context.manifest = parse_manifest(context.request.payload.data)


def authorised(context: Completing) -> None:
    """AccessDenied, also for a replay (RPL-003); If-Match needs the right to read (AUTH-014)."""
    request, world, bucket = context.request, context.world, context.bucket
    authorize_upload(request, world, bucket, "s3:PutObject", context.upload)
    if "If-Match" in request.headers:
        authorize(request, world, bucket, "s3:GetObject", context.key)


def still_active(context: Completing) -> None:
    """NoSuchUpload for an ended upload, unless this repeats its completion.

    The same part list is answered as at first, whatever its conditions and checksums say
    (RPL-001), while the version it made is there (CMP-018..022, RPL-004, RPL-009).
    """
    upload = context.upload
    if upload.state == "active":
        return
    done = upload.completion
    if done is not None and done.manifest == _identity(context):
        version = context.bucket.version(upload.key, done.version_id)
        if version is not None and version.upload_id == upload.id:
            context.version, context.replayed = version, True
            raise Settled
    raise no_such_upload(context.upload_id)


def customer_key(context: Completing) -> None:
    """InvalidRequest for another customer key than the create's, or a missing one (MS-033..036)."""
    check_complete_encryption(
        context.request,
        context.upload.encryption,
        context.bucket,
        checksum_algorithm=context.upload.checksum_algorithm,
    )


def preconditions(context: Completing) -> None:
    """Hold If-Match and If-None-Match, the last of all checks (PREC-010, PREC-011)."""
    hold_conditions(context, since=context.upload.sequence)


def assemble(context: Completing) -> None:
    """Join the listed parts, drop the others, and remember it all for a replay (CMP-016)."""
    upload, bucket, parts = context.upload, context.bucket, tuple(context.listed)
    version = ObjectVersion(
        key=upload.key,
        version_id=next_version_id(bucket),
        # S3 documents the creation date of such an object as that of its upload's initiation.
        modified=upload.initiated,
        owner=upload.owner,
        etag=multipart_etag(context.listed) if bucket.zone is None else opaque_etag(),
        blobs=tuple(part.blob for part in parts),
        parts=parts,
        encryption=upload.encryption,
        metadata=upload.metadata,
        storage_class=upload.storage_class,
        acl=upload.acl,
        tags=upload.tags,
        lock=with_default(upload.lock, bucket, context.request.now),
        checksum=completed_checksum(context),
        upload_id=upload.id,
        initiated=upload.sequence,
    )
    store(bucket, version, context.world)
    upload.state = "completed"
    upload.completion = Completion(manifest=_identity(context), version_id=version.version_id)
    upload.parts.clear()
    context.version = version


def render(context: Completing) -> Response:
    """Answer as XML-004 has it."""
    version = context.version
    if version is None:
        raise LookupError("neither the effect nor a replay has named the version")
    children: list[Node] = [
        ("Location", location(context.request)),
        ("Bucket", context.bucket.name),
        ("Key", version.key),
        ("ETag", quoted(version.etag)),
        *_checksum(context, version),
    ]
    numbered = version.version_id != NULL
    return Response(
        headers=(
            CONTENT_TYPE,
            *expiration_headers(
                context.bucket.lifecycle,
                version.key,
                version.tags,
                version.size,
                version.modified,
            ),
            *encryption_headers(
                version.encryption,
                operation="CompleteMultipartUpload",
                keyless=not has_whole_customer_key(context.request),
            ),
            *((("x-amz-version-id", version.version_id),) if numbered else ()),
            *charged_headers(context.request, context.bucket),
        ),
        # An empty line stands behind the declaration (MS-039).
        body=document("CompleteMultipartUploadResult", children, lead="\n", quotes=LITERAL),
        chunked=True,
    )


def location(request: Request) -> str:
    """Return the object's URL by the addressing of the request; the key's slashes are encoded too.

    CMP-004, XML-004. Host and port are those that the client asked, else the address leads nowhere.
    """
    scheme = "https" if request.secure else "http"
    host = request.headers.get("host") or request.host
    key = quote(request.key or "", safe="", encoding="utf-8", errors="surrogateescape")
    base = "" if request.virtual_host else f"/{request.bucket}"
    return f"{scheme}://{host}{base}/{key}"


def _checksum(context: Completing, version: ObjectVersion) -> list[Node]:
    """Return the checksum elements: none in a replay (RPL-001), nor under KMS without an algorithm.

    CMP-032; under a customer's key there is a checksum only if the completion brought it (MS-034).
    """
    checksum = version.checksum
    asked = context.upload.checksum_algorithm is not None
    shown = asked or version.encryption.method in ("AES256", "SSE-C")
    if checksum is None or context.replayed or not shown:
        return []
    return [(f"Checksum{checksum.algorithm}", checksum.value), ("ChecksumType", checksum.type)]


def _identity(context: Completing) -> tuple[tuple[int, str], ...]:
    return tuple((entry.number, entry.etag) for entry in context.manifest)


COMPLETE: Final = Operation(
    name="CompleteMultipartUpload",
    context=Completing,
    checks=(
        supported_conditions,
        known_bucket,
        expected_owner,
        remembered_upload,
        condition_syntax,
        object_size_syntax,
        object_checksum_syntax,
        no_managed_encryption,
        content_type,
        body_sound,
        manifest,
        authorised,
        still_active,
        customer_key,
        kms_key,
        same_checksum_type,
        ascending,
        part_etags,
        part_checksums,
        object_checksum,
        every_part_uploaded,
        consecutive,
        part_sizes,
        object_size,
        preconditions,
    ),
    effect=assemble,
    render=render,
    declaration=False,
)
