"""Faults of UploadPart."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    Remembered,
    alters_part,
    drop_part,
    made,
    refuses_if,
)
from conformance.faults.edits import (
    ignores,
    misnames,
    omits,
    omits_field,
    pretends,
    restates,
    says_header,
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
from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import Payload, Response
from conformance.reference.operations.checks import argument, whole_number
from conformance.reference.operations.uploads.upload_part import keep_part

if TYPE_CHECKING:
    from conformance.reference.http.authentication import Proof
    from conformance.reference.http.exchange import Assemble
    from conformance.reference.http.head import Head


def _number_up_to(limit: int) -> sw.Step[op.PartContext]:
    def step(context: op.PartContext) -> None:
        value = whole_number(context.request.query.get("partNumber") or "")
        if value is None or not 1 <= value <= limit:
            raise argument("Part number out of range", "partNumber")
        context.part_number = value

    return step


def _clamped(context: op.UploadingPart) -> None:
    """Take a number that is out of bounds for the nearest one within."""
    value = whole_number(context.request.query.get("partNumber") or "")
    context.part_number = min(max(value or 1, 1), 10_000)


def _keep_first(context: op.UploadingPart, effect: sw.Step[op.UploadingPart]) -> None:
    known = context.upload.parts.get(context.part_number)
    effect(context)
    if known is not None:
        context.upload.parts[known.number] = known


def _append(context: op.UploadingPart, effect: sw.Step[op.UploadingPart]) -> None:
    known = context.upload.parts.get(context.part_number)
    effect(context)
    if known is not None:
        part = made(context.part)
        blob = Blob(known.blob.data + part.blob.data)
        context.upload.parts[known.number] = replace(part, blob=blob)


def _new_etag_each_time(context: op.UploadingPart, effect: sw.Step[op.UploadingPart]) -> None:
    known = context.part_number in context.upload.parts
    effect(context)
    if known:
        alters_part(etag=lambda _: secrets.token_hex(16))(context)


def _store_refused(context: op.UploadingPart) -> None:
    keep_part(context, context.body.blob)


def _out_of_turn(context: op.UploadingPart) -> bool:
    parts = context.upload.parts
    return bool(parts) and context.part_number not in parts and context.part_number < max(parts)


def _by_arrival(context: op.ListingParts) -> None:
    order = {part.number: at for at, part in enumerate(context.upload.parts.values())}
    context.page.sort(key=lambda part: order[part.number])


_arrived: Final[Remembered[tuple[int, ...]]] = Remembered(otherwise=())
"""The numbers of an upload's parts, as they came."""


def _remember_arrival(context: op.Completing) -> None:
    _arrived.keep(context, tuple(part.number for part in context.upload.parts.values()))


def _join_by_arrival(context: op.Completing) -> None:
    arrived, version = _arrived.of(context), made(context.version)
    parts = sorted(version.parts, key=lambda part: arrived.index(part.number))
    version.blobs = tuple(part.blob for part in parts)


