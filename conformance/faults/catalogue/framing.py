"""Faults of framed bodies: aws-chunked, its signatures and its trailers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import made
from conformance.faults.edits import asking, header, misnames, nothing, omits, pretends
from conformance.faults.model import Fault, accepts, answers, forgets, loses, refuses
from conformance.reference.domain.messages import Pairs, Payload, Request, Response, S3Error
from conformance.reference.http.authentication import (
    SIGNED_CHUNKS,
    SIGNED_TRAILER,
    STREAMING,
    UNSIGNED_TRAILER,
)
from conformance.reference.http.chunks import unframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.http.authentication import Proof
    from conformance.reference.http.exchange import Assemble
    from conformance.reference.http.head import Head

_SIGNED: Final = (SIGNED_CHUNKS, SIGNED_TRAILER)


def _as_it_came(assemble: Assemble) -> Assemble:
    """Store a framed body with its framing."""

    def lenient(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
        payload = assemble(head, proof, body, body_bytes=body_bytes)
        if proof.payload_hash in STREAMING and payload.problem is None:
            return replace(payload, data=body)
        return payload

    return lenient


def _forgiving(*codes: str) -> Callable[[Assemble], Assemble]:
    """Take a framed body in spite of refusals of those codes, as far as it can be read."""

    def wrap(assemble: Assemble) -> Assemble:
        def lenient(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
            payload = assemble(head, proof, body, body_bytes=body_bytes)
            problem = payload.problem
            if problem is None or problem.code not in codes:
                return payload
            try:
                return Payload(data=unframe(body, seed=None).data, streaming=True)
            except S3Error:
                return Payload(streaming=True)

        return lenient

    return wrap


def _refusing(*modes: str) -> Callable[[Assemble], Assemble]:
    """Refuse framed bodies of those kinds."""

    def wrap(assemble: Assemble) -> Assemble:
        def strict(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
            if proof.payload_hash in modes:
                text = "This endpoint does not take framed bodies."
                return Payload(problem=S3Error(501, "NotImplemented", text))
            return assemble(head, proof, body, body_bytes=body_bytes)

        return strict

    return wrap


def _trailer_dropped(assemble: Assemble) -> Assemble:
    """Forget what trailers say."""

    def deaf(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
        payload = assemble(head, proof, body, body_bytes=body_bytes)
        return replace(payload, trailers=Pairs((), fold=True))

    return deaf


def _no_trailer(request: Request) -> Request:
    return asking(request, "x-amz-trailer", nothing)


def _coded(context: op.Putting) -> None:
    """Keep aws-chunked as a coding of the object, in front of the others."""
    if context.request.payload.streaming:
        _recode(context, lambda value: f"aws-chunked,{value}" if value else "aws-chunked")


def _uncoded(context: op.Putting) -> None:
    """Forget that the client named aws-chunked, whether the body came so or not."""
    _recode(context, lambda value: value.replace(",aws-chunked", ""))


def _recode(context: op.Putting, change: Callable[[str], str]) -> None:
    """Change the Content-Encoding of the object that was just put."""
    version = made(context.version)
    metadata = version.metadata
    if metadata is None:
        return
    coding = change(dict(metadata.system).get("Content-Encoding", ""))
    kept = tuple(pair for pair in metadata.system if pair[0] != "Content-Encoding")
    system = (*kept, ("Content-Encoding", coding)) if coding else kept
    version.metadata = replace(metadata, system=system)


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "framing.unsigned-trailer/refused",
        "A body with an unsigned trailer is rejected",
        sw.Framing(_refusing(UNSIGNED_TRAILER)),
        known="A01",
    ),
    accepts(
        "framing.unsigned-trailer/not-checked",
        "The checksum of a trailer is not checked",
        sw.Framing(_trailer_dropped),
        sw.Ask(op.PART, _no_trailer),
        known="A06",
    ),
    answers(
        "framing.unsigned-trailer/not-answered",
        "The checksum of a trailer is not answered",
        omits(
            op.PART,
            *(
                f"x-amz-checksum-{name}"
                for name in ("crc32", "crc32c", "crc64nvme", "sha1", "sha256")
            ),
        ),
        known="A06",
    ),
    refuses(
        "framing.signed-chunks/refused",
        "A body in signed chunks is rejected",
        sw.Framing(_refusing(*_SIGNED)),
        known="A10",
    ),
    accepts(
        "framing.signed-chunks/any-signature",
        "The signatures of chunks are not checked",
        sw.Framing(_forgiving("SignatureDoesNotMatch")),
        known="A07",
    ),
    accepts(
        "framing.trailer-refusals/anything",
        "A malformed or missing trailer is ignored",
        sw.Framing(_forgiving("MalformedTrailerError", "InvalidRequest")),
        sw.Ask(op.PART, _no_trailer),
    ),
    accepts(
        "framing.trailer-refusals/wrong-taken",
        "A trailer with another checksum is accepted",
        sw.Swallow(op.PART, "checksum_matches"),
        known="A06",
    ),
    answers(
        "framing.trailer-refusals/one-for-all",
        "A malformed trailer is answered with InvalidRequest",
        misnames(op.PART, "MalformedTrailerError", "InvalidRequest"),
    ),
    answers(
        "framing.trailer-refusals/server-error",
        "A wrong trailer is answered with 500",
        misnames(op.PART, "BadDigest", "InternalError", 500),
    ),
    accepts(
        "framing.lengths/any",
        "A framed body of another length than announced is accepted",
        sw.Framing(_forgiving("IncompleteBody", "IncompleteBodyException", "InvalidRequest")),
        known="A07",
    ),
    accepts(
        "framing.operations/taken",
        "A trailer on an operation without data is answered as if it had been checked",
        pretends(op.NONE, "InvalidRequest", Response(status=204), says="x-amz-content-sha256"),
        known="A09",
    ),
    answers(
        "framing.operations/signature",
        "A trailer on an operation without data is answered with SignatureDoesNotMatch",
        misnames(
            op.NONE, "InvalidRequest", "SignatureDoesNotMatch", 403, says="x-amz-content-sha256"
        ),
        known="A10",
    ),
    answers(
        "framing.lengths/server-error",
        "A framed body of another length than announced is answered with 500",
        misnames(op.PART, "IncompleteBody", "InternalError", 500),
        known="A08",
    ),
    answers(
        "framing.lengths/unknown-length",
        "A framed part of a length that can't be read is answered with IncompleteBody",
        misnames(op.PART, "MissingContentLength", "IncompleteBody", 400),
    ),
    loses(
        "framing.never-stored/stored",
        "The framing is stored with the part",
        sw.Framing(_as_it_came),
        known="A04 A17",
    ),
    forgets(
        "framing.never-stored/coding",
        "aws-chunked is kept as a coding of an object that came framed",
        sw.After(op.PUT, _coded),
        known="A05",
    ),
    refuses(
        "framing.never-stored/coding-refused",
        "A create with the coding aws-chunked is rejected",
        sw.Deny(op.CREATE, lambda request: "aws-chunked" in header(request, "content-encoding")),
        known="A05",
    ),
    forgets(
        "framing.never-stored/coding-always-cut",
        "aws-chunked is cut out of what a write without a framed body names",
        sw.After(op.PUT, _uncoded),
        should=True,
    ),
)
