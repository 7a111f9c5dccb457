"""GetObject and HeadObject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from conformance.reference.domain.blob import cut
from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations.checks import (
    MAX_PARTS,
    argument,
    expected_owner,
    key_length,
    known_bucket,
    whole_number,
)
from conformance.reference.operations.reading import (
    ReadContext,
    known_version,
    read_authorised,
    read_conditions,
    read_encryption,
    validators,
    version_header,
    version_id_syntax,
)
from conformance.reference.pipeline import Operation, no_effect
from conformance.reference.rules.access import charged_headers
from conformance.reference.rules.lifecycle import expiration_headers
from conformance.reference.rules.lock import lock_headers
from conformance.reference.rules.ranges import parse_range
from conformance.reference.rules.sse import encryption_headers
from conformance.reference.rules.storage_class import ARCHIVED

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Part, World
    from conformance.reference.operations.reading import Headers

_OVERRIDES: Final = {
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
    "response-content-language": "Content-Language",
    "response-content-type": "Content-Type",
    "response-expires": "Expires",
}


class Reading(ReadContext):
    """A request for an object, a range or a part of it."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.part_number: int | None = None
        self.part: Part | None = None
        self.partial = False
        self.first = 0
        self.length = 0
        if self.version_id is not None:
            self.action = "s3:GetObjectVersion"


def range_or_part(context: Reading) -> None:
    """InvalidRequest for a Range together with a part number (GP-005)."""
    if "partNumber" in context.request.query and "Range" in context.request.headers:
        text = "Cannot specify both Range header and partNumber query parameter"
        raise S3Error(400, "InvalidRequest", text)


def part_number_syntax(context: Reading) -> None:
    """InvalidArgument for what cannot be a part number, as on UploadPart (UP-018..UP-022)."""
    raw = context.request.query.get("partNumber")
    if raw is None:
        return
    number = whole_number(raw)
    if number is None or not 1 <= number <= MAX_PARTS:
        text = "Part number must be an integer between 1 and 10000, inclusive"
        raise argument(text, "partNumber", raw)
    context.part_number = number


def overrides_signed(context: Reading) -> None:
    """InvalidRequest for response-* parameters of an anonymous request."""
    anonymous = context.request.signed == "none"
    if anonymous and any(name in context.request.query for name in _OVERRIDES):
        text = "Request specific response headers cannot be used for anonymous GET requests."
        raise S3Error(400, "InvalidRequest", text)


def not_archived(context: Reading) -> None:
    """InvalidObjectState for the content of an archived object; HEAD still describes it."""
    if context.version.storage_class in ARCHIVED:
        raise S3Error(
            403,
            "InvalidObjectState",
            "The operation is not valid for the object's storage class",
            (("StorageClass", context.version.storage_class),),
        )


def wanted_bytes(context: Reading) -> None:
    """Find the part or the range: InvalidPartNumber, InvalidRange (GP-001..GP-004, GP-007).

    Part numbers count the parts of the completed object, whatever numbers they were uploaded under.
    """
    version = context.version
    size = version.size
    context.length = size
    if context.part_number is not None:
        _find_part(context, context.part_number)
        return
    span = parse_range(context.request.headers.get("Range"), size)
    if span is not None:
        context.partial = True
        context.first, context.length = span[0], span[1] - span[0] + 1


def _find_part(context: Reading, number: int) -> None:
    parts = context.version.parts
    count = len(parts) or 1
    if number > count:
        raise S3Error(
            416,
            "InvalidPartNumber",
            "The requested partnumber is not satisfiable",
            (("PartNumberRequested", str(number)), ("ActualPartCount", str(count))),
        )
    context.partial = True
    if parts:
        context.part = parts[number - 1]
        context.first = sum(part.size for part in parts[: number - 1])
        context.length = context.part.size


def render(context: Reading) -> Response:
    """Answer 200, or 206 for a range or a part; HEAD without the bytes."""
    operation: Literal["GetObject", "HeadObject"] = "GetObject"
    body = b""
    if context.request.method == "HEAD":
        operation = "HeadObject"
    else:
        body = cut(context.version.blobs, context.first, context.length)
    return Response(
        status=206 if context.partial else 200,
        headers=_headers(context, operation),
        body=body,
        content_length=context.length,
    )


def _headers(context: Reading, operation: Literal["GetObject", "HeadObject"]) -> Headers:
    version, bucket = context.version, context.bucket
    headers = [
        *expiration_headers(
            bucket.lifecycle, version.key, version.tags, version.size, version.modified
        ),
        *validators(version),
        *_checksum(context),
        *version_header(bucket, version),
        ("Accept-Ranges", "bytes"),
    ]
    if context.partial and context.length:
        last = context.first + context.length - 1
        headers.append(("Content-Range", f"bytes {context.first}-{last}/{version.size}"))
    headers += _metadata(context)
    headers += encryption_headers(version.encryption, operation=operation)
    if version.storage_class != "STANDARD":
        headers.append(("x-amz-storage-class", version.storage_class))
    if context.part is not None:
        headers.append(("x-amz-mp-parts-count", str(len(version.parts))))
    if version.tags:
        headers.append(("x-amz-tagging-count", str(len(version.tags))))
    headers += lock_headers(version.lock, context.request.now)
    headers += charged_headers(context.request, bucket)
    return tuple(headers)


def _metadata(context: Reading) -> Headers:
    """Return the object's own headers, some of them replaced by response-* parameters."""
    stored = context.version.metadata.headers() if context.version.metadata else ()
    query = context.request.query
    replaced = {
        header: query.get(name) or "" for name, header in _OVERRIDES.items() if name in query
    }
    kept = tuple(pair for pair in stored if pair[0] not in replaced)
    return (*kept, *replaced.items())


def _checksum(context: Reading) -> Headers:
    """Return the checksum if it was asked for (GP-010) and is one of what is sent.

    A part has its own only in a composite object (GP-008); of a full-object checksum a part gets
    none unless it is all there is (GP-009). A range has none.
    """
    checksum, part = context.version.checksum, context.part
    mode = context.request.headers.get("x-amz-checksum-mode") or ""
    if checksum is None or mode.upper() != "ENABLED":
        return ()
    value: str | None = checksum.value
    if part is not None and checksum.type == "COMPOSITE":
        value = part.checksum
    elif (part is not None and len(context.version.parts) > 1) or _is_range(context):
        value = None
    if value is None:
        return ()
    return (
        (f"x-amz-checksum-{checksum.algorithm.lower()}", value),
        ("x-amz-checksum-type", checksum.type),
    )


def _is_range(context: Reading) -> bool:
    return context.partial and context.part_number is None


_FIND: Final = (
    known_bucket,
    expected_owner,
    key_length,
    range_or_part,
    part_number_syntax,
    version_id_syntax,
    overrides_signed,
    read_authorised,
    known_version,
    read_encryption,
)

GET_OBJECT: Final = Operation(
    name="GetObject",
    context=Reading,
    checks=(*_FIND, not_archived, read_conditions, wanted_bytes),
    effect=no_effect,
    render=render,
)

HEAD_OBJECT: Final = Operation(
    name="HeadObject",
    context=Reading,
    checks=(*_FIND, read_conditions, wanted_bytes),
    effect=no_effect,
    render=render,
)
