"""Faults of signatures: which are taken, and what is said of those that are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.lenient_signatures import Attempt, as_claimed, second_thought
from conformance.faults.edits import misnames
from conformance.faults.model import Fault, accepts, answers
from conformance.reference.domain.messages import Account, S3Error
from conformance.reference.http import claims

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.http.authentication import Holders, Proof
    from conformance.reference.http.exchange import Authenticate
    from conformance.reference.http.head import Head
    from conformance.reference.http.target import Target


def _nobody_is_owner(authenticate: Authenticate) -> Authenticate:
    """Take who signs nothing for the owner."""

    def lenient(head: Head, target: Target, accounts: Holders, region: str, now: datetime) -> Proof:
        proof = authenticate(head, target, accounts, region, now)
        if proof.caller is not None:
            return proof
        owner = next(one for one in accounts.values() if isinstance(one, Account))
        return replace(proof, caller=owner, signed="header")

    return lenient


def _timeless(authenticate: Authenticate) -> Authenticate:
    """Authenticate as if it were still the time of the signature."""

    def lenient(head: Head, target: Target, accounts: Holders, region: str, now: datetime) -> Proof:
        claim = claims.find(head.headers, target.query, region, target.services)
        return authenticate(head, target, accounts, region, now if claim is None else claim.time)

    return lenient


def _misnamed(code: str, as_code: str) -> sw.Authentication:
    """Refuse with another code and a 400."""

    def other(_attempt: Attempt, error: S3Error) -> Proof | None:
        raise S3Error(400, as_code, error.message, error.fields) from None

    return second_thought(other, code)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "life.sign-each/any-signature",
        "Any signature of a known access key is accepted",
        second_thought(as_claimed, "SignatureDoesNotMatch"),
    ),
    accepts(
        "life.sign-each/expired",
        "An expired signature is accepted",
        sw.Authentication(_timeless, ("RequestTimeTooSkewed", "AccessDenied")),
    ),
    accepts(
        "life.sign-each/anonymous-is-owner",
        "A request without a signature acts as the owner",
        sw.Authentication(_nobody_is_owner),
    ),
    accepts(
        "life.sign-each/uncovered-headers",
        "Headers that the signature leaves out are accepted all the same",
        second_thought(as_claimed, "AccessDenied"),
    ),
    answers(
        "life.sign-each/bad-request",
        "A wrong signature is answered with 400",
        _misnamed("SignatureDoesNotMatch", "InvalidRequest"),
        known="A10",
    ),
    accepts(
        "auth.anonymous-create/begins",
        "An anonymous request begins an upload",
        sw.Authentication(_nobody_is_owner),
    ),
    answers(
        "auth.anonymous-create/not-found",
        "An anonymous create is answered 404",
        misnames(op.CREATE, "AccessDenied", "NoSuchBucket", 404),
    ),
    accepts(
        "auth.token/ignored",
        "A session token that does not belong to the key pair is ignored",
        second_thought(as_claimed, "InvalidToken"),
    ),
    answers(
        "auth.token/denied",
        "A session token that does not belong to the key pair is answered with AccessDenied",
        _misnamed("InvalidToken", "AccessDenied"),
    ),
)
