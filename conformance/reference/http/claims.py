"""What a request claims about who signed it: the Authorization header or the presigned query."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from conformance.reference.domain.messages import Pairs, S3Error
from conformance.reference.http.canonical import ALGORITHM
from conformance.reference.http.errors import (
    UNSUPPORTED_MECHANISM,
    access_denied,
    invalid_argument,
    invalid_request,
)
from conformance.reference.rules.checksum import LENGTHS

_QUERY_NAMES = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)
# X-Amz-Date alone does not make a presigned URL; each of the others claims to be one.
_QUERY_MARKS = tuple(name for name in _QUERY_NAMES if name != "X-Amz-Date")
SESSION_TOKEN = "x-amz-s3session-token"  # noqa: S105 - a header's name
AUTHENTICATION_NAMES = frozenset(
    name.lower()
    for name in (
        *_QUERY_NAMES,
        "X-Amz-Security-Token",
        "X-Amz-S3session-Token",
        "X-Amz-Content-Sha256",
    )
)
"""Query parameters of a presigned URL that stand for no header, in lower case (AUTH-008)."""
UNCOMPARED = frozenset(
    (
        "x-amz-sdk-checksum-algorithm",
        *(f"x-amz-checksum-{name.lower()}" for name in LENGTHS),
    )
)
"""Query parameters of a presigned URL that speak of its body and are only signed (LO-446)."""
_V2_NAMES = ("Signature", "Expires", "AWSAccessKeyId")
_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_DATE = re.compile(r"\d{8}", re.ASCII)
_WEEK = 7 * 24 * 3600
_EXPECTED_CREDENTIAL = 'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The signature of a request and what it says it covers; nothing of it is verified yet."""

    by: Literal["header", "query"]
    access_key: str
    date: str
    region: str
    service: str
    timestamp: str
    """As signed: YYYYMMDDTHHMMSSZ."""
    time: datetime
    signed_headers: tuple[str, ...]
    signature: str = field(repr=False)
    expires: int | None = None
    """Seconds from ``time``; only in a presigned URL."""
    token: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    """Of a session with a directory bucket (DIR-003)."""

    @property
    def scope(self) -> str:
        """The credential scope."""
        return f"{self.date}/{self.region}/{self.service}/aws4_request"

    @property
    def ends(self) -> datetime | None:
        """When a presigned URL expires."""
        return None if self.expires is None else self.time + timedelta(seconds=self.expires)


Malformed = Callable[[str], S3Error]


def find(
    headers: Pairs, query: Pairs, region: str, services: Sequence[str] = ("s3",)
) -> Claim | None:
    """Return the request's claim; None when it is anonymous.

    ``services`` are those whose scope the resource takes. Raises S3Error for a claim that can't be
    read, is of Signature Version 2, or names another region or service than ours (AUTH-005,
    AUTH-006, AUTH-007, AUTH-013).
    """
    authorization = headers.get("authorization")
    presigned = any(name in query for name in _QUERY_MARKS)
    v2 = any(name in query for name in _V2_NAMES[::2])
    if authorization is not None and (presigned or v2):
        raise invalid_argument(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature"
            " query string parameter or the Authorization header should be specified",
            "Authorization",
        )
    if authorization is not None:
        return _from_header(authorization, headers, region, services)
    if presigned:
        return _from_query(query, headers, region, services)
    if v2:
        raise _refused_v2(query)
    return None


def _from_header(authorization: str, headers: Pairs, region: str, services: Sequence[str]) -> Claim:
    scheme, _, rest = authorization.partition(" ")
    if scheme != ALGORITHM:
        if scheme.startswith("AWS"):
            raise invalid_request(UNSUPPORTED_MECHANISM)
        raise invalid_argument("Unsupported Authorization Type", "Authorization")
    parts = {}
    for piece in rest.split(","):
        name, _, value = piece.strip().partition("=")
        parts[name] = value
    missing = {"Credential", "SignedHeaders", "Signature"} - parts.keys()
    if missing:
        raise malformed_header(
            "the authorization header requires three components: Credential, SignedHeaders,"
            " and Signature."
        )
    access_key, date, named_region, service = _credential(parts["Credential"], malformed_header)
    timestamp, time = _header_time(headers)
    _check_scope(date, timestamp, service, services, malformed_header)
    _check_region(named_region, region, malformed_header)
    return Claim(
        by="header",
        access_key=access_key,
        date=date,
        region=named_region,
        service=service,
        timestamp=timestamp,
        time=time,
        signed_headers=_names(parts["SignedHeaders"]),
        signature=parts["Signature"],
        token=headers.get("x-amz-security-token"),
        session_token=headers.get(SESSION_TOKEN),
    )


