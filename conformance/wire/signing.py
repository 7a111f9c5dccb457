"""Signature Version 4 over requests, presigned URLs, chunks and trailers.

What is signed is the caller's choice, and nothing is added to a request while it is signed, so
that a scenario can leave out or break whatever it wants. The tests compare it with botocore's
signer, with Amazon's published examples and with requests that SDKs have signed.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.dialects import SPELLINGS
from conformance.wire.serialise import encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.wire.model import Identity

SERVICE: Final = "s3"
TOKEN_HEADERS: Final = ("X-Amz-Security-Token", "x-amz-s3session-token")
"""Names that the token of an identity goes by, and of a session of S3 Express."""
TOKEN_PARAMETERS: Final = ("X-Amz-Security-Token", "X-Amz-S3session-Token")
UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_DATES: Final = ("x-amz-date", "date")
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_EMPTY_SHA256: Final = sha256(b"").hexdigest()
_BLANKS: Final = re.compile(r"[ \t]+")

# Set or changed by whatever carries the request on, so that no signature covers them.
UNSIGNED: Final = frozenset(
    (
        "accept-encoding", "authorization", "connection", "content-length", "expect",
        "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent",
    )
)  # fmt: skip
"""Lower-case names that this suite's own signatures leave out."""


@dataclass(frozen=True, slots=True)
class SigningContext:
    """With what, and as of when, a request is signed."""

    identity: Identity
    region: str
    stamp: str
    """``YYYYMMDDTHHMMSSZ``."""
    service: str = SERVICE

    @property
    def scope(self) -> str:
        """The credential scope, such as ``20261121/us-east-1/s3/aws4_request``."""
        return f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"

    @property
    def credential(self) -> str:
        """What ``Credential=`` and ``X-Amz-Credential`` say."""
        return f"{self.identity.access_key}/{self.scope}"


def _signable(headers: Sequence[tuple[str, str]], unsigned: frozenset[str]) -> dict[str, list[str]]:
    """Return the values of all headers to be signed, by their names in lower case and in order."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        lower = name.lower()
        if lower not in unsigned:
            found.setdefault(lower, []).append(_trimmed(value))
    return dict(sorted(found.items()))


def _trimmed(value: str) -> str:
    """Trim and fold blanks, and only them: other white space is part of a value."""
    value = value.strip(" \t")
    return _BLANKS.sub(" ", value) if "  " in value or "\t" in value else value


def _canonical_request(
    method: str, target: str, signable: Mapping[str, list[str]], digest: str
) -> str:
    """Return the canonical request; S3 takes the path as it is sent, nothing normalised."""
    path, _, query = target.partition("?")
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&")) if query else ()
    hashed = signable.get("x-amz-content-sha256")
    return "\n".join(
        (
            method.upper(),
            path,
            "&".join([f"{name}={value}" for name, value in pairs]),
            *[f"{name}:{','.join(values)}" for name, values in signable.items()],
            "",
            ";".join(signable),
            hashed[0] if hashed else digest,
        )
    )


def _signature(
    context: SigningContext,
    method: str,
    target: str,
    signable: Mapping[str, list[str]],
    digest: str,
) -> str:
    """Return the signature over a whole request, 64 hex digits."""
    canonical = _canonical_request(method, target, signable, digest)
    hashed = sha256(canonical.encode()).hexdigest()
    return _hmac_hex(context, f"{_ALGORITHM}\n{context.stamp}\n{context.scope}\n{hashed}")


@lru_cache(maxsize=256)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for step in (date, region, service, "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    return key


def _hmac_hex(context: SigningContext, string: str) -> str:
    key = _signing_key(
        context.identity.secret_key, context.stamp[:8], context.region, context.service
    )
    return hmac.digest(key, string.encode(), "sha256").hex()


def sign_header(
    context: SigningContext,
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]],
    digest: str,
    *,
    unsigned: frozenset[str] = UNSIGNED,
    spelling: str = SPELLINGS["spaced"],
) -> tuple[str, str]:
    """Sign a request by its headers.

    ``target`` is path and query as sent, ``headers`` all that will be sent; the lower-case names
    in ``unsigned`` are passed over. ``digest`` ends the canonical request when there is no
    ``x-amz-content-sha256`` header. Returns the ``Authorization`` value, in that spelling, and the
    signature (64 hex digits), which is also the seed of chunk signatures.
    """
    signable = _signable(headers, unsigned)
    signature = _signature(context, method, target, signable, digest)
    parts = {
        "<credential>": context.credential,
        "<signed>": ";".join(signable),
        "<signature>": signature,
    }
    authorization = spelling
    for word, part in parts.items():
        authorization = authorization.replace(word, part)
    return authorization, signature


def presign(
    context: SigningContext,
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]],
    expires_seconds: int,
    *,
    unsigned: frozenset[str] = UNSIGNED,
) -> tuple[str, str]:
    """Sign a request by its query.

    Returns the target with the parameters of the signature behind its own ones, all but
    ``X-Amz-Signature`` itself, and the signature. The payload is unsigned unless an
    ``x-amz-content-sha256`` header among ``headers`` says otherwise.
    """
    signable = _signable(headers, unsigned)
    parameters = [
        ("X-Amz-Algorithm", _ALGORITHM),
        ("X-Amz-Credential", context.credential),
        ("X-Amz-Date", context.stamp),
        ("X-Amz-Expires", str(expires_seconds)),
        ("X-Amz-SignedHeaders", ";".join(signable)),
    ]
    if context.identity.session_token is not None:
        name = TOKEN_PARAMETERS[context.identity.of_session]
        parameters.append((name, context.identity.session_token))
    joined = "&".join(f"{name}={encode(value)}" for name, value in parameters)
    target = f"{target}{'&' if '?' in target else '?'}{joined}"
    return target, _signature(context, method, target, signable, UNSIGNED_PAYLOAD)


def chunk_signature(context: SigningContext, previous: str, digest: str) -> str:
    """Sign one chunk of an aws-chunked body; ``digest`` is the hex SHA-256 of its data."""
    return _hmac_hex(
        context,
        f"{_ALGORITHM}-PAYLOAD\n{context.stamp}\n{context.scope}\n{previous}\n"
        f"{_EMPTY_SHA256}\n{digest}",
    )


def trailer_signature(context: SigningContext, previous: str, trailer: bytes) -> str:
    r"""Sign the trailing headers, given as ``name:value\n`` each, after the last chunk."""
    return _hmac_hex(
        context,
        f"{_ALGORITHM}-TRAILER\n{context.stamp}\n{context.scope}\n{previous}\n"
        f"{sha256(trailer).hexdigest()}",
    )


def make_stamp(moment: datetime) -> str:
    """Render a UTC moment as signatures carry it."""
    return moment.strftime(_STAMP)


def header_stamp(headers: Sequence[tuple[str, str]], default: str) -> str:
    """Return the time of signing that edited headers imply.

    That is ``x-amz-date`` as it is there, else ``Date`` when that can be read, else
    ``default``.
    """
    dates = {name.lower(): value for name, value in headers if name.lower() in _DATES}
    if "x-amz-date" in dates:
        return dates["x-amz-date"]
    if "date" in dates:
        try:
            return make_stamp(parsedate_to_datetime(dates["date"]).astimezone(UTC))
        except (ValueError, OverflowError):
            return default
    return default