def _any_hash(assemble: Assemble) -> Assemble:
    def lenient(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
        payload = assemble(head, proof, body, body_bytes=body_bytes)
        problem = payload.problem
        if problem is not None and problem.code == "XAmzContentSHA256Mismatch":
            return Payload(data=body)
        return payload

    return lenient


_STORED: Final = Response(headers=(("ETag", '"d41d8cd98f00b204e9800998ecf8427e"'),))

FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "part.number-bounds/zero",
        "Part number 0 is accepted",
        sw.Swallow(op.PART, "part_number"),
        known="D01",
    ),
    accepts(
        "part.number-bounds/beyond-10000",
        "Part numbers beyond 10,000 are accepted",
        sw.Replace(op.PARTS, "part_number", _number_up_to(100_000)),
        known="D01",
    ),
    accepts(
        "part.number-bounds/clamped",
        "A part number out of bounds is treated as the nearest one within",
        sw.Replace(op.PART, "part_number", _clamped),
    ),
    refuses(
        "part.number-bounds/below-10000",
        "Part number 10,000 is rejected",
        sw.Replace(op.PARTS, "part_number", _number_up_to(9_999)),
    ),
    answers(
        "part.number-bounds/other-code",
        "A part number out of bounds is answered with InvalidPart",
        misnames(op.PART, "InvalidArgument", "InvalidPart", says="Part number"),
        known="D01",
    ),
    answers(
        "part.number-bounds/no-argument-name",
        "The rejection of a part number does not name the argument",
        omits_field(op.PART, "InvalidArgument", "ArgumentName", says="Part number"),
        known="D01",
        should=True,
    ),
    answers(
        "part.number-bounds/no-argument-value",
        "The rejection of a part number does not name its value",
        omits_field(op.PART, "InvalidArgument", "ArgumentValue", says="Part number"),
        known="D01",
        should=True,
    ),
    accepts(
        "part.query/no-upload-id",
        "A part number without an upload id is answered 200",
        pretends(op.NONE, "InvalidArgument", _STORED, says="partNumber without uploadId"),
        known="D02",
    ),
    accepts(
        "part.query/no-part-number",
        "An upload id without a part number is answered 200",
        pretends(op.NONE, "MethodNotAllowed", _STORED),
    ),
    answers(
        "part.query/no-upload-id-404",
        "A part number without an upload id is answered with NoSuchUpload",
        misnames(op.NONE, "InvalidArgument", "NoSuchUpload", 404, says="partNumber without"),
    ),
    answers(
        "part.etag/unquoted",
        "The ETag of a part has no quotes",
        says_header(op.PART, "ETag", lambda value: value.strip('"')),
        known="C01",
    ),
    answers(
        "part.etag/not-the-md5",
        "The ETag of a part is random",
        sw.After(op.PART, alters_part(etag=lambda _: secrets.token_hex(16))),
        known="C01",
    ),
    answers(
        "part.etag/another-each-time",
        "The same bytes sent again get another ETag",
        sw.Instead(op.PART, _new_etag_each_time),
        known="C06",
    ),
    forgets(
        "part.overwrite/first-stays",
        "A part sent again is answered 200 and thrown away",
        sw.Instead(op.PART, _keep_first),
    ),
    loses(
        "part.overwrite/appended",
        "A part sent again is put after the earlier one",
        sw.Instead(op.PART, _append),
    ),
    accepts(
        "part.overwrite/old-etag-completes",
        "A list with the ETag of a replaced part completes",
        sw.Swallow(op.COMPLETE, "part_etags"),
    ),
    loses(
        "part.failed-replacement-keeps/lost",
        "A replacement with a wrong MD5 loses the earlier part",
        sw.Spoil(op.PART, "md5_matches", drop_part),
    ),
    loses(
        "part.failed-replacement-keeps/replaced",
        "A replacement with a wrong MD5 is rejected, but stored",
        sw.Spoil(op.PART, "md5_matches", _store_refused),
    ),
    loses(
        "part.failed-replacement-keeps/lost-by-checksum",
        "A replacement with a wrong checksum loses the earlier part",
        sw.Spoil(op.PART, "checksum_matches", drop_part),
    ),
    accepts(
        "part.content-md5/ignored",
        "Content-MD5 is ignored",
        ignores(op.PART, "content-md5"),
        known="B21",
    ),
    accepts(
        "part.content-md5/malformed-taken",
        "A Content-MD5 that is none is ignored",
        sw.Swallow(op.PART, "content_md5"),
        known="B21",
    ),
    accepts(
        "part.content-md5/wrong-taken",
        "A body with another MD5 is accepted",
        sw.Swallow(op.PART, "md5_matches"),
        known="B21",
    ),
    answers(
        "part.content-md5/invalid-digest-for-both",
        "A wrong MD5 is answered like a malformed one",
        misnames(op.PART, "BadDigest", "InvalidDigest", says="Content-MD5"),
        known="B21",
    ),
    answers(
        "part.content-md5/bad-digest-for-both",
        "A malformed MD5 is answered like a wrong one",
        misnames(op.PART, "InvalidDigest", "BadDigest"),
        known="B21",
    ),
    accepts(
        "part.payload-hash/ignored",
        "A body that does not match x-amz-content-sha256 is accepted",
        sw.Framing(_any_hash),
        known="A15",
    ),
    answers(
        "part.payload-hash/signature",
        "A body that does not match x-amz-content-sha256 is answered with SignatureDoesNotMatch",
        misnames(op.PART, "XAmzContentSHA256Mismatch", "SignatureDoesNotMatch", 403),
        known="A10",
    ),
    refuses(
        "part.empty/refused",
        "A part of no bytes is rejected",
        sw.Insert(
            op.PART, refuses_if(lambda context: not len(context.body.blob), "EntityTooSmall")
        ),
        known="D12",
    ),
    answers(
        "part.empty/no-etag",
        "A part of no bytes gets no ETag",
        says_header(
            op.PART,
            "ETag",
            lambda value: None if value == '"d41d8cd98f00b204e9800998ecf8427e"' else value,
        ),
    ),
    refuses(
        "part.any-order/ascending-only",
        "A part with a lower number than the last is rejected",
        sw.Insert(op.PART, refuses_if(_out_of_turn)),
    ),
    orders(
        "part.any-order/listed-as-they-came",
        "Parts are listed in the order in which they came",
        sw.After(op.LIST_PARTS, _by_arrival),
    ),
    orders(
        "part.any-order/joined-as-they-came",
        "Parts are joined in the order in which they came",
        sw.After(op.COMPLETE, _remember_arrival, first=True),
        sw.After(op.COMPLETE, _join_by_arrival),
    ),
    accepts(
        "part.no-encryption-headers/ignored",
        "x-amz-server-side-encryption on a part is ignored",
        ignores(op.PART, "x-amz-server-side-encryption"),
    ),
    answers(
        "part.no-encryption-headers/other-code",
        "x-amz-server-side-encryption on a part is answered with NotImplemented",
        misnames(op.PART, "InvalidArgument", "NotImplemented", 501, says="not supported for this"),
    ),
    accepts(
        "part.length/taken-as-empty",
        "A part that does not say its length is stored as empty",
        sw.Swallow(op.PART, "body_sound", "MissingContentLength"),
    ),
    answers(
        "part.too-large/other-code",
        "A part above 5 GiB is answered with InvalidRequest",
        misnames(op.PART, "EntityTooLarge", "InvalidRequest"),
    ),
    answers(
        "part.length/bad-request",
        "A part that does not say its length is answered with 400",
        restates(op.PART, "MissingContentLength", 400),
    ),
    orders(
        "part.precedence/number-first",
        "A bad part number is reported before an unknown upload",
        sw.Move(op.PART, "part_number", "active_upload"),
    ),
    orders(
        "part.precedence/digest-first",
        "A malformed Content-MD5 is reported before an unknown upload",
        sw.Move(op.PART, "content_md5", "active_upload"),
    ),
    answers(
        "part.missing-bucket/no-such-key",
        "A part to a bucket that does not exist is answered with NoSuchKey",
        misnames(op.PART, "NoSuchBucket", "NoSuchKey"),
        known="E18",
        should=True,
    ),
    answers(
        "part.missing-bucket/everywhere-403",
        "Every multipart operation on a bucket that does not exist is answered with AccessDenied",
        misnames(op.FAMILY, "NoSuchBucket", "AccessDenied", 403),
        known="E18",
    ),
    accepts(
        "part.missing-bucket/stored-nowhere",
        "A part to a bucket that does not exist is answered 200",
        pretends(op.PART, "NoSuchBucket", _STORED),
    ),
    answers(
        "part.etag/missing",
        "The answer to a part carries no ETag",
        omits(op.PART, "ETag"),
    ),
)
