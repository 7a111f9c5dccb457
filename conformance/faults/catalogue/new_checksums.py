"""Faults of the checksum algorithms of 2026 alone: a server that knows the older ones well."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.checksum_names import another_checksum
from conformance.faults.catalogue.steps import alters_version, made
from conformance.faults.edits import header, misnames, omits, omits_element
from conformance.faults.model import Fault, accepts, answers, forgets, refuses
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.body import checksum_matches
from conformance.reference.operations.uploads.complete_parts import object_checksum, part_checksums
from conformance.reference.operations.uploads.create import checksum_kind
from conformance.reference.operations.uploads.upload_part import checksum_algorithm
from conformance.reference.rules.checksum import NAMED_AT_CREATE

if TYPE_CHECKING:
    from collections.abc import Callable

C = TypeVar("C", bound=op.Context)

_HEADERS: Final = tuple(f"x-amz-checksum-{name.lower()}" for name in sorted(NAMED_AT_CREATE))
_ELEMENTS: Final = tuple(f"Checksum{name}" for name in sorted(NAMED_AT_CREATE))
_XXHASH: Final = ("XXHASH128", "XXHASH3", "XXHASH64")


def _asked_for(context: op.Creating) -> bool:
    return header(context.request, "x-amz-checksum-algorithm").upper() in NAMED_AT_CREATE


def _lax(check: sw.Step[C], applies: Callable[[C], bool]) -> sw.Step[C]:
    """Return the check that refuses nothing where it applies."""

    def lax(context: C) -> None:
        try:
            check(context)
        except S3Error:
            if not applies(context):
                raise

    return lax


def _full_object_taken(context: op.Creating) -> None:
    """Take FULL_OBJECT with any of them."""
    try:
        checksum_kind(context)
    except S3Error:
        if not _asked_for(context):
            raise
        context.algorithm = header(context.request, "x-amz-checksum-algorithm").upper()
        context.checksum_type = "FULL_OBJECT"


def _claims_one(context: op.UploadingPart) -> bool:
    claimed = context.body.checksum
    return claimed is not None and claimed.algorithm in NAMED_AT_CREATE


def _created_with_one(context: op.Completing) -> bool:
    return context.upload.checksum_algorithm in NAMED_AT_CREATE


def _little_endian(context: op.UploadingPart) -> None:
    """Compare the XXH checksums with their bytes the other way round."""
    claimed = context.body.checksum
    if claimed is not None and claimed.algorithm in _XXHASH:
        swapped = base64.b64decode(claimed.value or "")[::-1]
        value = base64.b64encode(swapped).decode("ascii")
        context.body.checksum = replace(claimed, value=value)
    checksum_matches(context)


def _another(context: op.Completing) -> None:
    checksum = made(context.version).checksum
    if checksum is not None and checksum.algorithm in NAMED_AT_CREATE:
        other = replace(checksum, value=another_checksum(checksum.value) or "")
        alters_version(checksum=lambda _: other)(context)


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "obj.checksum-algorithm/new-refused",
        "The checksum algorithms added in 2026 other than SHA512 are unknown",
        sw.Deny(
            op.CREATE,
            lambda r: header(r, "x-amz-checksum-algorithm").upper() in NAMED_AT_CREATE - {"SHA512"},
            code="InvalidRequest",
            message="Checksum algorithm provided is unsupported.",
        ),
        known="B20",
    ),
    accepts(
        "obj.checksum-type/new-full-object",
        "The checksum algorithms added in 2026 have a full-object checksum",
        sw.Replace(op.CREATE, "checksum_kind", _full_object_taken),
        should=True,
    ),
    accepts(
        "checksum.part-algorithm/new-without-create",
        "A part may bring a checksum added in 2026 that the create did not name",
        sw.Replace(op.PART, "checksum_algorithm", _lax(checksum_algorithm, _claims_one)),
    ),
    accepts(
        "checksum.part-value/new-not-compared",
        "A part checksum added in 2026 is kept without a comparison",
        sw.Replace(op.PART, "checksum_matches", _lax(checksum_matches, _claims_one)),
        known="B20",
    ),
    refuses(
        "checksum.part-value/little-endian",
        "The XXH checksums of parts are read in the wrong byte order",
        sw.Replace(op.PART, "checksum_matches", _little_endian),
    ),
    answers(
        "checksum.part-value/new-not-echoed",
        "A part checksum added in 2026 is not echoed",
        omits(op.PART, *_HEADERS),
    ),
    answers(
        "checksum.part-value/new-other-code",
        "A wrong trailing or leading checksum added in 2026 is answered with InvalidDigest",
        misnames(op.PART, "BadDigest", "InvalidDigest", says="XXHASH"),
    ),
    forgets(
        "checksum.listed/new-not-listed",
        "ListParts shows no checksum added in 2026",
        omits_element(op.LIST_PARTS, *_ELEMENTS),
    ),
    forgets(
        "checksum.listed/new-uploads-unnamed",
        "ListMultipartUploads names no checksum algorithm added in 2026",
        omits_element(op.LIST_UPLOADS, "ChecksumAlgorithm"),
    ),
    answers(
        "copy.result/new-no-checksum",
        "CopyPartResult has no checksum added in 2026",
        omits_element(op.COPY, *_ELEMENTS),
    ),
    answers(
        "checksum.composite/new-wrong",
        "A composite checksum added in 2026 is that of other data",
        sw.After(op.COMPLETE, _another),
    ),
    accepts(
        "checksum.complete-object/new-ignored",
        "An object checksum added in 2026 on completion is not compared",
        sw.Replace(op.COMPLETE, "object_checksum", _lax(object_checksum, _created_with_one)),
    ),
    accepts(
        "checksum.complete-needs-parts/new-left-out",
        "A list without, or with wrong, part checksums added in 2026 is accepted",
        sw.Replace(op.COMPLETE, "part_checksums", _lax(part_checksums, _created_with_one)),
        sw.Replace(op.COMPLETE, "object_checksum", _lax(object_checksum, _created_with_one)),
        should=True,
    ),
    refuses(
        "framing.unsigned-trailer/new-unsupported",
        "A trailer with a checksum added in 2026 is rejected",
        sw.Deny(op.PART, lambda r: header(r, "x-amz-trailer").strip().lower() in _HEADERS),
        should=True,
    ),
    forgets(
        "read.checksum/new-not-told",
        "HeadObject shows no checksum added in 2026",
        omits(op.HEAD, *_HEADERS),
    ),
    forgets(
        "read.attributes/new-not-told",
        "GetObjectAttributes shows no checksum added in 2026",
        omits_element(op.ATTRIBUTES, *_ELEMENTS),
    ),
)
