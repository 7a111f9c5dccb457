"""Faults of integrity where nothing is damaged: copies, reads, and what may be left out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.checksum_names import CHECKSUM_HEADERS
from conformance.faults.catalogue.steps import alters_version, has
from conformance.faults.edits import header, takes_for, with_header
from conformance.faults.model import Fault, accepts, answers, refuses
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.objects.get_object import wanted_bytes
from conformance.reference.operations.uploads.manifest import parse_manifest
from conformance.reference.rules.checksum import base64_digest

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response

_CREATES: Final = (op.CREATE, *op.DIRECTORY_CREATE)
_ALL_READS: Final = (*op.READS, *op.DIRECTORY_GET, *op.DIRECTORY_HEAD)
_ALGORITHM: Final = "x-amz-checksum-algorithm"
_TYPE: Final = "x-amz-checksum-type"
_CHECKSUM: Final = re.compile(rb"<Checksum\w+>[^<]*</Checksum\w+>")
_DIGESTS: Final = ("Content-MD5", "x-amz-trailer", *CHECKSUM_HEADERS)


def _checksum_copied_along(context: op.CopyingObject) -> None:
    """Give a copy the composite checksum of what it was copied from."""
    checksum = context.source.version.checksum
    if checksum is not None and checksum.type == "COMPOSITE":
        alters_version(checksum=lambda _: checksum)(context)


def _etag_copied_along(context: op.CopyingObject) -> None:
    """Give a copy of a multipart object the ETag of what it was copied from."""
    etag = context.source.version.etag
    if "-" in etag:
        alters_version(etag=lambda _: etag)(context)


def _each_by_itself(context: op.Reading) -> None:
    """Describe one part of several as that of a composite object: by a checksum of its own."""
    wanted_bytes(context)
    version, part = context.version, context.part
    checksum = version.checksum
    if part is None or checksum is None or len(version.parts) == 1:
        return
    if checksum.type == "FULL_OBJECT":
        context.found_version = replace(version, checksum=replace(checksum, type="COMPOSITE"))
        context.part = replace(part, checksum=base64_digest(part.blob, checksum.algorithm))


def _unread(context: op.Completing) -> None:
    """Take the parts' own checksums in the place of the list's where those can't be read."""
    data = context.request.payload.data
    try:
        context.manifest = parse_manifest(data)
    except S3Error as error:
        if not error.message.startswith("Invalid Base64 or multiple checksums"):
            raise
        upload = context.upload
        context.manifest = tuple(
            replace(
                entry,
                algorithm=upload.checksum_algorithm,
                checksum=upload.parts[entry.number].checksum,
            )
            if entry.number in upload.parts
            else entry
            for entry in parse_manifest(_CHECKSUM.sub(b"", data))
        )


def _default_named(request: Request, response: Response) -> Response:
    """Name the algorithm that S3 falls back to, where the create named none."""
    if _ALGORITHM in request.headers:
        return response
    named = with_header(response, _ALGORITHM, "CRC64NVME")
    return with_header(named, _TYPE, "FULL_OBJECT")


def _known_type(value: str) -> str | None:
    return value if value.upper() in ("COMPOSITE", "FULL_OBJECT") else None


def _algorithm_alone(request: Request) -> bool:
    """Return whether a checksum is announced, and none comes."""
    return _ALGORITHM in request.headers and not any(
        name in request.headers for name in CHECKSUM_HEADERS
    )


def _untold(request: Request) -> bool:
    """Return whether nothing in the request says what the digest of its payload is."""
    return header(request, "x-amz-content-sha256") == "UNSIGNED-PAYLOAD" and not any(
        name in request.headers for name in _DIGESTS
    )


FAULTS: Final[tuple[Fault, ...]] = (
    answers(
        "checksum.composite/copied-along",
        "A copy of an object has the composite checksum of its source",
        sw.After(op.COPY_OBJECT, _checksum_copied_along),
    ),
    answers(
        "complete.etag-formula/copied-along",
        "A copy of a multipart object has the ETag of its source, with the number of parts",
        sw.After(op.COPY_OBJECT, _etag_copied_along),
    ),
    answers(
        "read.checksum/each-part-its-own",
        "A part of an object with a full-object checksum is answered with one of its own",
        sw.Replace(op.READS, "wanted_bytes", _each_by_itself),
    ),
    refuses(
        "read.checksum/refused",
        "A read that asks for checksums is rejected",
        sw.Deny(_ALL_READS, has("x-amz-checksum-mode"), code="InvalidArgument"),
        known="A13",
    ),
    accepts(
        "checksum.complete-wrong-part/unread",
        "A listed part with two checksums, or with one that is not base64, is accepted",
        sw.Replace(op.COMPLETE, "manifest", _unread),
    ),
    refuses(
        "complete.integrity-headers/announced",
        "x-amz-checksum-algorithm on a completion is rejected without a checksum beside it",
        sw.Deny(op.COMPLETE, _algorithm_alone),
        should=True,
    ),
    answers(
        "obj.checksum-algorithm/default-named",
        "A create that names no checksum algorithm is answered with the default, CRC64NVME",
        sw.Say(_CREATES, _default_named),
    ),
    accepts(
        "obj.checksum-type/unknown-ignored",
        "An unknown checksum type is ignored",
        takes_for(_CREATES, _TYPE, _known_type),
        should=True,
    ),
    refuses(
        "part.content-md5/demanded",
        "A part whose payload is not signed needs a Content-MD5 or a checksum",
        sw.Deny(op.PART, _untold),
    ),
)
