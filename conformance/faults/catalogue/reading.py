"""Faults of what is read once an upload is completed: parts, checksums, attributes, versions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import made
from conformance.faults.edits import (
    adding,
    asking_query,
    ignores,
    ignores_query,
    misnames,
    omits,
    omits_element,
    says_also,
    says_element,
    says_header,
    shifted,
)
from conformance.faults.model import Fault, accepts, answers, forgets, loses, orders, refuses
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.versions import NULL
from conformance.reference.operations.objects.get_object import wanted_bytes

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response

_CHECKSUMS: Final = tuple(
    f"x-amz-checksum-{name}" for name in ("crc32", "crc32c", "crc64nvme", "sha1", "sha256", "type")
)


def _last_part_for_any(context: op.Reading) -> None:
    """Take a part number beyond the last for the last."""
    if context.part_number is not None:
        context.part_number = min(context.part_number, len(context.version.parts) or 1)
    wanted_bytes(context)


def _no_part_of_nothing(context: op.Reading) -> None:
    """Find no part where there are no bytes."""
    if context.part_number is not None and not context.version.size:
        raise S3Error(416, "InvalidRange", "The requested range is not satisfiable")
    wanted_bytes(context)


def _as_numbered(context: op.Reading) -> None:
    """Take the part number for the one of the upload, as servers do that keep these."""
    numbers = [part.number for part in context.version.parts]
    if context.part_number is not None and numbers:
        found = context.part_number in numbers
        context.part_number = numbers.index(context.part_number) + 1 if found else len(numbers) + 1
    wanted_bytes(context)


def _range_alone(request: Request) -> Request:
    """Forget the part number where a range comes, too."""
    if "Range" not in request.headers:
        return request
    return asking_query(request, "partNumber", lambda _: None)


def _always_asked(request: Request) -> Request:
    if "x-amz-checksum-mode" in request.headers:
        return request
    return adding(request, "x-amz-checksum-mode", "ENABLED")


def _whole_etag(request: Request, said: Response) -> Response:
    """Answer a part with an ETag of its own."""
    if "partNumber" not in request.query:
        return said
    return _other_etag(said)


def _other_etag(said: Response) -> Response:
    headers = tuple(
        (name, f'"{"0" * 32}"' if name == "ETag" else value) for name, value in said.headers
    )
    return replace(said, headers=headers)


def _counted_always(request: Request, said: Response) -> Response:
    if "partNumber" in request.query:
        return said
    return replace(said, headers=(*said.headers, ("x-amz-mp-parts-count", "1")))


def _no_version(context: op.Completing) -> None:
    """Put the completed object in the place of all versions."""
    version, objects = made(context.version), context.bucket.objects
    version.version_id = NULL
    objects[version.key] = [version]


def _last_in_front(context: op.Completing) -> None:
    """Let the version completed last be the current one."""
    version = made(context.version)
    versions = context.bucket.objects[version.key]
    versions.remove(version)
    versions.append(version)


FAULTS: Final[tuple[Fault, ...]] = (
    answers(
        "read.part-number/status-200",
        "GET and HEAD by partNumber answer 200",
        sw.Say(
            op.READS,
            lambda request, said: (
                replace(said, status=200) if "partNumber" in request.query else said
            ),
        ),
        known="H07",
    ),
    loses(
        "read.part-number/whole-object",
        "partNumber is ignored and the whole object read",
        ignores_query(op.READS, "partNumber"),
        known="H07",
    ),
    answers(
        "read.part-number/no-range",
        "The answer does not show the range of the part",
        omits(op.READS, "Content-Range"),
        known="H07",
    ),
    answers(
        "read.part-number/no-count",
        "The answer does not show the number of parts",
        omits(op.READS, "x-amz-mp-parts-count"),
        known="H07",
    ),
    answers(
        "read.part-number/other-count",
        "The answer counts one part too many",
        says_header(op.READS, "x-amz-mp-parts-count", shifted),
        known="H07",
    ),
    answers(
        "read.part-number/counted-always",
        "The number of parts is returned without being asked for",
        sw.Say(op.READS, _counted_always),
        known="H07",
    ),
    answers(
        "read.part-number/etag-of-part",
        "A read by part number returns an ETag of the part",
        sw.Say(op.READS, _whole_etag),
        known="H07",
    ),
    accepts(
        "read.part-number-bounds/last-for-any",
        "A part number beyond the last gives the last part",
        sw.Replace(op.READS, "wanted_bytes", _last_part_for_any),
        known="H08",
    ),
    answers(
        "read.part-number/as-numbered",
        "A read by part number wants the number under which the part was uploaded",
        sw.Replace(op.READS, "wanted_bytes", _as_numbered),
        known="H07",
    ),
    refuses(
        "read.part-number/empty-has-none",
        "An object without bytes has no part 1",
        sw.Replace(op.READS, "wanted_bytes", _no_part_of_nothing),
        should=True,
    ),
    accepts(
        "read.part-number-bounds/what-is-no-number",
        "A part number that no part can have is ignored, and the whole object read",
        sw.Swallow(op.READS, "part_number_syntax"),
    ),
    answers(
        "read.part-number-bounds/400",
        "A part number beyond the last is answered with 400",
        misnames(op.READS, "InvalidPartNumber", "InvalidArgument", 400),
        known="H08",
    ),
    accepts(
        "read.part-number-bounds/with-range",
        "A part number together with a range is ignored",
        sw.Ask(op.READS, _range_alone),
        known="H08",
    ),
    answers(
        "read.checksum/never",
        "Checksums are not returned when asked for",
        ignores(op.READS, "x-amz-checksum-mode"),
        known="A13",
    ),
    answers(
        "read.checksum/always",
        "Checksums are returned without being asked for",
        sw.Ask(op.READS, _always_asked),
        known="A13",
    ),
    answers(
        "read.checksum/no-type",
        "The type of the checksum is not returned",
        omits(op.READS, "x-amz-checksum-type"),
    ),
    answers(
        "read.checksum/of-object-for-part",
        "A part is answered with the checksum of the object",
        sw.Say(
            op.READS,
            lambda request, said: (
                replace(
                    said,
                    headers=tuple(
                        (name, f"{value}-9" if name in _CHECKSUMS[:-1] else value)
                        for name, value in said.headers
                    ),
                )
                if "partNumber" in request.query
                else said
            ),
        ),
    ),
    forgets(
        "read.attributes/no-parts",
        "GetObjectAttributes shows nothing of the parts",
        omits_element(op.ATTRIBUTES, "ObjectParts"),
        known="B19",
    ),
    answers(
        "read.attributes/other-count",
        "GetObjectAttributes counts one part too many",
        says_element(op.ATTRIBUTES, "PartsCount", shifted),
        known="B19",
    ),
    forgets(
        "read.attributes/no-part-checksums",
        "GetObjectAttributes lists no part",
        omits_element(op.ATTRIBUTES, "Part"),
        known="B19",
    ),
    answers(
        "read.attributes/quoted-etag",
        "GetObjectAttributes quotes the ETag",
        says_element(op.ATTRIBUTES, "ETag", lambda value: f"&quot;{value}&quot;"),
    ),
    answers(
        "read.attributes/other-size",
        "GetObjectAttributes shows another size",
        says_element(op.ATTRIBUTES, "ObjectSize", shifted),
    ),
    answers(
        "version.complete/unnamed",
        "The answer to a completion does not name the version",
        omits(op.COMPLETE, "x-amz-version-id"),
        known="E14",
    ),
    answers(
        "version.complete/named-always",
        "The answer to a completion names a version where there is none",
        says_also(op.COMPLETE, "x-amz-version-id", "null"),
        known="E14",
    ),
    loses(
        "version.complete/overwrites",
        "A completion in a versioned bucket replaces all versions",
        sw.After(op.COMPLETE, _no_version),
        known="E14",
    ),
    accepts(
        "version.of-no-part/ignored",
        "The version that a part names is ignored",
        sw.Swallow(op.PART, "no_version"),
    ),
    orders(
        "version.initiated-last/completed-last",
        "The upload completed last is the current version",
        sw.After(op.COMPLETE, _last_in_front),
    ),
)
