"""Faults of UploadPartCopy: its range, its answer, and the part that it makes."""

from __future__ import annotations

from typing import Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_part, drop_part
from conformance.faults.edits import (
    always,
    ignores,
    misnames,
    omits_element,
    pretends,
    says_element,
    takes_for,
)
from conformance.faults.model import Fault, accepts, answers, loses
from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.rules.ranges import parse_copy_source_range

_SOURCE: Final = "x-amz-copy-source"
_RANGE: Final = f"{_SOURCE}-range"


def _whole_if_malformed(context: op.CopyingPart) -> None:
    try:
        context.source.span = parse_copy_source_range(context.request)
    except S3Error:
        context.source.span = None


def _clipped(context: op.CopyingPart) -> None:
    source = context.source
    size = source.version.size
    first, last = source.span if source.span is not None else (0, size - 1)
    last = min(last, size - 1)
    source.cut = (min(first, size), max(0, last - first + 1))


def _one_short(context: op.CopyingPart) -> None:
    """Take the end of the range for the first byte that is not copied."""
    if context.source.span is not None:
        first, length = context.source.cut
        context.source.cut = (first, length - 1)


def _from_start(context: op.CopyingPart) -> None:
    if context.source.span is not None:
        context.source.cut = (0, context.source.cut[1])


_COPIED: Final = Response(
    headers=(("Content-Type", "application/xml"),),
    body=(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<CopyPartResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        b"<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag></CopyPartResult>"
    ),
)

FAULTS: Final[tuple[Fault, ...]] = (
    answers("copy.result/no-etag", "CopyPartResult has no ETag", omits_element(op.COPY, "ETag")),
    answers(
        "copy.result/no-date", "CopyPartResult has no date", omits_element(op.COPY, "LastModified")
    ),
    answers(
        "copy.result/other-etag",
        "CopyPartResult names an ETag that no list is completed with",
        says_element(op.COPY, "ETag", always("&quot;00000000000000000000000000000000&quot;")),
        known="G06",
    ),
    loses(
        "copy.result/empty",
        "A copied part is empty",
        sw.After(op.COPY, alters_part(blob=lambda _: Blob(b""))),
    ),
    loses("copy.range/ignored", "The range is ignored", ignores(op.COPY, _RANGE), known="G01"),
    loses(
        "copy.range/end-exclusive",
        "The last byte of the range is not copied",
        sw.Insert(op.COPY, _one_short),
    ),
    loses(
        "copy.range/from-start",
        "As many bytes as asked for are copied, yet from the start",
        sw.Insert(op.COPY, _from_start),
    ),
    accepts(
        "copy.range-syntax/whole-object",
        "A malformed range copies the whole object",
        sw.Replace(op.COPY, "range_syntax", _whole_if_malformed),
        known="G01",
    ),
    answers(
        "copy.range-syntax/invalid-range",
        "A malformed range is answered with 416 InvalidRange",
        misnames(op.COPY, "InvalidArgument", "InvalidRange", 416, says="must be of the form"),
        known="G01",
    ),
    loses(
        "copy.range-bounds/clipped",
        "A range beyond the source is cut short silently",
        sw.Replace(op.COPY, "range_within", _clipped),
        known="G03",
    ),
    answers(
        "copy.range-bounds/server-error",
        "A range that ends beyond the source is answered with 500",
        misnames(op.COPY, "InvalidArgument", "InternalError", 500, says="not valid for source"),
        known="G02",
    ),
    answers(
        "copy.range-bounds/start-server-error",
        "A range that starts beyond the source is answered with 500",
        misnames(op.COPY, "InvalidRequest", "InternalError", 500, says="invalid for the source"),
        known="G02",
    ),
    accepts(
        "copy.query/no-upload-id",
        "A copied part without an upload id is answered 200",
        pretends(op.NONE, "InvalidArgument", _COPIED, says="partNumber without uploadId"),
    ),
    accepts(
        "copy.query/no-part-number",
        "A copied part without a part number is answered 200",
        pretends(op.NONE, "MethodNotAllowed", _COPIED),
    ),
    accepts(
        "copy.no-encryption-headers/ignored",
        "Managed encryption headers on a copied part are ignored",
        ignores(op.COPY, "x-amz-server-side-encryption"),
    ),
    answers(
        "copy.no-encryption-headers/other-code",
        "Managed encryption headers on a copied part are answered with InvalidRequest",
        misnames(op.COPY, "InvalidArgument", "InvalidRequest", says="not supported for this"),
    ),
    answers(
        "copy.no-encryption-headers/key-not-implemented",
        "A KMS key on a copied part is answered with NotImplemented",
        misnames(
            op.COPY, "InvalidArgument", "NotImplemented", 501, says="KMS managed key requires"
        ),
    ),
    loses(
        "copy.failed-keeps/lost",
        "A rejected copy loses the earlier part",
        sw.Spoil(op.COPY, "source_conditions", drop_part),
        sw.Spoil(op.COPY, "range_within", drop_part),
        sw.Spoil(op.COPY, "known_source", drop_part),
    ),
    answers(
        "copy.range/one-early",
        "The range begins one byte earlier",
        takes_for(
            op.COPY,
            _RANGE,
            lambda value: (
                f"bytes={int(value[6:].partition('-')[0]) - 1}-{value.partition('-')[2]}"
                if value[6:].partition("-")[0].isdigit() and value[6] != "0"
                else value
            ),
        ),
    ),
)
