"""Faults of signatures: which are taken, and what is said of those that are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.reference.face import claims
from conformance.reference.face.authentication import UNSIGNED, Proof
from conformance.reference.faults.catalogue.operations import CREATE
from conformance.reference.faults.edits import misnames
from conformance.reference.faults.model import Fault, accepts, answers
from conformance.reference.faults.switches import Authentication
from conformance.reference.messages import Account, S3Error, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from conformance.reference.face.exchange import Authenticate
    from conformance.reference.face.head import Head
    from conformance.reference.face.target import Target


def _whoever(code: str, anonymous: bool = False) -> Callable[[Authenticate], Authenticate]:
    """Return authentication that lets a refusal of that code pass."""

    def wrap(authenticate: Authenticate) -> Authenticate:
        def lenient(
            head: Head, target: Target, accounts: Mapping[str, Any], region: str, now: datetime
        ) -> Proof:
            try:
                proof = authenticate(head, target, accounts, region, now)
            except S3Error as error:
                claim = claims.find(head.headers, target.query, region, target.services)
                if error.code != code or claim is None or claim.access_key not in accounts:
                    raise
                holder = accounts[claim.access_key]
                session = holder if isinstance(holder, Session) else None
                return Proof(
                    caller=holder if session is None else session.account,
                    signed=claim.by,
                    payload_hash=head.headers.get("x-amz-content-sha256") or UNSIGNED,
                    session=session,
                )
            if anonymous and proof.caller is None:
                owner = next(one for one in accounts.values() if isinstance(one, Account))
                return replace(proof, caller=owner, signed="header")
            return proof

        return lenient

    return wrap


def _timeless(authenticate: Authenticate) -> Authenticate:
    """Authenticate as if it were still the time of the signature."""

    def lenient(
        head: Head, target: Target, accounts: Mapping[str, Any], region: str, now: datetime
    ) -> Proof:
        claim = claims.find(head.headers, target.query, region, target.services)
        return authenticate(head, target, accounts, region, now if claim is None else claim.time)

    return lenient


def _misnamed(code: str, as_code: str) -> Callable[[Authenticate], Authenticate]:
    """Return authentication that refuses with another code and a 400."""

    def wrap(authenticate: Authenticate) -> Authenticate:
        def other(
            head: Head, target: Target, accounts: Mapping[str, Any], region: str, now: datetime
        ) -> Proof:
            try:
                return authenticate(head, target, accounts, region, now)
            except S3Error as error:
                if error.code != code:
                    raise
                raise S3Error(400, as_code, error.message, error.fields) from None

        return other

    return wrap


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "life.sign-each/any-signature",
        "Any signature of a known access key is taken",
        Authentication(_whoever("SignatureDoesNotMatch"), ("SignatureDoesNotMatch",)),
    ),
    accepts(
        "life.sign-each/expired",
        "An expired signature is taken",
        Authentication(_timeless, ("RequestTimeTooSkewed", "AccessDenied")),
    ),
    accepts(
        "life.sign-each/anonymous-is-owner",
        "Who signs nothing acts as the owner",
        Authentication(_whoever("", anonymous=True)),
    ),
    accepts(
        "life.sign-each/uncovered-headers",
        "Headers that the signature leaves out are taken all the same",
        Authentication(_whoever("AccessDenied"), ("AccessDenied",)),
    ),
    answers(
        "life.sign-each/bad-request",
        "A wrong signature is a 400",
        Authentication(
            _misnamed("SignatureDoesNotMatch", "InvalidRequest"), ("SignatureDoesNotMatch",)
        ),
        known="A10",
    ),
    accepts(
        "auth.anonymous-create/begins",
        "An anonymous request begins an upload",
        Authentication(_whoever("", anonymous=True)),
    ),
    answers(
        "auth.anonymous-create/not-found",
        "An anonymous create is answered 404",
        misnames(CREATE, "AccessDenied", "NoSuchBucket", 404),
    ),
    accepts(
        "auth.token/ignored",
        "A session token that does not belong to the key pair is ignored",
        Authentication(_whoever("InvalidToken"), ("InvalidToken",)),
    ),
    answers(
        "auth.token/denied",
        "A session token that does not belong to the key pair is AccessDenied",
        Authentication(_misnamed("InvalidToken", "AccessDenied"), ("InvalidToken",)),
    ),
)
