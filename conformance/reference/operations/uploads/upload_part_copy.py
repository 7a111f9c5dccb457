"""UploadPartCopy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations import copy_source
from conformance.reference.operations.checks import expected_owner, known_bucket
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
    source_version,
    version_headers,
)
from conformance.reference.operations.uploads.common import (
    PartContext,
    active_upload,
    kms_key,
    part_number,
)
from conformance.reference.operations.uploads.upload_part import (
    authorised,
    encryption,
    keep_part,
)
from conformance.reference.pipeline import Operation
from conformance.reference.rules.access import charged_headers
from conformance.reference.rules.copy_source import parse_copy_source
from conformance.reference.rules.ranges import check_copy_range, parse_copy_source_range
from conformance.reference.rules.sse import encryption_headers
from conformance.reference.xml import CONTENT_TYPE, LITERAL, document, iso8601, quoted

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.xml import Node


class Copying(PartContext):
    """A request that makes a part out of an object."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.source = Source()


def cut_early(context: Copying) -> None:
    """Cut the source and compute digests outside of the lock; the checks judge it afterwards."""
    upload = context.peek()
    if upload is None:
        return
    try:
        name = parse_copy_source(context.request)
        span = parse_copy_source_range(context.request)
    except S3Error:
        return
    algorithms = ("MD5", upload.checksum_algorithm or "CRC64NVME")
    copy_source.cut_early(context.source, context.world, name, span, algorithms)


def range_syntax(context: Copying) -> None:
    """InvalidArgument for a malformed range, before authorisation (UPC-004..013, PREC-016)."""
    context.source.span = parse_copy_source_range(context.request)


def range_within(context: Copying) -> None:
    """Refuse a range that the source has not (UPC-014, UPC-015, UPC-033)."""
    source = context.source
    source.cut = check_copy_range(context.request, source.span, source.version.size)


def keep(context: Copying) -> None:
    """Store the cut as the part; a refused copy keeps the part that was there (UPC-041)."""
    context.part = keep_part(context, copy_source.cut_of(context.source))


def render(context: Copying) -> Response:
    """Answer as XML-005 has it, with the checksum that S3 computed (UPC-002)."""
    part, source, upload = context.part, context.source, context.upload
    shown = upload.encryption
    if source.bucket.zone is not None or context.bucket.zone is not None:
        # Such a copy calls KMS each time it is made (DIR-021).
        shown = replace(shown, bucket_key=False)
    if part is None:
        raise LookupError("the effect has kept no part")
    children: list[Node] = [
        ("LastModified", iso8601(part.modified)),
        ("ETag", quoted(part.etag)),
    ]
    if part.checksum is not None:
        children.append((f"Checksum{upload.checksum_algorithm}", part.checksum))
    return Response(
        headers=(
            CONTENT_TYPE,
            *version_headers(source.name, source.version),
            *encryption_headers(shown, operation="UploadPartCopy"),
            *charged_headers(context.request, context.bucket),
        ),
        body=document("CopyPartResult", children, quotes=LITERAL),
    )


UPLOAD_PART_COPY: Final = Operation[Copying](
    name="UploadPartCopy",
    context=Copying,
    prepare=cut_early,
    checks=(
        known_bucket,
        expected_owner,
        active_upload,
        part_number,
        source_syntax,
        source_version,
        range_syntax,
        somebody,
        authorised,
        source_key,
        encryption,
        kms_key,
        known_source_bucket,
        source_authorised,
        known_source,
        source_readable,
        source_conditions,
        range_within,
    ),
    effect=keep,
    render=render,
    declaration=False,
)
