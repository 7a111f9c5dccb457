"""Faults of additional checksums: what a create asks for, and those of parts."""

from __future__ import annotations

from base64 import b64encode
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
    alters_upload,
    has,
    made,
)
from conformance.faults.edits import (
    body,
    header,
    ignores,
    misnames,
    omits,
    omits_element,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    refuses,
)
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.uploads.upload_part import checksum_algorithm

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response


def _refuse_unless_named(context: op.UploadingPart) -> None:
    """Take no checksum of an upload without an algorithm."""
    if context.upload.checksum_algorithm is None and context.body.checksum is not None:
        raise S3Error(400, "InvalidRequest", "The upload has no checksum algorithm.")
    checksum_algorithm(context)


def _with_checksum(request: Request, said: Response) -> Response:
    """Add a checksum to the answer to a copy that has none."""
    del request
    if b"<Checksum" in said.body:
        return said
    end = "</CopyPartResult>"
    value = b64encode(bytes(32)).decode()
    return body(said, end, f"<ChecksumSHA256>{value}</ChecksumSHA256>{end}")


def _forget_kind(context: op.Creating) -> None:
    begun = made(context.begun)
    begun.checksum_algorithm = begun.checksum_type = None


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "checksum.part-value/ignored",
        "The checksum of a part is not checked",
        ignores(op.PART, *CHECKSUM_HEADERS),
        known="A12",
    ),
    accepts(
        "checksum.part-value/wrong-taken",
        "A part with another checksum is stored",
        sw.Swallow(op.PART, "checksum_matches"),
        known="B16",
    ),
    accepts(
        "checksum.part-value/malformed-taken",
        "A part checksum that is none is ignored",
        sw.Swallow(op.PART, "claimed_checksum", "InvalidRequest", "header is invalid"),
        known="B16",
    ),
    answers(
        "checksum.part-value/bad-digest-for-malformed",
        "A malformed part checksum is answered with BadDigest",
        misnames(op.PART, "InvalidRequest", "BadDigest", says="header is invalid"),
        known="B16",
    ),
    answers(
        "checksum.part-value/invalid-request-for-wrong",
        "A wrong part checksum is answered with InvalidRequest",
        misnames(op.PART, "BadDigest", "InvalidRequest"),
        known="B16",
    ),
    answers(
        "checksum.part-value/not-echoed",
        "The checksum of a part is not echoed",
        omits(op.PART, *CHECKSUM_HEADERS),
        known="A12",
    ),
    accepts(
        "checksum.part-algorithm/any",
        "A part may bring a checksum of another algorithm, or none",
        sw.Swallow(op.PART, "checksum_algorithm"),
        known="B13",
    ),
    accepts(
        "checksum.part-algorithm/several",
        "A part may bring several checksums",
        sw.Swallow(op.PART, "claimed_checksum", "InvalidRequest", "Multiple checksum"),
        should=True,
    ),
    answers(
        "checksum.part-algorithm/bad-digest",
        "A part checksum of another algorithm is answered with BadDigest",
        misnames(op.PART, "InvalidRequest", "BadDigest", says="Type mismatch"),
        known="B13",
    ),
    refuses(
        "checksum.part-computed/demanded",
        "A full-object upload rejects a part without a checksum",
        sw.Deny(
            op.PART,
            lambda r: not any(name in r.headers for name in (*CHECKSUM_HEADERS, "x-amz-trailer")),
            message="Send the checksum of the part.",
        ),
        known="B07",
    ),
    forgets(
        "checksum.part-computed/not-answered",
        "The computed checksum of a part is not answered",
        sw.Say(
            op.PART,
            lambda request, said: (
                said
                if any(name in request.headers for name in (*CHECKSUM_HEADERS, "x-amz-trailer"))
                else replace(
                    said,
                    headers=tuple(one for one in said.headers if one[0] not in CHECKSUM_HEADERS),
                )
            ),
        ),
        known="B07",
    ),
    answers(
        "checksum.part-computed/wrong",
        "The computed checksum of a part is that of other data",
        sw.Say(
            op.PART,
            lambda request, said: (
                said
                if any(name in request.headers for name in (*CHECKSUM_HEADERS, "x-amz-trailer"))
                else replace(
                    said,
                    headers=tuple(
                        (name, another_checksum(value) or "")
                        if name in CHECKSUM_HEADERS
                        else (name, value)
                        for name, value in said.headers
                    ),
                )
            ),
        ),
    ),
    accepts(
        "checksum.part-without-create/ignored",
        "A part checksum without an algorithm at the create is not checked",
        ignores(op.PART, *CHECKSUM_HEADERS),
        known="B14",
    ),
    refuses(
        "checksum.part-without-create/refused",
        "A part checksum without an algorithm at the create is rejected",
        sw.Replace(op.PART, "checksum_algorithm", _refuse_unless_named),
        known="B14",
    ),
    answers(
        "checksum.part-without-create/copied",
        "A part copied into an upload without an algorithm is answered with a SHA-256 checksum",
        sw.Say(op.COPY, _with_checksum),
        should=True,
    ),
    accepts(
        "checksum.sdk-header/alone",
        "x-amz-sdk-checksum-algorithm is accepted alone",
        ignores(op.PARTS, "x-amz-sdk-checksum-algorithm"),
        known="A12",
    ),
    refuses(
        "checksum.sdk-header/refused",
        "x-amz-sdk-checksum-algorithm is rejected",
        sw.Deny(op.PART, has("x-amz-sdk-checksum-algorithm")),
        known="A12",
    ),
    accepts(
        "obj.checksum-algorithm/unknown-ignored",
        "An unknown checksum algorithm is ignored",
        sw.Swallow(op.CREATE, "checksum_kind", "InvalidRequest", "unsupported"),
        known="B20",
    ),
    forgets(
        "obj.checksum-algorithm/forgotten",
        "The checksum algorithm of the create is forgotten",
        sw.After(op.CREATE, _forget_kind),
        known="A14",
    ),
    answers(
        "obj.checksum-algorithm/not-echoed",
        "The checksum algorithm is not echoed",
        omits(op.CREATE, "x-amz-checksum-algorithm"),
        known="A14",
    ),
    refuses(
        "obj.checksum-algorithm/no-crc64nvme",
        "CRC64NVME is rejected",
        sw.Deny(op.CREATE, lambda r: header(r, "x-amz-checksum-algorithm").upper() == "CRC64NVME"),
        known="B01",
    ),
    refuses(
        "obj.checksum-algorithm/no-sha1",
        "SHA1 is rejected",
        sw.Deny(op.CREATE, lambda r: header(r, "x-amz-checksum-algorithm").upper() == "SHA1"),
    ),
    answers(
        "obj.checksum-algorithm/other-code",
        "An unknown checksum algorithm is answered with InvalidArgument",
        misnames(op.CREATE, "InvalidRequest", "InvalidArgument", says="unsupported"),
        known="B20",
    ),
    accepts(
        "obj.checksum-type/any-pair",
        "A checksum type is accepted with any algorithm",
        sw.Swallow(op.CREATE, "checksum_kind", "InvalidRequest", "cannot be used with"),
        known="B04",
    ),
    accepts(
        "obj.checksum-type/alone",
        "A checksum type is accepted without an algorithm",
        sw.Swallow(op.CREATE, "checksum_kind", "InvalidRequest", "can only be used"),
        known="B17",
    ),
    answers(
        "obj.checksum-type/not-echoed",
        "The checksum type is not echoed",
        omits(op.CREATE, "x-amz-checksum-type"),
        known="B03",
    ),
    answers(
        "obj.checksum-type/full-by-default",
        "CRC32 is a full-object checksum by default",
        sw.After(
            op.CREATE,
            lambda c: (
                alters_upload(checksum_type=lambda _: "FULL_OBJECT")(c)
                if made(c.begun).checksum_algorithm == "CRC32"
                and "x-amz-checksum-type" not in c.request.headers
                else None
            ),
        ),
        known="B03",
    ),
    answers(
        "copy.result/no-checksum",
        "CopyPartResult has no checksum where the upload has an algorithm",
        omits_element(op.COPY, *CHECKSUM_ELEMENTS),
        known="B18",
    ),
)
