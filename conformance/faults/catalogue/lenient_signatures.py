"""What faults of signatures share: a second thought about a request that was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from conformance.faults import switches as sw
from conformance.reference.domain.messages import S3Error, Session
from conformance.reference.http import claims
from conformance.reference.http.authentication import UNSIGNED, Proof

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.domain.messages import Account
    from conformance.reference.http.authentication import Holders
    from conformance.reference.http.claims import Claim
    from conformance.reference.http.exchange import Authenticate
    from conformance.reference.http.head import Head
    from conformance.reference.http.target import Target


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that was refused for its signature, and what it was compared with."""

    head: Head
    target: Target
    accounts: Holders
    region: str

    def claim(self) -> Claim | None:
        """Return what the signature claims; S3Error when that can't be read."""
        return claims.find(self.head.headers, self.target.query, self.region, self.target.services)

    def holder(self, access_key: str) -> Account | Session | None:
        """Return who holds an access key."""
        return self.accounts.get(access_key)


Belief: TypeAlias = Callable[[Attempt, S3Error], Proof | None]
"""Who a refused request is taken for after all; None lets the refusal stand."""


def second_thought(belief: Belief, *codes: str) -> sw.Authentication:
    """Authenticate as ever, and ask ``belief`` about each refusal; ``codes`` are those it minds."""

    def wrap(authenticate: Authenticate) -> Authenticate:
        def lenient(
            head: Head, target: Target, accounts: Holders, region: str, now: datetime
        ) -> Proof:
            try:
                return authenticate(head, target, accounts, region, now)
            except S3Error as error:
                if error.code not in codes:
                    raise
                proof = belief(Attempt(head, target, accounts, region), error)
                if proof is None:
                    raise
                return proof

        return lenient

    return sw.Authentication(wrap, codes)


def as_claimed(attempt: Attempt, _error: S3Error) -> Proof | None:
    """Believe whoever names an access key that there is, an account's or a session's."""
    claim = attempt.claim()
    holder = None if claim is None else attempt.holder(claim.access_key)
    if claim is None or holder is None:
        return None
    session = holder if isinstance(holder, Session) else None
    return Proof(
        caller=holder.account if isinstance(holder, Session) else holder,
        signed=claim.by,
        payload_hash=attempt.head.headers.get("x-amz-content-sha256") or UNSIGNED,
        session=session,
    )
