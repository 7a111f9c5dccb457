"""Faults of additional checksums: of parts, of the list, of the object."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from conformance.reference.faults.catalogue.operations import (
    COMPLETE,
    COPY,
    CREATE,
    LIST_PARTS,
    LIST_UPLOADS,
    PART,
    PARTS,
)
from conformance.reference.faults.catalogue.steps import (
    alters_part,
    alters_upload,
    alters_version,
    has,
)
from conformance.reference.faults.edits import (
    header,
    ignores,
    misnames,
    omits,
    omits_element,
)
from conformance.reference.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    refuses,
)
from conformance.reference.faults.switches import (
    After,
    Deny,
    Replace,
    Say,
    Swallow,
)
from conformance.reference.messages import S3Error
from conformance.reference.model.operations.complete_parts import part_checksums
from conformance.reference.model.operations.upload_part import checksum_algorithm

# A context is of its operation's own type: see conformance.reference.faults.switches.Step.
Context = Any

_ALGORITHMS: Final = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
_HEADERS: Final = tuple(f"x-amz-checksum-{name.lower()}" for name in _ALGORITHMS)
_ELEMENTS: Final = tuple(f"Checksum{name}" for name in _ALGORITHMS)


def _wrong(value: str | None) -> str | None:
    """Return another value of the same form."""
    if not value:
        return value
    return ("B" if value[0] == "A" else "A") + value[1:]


def _wrong_checksum(checksum: Any) -> Any:  # noqa: ANN401  # a Checksum, or None
    return None if checksum is None else replace(checksum, value=_wrong(checksum.value))


def _only(kind: str, change: Any) -> Any:  # noqa: ANN401  # from a Checksum to one
    """Return the change for checksums of one type alone."""

    def only(checksum: Any) -> Any:  # noqa: ANN401
        if checksum is None or checksum.type != kind:
            return checksum
        return change(checksum)

    return only


def _uncounted(checksum: Any) -> Any:  # noqa: ANN401
    return replace(checksum, value=checksum.value.partition("-")[0])


def _fills_in(context: Context) -> None:
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


def _as_the_parts(context: Context) -> None:
    """Take each part's own checksum, whatever the list says."""
    context.manifest = tuple(
        replace(entry, checksum=context.upload.parts[entry.number].checksum)
        if entry.number in context.upload.parts
        else entry
        for entry in context.manifest
    )


def _refuse_unless_named(context: Context) -> None:
    """Take no checksum of an upload without an algorithm."""
    if context.upload.checksum_algorithm is None and context.body.checksum is not None:
        raise S3Error(400, "InvalidRequest", "The upload has no checksum algorithm.")
    checksum_algorithm(context)


