"""Faults of CompleteMultipartUpload: the list, its order, what a refusal leaves."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from conformance.reference.faults.catalogue.operations import COMPLETE
from conformance.reference.faults.catalogue.steps import (
    alters_version,
    drop_object,
    drop_parts,
    end_upload,
    has,
    refuses_if,
)
from conformance.reference.faults.edits import (
    always,
    ignores,
    misnames,
    omits_element,
    omits_field,
    restates,
    says_element,
)
from conformance.reference.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    loses,
    orders,
    refuses,
)
from conformance.reference.faults.switches import (
    After,
    Deny,
    Insert,
    Move,
    Replace,
    Spoil,
    Swallow,
)
from conformance.reference.messages import S3Error
from conformance.reference.model.manifest import Entry, parse_manifest
from conformance.reference.model.operations.complete_parts import ascending, part_sizes

if TYPE_CHECKING:
    from collections.abc import Callable

# A context is of its operation's own type: see conformance.reference.faults.switches.Step.
Context = Any


def _at_least(size: int) -> Callable[[Context], None]:
    def step(context: Context) -> None:
        if any(part.size < size for part in context.listed[:-1]):
            part_sizes(context)

    return step


def _repeats_allowed(context: Context) -> None:
    """Take a number listed twice, the second time for nothing."""
    numbers = [entry.number for entry in context.manifest]
    if any(later < earlier for earlier, later in itertools.pairwise(numbers)):
        ascending(context)
    context.manifest = tuple({entry.number: entry for entry in context.manifest}.values())


def _sorted(context: Context) -> None:
    context.manifest = tuple(sorted(context.manifest, key=lambda entry: entry.number))


def _everything(context: Context) -> None:
    """List every part that was uploaded, whatever the list says."""
    context.manifest = tuple(
        Entry(part.number, part.etag, context.upload.checksum_algorithm, part.checksum)
        for _, part in sorted(context.upload.parts.items())
    )


def _whatever_is_there(context: Context) -> None:
    try:
        context.manifest = parse_manifest(context.request.payload.data)
    except S3Error as error:
        if error.code != "MalformedXML":
            raise
        _everything(context)


def _uploaded_alone(context: Context) -> None:
    """Leave out what was never uploaded."""
    context.manifest = tuple(e for e in context.manifest if e.number in context.upload.parts)


def _remember_old(context: Context) -> None:
    context.old = context.bucket.current(context.key)


def _keeps_old(*names: str) -> Callable[[Context], None]:
    def step(context: Context) -> None:
        for name in names:
            if context.old is not None:
                setattr(context.version, name, getattr(context.old, name))

    return step


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "complete.minimum-size/none",
        "Parts of any size complete",
        Swallow(COMPLETE, "part_sizes"),
        known="D07",
    ),
    accepts(
        "complete.minimum-size/one-mebibyte",
        "Parts of 1 MiB are large enough",
        Replace(COMPLETE, "part_sizes", _at_least(1024**2)),
        known="D07",
    ),
    accepts(
        "complete.minimum-size/decimal",
        "Parts of 5,000,000 bytes are large enough",
        Replace(COMPLETE, "part_sizes", _at_least(5_000_000)),
        known="D07",
    ),
    answers(
        "complete.minimum-size/unnamed-part",
        "EntityTooSmall does not name the part",
        omits_field(COMPLETE, "EntityTooSmall", "PartNumber", "ETag"),
        known="D07",
        should=True,
    ),
    answers(
        "complete.minimum-size/unnamed-minimum",
        "EntityTooSmall names neither the size nor the minimum",
        omits_field(COMPLETE, "EntityTooSmall", "ProposedSize", "MinSizeAllowed"),
        known="D07",
        should=True,
    ),
    answers(
        "complete.minimum-size/other-code",
        "A part that is too small is an InvalidPart",
        misnames(COMPLETE, "EntityTooSmall", "InvalidPart"),
    ),
    loses(
        "complete.subset/all-parts",
        "Every uploaded part becomes part of the object, listed or not",
        After(COMPLETE, _everything, first=True),
        known="D06",
    ),
    refuses(
        "complete.subset/all-or-nothing",
        "A list that leaves a part out is refused",
        Insert(
            COMPLETE,
            refuses_if(lambda c: len(c.manifest) != len(c.upload.parts), "InvalidPart"),
        ),
        known="D06",
    ),
    refuses(
        "complete.subset/consecutive",
        "Part numbers have to be consecutive from 1",
        Insert(
            COMPLETE,
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
        Swallow(COMPLETE, "ascending"),
        known="D04",
    ),
    accepts(
        "complete.order/sorted",
        "A list in any order is sorted and taken",
        Replace(COMPLETE, "ascending", _sorted),
        known="D04",
    ),
    answers(
        "complete.order/invalid-part",
        "A list in another order is an InvalidPart",
        misnames(COMPLETE, "InvalidPartOrder", "InvalidPart"),
        known="D04",
    ),
    loses(
        "complete.order/ends-upload",
        "A list in another order ends the upload",
        Spoil(COMPLETE, "ascending", end_upload),
    ),
    accepts(
        "complete.duplicate-part/once",
        "A part number listed twice counts once",
        Replace(COMPLETE, "ascending", _repeats_allowed),
        known="D04",
    ),
    answers(
        "complete.duplicate-part/malformed",
        "A part number listed twice is MalformedXML",
        misnames(COMPLETE, "InvalidPartOrder", "MalformedXML"),
        known="D04",
        should=True,
    ),
    accepts(
        "complete.invalid-part/missing-skipped",
        "Listed parts that were never uploaded are left out",
        Replace(COMPLETE, "every_part_uploaded", _uploaded_alone),
    ),
    accepts(
        "complete.invalid-part/any-etag",
        "The ETags of the list are not looked at",
        Swallow(COMPLETE, "part_etags"),
        known="C04",
    ),
    answers(
        "complete.invalid-part/unnamed",
        "InvalidPart names neither upload nor part nor ETag",
        omits_field(COMPLETE, "InvalidPart", "UploadId", "PartNumber", "ETag"),
        known="C04",
        should=True,
    ),
    answers(
        "complete.invalid-part/no-part-number",
        "InvalidPart does not name the part number",
        omits_field(COMPLETE, "InvalidPart", "PartNumber"),
        known="C04",
        should=True,
    ),
    answers(
        "complete.invalid-part/no-such-upload",
        "A part that was never uploaded is NoSuchUpload",
        misnames(COMPLETE, "InvalidPart", "NoSuchUpload", 404),
    ),
    refuses(
        "complete.etag-forms/quoted-alone",
        "ETags without quotes are refused",
        Insert(
            COMPLETE,
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
        "ETags with quotes are refused",
        Insert(
            COMPLETE,
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
        Swallow(COMPLETE, "manifest", "InvalidRequest"),
        known="D13",
    ),
    accepts(
        "complete.empty-list/no-part",
        "A list without a part makes an empty object",
        Swallow(COMPLETE, "manifest", "MalformedXML"),
        known="D13",
    ),
    loses(
        "complete.empty-list/ends-upload",
        "A completion without a part is refused and ends the upload",
        Spoil(COMPLETE, "manifest", end_upload),
        known="D13",
    ),
    accepts(
        "complete.malformed-xml/all-parts",
        "A body that is no list completes with all parts",
        Replace(COMPLETE, "manifest", _whatever_is_there),
    ),
    answers(
        "complete.malformed-xml/server-error",
        "A body that is no list is a 500",
        misnames(COMPLETE, "MalformedXML", "InternalError", 500),
        known="H06",
    ),
    answers(
        "complete.malformed-xml/invalid-request",
        "A body that is no list is an InvalidRequest",
        misnames(COMPLETE, "MalformedXML", "InvalidRequest"),
        known="H06",
    ),
    accepts(
        "complete.part-number-in-list/left-out",
        "A part number below 1 in the list is taken for nothing",
        Swallow(COMPLETE, "manifest", "InvalidArgument", ">= 1"),
        known="D03",
    ),
    answers(
        "complete.part-number-in-list/server-error",
        "A part number below 1 in the list is a 500",
        misnames(COMPLETE, "InvalidArgument", "InternalError", 500, says=">= 1"),
        known="D03",
    ),
    accepts(
        "complete.too-many-parts/taken",
        "A list of 10,001 parts is read",
        Swallow(COMPLETE, "manifest", "InvalidArgument", "10000 parts"),
    ),
    refuses(
        "complete.too-many-parts/thousand",
        "A list of more than 1,000 parts is refused",
        Insert(COMPLETE, refuses_if(lambda c: len(c.manifest) > 1000), before="authorised"),
        known="D10",
    ),
    refuses(
        "complete.xml-leniency/namespace-needed",
        "A list in no namespace is MalformedXML",
        Insert(
            COMPLETE,
            refuses_if(lambda c: b"xmlns" not in c.request.payload.data, "MalformedXML"),
            before="manifest",
        ),
        known="H05",
    ),
    answers(
        "complete.etag-formula/no-count",
        "The ETag of the object has no number of parts",
        After(COMPLETE, alters_version(etag=lambda etag: etag.partition("-")[0])),
        known="C02",
    ),
    answers(
        "complete.etag-formula/other-count",
        "The ETag of the object counts one part too many",
        After(
            COMPLETE,
            alters_version(etag=lambda e: f"{e.partition('-')[0]}-{int(e.partition('-')[2]) + 1}"),
        ),
        known="C02",
    ),
    answers(
        "complete.etag-formula/first-part",
        "The ETag of the object is that of its first part",
        After(
            COMPLETE,
            lambda c: (
                setattr(c.version, "etag", f"{c.version.parts[0].etag}-{len(c.version.parts)}")
                if c.version.parts
                else None
            ),
        ),
        known="C02",
    ),
    *(
        answers(
            f"complete.response/no-{name.lower()}",
            f"The answer to the completion has no {name}",
            omits_element(COMPLETE, name),
            known="H04",
        )
        for name in ("Location", "Bucket", "Key", "ETag")
    ),
    answers(
        "complete.response/no-checksum",
        "The answer to the completion has no default checksum",
        omits_element(COMPLETE, "ChecksumCRC64NVME"),
        known="B15",
        should=True,
    ),
    answers(
        "complete.response/location-of-bucket",
        "Location names the bucket and not the object",
        says_element(COMPLETE, "Location", lambda value: value.rpartition("/")[0]),
        should=True,
    ),
    answers(
        "complete.response/unquoted-etag",
        "The ETag of the answer has no quotes",
        says_element(COMPLETE, "ETag", lambda value: value.replace("&quot;", "")),
    ),
    accepts(
        "complete.object-size/ignored",
        "x-amz-mp-object-size is ignored",
        ignores(COMPLETE, "x-amz-mp-object-size"),
        known="D14",
    ),
    accepts(
        "complete.object-size/malformed-taken",
        "An x-amz-mp-object-size that is no size is ignored",
        Swallow(COMPLETE, "object_size_syntax"),
    ),
    accepts(
        "complete.object-size/wrong-taken",
        "An x-amz-mp-object-size that is not the sum is ignored",
        Swallow(COMPLETE, "object_size"),
        known="D14",
    ),
    refuses(
        "complete.object-size/refused",
        "x-amz-mp-object-size is refused",
        Deny(COMPLETE, has("x-amz-mp-object-size")),
    ),
    answers(
        "complete.object-size/other-code",
        "A wrong x-amz-mp-object-size is an EntityTooSmall",
        misnames(COMPLETE, "InvalidRequest", "EntityTooSmall", says="x-amz-mp-object-size"),
    ),
    loses(
        "complete.rejected-changes-nothing/too-small",
        "A completion with parts too small ends the upload",
        Spoil(COMPLETE, "part_sizes", end_upload),
    ),
    loses(
        "complete.rejected-changes-nothing/wrong-etag",
        "A completion with a wrong ETag loses the parts",
        Spoil(COMPLETE, "part_etags", drop_parts),
    ),
    loses(
        "complete.rejected-changes-nothing/missing-part",
        "A completion with a part never uploaded ends the upload",
        Spoil(COMPLETE, "every_part_uploaded", end_upload),
    ),
    loses(
        "complete.rejected-changes-nothing/old-object",
        "A refused completion removes the object at the key",
        Spoil(COMPLETE, "every_part_uploaded", drop_object),
        Spoil(COMPLETE, "part_etags", drop_object),
        Spoil(COMPLETE, "ascending", drop_object),
        Spoil(COMPLETE, "part_sizes", drop_object),
        Spoil(COMPLETE, "preconditions", drop_object),
    ),
    loses(
        "complete.rejected-changes-nothing/condition",
        "A completion whose condition fails ends the upload",
        Spoil(COMPLETE, "preconditions", end_upload),
    ),
    forgets(
        "complete.overwrites/old-metadata",
        "An object that is overwritten keeps its metadata",
        After(COMPLETE, _remember_old, first=True),
        After(COMPLETE, _keeps_old("metadata")),
    ),
    forgets(
        "complete.overwrites/old-bytes",
        "An object that is overwritten keeps its bytes",
        After(COMPLETE, _remember_old, first=True),
        After(COMPLETE, _keeps_old("blobs", "parts")),
    ),
    refuses(
        "complete.overwrites/refused",
        "A completion over an object is refused",
        Insert(
            COMPLETE,
            refuses_if(lambda c: c.bucket.current(c.key) is not None, "InvalidRequest", 409),
        ),
    ),
    accepts(
        "complete.no-encryption-headers/ignored",
        "x-amz-server-side-encryption on a completion is ignored",
        ignores(COMPLETE, "x-amz-server-side-encryption"),
    ),
    answers(
        "complete.no-encryption-headers/other-code",
        "x-amz-server-side-encryption on a completion is NotImplemented",
        misnames(COMPLETE, "InvalidArgument", "NotImplemented", 501, says="not supported for"),
    ),
    refuses(
        "complete.integrity-headers/content-md5",
        "A Content-MD5 on a completion is refused",
        Deny(COMPLETE, has("content-md5")),
        known="B22",
    ),
    orders(
        "complete.precedence/condition-first",
        "A condition that fails is told before a wrong list",
        Move(COMPLETE, "preconditions", "ascending"),
    ),
    orders(
        "complete.precedence/list-first",
        "A malformed list is told before an unknown upload",
        Move(COMPLETE, "manifest", "remembered_upload"),
    ),
    orders(
        "complete.precedence/missing-before-order",
        "A part never uploaded is told before the wrong order",
        Move(COMPLETE, "every_part_uploaded", "ascending"),
    ),
    answers(
        "complete.response/other-key",
        "The answer to the completion names another key",
        says_element(COMPLETE, "Key", always("elsewhere")),
    ),
    refuses(
        "complete.body-limit/one-mebibyte",
        "A list of more than 1 MiB is refused",
        Insert(
            COMPLETE,
            refuses_if(lambda c: len(c.request.payload.data) > 2**20, "MaxMessageLengthExceeded"),
            before="authorised",
        ),
        known="D11",
    ),
    accepts(
        "complete.body-limit/none",
        "A list of any length is read, and a long one for nothing",
        Swallow(COMPLETE, "manifest", "MaxMessageLengthExceeded"),
        known="D11",
    ),
    answers(
        "complete.malformed-xml/422",
        "A body that is no list is a 422",
        restates(COMPLETE, "MalformedXML", 422),
    ),
)
