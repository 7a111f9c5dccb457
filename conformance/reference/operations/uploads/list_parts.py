"""ListParts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.operations.checks import (
    PAGE,
    expected_owner,
    integer,
    known_bucket,
)
from conformance.reference.operations.uploads.common import UploadContext, active_upload
from conformance.reference.pipeline import Operation
from conformance.reference.rules.access import authorize_upload, charged_headers
from conformance.reference.rules.lifecycle import abort_headers
from conformance.reference.xml import (
    CONTENT_TYPE,
    boolean,
    document,
    iso8601,
    optional,
    quoted,
)

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Part, Upload, World
    from conformance.reference.xml import Node


class Listing(UploadContext):
    """One page of parts."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.limit = PAGE
        self.marker = 0
        self.page: list[Part] = []
        self.truncated = False


def max_parts(context: Listing) -> None:
    """Take a number from 0; above 1,000 it is taken as 1,000 (LP-006..LP-010)."""
    context.limit = min(integer(context, "max-parts", PAGE), PAGE)


def part_number_marker(context: Listing) -> None:
    """Take a number from 0, looked at after max-parts (LP-011..LP-013)."""
    context.marker = integer(context, "part-number-marker", 0)


def authorised(context: Listing) -> None:
    """AccessDenied, after everything that is wrong with the request itself (LP-013)."""
    authorize_upload(
        context.request,
        context.world,
        context.bucket,
        "s3:ListMultipartUploadParts",
        context.upload,
    )


def take_page(context: Listing) -> None:
    """Take the parts behind the marker, by number (LP-014, LP-021).

    ``max-parts=0`` is an empty page that is not truncated (LP-007).
    """
    parts = context.upload.parts
    following = sorted(number for number in parts if number > context.marker)
    context.page = [parts[number] for number in following[: context.limit]]
    context.truncated = 0 < context.limit < len(following)


def render(context: Listing) -> Response:
    """Answer in the element order of LP-019."""
    upload = context.upload
    last = context.page[-1].number if context.page else 0
    children: list[Node] = [
        ("Bucket", context.bucket.name),
        ("Key", upload.key),
        ("UploadId", upload.id),
        *participants(upload),
        ("StorageClass", upload.storage_class),
        *checksum_kind(upload),
        ("PartNumberMarker", str(context.marker)),
        ("NextPartNumberMarker", str(last)),
        ("MaxParts", str(context.limit)),
        ("IsTruncated", boolean(context.truncated)),
    ]
    children += [("Part", _part(upload, part)) for part in context.page]
    return Response(
        headers=(
            CONTENT_TYPE,
            *abort_headers(context.bucket.lifecycle, upload.key, upload.initiated),
            *charged_headers(context.request, context.bucket),
        ),
        body=document("ListPartsResult", children),
        chunked=True,
    )


def participants(upload: Upload) -> list[Node]:
    """Return Initiator and Owner; only the former has a display name (LP-001, LMU-025)."""
    initiator = upload.initiator
    return [
        ("Initiator", [("ID", initiator.canonical_id), ("DisplayName", initiator.name)]),
        ("Owner", [("ID", upload.owner.canonical_id)]),
    ]


def checksum_kind(upload: Upload) -> list[Node]:
    """Return the upload's checksum algorithm and type, if it has them (LP-003, LMU-024)."""
    return optional(
        ("ChecksumAlgorithm", upload.checksum_algorithm),
        ("ChecksumType", upload.checksum_type),
    )


def _part(upload: Upload, part: Part) -> list[Node]:
    return [
        ("PartNumber", str(part.number)),
        ("LastModified", iso8601(part.modified)),
        ("ETag", quoted(part.etag)),
        ("Size", str(part.size)),
        *optional((f"Checksum{upload.checksum_algorithm}", part.checksum)),
    ]


LIST_PARTS: Final = Operation(
    name="ListParts",
    context=Listing,
    checks=(
        known_bucket,
        expected_owner,
        max_parts,
        part_number_marker,
        active_upload,
        authorised,
    ),
    effect=take_page,
    render=render,
)
