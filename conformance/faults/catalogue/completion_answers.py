"""Faults of CompleteMultipartUpload: its answer, what a refusal leaves, and the precedence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    Remembered,
    alters_version,
    drop_object,
    drop_parts,
    end_upload,
    has,
    made,
    refuses_if,
)
from conformance.faults.edits import (
    always,
    ignores,
    misnames,
    omits_element,
    says_element,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    loses,
    orders,
    refuses,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.state import ObjectVersion


_old: Final[Remembered[ObjectVersion | None]] = Remembered(otherwise=None)
"""What was at the key before the completion."""


def _remember_old(context: op.Completing) -> None:
    _old.keep(context, context.bucket.current(context.key))


def _etag_of_first_part(context: op.Completing) -> None:
    version = made(context.version)
    if version.parts:
        version.etag = f"{version.parts[0].etag}-{len(version.parts)}"


def _keeps_old(*names: str) -> Callable[[op.Completing], None]:
    def step(context: op.Completing) -> None:
        old, version = _old.of(context), made(context.version)
        for name in names if old is not None else ():
            setattr(version, name, getattr(old, name))

    return step


FAULTS: Final[tuple[Fault, ...]] = (
    answers(
        "complete.etag-formula/no-count",
        "The ETag of the object has no number of parts",
        sw.After(op.COMPLETE, alters_version(etag=lambda etag: etag.partition("-")[0])),
        known="C02",
    ),
    answers(
        "complete.etag-formula/other-count",
        "The ETag of the object counts one part too many",
        sw.After(
            op.COMPLETE,
            alters_version(etag=lambda e: f"{e.partition('-')[0]}-{int(e.partition('-')[2]) + 1}"),
        ),
        known="C02",
    ),
    answers(
        "complete.etag-formula/first-part",
        "The ETag of the object is that of its first part",
        sw.After(
            op.COMPLETE,
            _etag_of_first_part,
        ),
        known="C02",
    ),
    *(
        answers(
            f"complete.response/no-{name.lower()}",
            f"The answer to the completion has no {name}",
            omits_element(op.COMPLETE, name),
            known="H04",
        )
        for name in ("Location", "Bucket", "Key", "ETag")
    ),
    answers(
        "complete.response/no-checksum",
        "The answer to the completion has no default checksum",
        omits_element(op.COMPLETE, "ChecksumCRC64NVME"),
        known="B15",
        should=True,
    ),
    answers(
        "complete.response/location-of-bucket",
        "Location names the bucket and not the object",
        says_element(op.COMPLETE, "Location", lambda value: value.rpartition("/")[0]),
        should=True,
    ),
    answers(
        "complete.response/unquoted-etag",
        "The ETag of the answer has no quotes",
        says_element(op.COMPLETE, "ETag", lambda value: value.replace('"', "")),
    ),
    accepts(
        "complete.object-size/ignored",
        "x-amz-mp-object-size is ignored",
        ignores(op.COMPLETE, "x-amz-mp-object-size"),
        known="D14",
    ),
    accepts(
        "complete.object-size/malformed-taken",
        "An x-amz-mp-object-size that is not a number is ignored",
        sw.Swallow(op.COMPLETE, "object_size_syntax"),
    ),
    accepts(
        "complete.object-size/wrong-taken",
        "An x-amz-mp-object-size that is not the sum is ignored",
        sw.Swallow(op.COMPLETE, "object_size"),
        known="D14",
    ),
    refuses(
        "complete.object-size/refused",
        "x-amz-mp-object-size is rejected",
        sw.Deny(op.COMPLETE, has("x-amz-mp-object-size")),
    ),
    answers(
        "complete.object-size/other-code",
        "A wrong x-amz-mp-object-size is answered with EntityTooSmall",
        misnames(op.COMPLETE, "InvalidRequest", "EntityTooSmall", says="x-amz-mp-object-size"),
    ),
    loses(
        "complete.rejected-changes-nothing/too-small",
        "A completion with parts too small ends the upload",
        sw.Spoil(op.COMPLETE, "part_sizes", end_upload),
    ),
    loses(
        "complete.rejected-changes-nothing/wrong-etag",
        "A completion with a wrong ETag loses the parts",
        sw.Spoil(op.COMPLETE, "part_etags", drop_parts),
    ),
    loses(
        "complete.rejected-changes-nothing/missing-part",
        "A completion with a part never uploaded ends the upload",
        sw.Spoil(op.COMPLETE, "every_part_uploaded", end_upload),
    ),
    loses(
        "complete.rejected-changes-nothing/old-object",
        "A rejected completion removes the object at the key",
        sw.Spoil(op.COMPLETE, "every_part_uploaded", drop_object),
        sw.Spoil(op.COMPLETE, "part_etags", drop_object),
        sw.Spoil(op.COMPLETE, "ascending", drop_object),
        sw.Spoil(op.COMPLETE, "part_sizes", drop_object),
        sw.Spoil(op.COMPLETE, "preconditions", drop_object),
    ),
    loses(
        "complete.rejected-changes-nothing/condition",
        "A completion whose condition fails ends the upload",
        sw.Spoil(op.COMPLETE, "preconditions", end_upload),
    ),
    forgets(
        "complete.overwrites/old-metadata",
        "An object that is overwritten keeps its metadata",
        sw.After(op.COMPLETE, _remember_old, first=True),
        sw.After(op.COMPLETE, _keeps_old("metadata")),
    ),
    forgets(
        "complete.overwrites/old-bytes",
        "An object that is overwritten keeps its bytes",
        sw.After(op.COMPLETE, _remember_old, first=True),
        sw.After(op.COMPLETE, _keeps_old("blobs", "parts")),
    ),
    refuses(
        "complete.overwrites/refused",
        "A completion over an object is rejected",
        sw.Insert(
            op.COMPLETE,
            refuses_if(lambda c: c.bucket.current(c.key) is not None, "InvalidRequest", 409),
        ),
    ),
    accepts(
        "complete.no-encryption-headers/ignored",
        "x-amz-server-side-encryption on a completion is ignored",
        ignores(op.COMPLETE, "x-amz-server-side-encryption"),
    ),
    answers(
        "complete.no-encryption-headers/other-code",
        "x-amz-server-side-encryption on a completion is answered with NotImplemented",
        misnames(op.COMPLETE, "InvalidArgument", "NotImplemented", 501, says="not supported for"),
    ),
    refuses(
        "complete.integrity-headers/content-md5",
        "A Content-MD5 on a completion is rejected",
        sw.Deny(op.COMPLETE, has("content-md5")),
        known="B22",
    ),
    orders(
        "complete.precedence/condition-first",
        "A condition that fails is reported before a wrong list",
        sw.Move(op.COMPLETE, "preconditions", "ascending"),
    ),
    orders(
        "complete.precedence/list-first",
        "A malformed list is reported before an unknown upload",
        sw.Move(op.COMPLETE, "manifest", "remembered_upload"),
    ),
    orders(
        "complete.precedence/missing-before-order",
        "A part never uploaded is reported before the wrong order",
        sw.Move(op.COMPLETE, "every_part_uploaded", "ascending"),
    ),
    answers(
        "complete.response/other-key",
        "The answer to the completion names another key",
        says_element(op.COMPLETE, "Key", always("elsewhere")),
    ),
)
