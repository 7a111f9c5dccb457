"""Faults of additional checksums of objects: of the list, the result, and what listings show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.checksum_names import (
    CHECKSUM_ELEMENTS,
    CHECKSUM_HEADERS,
    another_checksum,
)
from conformance.faults.catalogue.steps import (
    alters_part,
    alters_version,
    refuses_if,
)
from conformance.faults.edits import (
    misnames,
    omits_element,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    refuses,
)
from conformance.reference.operations.uploads.complete_parts import part_checksums

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.state import Checksum


def _wrong_checksum(checksum: Checksum) -> Checksum:
    return replace(checksum, value=another_checksum(checksum.value) or "")


def _only(
    kind: str, change: Callable[[Checksum], Checksum]
) -> Callable[[Checksum | None], Checksum | None]:
    """Return the change for checksums of one type alone."""

    def only(checksum: Checksum | None) -> Checksum | None:
        if checksum is None or checksum.type != kind:
            return checksum
        return change(checksum)

    return only


def _uncounted(checksum: Checksum) -> Checksum:
    return replace(checksum, value=checksum.value.partition("-")[0])


def _fills_in(context: op.Completing) -> None:
    """Take the part's own checksum where the list has none."""
    context.manifest = tuple(
        replace(
            entry,
            checksum=context.upload.parts[entry.number].checksum,
            algorithm=context.upload.checksum_algorithm,
        )
        if entry.checksum is None and entry.number in context.upload.parts
        else entry
        for entry in context.manifest
    )
    part_checksums(context)


def _as_the_parts(context: op.Completing) -> None:
    """Take each part's own checksum, whatever the list says."""
    context.manifest = tuple(
        replace(entry, checksum=context.upload.parts[entry.number].checksum)
        if entry.number in context.upload.parts
        else entry
        for entry in context.manifest
    )


def _refused_where(*, counted: bool) -> sw.Step[op.Completing]:
    """Return a check that refuses composite object checksums of one of the two forms."""

    def wanted(context: op.Completing) -> bool:
        claimed = context.claimed
        composite = context.upload.checksum_type == "COMPOSITE"
        return composite and claimed is not None and ("-" in claimed.value) == counted

    return refuses_if(wanted, "BadDigest")


