"""GetObjectAttributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations.checks import (
    INT_MAX,
    PAGE,
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
    version_header,
    version_id_syntax,
)
from conformance.reference.pipeline import Operation, no_effect
from conformance.reference.rules.access import charged_headers
from conformance.reference.xml import boolean, document, http_date

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.xml import Node

_HEADER: Final = "x-amz-object-attributes"
_KNOWN: Final = frozenset({"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"})


class Describing(ReadContext):
    """A request for attributes of an object."""

    action = "s3:GetObjectAttributes"

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: frozenset[str] = frozenset()
        self.limit = PAGE
        self.marker = 0


def known_attributes(context: Describing) -> None:
    """InvalidRequest without attributes, InvalidArgument for one that does not exist."""
    given = ",".join(
        value for name, value in context.request.headers.items if name.lower() == _HEADER
    )
    context.wanted = frozenset(name.strip() for name in given.split(",") if name.strip())
    if not context.wanted:
        raise S3Error(
            400,
            "InvalidRequest",
            f"The {_HEADER} header specifying the attributes to be retrieved is either missing or "
            "empty",
        )
    if not context.wanted <= _KNOWN:
        raise argument("Invalid attribute name specified.", _HEADER)


def part_page(context: Describing) -> None:
    """InvalidArgument for x-amz-max-parts or x-amz-part-number-marker that are no numbers."""
    context.limit = min(_number(context, "x-amz-max-parts", PAGE), PAGE)
    context.marker = _number(context, "x-amz-part-number-marker", 0)


def _number(context: Describing, name: str, default: int) -> int:
    raw = context.request.headers.get(name)
    if not raw:
        return default
    value = whole_number(raw)
    if value is None or not 0 <= value <= INT_MAX:
        text = f"Argument {name} must be an integer between 0 and {INT_MAX}"
        raise argument(text, name, raw)
    return value


def render(context: Describing) -> Response:
    """Answer with the attributes asked for, in the order of the API's model.

    S3 names no Content-Type here (SA-357).
    """
    version, wanted = context.version, context.wanted
    children: list[Node] = []
    if "ETag" in wanted:
        children.append(("ETag", version.etag))  # unquoted here (GOA-001)
    if "Checksum" in wanted and version.checksum is not None:
        children.append(("Checksum", _checksum(context)))
    if "ObjectParts" in wanted and version.parts:
        children.append(("ObjectParts", _parts(context)))
    if "StorageClass" in wanted:
        children.append(("StorageClass", version.storage_class))
    if "ObjectSize" in wanted:
        children.append(("ObjectSize", str(version.size)))
    return Response(
        headers=(
            ("Last-Modified", http_date(version.modified)),
            *version_header(context.bucket, version),
            *charged_headers(context.request, context.bucket),
        ),
        body=document("GetObjectAttributesResponse", children),
        chunked=True,
    )


def _checksum(context: Describing) -> list[Node]:
    """Return the checksum, here without the ``-N`` of a composite one (GOA-003).

    Directory buckets keep it (GOA-006).
    """
    checksum = context.version.checksum
    if checksum is None:
        return []
    value = checksum.value
    if context.bucket.zone is None:
        value = value.partition("-")[0]
    return [(f"Checksum{checksum.algorithm}", value), ("ChecksumType", checksum.type)]


def _parts(context: Describing) -> list[Node]:
    """Return the number of parts, and a page of them if their checksums are kept (GOA-001..004).

    In directory buckets there always is a page (GOA-006).
    """
    version, checksum = context.version, context.version.checksum
    children: list[Node] = [("PartsCount", str(len(version.parts)))]
    kept = checksum is not None and checksum.type == "COMPOSITE"
    if not kept and context.bucket.zone is None:
        return children
    following = list(enumerate(version.parts, 1))[context.marker :]
    page = following[: context.limit]
    children += [
        ("PartNumberMarker", str(context.marker)),
        ("NextPartNumberMarker", str(page[-1][0] if page else 0)),
        ("MaxParts", str(context.limit)),
        ("IsTruncated", boolean(0 < context.limit < len(following))),
    ]
    for number, part in page:
        entry: list[Node] = [("PartNumber", str(number)), ("Size", str(part.size))]
        if checksum is not None and part.checksum is not None:
            entry.append((f"Checksum{checksum.algorithm}", part.checksum))
        children.append(("Part", entry))
    return children


ATTRIBUTES: Final = Operation(
    name="GetObjectAttributes",
    context=Describing,
    checks=(
        known_bucket,
        expected_owner,
        key_length,
        known_attributes,
        part_page,
        version_id_syntax,
        read_authorised,
        known_version,
        read_encryption,
        read_conditions,
    ),
    effect=no_effect,
    render=render,
)
