"""Signatures that are wrong in one named way; the names are the vocabulary's ``SIGN_FAULTS``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from conformance.wire.signing import SERVICE, SigningContext, make_stamp

if TYPE_CHECKING:
    from conformance.wire.model import Identity

TAMPERED_HEADER: Final = "x-amz-meta-tampered"
"""The header that ``tampered-header`` signs with one value and sends with another."""
TAMPERED_PARAMETER: Final = "x-tampered=1"
"""What ``tampered-query`` adds behind the signed query."""
_CONTEXT_FAULTS: Final = (
    "wrong-secret", "unknown-key", "expired", "wrong-region", "wrong-service", "extra-token",
    "wrong-token", "missing-token",
)  # fmt: skip
_OTHER_FAULTS: Final = (
    "tampered-header", "tampered-query", "tampered-body", "tampered-signature",
    "missing-signature",
)  # fmt: skip
SIGN_FAULTS: Final = (*_CONTEXT_FAULTS, *_OTHER_FAULTS)
"""All that a request's signature can suffer here."""
_UNKNOWN_KEY: Final = "AKIAIOSFODNN0UNKNOWN"
_STRAY_TOKEN: Final = "FwoGZXIvYXdzEBYaDNOSUCHTOKEN"  # noqa: S105 - a token that nobody issued
_STALE_SECONDS: Final = 3600
_PAST_EXPIRY_SECONDS: Final = 600


def faulty_context(
    identity: Identity,
    region: str,
    fault: str | None,
    expires_seconds: int | None,
    service: str = SERVICE,
) -> SigningContext:
    """Return what to sign with now, wrong in the way that ``fault`` names, if it is one of those.

    ``expires_seconds`` is None for header-signed requests, which go stale after 15 minutes.
    Raises ValueError for a fault that is not of this module.
    """
    if fault and fault not in SIGN_FAULTS:
        raise ValueError(f"unknown fault of a signature: {fault!r}")
    now = datetime.now(UTC)
    context = SigningContext(identity, region, make_stamp(now), service)
    if fault is None or fault not in _CONTEXT_FAULTS:
        return context
    if fault == "expired":
        age = _STALE_SECONDS
        if expires_seconds is not None:
            age = expires_seconds + _PAST_EXPIRY_SECONDS
        return replace(context, stamp=make_stamp(now - timedelta(seconds=age)))
    if fault == "wrong-region":
        return replace(context, region="us-west-2" if region != "us-west-2" else "eu-west-1")
    if fault == "wrong-service":
        return replace(context, service="s3" if service != "s3" else "s3express")
    return replace(context, identity=_faulty_identity(identity, fault))


def _faulty_identity(identity: Identity, fault: str) -> Identity:
    """Return the keys with one thing wrong about them."""
    token = identity.session_token
    changed: dict[str, Identity] = {
        "wrong-secret": replace(identity, secret_key=_other(identity.secret_key)),
        "unknown-key": replace(identity, access_key=_UNKNOWN_KEY),
        "missing-token": replace(identity, session_token=None),
        "wrong-token": replace(identity, session_token=_other(token) if token else _STRAY_TOKEN),
        "extra-token": replace(identity, session_token=_STRAY_TOKEN, of_session=False),
    }
    return changed[fault]


def change_digit(signature: str) -> str:
    """Return the signature with its last hex digit changed."""
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")


def _other(secret: str) -> str:
    """Return another secret of the same length, out of the same characters but for one."""
    first = "a" if secret[:1] != "a" else "b"
    return first + secret[1:]
