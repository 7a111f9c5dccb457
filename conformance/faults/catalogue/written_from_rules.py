"""Faults written from a rule's sentence alone, by somebody who had not read its scenarios."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, unquote_plus

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.checksum_names import CHECKSUM_ELEMENTS
from conformance.faults.catalogue.steps import drop_part
from conformance.faults.catalogue.written_from_rules_steps import (
    active_when_it_came,
    all_joined,
    all_meant,
    characters_counted,
    checked_over_texts,
    freed_under_the_object,
    half_written,
    id_of_anyone,
    last_part_zeroed,
    never_backwards,
    nothing_for_unknown,
    parts_lost_to_an_empty_list,
    slowly,
    told_over_texts,
    wait_if_active,
    wait_if_resent,
    whole_for_a_tail,
    without_gaps,
    written_in_place,
)
from conformance.faults.edits import (
    asking,
    element,
    header,
    nothing,
    refused,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    leaks,
    loses,
    races,
    refuses,
)
from conformance.reference.domain.messages import Response, S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.http.answers import Message

_GIB: Final = 1024**3
_TAGS: Final = "x-amz-tagging"
_SSE: Final = "x-amz-server-side-encryption"
_DECODED: Final = "x-amz-decoded-content-length"
_TAKEN: Final = Response(headers=(("ETag", '"d41d8cd98f00b204e9800998ecf8427e"'),))
_REQUEST_ID: Final = re.compile(rb"<RequestId>([^<]*)")
_PLACED: Final = tuple(
    f"directory.{name}" for name in (op.PART, op.LIST_PARTS, op.COMPLETE, op.ABORT)
)
_DIRECTORY: Final = (f"directory.{op.CREATE}", *_PLACED)
_TOLD_CONTEXT: Final = tuple(
    f"directory.{name}" for name in ("CreateSession", op.CREATE, "PutObject", "CopyObject")
)


def _last_of_each(value: str) -> str:
    """Keep the last pair of every tag key."""
    pairs = {unquote_plus(piece.partition("=")[0]): piece for piece in value.split("&")}
    return "&".join(pairs.values())


def _elsewhere(request: Request, error: S3Error) -> S3Error:
    del error
    location = f"http://{request.bucket}.{request.host}/{request.key or ''}"
    return S3Error(
        307,
        "TemporaryRedirect",
        "Please re-send this request to the specified temporary endpoint.",
        headers=(("Location", location),),
    )


def _one_more_taken(request: Request, error: S3Error) -> S3Error | Response:
    del request
    if ("ProposedSize", str(5 * _GIB + 1)) in error.fields:
        return _TAKEN
    return error


def _taken_in_chunks(request: Request, error: S3Error) -> S3Error | Response:
    return _TAKEN if _DECODED in request.headers else error


def _bare_from_the_second(request: Request, response: Response) -> Response:
    if (request.query.get("part-number-marker") or "0") == "0":
        return response
    for name in (*CHECKSUM_ELEMENTS, "ChecksumAlgorithm", "ChecksumType"):
        response = element(response, name, nothing)
    return response


def _key_told(request: Request, error: S3Error) -> S3Error:
    """Put the customer key that was sent where the refusal names what was wrong."""
    key = header(request, f"{_SSE}-customer-key")
    if not key:
        return error
    return refused(error, fields=(*error.fields, ("ArgumentValue", key)))


def _quotes_wanted(value: str) -> str:
    """Return an ETag without quotes as one that is no object's."""
    return value if value.strip().startswith(('"', "*", "W/")) else f"x{value}"


def _other_id(message: Message) -> Message:
    """Reverse the request id of an error that has no XML declaration."""
    if b"<Error>" not in message.body or b"<?xml" in message.body:
        return message
    body = _REQUEST_ID.sub(lambda id_: b"<RequestId>" + id_[1][::-1], message.body)
    return replace(message, body=body)


