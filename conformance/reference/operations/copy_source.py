"""The source of UploadPartCopy and CopyObject, found and compared with the caller's rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from conformance.reference.domain.blob import Blob, cut
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.versions import NULL, is_version_id
from conformance.reference.operations.checks import no_such_bucket, no_such_key
from conformance.reference.rules.access import authorize, refuse_anonymous_copy
from conformance.reference.rules.conditions import check_copy_source
from conformance.reference.rules.copy_source import (
    HEADER,
    CopySource,
    archived_source,
    delete_marker_source,
    parse_copy_source,
    unknown_source_version,
)
from conformance.reference.rules.customer_key import parse_customer_key
from conformance.reference.rules.owner import check_expected_source_owner
from conformance.reference.rules.sse import check_read_encryption
from conformance.reference.rules.storage_class import ARCHIVED

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket, ObjectVersion, World


class FromSource(Protocol):
    """A context of one of the two copying operations."""

    request: Request
    world: World
    source: Source


class Source:
    """What the checks of a copy have found out about its source so far."""

    def __init__(self) -> None:
        self.name = CopySource("", "", None)
        self.found_bucket: Bucket | None = None
        self.found_version: ObjectVersion | None = None
        self.span: tuple[int, int] | None = None
        """First and last offset asked for."""
        self.cut: tuple[int, int] = (0, 0)
        """Offset and length to copy."""
        self.early: tuple[tuple[Blob, ...], int, int, Blob] | None = None
        """A cut made before the lock was taken: of these blobs, at, length, and the result."""

    @property
    def bucket(self) -> Bucket:
        """The source bucket that a check found."""
        if self.found_bucket is None:
            raise LookupError("no check has looked for the source bucket yet")
        return self.found_bucket

    @property
    def version(self) -> ObjectVersion:
        """The source version that a check found."""
        if self.found_version is None:
            raise LookupError("no check has looked for the source version yet")
        return self.found_version


def somebody(context: FromSource) -> None:
    """AccessDenied for an anonymous caller (UPC-042)."""
    refuse_anonymous_copy(context.request)


def source_syntax(context: FromSource) -> None:
    """InvalidArgument for a malformed source (UPC-030, UPC-031)."""
    context.source.name = parse_copy_source(context.request)


def source_version(context: FromSource) -> None:
    """InvalidArgument for a version id that was never given (MS-086)."""
    if not was_given(context.source.name):
        raise unknown_source_version(context.source.name)


def was_given(name: CopySource) -> bool:
    """Return whether the source's version id was ever given, or none is named."""
    return name.version_id in (None, NULL) or is_version_id(str(name.version_id))


def source_key(context: FromSource) -> None:
    """Refuse faulty copy-source headers of a customer key, before the destination's (MS-032)."""
    parse_customer_key(context.request, source=True)


def known_source_bucket(context: FromSource) -> None:
    """NoSuchBucket, or AccessDenied for an unexpected owner (UPC-026, UPC-043)."""
    source = context.source
    source.found_bucket = context.world.find_source(source.name.bucket)
    if source.found_bucket is None:
        raise no_such_bucket(source.name.bucket)
    check_expected_source_owner(context.request, source.found_bucket)


def source_authorised(context: FromSource) -> None:
    """AccessDenied unless the caller may read the source (AUTH-014).

    Who may not even list the source bucket does not learn which keys it has.
    """
    name, bucket = context.source.name, context.source.bucket
    version, action = bucket.current(name.key), "s3:GetObject"
    if name.version_id is not None:
        version, action = bucket.version(name.key, name.version_id), "s3:GetObjectVersion"
    acl = None if version is None else version.acl
    authorize(context.request, context.world, bucket, action, name.key, resource_acl=acl)


def known_source(context: FromSource) -> None:
    """NoSuchKey, NoSuchVersion, or the refusal of a delete marker (UPC-025, UPC-028).

    A key whose current version is a delete marker is one that does not exist (UPC-027, MS-088).
    """
    source = context.source
    source.found_version = _find_version(source.name, source.bucket)


def source_readable(context: FromSource) -> None:
    """Refuse an archived source and wrong customer keys (UPC-034, SSEC-019)."""
    version = context.source.version
    if version.storage_class in ARCHIVED:
        raise archived_source()
    check_read_encryption(context.request, version.encryption, context.world, source=True)


def source_conditions(context: FromSource) -> None:
    """412 for a condition on the source that does not hold, never 304 (UPC-016..UPC-024)."""
    version = context.source.version
    check_copy_source(context.request, version.etag, version.modified)


def _find_version(name: CopySource, bucket: Bucket) -> ObjectVersion:
    if name.version_id is None:
        current = bucket.current(name.key)
        if current is None:
            raise no_such_key(name.key)
        if current.delete_marker:
            raise no_such_key(name.key, current)
        return current
    version = bucket.version(name.key, name.version_id)
    if version is None:
        raise no_such_version(name.key, name.version_id)
    if version.delete_marker:
        raise delete_marker_source()
    return version


def cut_early(
    source: Source,
    world: World,
    name: CopySource,
    span: tuple[int, int] | None,
    algorithms: tuple[str, ...],
) -> None:
    """Cut the source and digest the cut before the lock is taken, refusing nothing.

    The checks may still find another version, or none; then ``cut_of`` does not use this one.
    """
    bucket = world.find_source(name.bucket)
    if bucket is None:
        return
    with world.lock:
        try:
            blobs = _find_version(name, bucket).blobs
        except S3Error:
            return
    first = 0 if span is None else span[0]
    length = sum(map(len, blobs)) if span is None else span[1] - first + 1
    blob = _cut(blobs, first, length)
    for algorithm in algorithms:
        blob.digest(algorithm)
    source.early = (blobs, first, length, blob)


def cut_of(source: Source) -> Blob:
    """Return what is to be copied: the cut made early if it still is the right one."""
    blobs, (first, length) = source.version.blobs, source.cut
    if source.early is not None and source.early[:3] == (blobs, first, length):
        return source.early[3]
    return _cut(blobs, first, length)


def _cut(blobs: tuple[Blob, ...], first: int, length: int) -> Blob:
    if len(blobs) == 1 and first == 0 and length == len(blobs[0]):
        return blobs[0]
    return Blob(cut(blobs, first, length))


def version_headers(name: CopySource, version: ObjectVersion) -> tuple[tuple[str, str], ...]:
    """Return x-amz-copy-source-version-id; an implicit null version has none (UPC-029)."""
    if name.version_id is None and version.version_id == NULL:
        return ()
    return ((f"{HEADER}-version-id", version.version_id),)


def no_such_version(key: str, version_id: str) -> S3Error:
    """Return the 404 for a version of an object."""
    text = "The specified version does not exist."
    return S3Error(404, "NoSuchVersion", text, (("Key", key), ("VersionId", version_id)))
