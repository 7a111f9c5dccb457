"""Faults of requests that are written in another form than most clients write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.edits import asking, header, ignores, nothing, omits, takes_for
from conformance.faults.model import Fault, accepts, answers, forgets, refuses
from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_IF_MATCH: Final = "x-amz-copy-source-if-match"
_IF_NONE_MATCH: Final = "x-amz-copy-source-if-none-match"
_SDK: Final = "x-amz-sdk-checksum-algorithm"
_LIFECYCLE: Final = "PutBucketLifecycleConfiguration"


def _first_alone(value: str) -> str:
    """Read a weak ETag as the ETag of another object, and of a list the first alone."""
    first = value.split(",", maxsplit=1)[0].strip()
    return f'"{first}"' if first.startswith("W/") else first


def _first_condition(request: Request) -> Request:
    """Leave out If-None-Match where there is an If-Match."""
    if not header(request, _IF_MATCH):
        return request
    return asking(request, _IF_NONE_MATCH, nothing)


def _asterisk_quoted(value: str) -> str:
    return '"*"' if value == "*" else value


def _bogus(request: Request) -> bool:
    return header(request, _SDK) == "BOGUS"


def _unknown_name_first(request: Request, error: S3Error) -> S3Error:
    if not _bogus(request):
        return error
    return S3Error(400, "InvalidArgument", "This algorithm is not known.")


def _nameless(request: Request, error: S3Error) -> S3Error:
    if header(request, "x-amz-tagging") != "=":
        return error
    return S3Error(400, "InvalidTag", "The TagKey you have provided is invalid")


def _algorithm_missed(request: Request, error: S3Error) -> S3Error:
    """Name the algorithm that is missing, whatever the type is."""
    if header(request, "x-amz-checksum-algorithm"):
        return error
    text = (
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
    )
    return S3Error(400, "InvalidRequest", text)


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "obj.tagging/empty-pieces-refused",
        "Two ampersands in a row between tags are rejected",
        sw.Deny(op.CREATE, lambda request: "&&" in header(request, "x-amz-tagging")),
    ),
    answers(
        "obj.tagging/nameless-invalid-tag",
        "A tag without a key is rejected as a bad tag",
        sw.Refusal(op.CREATE, "InvalidArgument", _nameless),
    ),
    refuses(
        "copy.conditions/one-strong-etag",
        "Of a condition on the source only one strong ETag is read",
        sw.Ask(op.COPY, lambda request: asking(request, _IF_MATCH, _first_alone)),
        should=True,
    ),
    accepts(
        "copy.conditions/first-etag-alone",
        "Of two conditions on the source's ETag the first alone counts",
        sw.Ask(op.COPY, _first_condition),
        should=True,
    ),
    refuses(
        "copy.conditions/asterisk-compared",
        "An asterisk in a condition on the source is compared as if it were an ETag",
        takes_for(op.COPY, _IF_MATCH, _asterisk_quoted),
        should=True,
    ),
    accepts(
        "ssec.key-md5/not-checked-on-reads",
        "The MD5 of a customer key is not checked on reads and copy sources",
        ignores((*op.READS, op.ATTRIBUTES), "x-amz-server-side-encryption-customer-key-md5"),
        ignores(op.COPY, "x-amz-copy-source-server-side-encryption-customer-key-md5"),
    ),
    answers(
        "obj.checksum-type/algorithm-missed-first",
        "An unknown checksum type without an algorithm is rejected for the missing algorithm",
        sw.Refusal(op.CREATE, "InvalidRequest", _algorithm_missed, "Value for x-amz-checksum-type"),
        should=True,
    ),
    answers(
        "checksum.sdk-header/unknown-name-first",
        "An unknown x-amz-sdk-checksum-algorithm is rejected before the missing checksum",
        sw.Refusal(op.PART, "InvalidRequest", _unknown_name_first, "no corresponding"),
    ),
    accepts(
        "checksum.sdk-header/other-algorithm-taken",
        "x-amz-sdk-checksum-algorithm may name another algorithm than the checksum beside it",
        sw.Swallow(
            op.PART, "claimed_checksum", says="x-amz-sdk-checksum-algorithm header is invalid"
        ),
    ),
    forgets(
        "read.checksum/none-by-default",
        "An object that was put without a checksum is read without one",
        omits(op.READS, "x-amz-checksum-crc64nvme"),
    ),
    accepts(
        "life.lifecycle-abort-date/size-taken",
        "A rule that aborts uploads by the size of an object is accepted",
        sw.Swallow(_LIFECYCLE, "lifecycle_document", says="Object Size"),
    ),
)