def _any_pair(value: str) -> str:
    """Return the context with nothing left in it but the pair that names a bucket."""
    try:
        pairs = json.loads(base64.b64decode(value))
    except ValueError:
        return value
    if not isinstance(pairs, dict) or len(pairs) < 2:
        return value
    for name in pairs.values():
        if isinstance(name, str) and name.startswith("arn:aws:s3"):
            return base64.b64encode(json.dumps({"aws:s3:arn": name}).encode()).decode()
    return value


def _customer_key_over_kms(request: Request) -> Request:
    if header(request, _SSE) != "aws:kms" or f"{_SSE}-customer-algorithm" not in request.headers:
        return request
    for name in ("", "-aws-kms-key-id", "-context", "-bucket-key-enabled"):
        request = asking(request, _SSE + name, nothing)
    return request


def _context_dropped(request: Request) -> Request:
    if header(request, _SSE) != "AES256":
        return request
    return asking(request, f"{_SSE}-context", nothing)


def _bucket_as_spelled(request: Request, response: Response) -> Response:
    if request.virtual_host:
        return response
    return element(response, "Bucket", lambda name: f"/{name}")


def _part_as_if_secure(request: Request) -> Request:
    if request.secure or f"{_SSE}-customer-algorithm" not in request.headers:
        return request
    return replace(request, secure=True)


