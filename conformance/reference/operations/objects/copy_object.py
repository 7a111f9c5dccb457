"""CopyObject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.domain.metadata import Metadata
from conformance.reference.operations import copy_source
from conformance.reference.operations import new_object as new
from conformance.reference.operations.checks import (
    argument,
    expected_owner,
    key_length,
    known_bucket,
)
from conformance.reference.operations.conditions import (
    condition_syntax,
    hold_conditions,
    supported_conditions,
)
from conformance.reference.operations.copy_source import (
    Source,
    known_source,
    known_source_bucket,
    somebody,
    source_authorised,
    source_conditions,
    source_key,
    source_readable,
    source_syntax,
    version_headers,
    was_given,
)
from conformance.reference.operations.objects.put_object import (
    DEFAULT_ALGORITHM,
    full_checksum,
    keep_object,
    written_version,
)
from conformance.reference.pipeline import Operation
from conformance.reference.rules.access import charged_headers
from conformance.reference.rules.checksum import LENGTHS, parse_algorithm
from conformance.reference.rules.copy_source import parse_copy_source
from conformance.reference.rules.ranges import check_copy_range
from conformance.reference.rules.sse import encryption_headers
from conformance.reference.xml import CONTENT_TYPE, LITERAL, document, iso8601, quoted

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import ObjectVersion, World
    from conformance.reference.xml import Node

_CHANGES: Final = (
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-customer-algorithm",
)
"""Headers by which a copy of an object onto itself changes something."""


class Copying(new.NewObject):
    """A request that makes an object out of another."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.source = Source()
        self.replace_metadata = False
        self.replace_tags = False
        self.algorithm: str | None = None
        self.version: ObjectVersion | None = None


def join_early(context: Copying) -> None:
    """Join the source and compute digests outside of the lock; the checks judge it afterwards."""
    try:
        name = parse_copy_source(context.request)
    except S3Error:
        return
    asked = (context.request.headers.get("x-amz-checksum-algorithm") or "").upper()
    bucket = context.world.find_source(name.bucket)
    current = None if bucket is None else bucket.current(name.key)
    stored = None if current is None or current.checksum is None else current.checksum.algorithm
    algorithm = asked if asked in LENGTHS else stored or DEFAULT_ALGORITHM
    copy_source.cut_early(context.source, context.world, name, None, ("MD5", algorithm))


def source_version(context: Copying) -> None:
    """InvalidRequest for a version id that was never given; UploadPartCopy names it (MS-087)."""
    if not was_given(context.source.name):
        raise S3Error(400, "InvalidRequest", "Invalid Request")


def directives(context: Copying) -> None:
    """InvalidArgument for a directive other than COPY and REPLACE."""
    context.replace_metadata = _replaces(context, "metadata")
    context.replace_tags = _replaces(context, "tagging")


def _replaces(context: Copying, what: str) -> bool:
    name = f"x-amz-{what}-directive"
    value = context.request.headers.get(name)
    if value not in (None, "COPY", "REPLACE"):
        raise argument(f"Unknown {what} directive.", name, value)
    return value == "REPLACE"


def checksum_algorithm(context: Copying) -> None:
    """InvalidRequest for an unknown algorithm (CK-017)."""
    context.algorithm, _ = parse_algorithm(context.request)


def changes_something(context: Copying) -> None:
    """InvalidRequest for a copy of an object onto itself that changes nothing."""
    name, headers = context.source.name, context.request.headers
    same = (name.bucket, name.key) == (context.bucket.name, context.key)
    if not same or name.version_id is not None or context.replace_metadata:
        return
    if not any(header in headers for header in _CHANGES):
        raise S3Error(
            400,
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without "
            "changing the object's metadata, storage class, website redirect location or "
            "encryption attributes.",
        )


def whole_source(context: Copying) -> None:
    """InvalidRequest for a source above 5 GiB (UPC-033)."""
    source = context.source
    source.cut = check_copy_range(context.request, None, source.version.size)


def preconditions(context: Copying) -> None:
    """Hold If-Match and If-None-Match against the destination."""
    hold_conditions(context)


def keep(context: Copying) -> None:
    """Store the copy: one piece, a plain ETag, a full-object checksum (CMP-003, CK-061)."""
    original, given = context.source.version, context.metadata
    stored = original.metadata or Metadata()
    if not context.replace_metadata:
        context.metadata = Metadata(stored.system, stored.user, given.redirect)
    if not context.replace_tags:
        context.tags = original.tags
    blob = copy_source.cut_of(context.source)
    algorithm = context.algorithm
    if algorithm is None and original.checksum is not None:
        algorithm = original.checksum.algorithm
    checksum = full_checksum(blob, algorithm or DEFAULT_ALGORITHM)
    context.version = keep_object(context, blob, checksum)


def render(context: Copying) -> Response:
    """Answer with a CopyObjectResult."""
    version, source = context.version, context.source
    if version is None:
        raise LookupError("the effect has kept no object")
    children: list[Node] = [
        ("LastModified", iso8601(version.modified)),
        ("ETag", quoted(version.etag)),
    ]
    if version.checksum is not None:
        children.append((f"Checksum{version.checksum.algorithm}", version.checksum.value))
        children.append(("ChecksumType", version.checksum.type))
    return Response(
        headers=(
            CONTENT_TYPE,
            *version_headers(source.name, source.version),
            *encryption_headers(version.encryption, operation="CopyObject"),
            *written_version(version),
            *charged_headers(context.request, context.bucket),
        ),
        body=document("CopyObjectResult", children, quotes=LITERAL),
    )


COPY_OBJECT: Final = Operation[Copying](
    name="CopyObject",
    context=Copying,
    prepare=join_early,
    checks=(
        supported_conditions,
        known_bucket,
        expected_owner,
        key_length,
        condition_syntax,
        source_syntax,
        source_version,
        directives,
        new.storage_class,
        checksum_algorithm,
        new.metadata,
        new.tagging,
        new.acl,
        source_key,
        new.encryption,
        new.object_lock,
        changes_something,
        somebody,
        new.write_authorised,
        known_source_bucket,
        source_authorised,
        known_source,
        source_readable,
        source_conditions,
        whole_source,
        preconditions,
    ),
    effect=keep,
    render=render,
    declaration=False,
)