def _from_query(query: Pairs, headers: Pairs, region: str, services: Sequence[str]) -> Claim:
    values = {name: query.get(name) or "" for name in _QUERY_NAMES}
    if not all(values.values()):
        raise malformed_query(
            "Query-string authentication version 4 requires the X-Amz-Algorithm,"
            " X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and"
            " X-Amz-Expires parameters."
        )
    if values["X-Amz-Algorithm"] != ALGORITHM:
        raise malformed_query(f'X-Amz-Algorithm only supports "{ALGORITHM}"')
    access_key, date, named_region, service = _credential(
        values["X-Amz-Credential"], _malformed_credential
    )
    timestamp = values["X-Amz-Date"]
    time = _parse_timestamp(timestamp)
    if time is None:
        raise malformed_query(
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        )
    _check_scope(date, timestamp, service, services, _malformed_credential)
    _check_region(named_region, region, _malformed_credential)
    return Claim(
        by="query",
        access_key=access_key,
        date=date,
        region=named_region,
        service=service,
        timestamp=timestamp,
        time=time,
        signed_headers=_names(values["X-Amz-SignedHeaders"]),
        signature=values["X-Amz-Signature"],
        expires=_expires(values["X-Amz-Expires"]),
        token=query.get("X-Amz-Security-Token") or headers.get("x-amz-security-token"),
        session_token=query.get("X-Amz-S3session-Token") or headers.get(SESSION_TOKEN),
    )


def _credential(text: str, malformed: Malformed) -> tuple[str, str, str, str]:
    # From the right: an access key may hold anything, a scope has a fixed number of parts.
    pieces = text.rsplit("/", 4)
    if len(pieces) != 5 or not all(pieces) or not _DATE.fullmatch(pieces[1]):
        raise malformed(f"the Credential is mal-formed; {_EXPECTED_CREDENTIAL}.")
    access_key, date, region, service, terminal = pieces
    if terminal != "aws4_request":
        raise malformed(f'incorrect terminal "{terminal}". This endpoint uses "aws4_request".')
    return access_key, date, region, service


def _check_scope(
    date: str, timestamp: str, service: str, services: Sequence[str], malformed: Malformed
) -> None:
    if service not in services:
        ours = services[0]
        raise malformed(f'incorrect service "{service}". This endpoint belongs to "{ours}".')
    if date != timestamp[:8]:
        raise malformed(
            f'Invalid credential date "{date}". This date is not the same as X-Amz-Date:'
            f' "{timestamp[:8]}".'
        )


def _check_region(named: str, ours: str, malformed: Malformed) -> None:
    if named != ours:
        error = malformed(f"the region '{named}' is wrong; expecting '{ours}'")
        error.fields = (("Region", ours),)
        raise error


def _header_time(headers: Pairs) -> tuple[str, datetime]:
    """Return the request's time from x-amz-date, or from Date in either of its forms."""
    text = headers.get("x-amz-date") or headers.get("date") or ""
    time = _parse_timestamp(text)
    if time is not None:
        return text, time
    if "x-amz-date" not in headers:
        with suppress(ValueError):
            time = parsedate_to_datetime(text).astimezone(UTC)
            return f"{time:%Y%m%dT%H%M%SZ}", time
    raise access_denied("AWS authentication requires a valid Date or x-amz-date header")


def _parse_timestamp(text: str) -> datetime | None:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _expires(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise malformed_query("X-Amz-Expires should be a number")
    if text.startswith("-"):
        raise malformed_query("X-Amz-Expires must be non-negative")
    # A number of that many digits is over the limit whatever it is, and never converted.
    if len(digits) > 9 or int(digits) > _WEEK:
        raise malformed_query(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given"
            f" X-Amz-Expires must be less than {_WEEK} seconds"
        )
    return int(digits)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.lower().split(";"))


def _refused_v2(query: Pairs) -> S3Error:
    if not all(query.get(name) for name in _V2_NAMES):
        return access_denied(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId"
            " parameters"
        )
    return invalid_request(UNSUPPORTED_MECHANISM)


def malformed_header(detail: str) -> S3Error:
    """Return the refusal of an Authorization header (AUTH-013)."""
    return S3Error(
        400,
        "AuthorizationHeaderMalformed",
        f"The authorization header is malformed; {detail}",
    )


def malformed_query(message: str) -> S3Error:
    """Return the refusal of a presigned URL's parameters (AUTH-005)."""
    return S3Error(400, "AuthorizationQueryParametersError", message)


def _malformed_credential(detail: str) -> S3Error:
    return malformed_query(f"Error parsing the X-Amz-Credential parameter; {detail}")
