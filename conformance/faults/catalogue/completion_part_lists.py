"""Faults of CompleteMultipartUpload: the list of parts."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    end_upload,
    refuses_if,
)
from conformance.faults.edits import (
    misnames,
    omits_field,
    restates,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    loses,
    refuses,
)
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.uploads.complete_parts import ascending, part_sizes
from conformance.reference.operations.uploads.manifest import Entry, parse_manifest

if TYPE_CHECKING:
    from collections.abc import Callable


def _at_least(size: int) -> Callable[[op.Completing], None]:
    def step(context: op.Completing) -> None:
        if any(part.size < size for part in context.listed[:-1]):
            part_sizes(context)

    return step


def _repeats_allowed(context: op.Completing) -> None:
    """Take a number listed twice, the second time for nothing."""
    numbers = [entry.number for entry in context.manifest]
    if any(later < earlier for earlier, later in itertools.pairwise(numbers)):
        ascending(context)
    context.manifest = tuple({entry.number: entry for entry in context.manifest}.values())


def _sorted(context: op.Completing) -> None:
    context.manifest = tuple(sorted(context.manifest, key=lambda entry: entry.number))


def _everything(context: op.Completing) -> None:
    """List every part that was uploaded, whatever the list says."""
    context.manifest = tuple(
        Entry(part.number, part.etag, context.upload.checksum_algorithm, part.checksum)
        for _, part in sorted(context.upload.parts.items())
    )


def _whatever_is_there(context: op.Completing) -> None:
    try:
        context.manifest = parse_manifest(context.request.payload.data)
    except S3Error as error:
        if error.code != "MalformedXML":
            raise
        _everything(context)


def _uploaded_alone(context: op.Completing) -> None:
    """Leave out what was never uploaded."""
    context.manifest = tuple(e for e in context.manifest if e.number in context.upload.parts)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "complete.minimum-size/none",
        "Parts of any size complete",
        sw.Swallow(op.COMPLETE, "part_sizes"),
        known="D07",
    ),
    accepts(
        "complete.minimum-size/one-mebibyte",
        "Parts of 1 MiB are large enough",
        sw.Replace(op.COMPLETE, "part_sizes", _at_least(1024**2)),
        known="D07",
    ),
    accepts(
        "complete.minimum-size/decimal",
        "Parts of 5,000,000 bytes are large enough",
        sw.Replace(op.COMPLETE, "part_sizes", _at_least(5_000_000)),
        known="D07",
    ),
    answers(
        "complete.minimum-size/unnamed-part",
        "EntityTooSmall does not name the part",
        omits_field(op.COMPLETE, "EntityTooSmall", "PartNumber", "ETag"),
        known="D07",
        should=True,
    ),
    answers(
        "complete.minimum-size/unnamed-minimum",
        "EntityTooSmall names neither the size nor the minimum",
        omits_field(op.COMPLETE, "EntityTooSmall", "ProposedSize", "MinSizeAllowed"),
        known="D07",
        should=True,
    ),
    answers(
        "complete.minimum-size/other-code",
        "A part that is too small is answered with InvalidPart",
        misnames(op.COMPLETE, "EntityTooSmall", "InvalidPart"),
    ),
    loses(
        "complete.subset/all-parts",
        "Every uploaded part becomes part of the object, listed or not",
        sw.After(op.COMPLETE, _everything, first=True),
        known="D06",
    ),
    refuses(
        "complete.subset/all-or-nothing",
        "A list that leaves a part out is rejected",
        sw.Insert(
            op.COMPLETE,
            refuses_if(lambda c: len(c.manifest) != len(c.upload.parts), "InvalidPart"),
        ),
        known="D06",
    ),
    refuses(
        "complete.subset/consecutive",
        "Part numbers have to be consecutive from 1",
        sw.Insert(
            op.COMPLETE,
            refuses_if(
                lambda c: any(e.number != at for at, e in enumerate(c.manifest, 1)),
                "InvalidPartOrder",
            ),
        ),
        known="D05",
    ),
    accepts(
        "complete.order/as-listed",
        "Parts are joined as they are listed, in any order",
        sw.Swallow(op.COMPLETE, "ascending"),
        known="D04",
    ),
    accepts(
        "complete.order/sorted",
        "A list in any order is sorted and accepted",
        sw.Replace(op.COMPLETE, "ascending", _sorted),
        known="D04",
    ),
    answers(
        "complete.order/invalid-part",
        "A list in another order is answered with InvalidPart",
        misnames(op.COMPLETE, "InvalidPartOrder", "InvalidPart"),
        known="D04",
    ),
    loses(
        "complete.order/ends-upload",
        "A list in another order ends the upload",
        sw.Spoil(op.COMPLETE, "ascending", end_upload),
    ),
    accepts(
        "complete.duplicate-part/once",
        "A part number listed twice counts once",
        sw.Replace(op.COMPLETE, "ascending", _repeats_allowed),
        known="D04",
    ),
    answers(
        "complete.duplicate-part/malformed",
        "A part number listed twice is answered with MalformedXML",
        misnames(op.COMPLETE, "InvalidPartOrder", "MalformedXML"),
        known="D04",
        should=True,
    ),
    accepts(
        "complete.invalid-part/missing-skipped",
        "Listed parts that were never uploaded are left out",
        sw.Replace(op.COMPLETE, "every_part_uploaded", _uploaded_alone),
    ),
    accepts(
        "complete.invalid-part/any-etag",
        "The ETags of the list are not checked",
        sw.Swallow(op.COMPLETE, "part_etags"),
        known="C04",
    ),
    answers(
        "complete.invalid-part/unnamed",
        "InvalidPart names neither upload nor part nor ETag",
        omits_field(op.COMPLETE, "InvalidPart", "UploadId", "PartNumber", "ETag"),
        known="C04",
        should=True,
    ),
    answers(
        "complete.invalid-part/no-part-number",
        "InvalidPart does not name the part number",
        omits_field(op.COMPLETE, "InvalidPart", "PartNumber"),
        known="C04",
        should=True,
    ),
    answers(
        "complete.invalid-part/no-such-upload",
        "A part that was never uploaded is answered with NoSuchUpload",
        misnames(op.COMPLETE, "InvalidPart", "NoSuchUpload", 404),
    ),
    refuses(
        "complete.etag-forms/quoted-alone",
        "ETags without quotes are rejected",
        sw.Insert(
            op.COMPLETE,
            refuses_if(
                lambda c: (
                    not any(q in c.request.payload.data for q in (b"&quot;", b'>"', b"&#34;"))
                ),
                "InvalidPart",
            ),
        ),
        known="C03",
    ),
    refuses(
        "complete.etag-forms/unquoted-alone",
        "ETags with quotes are rejected",
        sw.Insert(
            op.COMPLETE,
            refuses_if(
                lambda c: any(q in c.request.payload.data for q in (b"&quot;", b'>"', b"&#34;")),
                "InvalidPart",
            ),
            before="ascending",
        ),
        known="C03",
    ),
    accepts(
        "complete.empty-list/empty-object",
        "A completion without a body makes an empty object",
        sw.Swallow(op.COMPLETE, "manifest", "InvalidRequest"),
        known="D13",
    ),
    accepts(
        "complete.empty-list/no-part",
        "A list without a part makes an empty object",
        sw.Swallow(op.COMPLETE, "manifest", "MalformedXML"),
        known="D13",
    ),
    loses(
        "complete.empty-list/ends-upload",
        "A completion without a part is rejected and ends the upload",
        sw.Spoil(op.COMPLETE, "manifest", end_upload),
        known="D13",
    ),
    accepts(
        "complete.malformed-xml/all-parts",
        "A body that is not a list of parts completes with all parts",
        sw.Replace(op.COMPLETE, "manifest", _whatever_is_there),
    ),
    answers(
        "complete.malformed-xml/server-error",
        "A body that is not a list of parts is answered with 500",
        misnames(op.COMPLETE, "MalformedXML", "InternalError", 500),
        known="H06",
    ),
    answers(
        "complete.malformed-xml/invalid-request",
        "A body that is not a list of parts is answered with InvalidRequest",
        misnames(op.COMPLETE, "MalformedXML", "InvalidRequest"),
        known="H06",
    ),
    accepts(
        "complete.part-number-in-list/left-out",
        "A part number below 1 in the list is ignored",
        sw.Swallow(op.COMPLETE, "manifest", "InvalidArgument", ">= 1"),
        known="D03",
    ),
    answers(
        "complete.part-number-in-list/server-error",
        "A part number below 1 in the list is answered with 500",
        misnames(op.COMPLETE, "InvalidArgument", "InternalError", 500, says=">= 1"),
        known="D03",
    ),
    accepts(
        "complete.too-many-parts/taken",
        "A list of 10,001 parts is read",
        sw.Swallow(op.COMPLETE, "manifest", "InvalidArgument", "10000 parts"),
    ),
    refuses(
        "complete.too-many-parts/thousand",
        "A list of more than 1,000 parts is rejected",
        sw.Insert(op.COMPLETE, refuses_if(lambda c: len(c.manifest) > 1000), before="authorised"),
        known="D10",
    ),
    refuses(
        "complete.xml-leniency/namespace-needed",
        "A list without a namespace is answered with MalformedXML",
        sw.Insert(
            op.COMPLETE,
            refuses_if(lambda c: b"xmlns" not in c.request.payload.data, "MalformedXML"),
            before="manifest",
        ),
        known="H05",
    ),
    refuses(
        "complete.body-limit/one-mebibyte",
        "A list of more than 1 MiB is rejected",
        sw.Insert(
            op.COMPLETE,
            refuses_if(lambda c: len(c.request.payload.data) > 2**20, "MaxMessageLengthExceeded"),
            before="authorised",
        ),
        known="D11",
    ),
    accepts(
        "complete.body-limit/none",
        "A list of any length is read, and a long one is ignored",
        sw.Swallow(op.COMPLETE, "manifest", "MaxMessageLengthExceeded"),
        known="D11",
    ),
    answers(
        "complete.malformed-xml/422",
        "A body that is not a list of parts is answered with 422",
        restates(op.COMPLETE, "MalformedXML", 422),
    ),
)
