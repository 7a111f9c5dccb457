"""Faults of the documents that S3 answers with: errors, and the results of the family."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.edits import body, refused
from conformance.faults.model import Fault, answers

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, S3Error
    from conformance.reference.http.answers import Message

_FAMILY: Final = (op.CREATE, op.COPY, op.COMPLETE, op.LIST_PARTS, op.LIST_UPLOADS)
_REFUSERS: Final = (
    op.NONE,
    op.CREATE,
    "UploadPart",
    op.COPY,
    op.COMPLETE,
    "AbortMultipartUpload",
    op.LIST_PARTS,
    op.LIST_UPLOADS,
    op.GET,
)


def _other_id(message: Message) -> Message:
    """Let the document of an error name another request than the header."""
    start, end = b"<RequestId>", b"</RequestId>"
    if start not in message.body:
        return message
    head, _, rest = message.body.partition(start)
    _, _, tail = rest.partition(end)
    return replace(message, body=head + start + b"0123456789ABCDEF" + end + tail)


def _silent(request: Request, error: S3Error) -> S3Error:
    """Leave the message of a refusal empty."""
    del request
    other = refused(error)
    other.message = ""
    return other


def _headless(name: bytes) -> sw.Bytes:
    """Leave one of the face's own headers out."""

    def change(message: Message) -> Message:
        lines = message.head.split(b"\r\n")
        kept = [line for line in lines if not line.lower().startswith(name + b":")]
        return replace(message, head=b"\r\n".join(kept))

    return sw.Bytes(change)


def _plain_text(message: Message) -> Message:
    """Name the type of an error's document wrongly."""
    if b"<Error>" not in message.body:
        return message
    head = message.head.replace(b"Content-Type: application/xml", b"Content-Type: text/plain")
    return replace(message, head=head)


def _error_element(old: str, new: str) -> sw.Bytes:
    """Rename an element of the error document."""

    def change(message: Message) -> Message:
        if b"<Error>" not in message.body:
            return message
        length = len(message.body)
        other = message.body
        for tag in ("<{}>", "</{}>"):
            other = other.replace(tag.format(old).encode(), tag.format(new).encode())
        # Names of one length keep the length that the chunk announces.
        return replace(message, body=other) if len(other) == length else message

    return sw.Bytes(change)


FAULTS: Final[tuple[Fault, ...]] = (
    answers(
        "xml.error/other-request-id",
        "The error document names another request than the header",
        sw.Bytes(_other_id),
    ),
    answers(
        "xml.error/no-request-id-header",
        "No header names the request",
        _headless(b"x-amz-request-id"),
        should=True,
    ),
    answers(
        "xml.error/no-code",
        "The error document has another element in the place of Code",
        _error_element("Code", "Kind"),
    ),
    answers(
        "xml.error/no-message",
        "The message of an error is empty",
        sw.Refusal(_REFUSERS, "", _silent),
    ),
    answers(
        "xml.error/no-details",
        "An error document has no fields of its own",
        sw.Refusal(_REFUSERS, "", lambda _request, error: refused(error, fields=())),
        should=True,
    ),
    answers(
        "xml.error/plain-text",
        "An error document has the type text/plain",
        sw.Bytes(_plain_text),
    ),
    answers(
        "xml.success/other-root",
        "The documents of answers have other root elements",
        sw.Say(
            _FAMILY,
            lambda _, said: body(body(said, "Result>", "Answer>"), "Result xmlns", "Answer xmlns"),
        ),
    ),
    answers(
        "xml.success/no-namespace",
        "The documents of answers have no namespace",
        sw.Say(
            _FAMILY,
            lambda _, said: body(said, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"', ""),
        ),
    ),
    answers(
        "xml.success/other-namespace",
        "The documents of answers are in another namespace",
        sw.Say(_FAMILY, lambda _, said: body(said, "s3.amazonaws.com/doc", "s3.example.com/doc")),
    ),
)
