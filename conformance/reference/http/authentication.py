"""Who sent a request: its signature verified against the accounts that exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from conformance.reference.domain.messages import Account, S3Error, Session
from conformance.reference.http import canonical
from conformance.reference.http.claims import Claim, find
from conformance.reference.http.errors import (
    access_denied,
    invalid_argument,
    invalid_request,
    signature_mismatch,
)

if TYPE_CHECKING:
    from conformance.reference.http.head import Head
    from conformance.reference.http.target import Target

UNSIGNED = "UNSIGNED-PAYLOAD"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
STREAMING = frozenset((UNSIGNED_TRAILER, SIGNED_CHUNKS, SIGNED_TRAILER))
_ECDSA = (
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
)
_HEX = frozenset("0123456789abcdef")

Holders = Mapping[str, Account | Session]
"""Whose keys they are, by access key."""
_HASH_HEADER = "x-amz-content-sha256"
_MAX_SKEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What the signatures of chunks and trailers go on from."""

    access_key: str
    timestamp: str
    scope: str
    signature: str = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Who sent a request, and how its body is to be read."""

    caller: Account | None
    """None for an anonymous request."""
    signed: Literal["header", "query", "none"]
    payload_hash: str
    """The SHA-256 in lower-case hex, UNSIGNED-PAYLOAD, or one of ``STREAMING``."""
    seed: Seed | None = None
    service: str = "s3"
    session: Session | None = None


def authenticate(
    head: Head, target: Target, accounts: Holders, region: str, now: datetime
) -> Proof:
    """Return who sent the request.

    ``accounts``, and sessions among them, by access key; ``now`` in UTC. Raises S3Error as the
    AUTH facts say. Whether a session is still good for the request is the service's business.
    """
    claim = find(head.headers, target.query, region, target.services)
    payload_hash = _payload_hash(head, target, claim)
    if claim is None:
        return Proof(caller=None, signed="none", payload_hash=payload_hash)
    holder = accounts.get(claim.access_key)
    if holder is None:
        raise S3Error(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            [("AWSAccessKeyId", claim.access_key)],
        )
    _check_tokens(claim, holder)
    _check_time(claim, now)
    _check_coverage(head, claim)
    key = canonical.signing_key(holder.secret_key, claim.date, claim.region, claim.service)
    _check_signature(head, target, claim, payload_hash, key)
    return Proof(
        caller=holder.account if isinstance(holder, Session) else holder,
        signed=claim.by,
        payload_hash=payload_hash,
        seed=Seed(
            access_key=claim.access_key,
            timestamp=claim.timestamp,
            scope=claim.scope,
            signature=claim.signature,
            key=key,
        ),
        service=claim.service,
        session=holder if isinstance(holder, Session) else None,
    )


def _check_tokens(claim: Claim, holder: Account | Session) -> None:
    """Refuse a token with long-term keys (AUTH-011), and a session's keys without its own."""
    if claim.token is not None:
        raise _invalid_token(claim.token)
    if not isinstance(holder, Session):
        if claim.session_token is not None:
            raise _invalid_token(claim.session_token)
    elif claim.session_token is None or not canonical.same(claim.session_token, holder.token):
        raise _invalid_token(claim.session_token or "")


def _invalid_token(token: str) -> S3Error:
    return S3Error(
        400,
        "InvalidToken",
        "The provided token is malformed or otherwise invalid.",
        [("Token-0", token)],
    )


def _payload_hash(head: Head, target: Target, claim: Claim | None) -> str:
    value = head.headers.get(_HASH_HEADER)
    if value is None:
        if claim is not None and claim.by == "header":
            raise invalid_request(f"Missing required header for this request: {_HASH_HEADER}")
        value = target.query.get("X-Amz-Content-Sha256")
    if value is None or value == UNSIGNED:
        return UNSIGNED
    if value in STREAMING or (len(value) == 64 and _HEX.issuperset(value.lower())):
        return value
    raise invalid_argument(
        f"{_HASH_HEADER} must be {UNSIGNED}, {UNSIGNED_TRAILER}, {SIGNED_CHUNKS},"
        f" {SIGNED_TRAILER}, {', '.join(_ECDSA)} or a valid sha256 value.",
        _HASH_HEADER,
        value,
    )


def _check_time(claim: Claim, now: datetime) -> None:
    ends = claim.ends
    if ends is None:
        if abs(now - claim.time) > _MAX_SKEW:
            raise S3Error(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                [
                    ("RequestTime", claim.timestamp),
                    ("ServerTime", _iso(now)),
                    ("MaxAllowedSkewMilliseconds", "900000"),
                ],
            )
    elif now > ends:
        raise access_denied(
            "Request has expired",
            [
                ("X-Amz-Expires", str(claim.expires)),
                ("Expires", _iso(ends)),
                ("ServerTime", _iso(now)),
            ],
        )
    elif claim.time - now > _MAX_SKEW:
        raise access_denied("Request is not yet valid", [("ServerTime", _iso(now))])


def _iso(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _check_coverage(head: Head, claim: Claim) -> None:
    """Refuse a request whose Host or x-amz-* headers the signature leaves out (AUTH-003)."""
    signed = frozenset(claim.signed_headers)
    # The payload hash is part of the canonical request whether its header is listed or not.
    needed = [
        name
        for name in head.headers
        if (name == "host" or (name.startswith("x-amz-") and name != _HASH_HEADER))
        and name not in signed
    ]
    if needed:
        raise access_denied(
            "There were headers present in the request which were not signed",
            [("HeadersNotSigned", ", ".join(needed))],
        )


def _check_signature(
    head: Head, target: Target, claim: Claim, payload_hash: str, key: bytes
) -> None:
    headers = canonical.canonical_headers(head.fields, claim.signed_headers)
    if claim.by == "query" and _HASH_HEADER not in claim.signed_headers:
        payload_hash = target.query.get("X-Amz-Content-Sha256") or UNSIGNED
    sent = (target.path, canonical.query_as_sent(target.raw_query))

    def attempt(path: str, query: str) -> tuple[bytes, bytes]:
        request = canonical.canonical_request(
            head.method, path, query, headers, claim.signed_headers, payload_hash
        )
        return request, canonical.string_to_sign(claim.timestamp, claim.scope, request)

    request, text = attempt(*sent)
    if canonical.same(canonical.sign(key, text), claim.signature):
        return
    # The documentation signs the path and query decoded and encoded again; a client that sends
    # another encoding (``%2F`` within a key, a bare ``$``) signs what it sent or what it means.
    anew = (
        canonical.path_encoded_anew(target.path),
        canonical.query_encoded_anew(target.raw_query),
    )
    if anew != sent:
        _, other = attempt(*anew)
        if canonical.same(canonical.sign(key, other), claim.signature):
            return
    raise signature_mismatch(claim.access_key, claim.signature, text, request)
