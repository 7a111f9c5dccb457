"""Conditional reads, and conditions on the source of a copy."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NoReturn

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_FAILED: Final = "At least one of the pre-conditions you specified did not hold"
_SOURCE: Final = "x-amz-copy-source-"


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
    """Return whether a list of ETags (or ``*``) names this one; quotes may be missing (PRE-013)."""
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