FAULTS: Final[tuple[Fault, ...]] = (
    answers(
        "checksum.composite/no-count",
        "A composite checksum has no number of parts",
        sw.After(op.COMPLETE, alters_version(checksum=_only("COMPOSITE", _uncounted))),
        known="B05",
    ),
    answers(
        "checksum.composite/wrong",
        "A composite checksum is that of other data",
        sw.After(op.COMPLETE, alters_version(checksum=_only("COMPOSITE", _wrong_checksum))),
        known="B05",
    ),
    answers(
        "checksum.full-object/wrong",
        "A full-object checksum is that of other data",
        sw.After(op.COMPLETE, alters_version(checksum=_only("FULL_OBJECT", _wrong_checksum))),
        known="B02",
    ),
    answers(
        "checksum.full-object/counted",
        "A full-object checksum has the number of parts after it",
        sw.After(
            op.COMPLETE,
            alters_version(
                checksum=_only("FULL_OBJECT", lambda one: replace(one, value=f"{one.value}-2"))
            ),
        ),
        known="B02",
    ),
    forgets(
        "checksum.default/none",
        "An object without an algorithm has no checksum",
        sw.After(
            op.COMPLETE,
            lambda c: (
                None if c.upload.checksum_algorithm else alters_version(checksum=lambda _: None)(c)
            ),
        ),
        known="B15",
    ),
    answers(
        "checksum.default/crc32",
        "An object without an algorithm has a CRC32",
        sw.After(
            op.COMPLETE,
            lambda c: (
                None
                if c.upload.checksum_algorithm
                else alters_version(
                    checksum=_only(
                        "FULL_OBJECT", lambda one: replace(one, algorithm="CRC32", value="AAAAAA==")
                    )
                )(c)
            ),
        ),
        known="B15",
    ),
    accepts(
        "checksum.complete-needs-parts/filled-in",
        "A composite completion may leave the checksums of parts out",
        sw.Replace(op.COMPLETE, "part_checksums", _fills_in),
        known="B08",
    ),
    answers(
        "checksum.complete-needs-parts/invalid-part",
        "A composite completion without the checksum of a part is answered with InvalidPart",
        misnames(op.COMPLETE, "InvalidRequest", "InvalidPart", says="was missing for part"),
        known="B08",
    ),
    accepts(
        "checksum.complete-wrong-part/taken",
        "The checksums of listed parts are not compared",
        sw.Replace(op.COMPLETE, "part_checksums", _as_the_parts),
        known="B09",
    ),
    answers(
        "checksum.complete-wrong-part/server-error",
        "A listed checksum that is not the part's is answered with 500",
        misnames(op.COMPLETE, "InvalidPart", "InternalError", 500),
        known="B09",
    ),
    accepts(
        "checksum.complete-object/ignored",
        "The object checksum of a completion is not checked",
        sw.Swallow(op.COMPLETE, "object_checksum"),
        known="B10",
    ),
    refuses(
        "checksum.complete-object/count-wanted",
        "A composite object checksum without the number of parts is rejected",
        sw.Insert(op.COMPLETE, _refused_where(counted=False)),
        known="B06",
    ),
    refuses(
        "checksum.complete-object/count-refused",
        "A composite object checksum with the number of parts is rejected",
        sw.Insert(op.COMPLETE, _refused_where(counted=True)),
        known="B06",
    ),
    accepts(
        "checksum.complete-object/malformed-taken",
        "A malformed object checksum of a completion is ignored",
        sw.Swallow(op.COMPLETE, "object_checksum_syntax"),
    ),
    answers(
        "checksum.complete-object/invalid-request",
        "A wrong object checksum of a completion is answered with InvalidRequest",
        misnames(op.COMPLETE, "BadDigest", "InvalidRequest", says="calculated checksum"),
        known="B10",
    ),
    accepts(
        "checksum.complete-type/ignored",
        "The checksum type of the completion is not compared",
        sw.Swallow(op.COMPLETE, "same_checksum_type"),
        known="B12",
    ),
    answers(
        "checksum.complete-type/server-error",
        "Another checksum type than the create's is answered with 500",
        misnames(op.COMPLETE, "InvalidRequest", "InternalError", 500, says="checksum mode"),
        known="B12",
    ),
    refuses(
        "checksum.complete-object/type-demanded",
        "A completion has to name the checksum type",
        sw.Deny(
            op.COMPLETE,
            lambda request: (
                "x-amz-checksum-type" not in request.headers
                and any(name in request.headers for name in CHECKSUM_HEADERS)
            ),
        ),
        known="B11",
    ),
    forgets(
        "checksum.listed/no-part-checksums",
        "ListParts shows no checksum of a part",
        omits_element(op.LIST_PARTS, *CHECKSUM_ELEMENTS),
        known="F03",
    ),
    forgets(
        "checksum.listed/no-algorithm",
        "ListParts names no checksum algorithm",
        omits_element(op.LIST_PARTS, "ChecksumAlgorithm"),
    ),
    forgets(
        "checksum.listed/no-type",
        "Neither list names the checksum type",
        omits_element((op.LIST_PARTS, op.LIST_UPLOADS), "ChecksumType"),
    ),
    forgets(
        "checksum.listed/uploads-unnamed",
        "ListMultipartUploads names no checksum algorithm",
        omits_element(op.LIST_UPLOADS, "ChecksumAlgorithm"),
    ),
    forgets(
        "checksum.listed/wrong-checksum",
        "ListParts shows another checksum than the part's",
        sw.After(op.PART, alters_part(checksum=another_checksum)),
    ),
)