def _forget_kind(context: Context) -> None:
    context.begun.checksum_algorithm = context.begun.checksum_type = None


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "checksum.part-value/ignored",
        "The checksum of a part is not looked at",
        ignores(PART, *_HEADERS),
        known="A12",
    ),
    accepts(
        "checksum.part-value/wrong-taken",
        "A part with another checksum is stored",
        Swallow(PART, "checksum_matches"),
        known="B16",
    ),
    accepts(
        "checksum.part-value/malformed-taken",
        "A part checksum that is none is ignored",
        Swallow(PART, "claimed_checksum", "InvalidRequest", "header is invalid"),
        known="B16",
    ),
    answers(
        "checksum.part-value/bad-digest-for-malformed",
        "A malformed part checksum is a BadDigest",
        misnames(PART, "InvalidRequest", "BadDigest", says="header is invalid"),
        known="B16",
    ),
    answers(
        "checksum.part-value/invalid-request-for-wrong",
        "A wrong part checksum is an InvalidRequest",
        misnames(PART, "BadDigest", "InvalidRequest"),
        known="B16",
    ),
    answers(
        "checksum.part-value/not-echoed",
        "The checksum of a part is not echoed",
        omits(PART, *_HEADERS),
        known="A12",
    ),
    accepts(
        "checksum.part-algorithm/any",
        "A part may bring a checksum of another algorithm, or none",
        Swallow(PART, "checksum_algorithm"),
        known="B13",
    ),
    accepts(
        "checksum.part-algorithm/several",
        "A part may bring several checksums",
        Swallow(PART, "claimed_checksum", "InvalidRequest", "Multiple checksum"),
        should=True,
    ),
    answers(
        "checksum.part-algorithm/bad-digest",
        "A part checksum of another algorithm is a BadDigest",
        misnames(PART, "InvalidRequest", "BadDigest", says="Type mismatch"),
        known="B13",
    ),
    refuses(
        "checksum.part-computed/demanded",
        "A full-object upload takes no part without a checksum",
        Deny(
            PART,
            lambda r: not any(name in r.headers for name in (*_HEADERS, "x-amz-trailer")),
            message="Send the checksum of the part.",
        ),
        known="B07",
    ),
    forgets(
        "checksum.part-computed/not-answered",
        "The computed checksum of a part is not answered",
        Say(
            PART,
            lambda request, said: (
                said
                if any(name in request.headers for name in (*_HEADERS, "x-amz-trailer"))
                else replace(
                    said,
                    headers=tuple(one for one in said.headers if one[0] not in _HEADERS),
                )
            ),
        ),
        known="B07",
    ),
    answers(
        "checksum.part-computed/wrong",
        "The computed checksum of a part is another's",
        Say(
            PART,
            lambda request, said: (
                said
                if any(name in request.headers for name in (*_HEADERS, "x-amz-trailer"))
                else replace(
                    said,
                    headers=tuple(
                        (name, _wrong(value) or "") if name in _HEADERS else (name, value)
                        for name, value in said.headers
                    ),
                )
            ),
        ),
    ),
    accepts(
        "checksum.part-without-create/ignored",
        "A part checksum without an algorithm at the create is not looked at",
        ignores(PART, *_HEADERS),
        known="B14",
    ),
    refuses(
        "checksum.part-without-create/refused",
        "A part checksum without an algorithm at the create is refused",
        Replace(PART, "checksum_algorithm", _refuse_unless_named),
        known="B14",
    ),
    accepts(
        "checksum.sdk-header/alone",
        "x-amz-sdk-checksum-algorithm may stand alone",
        ignores(PARTS, "x-amz-sdk-checksum-algorithm"),
        known="A12",
    ),
    refuses(
        "checksum.sdk-header/refused",
        "x-amz-sdk-checksum-algorithm is refused",
        Deny(PART, has("x-amz-sdk-checksum-algorithm")),
        known="A12",
    ),
    answers(
        "checksum.composite/no-count",
        "A composite checksum has no number of parts",
        After(COMPLETE, alters_version(checksum=_only("COMPOSITE", _uncounted))),
        known="B05",
    ),
    answers(
        "checksum.composite/wrong",
        "A composite checksum is another's",
        After(COMPLETE, alters_version(checksum=_only("COMPOSITE", _wrong_checksum))),
        known="B05",
    ),
    answers(
        "checksum.full-object/wrong",
        "A full-object checksum is another's",
        After(COMPLETE, alters_version(checksum=_only("FULL_OBJECT", _wrong_checksum))),
        known="B02",
    ),
    answers(
        "checksum.full-object/counted",
        "A full-object checksum has the number of parts behind it",
        After(
            COMPLETE,
            alters_version(
                checksum=_only("FULL_OBJECT", lambda one: replace(one, value=f"{one.value}-2"))
            ),
        ),
        known="B02",
    ),
    forgets(
        "checksum.default/none",
        "An object without an algorithm has no checksum",
        After(
            COMPLETE,
            lambda c: c.upload.checksum_algorithm or alters_version(checksum=lambda _: None)(c),
        ),
        known="B15",
    ),
    answers(
        "checksum.default/crc32",
        "An object without an algorithm has a CRC32",
        After(
            COMPLETE,
            lambda c: (
                c.upload.checksum_algorithm
                or alters_version(
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
        Replace(COMPLETE, "part_checksums", _fills_in),
        known="B08",
    ),
    answers(
        "checksum.complete-needs-parts/invalid-part",
        "A composite completion without the checksum of a part is an InvalidPart",
        misnames(COMPLETE, "InvalidRequest", "InvalidPart", says="was missing for part"),
        known="B08",
    ),
    accepts(
        "checksum.complete-wrong-part/taken",
        "The checksums of listed parts are not compared",
        Replace(COMPLETE, "part_checksums", _as_the_parts),
        known="B09",
    ),
    answers(
        "checksum.complete-wrong-part/server-error",
        "A listed checksum that is not the part's is a 500",
        misnames(COMPLETE, "InvalidPart", "InternalError", 500),
        known="B09",
    ),
    accepts(
        "checksum.complete-object/ignored",
        "The object checksum of a completion is not looked at",
        Swallow(COMPLETE, "object_checksum"),
        known="B10",
    ),
    accepts(
        "checksum.complete-object/malformed-taken",
        "A malformed object checksum of a completion is ignored",
        Swallow(COMPLETE, "object_checksum_syntax"),
    ),
    answers(
        "checksum.complete-object/invalid-request",
        "A wrong object checksum of a completion is an InvalidRequest",
        misnames(COMPLETE, "BadDigest", "InvalidRequest", says="calculated checksum"),
        known="B10",
    ),
    accepts(
        "checksum.complete-type/ignored",
        "The checksum type of the completion is not compared",
        Swallow(COMPLETE, "same_checksum_type"),
        known="B12",
    ),
    answers(
        "checksum.complete-type/server-error",
        "Another checksum type than the create's is a 500",
        misnames(COMPLETE, "InvalidRequest", "InternalError", 500, says="checksum mode"),
        known="B12",
    ),
    refuses(
        "checksum.complete-object/type-demanded",
        "A completion has to name the checksum type",
        Deny(
            COMPLETE,
            lambda request: (
                "x-amz-checksum-type" not in request.headers
                and any(name in request.headers for name in _HEADERS)
            ),
        ),
        known="B11",
    ),
    forgets(
        "checksum.listed/no-part-checksums",
        "ListParts shows no checksum of a part",
        omits_element(LIST_PARTS, *_ELEMENTS),
        known="F03",
    ),
    forgets(
        "checksum.listed/no-algorithm",
        "ListParts names no checksum algorithm",
        omits_element(LIST_PARTS, "ChecksumAlgorithm"),
    ),
    forgets(
        "checksum.listed/no-type",
        "Neither list names the checksum type",
        omits_element((LIST_PARTS, LIST_UPLOADS), "ChecksumType"),
    ),
    forgets(
        "checksum.listed/uploads-unnamed",
        "ListMultipartUploads names no checksum algorithm",
        omits_element(LIST_UPLOADS, "ChecksumAlgorithm"),
    ),
    accepts(
        "obj.checksum-algorithm/unknown-ignored",
        "An unknown checksum algorithm is ignored",
        Swallow(CREATE, "checksum_kind", "InvalidRequest", "unsupported"),
        known="B20",
    ),
    forgets(
        "obj.checksum-algorithm/forgotten",
        "The checksum algorithm of the create is forgotten",
        After(CREATE, _forget_kind),
        known="A14",
    ),
    answers(
        "obj.checksum-algorithm/not-echoed",
        "The checksum algorithm is not echoed",
        omits(CREATE, "x-amz-checksum-algorithm"),
        known="A14",
    ),
    refuses(
        "obj.checksum-algorithm/no-crc64nvme",
        "CRC64NVME is refused",
        Deny(CREATE, lambda r: header(r, "x-amz-checksum-algorithm").upper() == "CRC64NVME"),
        known="B01",
    ),
    refuses(
        "obj.checksum-algorithm/no-sha1",
        "SHA1 is refused",
        Deny(CREATE, lambda r: header(r, "x-amz-checksum-algorithm").upper() == "SHA1"),
    ),
    answers(
        "obj.checksum-algorithm/other-code",
        "An unknown checksum algorithm is an InvalidArgument",
        misnames(CREATE, "InvalidRequest", "InvalidArgument", says="unsupported"),
        known="B20",
    ),
    accepts(
        "obj.checksum-type/any-pair",
        "A checksum type goes with any algorithm",
        Swallow(CREATE, "checksum_kind", "InvalidRequest", "cannot be used with"),
        known="B04",
    ),
    accepts(
        "obj.checksum-type/alone",
        "A checksum type may stand without an algorithm",
        Swallow(CREATE, "checksum_kind", "InvalidRequest", "can only be used"),
        known="B17",
    ),
    answers(
        "obj.checksum-type/not-echoed",
        "The checksum type is not echoed",
        omits(CREATE, "x-amz-checksum-type"),
        known="B03",
    ),
    answers(
        "obj.checksum-type/full-by-default",
        "CRC32 is a full-object checksum by default",
        After(
            CREATE,
            lambda c: (
                alters_upload(checksum_type=lambda _: "FULL_OBJECT")(c)
                if c.begun.checksum_algorithm == "CRC32"
                and "x-amz-checksum-type" not in c.request.headers
                else None
            ),
        ),
        known="B03",
    ),
    answers(
        "copy.result/no-checksum",
        "CopyPartResult has no checksum where the upload has an algorithm",
        omits_element(COPY, *_ELEMENTS),
        known="B18",
    ),
    forgets(
        "checksum.listed/wrong-checksum",
        "ListParts shows another checksum than the part's",
        After(PART, alters_part(checksum=_wrong)),
    ),
)
