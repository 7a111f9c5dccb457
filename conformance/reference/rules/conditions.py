"""Conditional requests: reads, copy sources, writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NoReturn

from conformance.reference.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.messages import Request

_FAILED: Final = "At least one of the pre-conditions you specified did not hold"
_SOURCE: Final = "x-amz-copy-source-"


@dataclass(frozen=True, slots=True)
class WriteCondition:
    """What a write demands of the object that is there: nothing, an ETag, or absence."""

    if_match: str | None = None
    """Without quotes."""
    if_none_match: bool = False


def check_read(request: Request, etag: str, modified: datetime) -> None:
    """Raise what the conditions of a GET or HEAD make of a version: 412 or 304.

    ``etag`` without quotes. If-Match outweighs If-Unmodified-Since and If-None-Match outweighs
    If-Modified-Since, as in RFC 9110; dates that are none, or are still to come, don't count.
    """
    failed = _first_failed(request, "", etag, modified)
    if failed is None:
        return
    if failed in ("If-None-Match", "If-Modified-Since"):
        headers = (
            ("ETag", f'"{etag}"'),
            ("Last-Modified", format_datetime(modified.astimezone(UTC), usegmt=True)),
        )
        raise S3Error(304, "NotModified", "Not Modified", headers=headers)
    _refuse(failed)


def check_copy_source(request: Request, etag: str, modified: datetime) -> None:
    """Raise 412, never 304, where a condition on the copy source fails (UPC-016..UPC-024)."""
    failed = _first_failed(request, _SOURCE, etag, modified)
    if failed is not None:
        _refuse(_SOURCE + failed)


def parse_write_conditions(request: Request) -> WriteCondition:
    """Return the conditions of a write.

    Raises NotImplemented for both at once (PRE-010), for If-None-Match other than ``*`` (PRE-011,
    PREC-025) and for If-Match ``*`` (PRE-012); InvalidArgument for an empty If-Match (PREC-024).
    """
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match is not None and none_match is not None:
        _not_implemented(
            "If-Match,If-None-Match", "Multiple conditional request headers present in the request"
        )
    if none_match is not None and none_match != "*":
        _not_accepted("If-None-Match")
    if match == "*":
        _not_accepted("If-Match")
    if match is not None and not match.strip():
        raise S3Error(
            400,
            "InvalidArgument",
            "The value provided for the If-Match query parameter cannot be empty for this API.",
            (("ArgumentName", "If-Match"),),
        )
    return WriteCondition(
        None if match is None else _unquoted(match), if_none_match=none_match is not None
    )


def check_write(
    condition: WriteCondition, key: str, etag: str | None, *, conflict: bool = False
) -> None:
    """Raise what ``condition`` makes of the current object: PRE-001..PRE-009.

    ``etag`` is its ETag without quotes, None without an object (or behind a delete marker).
    ``conflict`` says that the key was written or deleted after the multipart upload began.
    """
    if condition.if_none_match:
        if etag is not None:
            _refuse("If-None-Match")
        if conflict:
            raise _conflict("If-None-Match", key)
    if condition.if_match is not None:
        if etag is None:
            raise S3Error(404, "NoSuchKey", "The specified key does not exist.", (("Key", key),))
        if condition.if_match != etag:
            _refuse("If-Match")
        if conflict:
            raise _conflict("If-Match", key)


def _first_failed(request: Request, prefix: str, etag: str, modified: datetime) -> str | None:
    """Return the name of the condition that fails, in the order in which S3 looks, or None."""
    match = request.headers.get(f"{prefix}If-Match")
    none_match = request.headers.get(f"{prefix}If-None-Match")
    unmodified = _date(request.headers.get(f"{prefix}If-Unmodified-Since"))
    since = _date(request.headers.get(f"{prefix}If-Modified-Since"))
    stored = modified.replace(microsecond=0)
    if match is not None:
        if not _names(match, etag):
            return "If-Match"
    elif unmodified is not None and stored > unmodified:
        return "If-Unmodified-Since"
    if none_match is not None:
        if _names(none_match, etag):
            return "If-None-Match"
    elif since is not None and stored <= since <= request.now:
        return "If-Modified-Since"
    return None


def _names(value: str, etag: str) -> bool:
    """Tell whether a list of ETags (or ``*``) names this one; quotes may be missing (PRE-013)."""
    return any(one.strip() == "*" or _unquoted(one) == etag for one in value.split(","))


def _unquoted(value: str) -> str:
    return value.strip().removeprefix("W/").strip('"')


def _date(value: str | None) -> datetime | None:
    """Return an HTTP date in UTC, None for anything else (UPC-024)."""
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _refuse(condition: str) -> NoReturn:
    raise S3Error(412, "PreconditionFailed", _FAILED, (("Condition", condition),))


def _conflict(condition: str, key: str) -> S3Error:
    return S3Error(
        409,
        "ConditionalRequestConflict",
        "The conditional request cannot succeed due to a conflicting operation against this "
        "resource.",
        (("Condition", condition), ("Key", key)),
    )


def _not_accepted(header: str) -> NoReturn:
    _not_implemented(header, f"We don't accept the provided value of {header} header for this API")


def _not_implemented(header: str, detail: str) -> NoReturn:
    raise S3Error(
        501,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        (("Header", header), ("additionalMessage", detail)),
        (("Cache-Control", "no-store"),),
    )
