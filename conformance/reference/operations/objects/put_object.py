"""PutObject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.domain.state import Checksum, ObjectVersion
from conformance.reference.domain.versions import NULL, next_version_id, store
from conformance.reference.operations import body
from conformance.reference.operations.body import Body, new_etag, warm
from conformance.reference.operations.checks import (
    body_sound,
    expected_owner,
    key_length,
    known_bucket,
)
from conformance.reference.operations.conditions import (
    condition_syntax,
    hold_conditions,
    supported_conditions,
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
from conformance.reference.pipeline import Operation
from conformance.reference.routing import not_implemented
from conformance.reference.rules.access import authorize, charged_headers
from conformance.reference.rules.checksum import base64_digest, check_content_md5
from conformance.reference.rules.lifecycle import expiration_headers
from conformance.reference.rules.lock import check_digest_given, with_default
from conformance.reference.rules.sse import encryption_headers
from conformance.reference.xml import quoted

if TYPE_CHECKING:
    from conformance.reference.domain.blob import Blob
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.operations.reading import Headers

_EXPRESS_ONLY: Final = ("x-amz-write-offset-bytes", "x-amz-rename-source")
DEFAULT_ALGORITHM: Final = "CRC64NVME"


class Putting(NewObject):
    """A request that brings a whole object."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.body = Body(request)
        self.version: ObjectVersion | None = None


def digests(context: Putting) -> None:
    """Compute outside of the lock what the checks and the effect will need."""
    warm(context.body, context.request, DEFAULT_ALGORITHM)


def general_purpose_only(context: Putting) -> None:
    """501 for headers of directory buckets (DIR-036)."""
    for name in _EXPRESS_ONLY:
        if name in context.request.headers:
            raise not_implemented(("Header", name))


def may_compare(context: Putting) -> None:
    """AccessDenied for an If-Match of who may not read the object (AUTH-014)."""
    if "If-Match" in context.request.headers:
        authorize(context.request, context.world, context.bucket, "s3:GetObject", context.key)


def integrity_of_locked(context: Putting) -> None:
    """InvalidRequest for an object to be locked that comes without a digest (OL-008)."""
    check_digest_given(context.request, context.lock, context.bucket, part=False)


def md5_matches(context: Putting) -> None:
    """BadDigest, which here tells the expected MD5 in hexadecimal (UP-007)."""
    check_content_md5(context.body.md5, context.body.blob, part=False)


def preconditions(context: Putting) -> None:
    """Hold If-Match and If-None-Match (PRE-013)."""
    hold_conditions(context)


def keep(context: Putting) -> None:
    """Store the object; where no checksum came S3 adds a CRC64NVME, under SSE-C too (MS-027)."""
    blob, claimed = context.body.blob, context.body.checksum
    algorithm = DEFAULT_ALGORITHM if claimed is None else claimed.algorithm
    context.version = keep_object(context, blob, full_checksum(blob, algorithm))


def full_checksum(blob: Blob, algorithm: str) -> Checksum:
    """Return the checksum of a whole object."""
    value = base64_digest(blob, algorithm)
    return Checksum(algorithm=algorithm, type="FULL_OBJECT", value=value)


def keep_object(context: NewObject, blob: Blob, checksum: Checksum | None) -> ObjectVersion:
    """Store a version out of what the request said of the new object."""
    now = context.request.now
    version = ObjectVersion(
        key=context.key,
        version_id=next_version_id(context.bucket),
        modified=now.replace(microsecond=0),
        owner=context.owner,
        etag=new_etag(blob, context.encryption, context.bucket),
        blobs=(blob,),
        encryption=context.encryption,
        metadata=context.metadata,
        storage_class=context.storage_class,
        acl=context.acl,
        tags=context.tags,
        lock=with_default(context.lock, context.bucket, now),
        checksum=checksum,
    )
    store(context.bucket, version, context.world)
    return version


def written_version(version: ObjectVersion) -> Headers:
    """Return x-amz-version-id of a write: not for the null version (VER-002)."""
    return () if version.version_id == NULL else (("x-amz-version-id", version.version_id),)


def render(context: Putting) -> Response:
    """Answer with headers alone."""
    version = context.version
    if version is None:
        raise LookupError("the effect has kept no object")
    checksum: Headers = ()
    if version.checksum is not None:
        checksum = (
            (f"x-amz-checksum-{version.checksum.algorithm.lower()}", version.checksum.value),
            ("x-amz-checksum-type", version.checksum.type),
        )
    return Response(
        headers=(
            *expiration_headers(
                context.bucket.lifecycle,
                version.key,
                version.tags,
                version.size,
                version.modified,
            ),
            ("ETag", quoted(version.etag)),
            *checksum,
            *encryption_headers(version.encryption, operation="PutObject"),
            *written_version(version),
            *charged_headers(context.request, context.bucket),
        )
    )


PUT_OBJECT: Final = Operation(
    name="PutObject",
    context=Putting,
    prepare=digests,
    checks=(
        supported_conditions,
        known_bucket,
        expected_owner,
        key_length,
        general_purpose_only,
        condition_syntax,
        storage_class,
        body.content_md5,
        metadata,
        tagging,
        acl,
        encryption,
        object_lock,
        write_authorised,
        may_compare,
        body_sound,
        body.claimed_checksum,
        body.body_size,
        integrity_of_locked,
        md5_matches,
        body.checksum_matches,
        preconditions,
    ),
    effect=keep,
    render=render,
)
