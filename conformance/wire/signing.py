"""Signature Version 4: the algorithm is botocore's, what is signed is our choice.

botocore makes canonical requests and strings to sign; that nothing is added to or taken from the
request while it is signed is ours, and so are the signatures of chunks and trailers.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from botocore.auth import EMPTY_SHA256_HASH, S3SigV4Auth
from botocore.credentials import Credentials

from conformance.vocabulary.dialects import SPELLINGS
from conformance.wire.serialise import encode

if TYPE_CHECKING:
    from conformance.wire.model import Identity

SERVICE: Final = "s3"
TOKEN_HEADERS: Final = ("X-Amz-Security-Token", "x-amz-s3session-token")
"""Names that the token of an identity goes by, and of a session of S3 Express."""
TOKEN_PARAMETERS: Final = ("X-Amz-Security-Token", "X-Amz-S3session-Token")
UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_DATES: Final = ("x-amz-date", "date")
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


class _Headers(Mapping[str, str]):
    """Headers to be signed, as botocore's signer reads them: lower-case names, all values."""

    def __init__(self, items: Sequence[tuple[str, str]], unsigned: frozenset[str]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in items:
            lower = name.lower()
            if lower not in unsigned:
                self._values.setdefault(lower, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()][0]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def get_all(self, name: str) -> list[str]:
        """Return all values of one name in the order in which they are sent."""
        return self._values[name]


class _Request:
    """What botocore's signer asks of a request."""

    __slots__ = ("context", "digest", "headers", "method", "params", "url")

    def __init__(self, method: str, target: str, headers: _Headers, digest: str) -> None:
        self.method = method
        # The signer reads path and query from the URL, and Host from the headers.
        self.url = f"http://host{target}"
        self.headers = headers
        self.digest = digest
        self.params: dict[str, str] = {}
        self.context: dict[str, str] = {}


_Base: Any = S3SigV4Auth
"""Any, as the signer is given a smaller request than botocore's own."""


class _Signer(_Base):  # type: ignore[misc] # a subclass of Any, see there
    """botocore's S3 signer without its changes to the request."""

    def __init__(self, context: SigningContext) -> None:
        super().__init__(_credentials(context.identity), context.service, context.region)
        self._context = context

    def headers_to_sign(self, request: _Request) -> _Headers:
        return request.headers

    def payload(self, request: _Request) -> str:
        """Return the digest when no x-amz-content-sha256 header carries it."""
        return request.digest

    def signature_of(self, request: _Request) -> str:
        request.context["timestamp"] = self._context.stamp
        string = self.string_to_sign(request, self.canonical_request(request))
        return _hmac_hex(self._context, string)

    def _header_value(self, value: str) -> str:
        """Trim and fold blanks, and only them: other white space is part of a value."""
        value = value.strip(" \t")
        return _BLANKS.sub(" ", value) if "  " in value or "\t" in value else value

    def signed_headers(self, headers: _Headers) -> str:
        """Return the names, which are in lower case already, as ``SignedHeaders`` has them."""
        return ";".join(sorted(headers))


@lru_cache(maxsize=64)
def _credentials(identity: Identity) -> Credentials:
    return Credentials(identity.access_key, identity.secret_key, identity.session_token)


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
    signer = _Signer(context)
    signable = _Headers(headers, unsigned)
    signature = signer.signature_of(_Request(method, target, signable, digest))
    parts = {
        "<credential>": context.credential,
        "<signed>": signer.signed_headers(signable),
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
    signer = _Signer(context)
    signable = _Headers(headers, unsigned)
    parameters = [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", context.credential),
        ("X-Amz-Date", context.stamp),
        ("X-Amz-Expires", str(expires_seconds)),
        ("X-Amz-SignedHeaders", signer.signed_headers(signable)),
    ]
    if context.identity.session_token is not None:
        name = TOKEN_PARAMETERS[context.identity.of_session]
        parameters.append((name, context.identity.session_token))
    joined = "&".join(f"{name}={encode(value)}" for name, value in parameters)
    target = f"{target}{'&' if '?' in target else '?'}{joined}"
    signature = signer.signature_of(_Request(method, target, signable, UNSIGNED_PAYLOAD))
    return target, signature


def chunk_signature(context: SigningContext, previous: str, digest: str) -> str:
    """Sign one chunk of an aws-chunked body; ``digest`` is the hex SHA-256 of its data."""
    return _hmac_hex(
        context,
        f"AWS4-HMAC-SHA256-PAYLOAD\n{context.stamp}\n{context.scope}\n{previous}\n"
        f"{EMPTY_SHA256_HASH}\n{digest}",
    )


def trailer_signature(context: SigningContext, previous: str, trailer: bytes) -> str:
    r"""Sign the trailing headers, given as ``name:value\n`` each, after the last chunk."""
    return _hmac_hex(
        context,
        f"AWS4-HMAC-SHA256-TRAILER\n{context.stamp}\n{context.scope}\n{previous}\n"
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
