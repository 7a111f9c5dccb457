"""Faults of who is believed: presigned URLs, copies, clocks, and who opens a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.lenient_signatures import Attempt, second_thought
from conformance.faults.catalogue.steps import drop_part
from conformance.faults.edits import header
from conformance.faults.model import Fault, accepts, loses, refuses
from conformance.reference.domain.messages import Account, S3Error
from conformance.reference.http.authentication import UNSIGNED, Proof
from conformance.reference.operations.directory.session import somebody

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Pairs, Request

_STRICT_SKEW: Final = timedelta(minutes=5)


def _version_4_key(query: Pairs) -> str:
    return (query.get("X-Amz-Credential") or "").partition("/")[0]


def _version_2_key(query: Pairs) -> str:
    return query.get("AWSAccessKeyId") or ""


def _believed(code: str, named: Callable[[Pairs], str]) -> sw.Authentication:
    """Serve a URL that is refused with that code for the account whose access key it names."""

    def holder_named(attempt: Attempt, _error: S3Error) -> Proof | None:
        holder = attempt.holder(named(attempt.target.query))
        if not isinstance(holder, Account):
            return None
        return Proof(caller=holder, signed="query", payload_hash=UNSIGNED)

    return second_thought(holder_named, code)


def _minutes_off(request: Request) -> bool:
    """Return whether the clock of who signed the header is off by more than five minutes."""
    try:
        sent = datetime.strptime(header(request, "x-amz-date"), "%Y%m%dT%H%M%S%z")
    except ValueError:
        return False
    return abs(request.now - sent) > _STRICT_SKEW


def _signed_in(place: str) -> Callable[[Request], bool]:
    """Return what tells where the signature of a request stands."""
    return lambda request: request.signed == place


def _holds_checksum(request: Request) -> bool:
    """Return whether a presigned URL holds the checksum of a body."""
    return request.signed == "query" and "x-amz-checksum-crc32" in request.query


def _drop_presigned(context: op.UploadingPart) -> None:
    if context.request.signed == "query":
        drop_part(context)


def _owner_for_nobody(context: op.OpeningSession) -> None:
    """Take who signs nothing for the owner of the bucket."""
    bucket = context.world.find(context.request.bucket or "")
    if context.request.caller is None and bucket is not None:
        context.request = replace(context.request, caller=bucket.owner)
    somebody(context)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "life.sign-each/unreadable-presigned",
        "A presigned URL that can't be read is served for the access key that it names",
        _believed("AuthorizationQueryParametersError", _version_4_key),
    ),
    accepts(
        "life.sign-each/half-of-version-2",
        "A presigned URL of Signature Version 2 without signature or end is served for its key",
        _believed("AccessDenied", _version_2_key),
    ),
    refuses(
        "life.sign-each/no-presigned-post",
        "A presigned POST is rejected, so that no upload can be begun or completed by URL alone",
        sw.Deny(
            (op.CREATE, op.COMPLETE),
            _signed_in("query"),
            403,
            "AccessDenied",
            before="known_bucket",
        ),
    ),
    refuses(
        "life.sign-each/source-left-out",
        "The signature of a copy is checked as if x-amz-copy-source were not there",
        sw.Deny(op.COPY, _signed_in("header"), 403, "SignatureDoesNotMatch", before="known_bucket"),
    ),
    refuses(
        "life.sign-each/five-minutes",
        "A clock that is off by more than five minutes is rejected",
        sw.Deny(op.FAMILY, _minutes_off, 403, "RequestTimeTooSkewed", before="known_bucket"),
    ),
    refuses(
        "life.sign-each/checksum-in-address",
        "The signature of a presigned URL is checked as if its checksum were not in the query",
        sw.Deny(op.PART, _holds_checksum, 403, "SignatureDoesNotMatch", before="known_bucket"),
    ),
    loses(
        "life.id-binds-parts/presigned-apart",
        "A presigned part is answered 200, but does not belong to its upload",
        sw.After(op.PART, _drop_presigned),
    ),
    accepts(
        "dir.session-auth/anonymous",
        "A request without a signature is given a session as the owner of the bucket",
        sw.Replace(op.SESSION, "somebody", _owner_for_nobody),
    ),
)