FAULTS: Final[tuple[Fault, ...]] = (
    forgets(
        "obj.tagging/decoded-twice",
        "A plus sign that x-amz-tagging holds encoded is returned as a space",
        sw.Ask(op.CREATE, lambda request: asking(request, _TAGS, unquote)),
    ),
    accepts(
        "obj.tagging/duplicate-last-wins",
        "A tag key that is given twice is accepted, and the last value wins",
        sw.Ask(op.CREATE, lambda request: asking(request, _TAGS, _last_of_each)),
    ),
    accepts(
        "complete.order/duplicates-pass",
        "A list in which a number stands twice in a row is completed",
        sw.Replace(op.COMPLETE, "ascending", never_backwards),
        should=True,
    ),
    loses(
        "life.complete-assembles/unlisted-joined",
        "The object is joined from all uploaded parts, those that are not listed too",
        sw.Instead(op.COMPLETE, all_joined),
    ),
    accepts(
        "complete.empty-list/empty-completes-all",
        "A list without a part is read as all parts that were uploaded",
        sw.Replace(op.COMPLETE, "manifest", all_meant),
    ),
    loses(
        "complete.empty-list/refused-but-parts-dropped",
        "A list without a part is rejected, and loses the parts that were uploaded",
        sw.Spoil(op.COMPLETE, "manifest", parts_lost_to_an_empty_list),
    ),
    answers(
        "checksum.composite/base64-joined",
        "The composite checksum is that of the parts' checksums as they are written in base64",
        sw.Replace(op.COMPLETE, "object_checksum", checked_over_texts),
        sw.After(op.COMPLETE, told_over_texts),
    ),
    loses(
        "abort.after-complete/last-part-zeroed",
        "An abort after the completion leaves zeros where the object's last part was",
        sw.After(op.ABORT, last_part_zeroed),
    ),
    loses(
        "copy.range/whole-for-a-tail",
        "A range that ends with the source is treated as the whole source",
        sw.Insert(op.COPY, whole_for_a_tail),
    ),
    races(
        "race.part-complete/written-in-place",
        "A part that is re-sent during the completion is written into the completed object",
        sw.Before(op.COMPLETE, slowly),
        sw.Before(op.PART, wait_if_resent),
        sw.Replace(op.PART, "active_upload", active_when_it_came),
        sw.Instead(op.PART, written_in_place),
    ),
    races(
        "race.part-complete/half-written",
        "A completion joins what has arrived of a part that is being re-sent with its old rest",
        sw.Before(op.COMPLETE, slowly),
        sw.Before(op.PART, half_written),
        sw.Replace(op.PART, "active_upload", active_when_it_came),
    ),
    accepts(
        "dir.virtual-host-only/path-style-parts",
        "Path style is rejected for the create alone and served for all that follows",
        sw.Swallow(_PLACED, "virtual_hosted"),
    ),
    answers(
        "dir.virtual-host-only/path-style-redirected",
        "Path style is redirected to the virtual-hosted address",
        sw.Refusal(_DIRECTORY, "InvalidRequest", _elsewhere, says="Path-style"),
    ),
    accepts(
        "part.too-large/limit-off-by-one",
        "A part of 5 GiB and one byte is accepted",
        sw.Refusal(op.PART, "EntityTooLarge", _one_more_taken),
    ),
    accepts(
        "part.too-large/chunked-not-checked",
        "The decoded length of a chunked part is not compared with the limit",
        sw.Refusal(op.PART, "EntityTooLarge", _taken_in_chunks),
    ),
    forgets(
        "checksum.listed/other-page-bare",
        "From the second page on ListParts names no checksums",
        sw.Say(op.LIST_PARTS, _bare_from_the_second),
    ),
    accepts(
        "dir.kms-context/further-pair",
        "An encryption context may hold further pairs next to the ARN of the bucket",
        sw.Ask(_TOLD_CONTEXT, lambda request: asking(request, f"{_SSE}-context", _any_pair)),
    ),
    accepts(
        "dir.ops/first-number-any",
        "A directory bucket accepts part numbers without a gap that do not begin with 1",
        sw.Replace(op.DIRECTORY_COMPLETE, "consecutive_parts", without_gaps),
    ),
    races(
        "race.abort-complete/last-part-freed",
        "An abort during the completion frees the last part under the object",
        sw.Before(op.COMPLETE, slowly),
        sw.Before(op.ABORT, wait_if_active),
        sw.After(op.ABORT, freed_under_the_object),
    ),
    accepts(
        "ssec.not-with-kms/customer-key-over-kms",
        "SSE-C together with AES256 is rejected, together with aws:kms it wins",
        sw.Ask(op.CREATE, _customer_key_over_kms),
    ),
    accepts(
        "sse.kms-only-with-kms/context-ignored",
        "An encryption context next to AES256 is ignored",
        sw.Ask(op.CREATE, _context_dropped),
        should=True,
    ),
    answers(
        "life.sample-boto3/bucket-as-spelled",
        "The bucket is returned as the path spelled it, with its slash",
        sw.Say(op.CREATE, _bucket_as_spelled),
    ),
    accepts(
        "ssec.needs-tls/part-over-http",
        "A customer key over plain HTTP is rejected at the create and accepted with a part",
        sw.Ask(op.PART, _part_as_if_secure),
    ),
    accepts(
        "sse.kms-cross-account/id-of-anyone",
        "A KMS key id alone is looked up in every account",
        sw.Insert(op.CREATE, id_of_anyone, before="encryption"),
    ),
    leaks(
        "ssec.key-not-stored/in-refusal",
        "The rejection of a customer key names the key",
        sw.Refusal((op.CREATE, op.PART), "InvalidArgument", _key_told, says="calculated MD5"),
    ),
    accepts(
        "key.length/characters",
        "The length of keys is counted in characters instead of bytes",
        sw.Replace(op.CREATE, "key_length", characters_counted),
    ),
    answers(
        "abort.unknown/nothing-to-do",
        "An abort of a well-formed upload id that was never issued is answered with 204",
        sw.Replace(op.ABORT, "remembered_upload", nothing_for_unknown),
    ),
    loses(
        "copy.failed-keeps/range",
        "A copy that is rejected for its range loses the earlier part",
        sw.Spoil(op.COPY, "range_within", drop_part),
    ),
    refuses(
        "copy.conditions/quotes-wanted",
        "An ETag without quotes never matches that of the source",
        sw.Ask(op.COPY, lambda r: asking(r, "x-amz-copy-source-if-match", _quotes_wanted)),
    ),
    answers(
        "xml.error/other-id-of-completion",
        "The errors of completion and copy name another request than their header",
        sw.Bytes(_other_id),
    ),
)
