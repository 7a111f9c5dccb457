"""What faults of client requests share: refusals of a request for how it is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.edits import header
from conformance.reference.domain.messages import Payload, Request, S3Error

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.http.authentication import Holders, Proof
    from conformance.reference.http.exchange import Assemble, Authenticate
    from conformance.reference.http.head import Head
    from conformance.reference.http.target import Target

HeadShape: TypeAlias = "Callable[[Head], bool]"
BodyShape: TypeAlias = "Callable[[Head, bytes], bool]"
RequestShape: TypeAlias = Callable[[Request], bool]

EVERYWHERE: Final = (*op.FAMILY_AND_READS, *op.SESSION, *op.WITH_SESSION)
"""The family, what its results are read with, and the same in directory buckets."""
_SIGNED: Final = re.compile(r"SignedHeaders=([^,\s]*)")
_UNSIGNED: Final = "UNSIGNED-PAYLOAD"


def denied(
    when: RequestShape, *operations: str, status: int = 400, code: str = "InvalidRequest"
) -> sw.Deny:
    """Refuse requests of those operations (by default all) that are written so."""
    return sw.Deny(operations or EVERYWHERE, when, status, code)


def by_head(when: HeadShape, status: int = 400, code: str = "InvalidRequest") -> sw.Authentication:
    """Refuse requests whose head is written so, once they are known to be signed rightly."""

    def wrap(authenticate: Authenticate) -> Authenticate:
        def strict(
            head: Head, target: Target, accounts: Holders, region: str, now: datetime
        ) -> Proof:
            proof = authenticate(head, target, accounts, region, now)
            if when(head):
                raise S3Error(status, code, "This endpoint does not take it.")
            return proof

        return strict

    return sw.Authentication(wrap)


def by_body(when: BodyShape, status: int = 400, code: str = "InvalidRequest") -> sw.Framing:
    """Refuse bodies that are written so."""

    def wrap(assemble: Assemble) -> Assemble:
        def strict(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
            payload = assemble(head, proof, body, body_bytes=body_bytes)
            if payload.problem is None and when(head, body):
                error = S3Error(status, code, "This endpoint does not take it.")
                return replace(payload, problem=error)
            return payload

        return strict

    return sw.Framing(wrap)


def signs(request: Request, name: str) -> bool:
    """Return whether a request's signature covers that header, which it has."""
    found = _SIGNED.search(header(request, "authorization"))
    return found is not None and name in found[1].split(";") and name in request.headers


def unsigned(request: Request) -> bool:
    """Return whether a request says that its payload is not signed."""
    return header(request, "x-amz-content-sha256") == _UNSIGNED


def has(request: Request, name: str, value: str) -> bool:
    """Return whether a request has that header with that value."""
    return header(request, name).lower() == value.lower()


def in_turn(request: Request, *names: str) -> bool:
    """Return whether a request has all these parameters, in this order."""
    places = [
        next((i for i, (key, _) in enumerate(request.query.items) if key == name), -1)
        for name in names
    ]
    return -1 not in places and places == sorted(places)


def holds(request: Request, *pieces: str) -> bool:
    """Return whether a document has these pieces in this order; an unknown one may have them."""
    if not request.payload.data:
        return True
    at = 0
    text = request.payload.data.decode("utf-8", "replace")
    for piece in pieces:
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True
