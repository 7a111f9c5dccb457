"""Object Lock: its three headers, its documents, a bucket's default."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import DefaultRetention, ObjectLock, Retention
from conformance.reference.rules.documents import (
    child,
    child_text,
    integer,
    malformed_xml,
    parse_xml,
)
from conformance.reference.rules.event_hold import (
    hold_headers,
    in_force,
    length,
    parse_document,
    parse_event_hold,
)

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket
    from conformance.reference.domain.values import EventHold, LockMode

MODE: Final = "x-amz-object-lock-mode"
UNTIL: Final = "x-amz-object-lock-retain-until-date"
LEGAL_HOLD: Final = "x-amz-object-lock-legal-hold"

_MODES: Final = ("GOVERNANCE", "COMPLIANCE")
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
_MAX_DAYS: Final = 36_500
_MAX_YEARS: Final = 100


def parse_object_lock(request: Request, bucket: Bucket) -> ObjectLock | None:
    """Return the lock that a create or a write asks for, or None.

    Refusals, in order: mode and date not together (OL-002, OL-003), the date's form (OL-005), a
    date not in the future (OL-004), the mode (OL-001), the legal hold (OL-006), a bucket without
    Object Lock (OL-007). With an event hold the mode alone is enough: its end is the hold's.
    """
    mode, until = request.headers.get(MODE), request.headers.get(UNTIL)
    hold, event_hold = request.headers.get(LEGAL_HOLD), parse_event_hold(request)
    if mode is None and until is None and hold is None and event_hold is None:
        return None
    retention = _held_retention(mode, until, event_hold, request.now)
    if hold is not None and hold not in ("ON", "OFF"):
        raise _argument("Legal Hold must be either of 'ON' or 'OFF'", LEGAL_HOLD, hold)
    if not bucket.object_lock:
        # The text is that of writes as servers that follow AWS have it (OL-007); AWS's own for
        # CreateMultipartUpload was never captured.
        raise S3Error(400, "InvalidRequest", "Bucket is missing ObjectLockConfiguration")
    return ObjectLock(retention, None if hold is None else hold == "ON", event_hold)


def with_default(lock: ObjectLock | None, bucket: Bucket, now: datetime) -> ObjectLock | None:
    """Return the lock of a version written at ``now``: the bucket's default fills retention in."""
    default = bucket.default_retention
    if not bucket.object_lock or default is None:
        return lock
    if lock is not None and lock.retention is not None:
        return lock
    until = now + timedelta(days=default.days or 365 * (default.years or 0))
    return replace(lock or ObjectLock(), retention=Retention(default.mode, until))


def lock_headers(lock: ObjectLock | None, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return the headers by which GET and HEAD show a version's lock (OL-009, AW-004)."""
    if lock is None:
        return ()
    headers: list[tuple[str, str]] = []
    retention = in_force(lock, now)
    if retention is not None:
        headers.append((MODE, retention.mode))
        headers.append((UNTIL, until_text(retention.until)))
    if lock.legal_hold is not None:
        headers.append((LEGAL_HOLD, "ON" if lock.legal_hold else "OFF"))
    return (*headers, *hold_headers(lock))


def until_text(until: datetime) -> str:
    """Return a retain-until date as answers have it: UTC with milliseconds."""
    return f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{until.microsecond // 1000:03d}Z"


def check_digest_given(
    request: Request, lock: ObjectLock | None, bucket: Bucket, *, part: bool
) -> None:
    """Refuse a body without Content-MD5 or x-amz-checksum-* where it will be locked.

    ``lock`` is what the upload or this PutObject carries; a default retention of the bucket
    counts as well (OL-008, UP-014). A trailing checksum is a checksum.
    """
    default = bucket.object_lock and bucket.default_retention is not None
    if lock is None and not default:
        return
    names = request.headers.starting("x-amz-checksum-")
    trailer = (request.headers.get("x-amz-trailer") or "").lower()
    if "content-md5" in request.headers or names or "x-amz-checksum-" in trailer:
        return
    kind = "Put Part" if part else "Put Object"
    raise S3Error(
        400,
        "InvalidRequest",
        f"Content-MD5 OR x-amz-checksum- HTTP header is required for {kind} requests with Object "
        "Lock parameters",
    )


def check_deletable(lock: ObjectLock | None, request: Request) -> None:
    """Refuse to delete a version for good while retention or a legal hold keeps it."""
    if lock is not None and (lock.legal_hold or _retained(lock, request)):
        raise _protected()


def check_change(lock: ObjectLock | None, wanted: Retention | None, request: Request) -> None:
    """Refuse a new retention that clears, loosens or shortens the one in force.

    To lengthen it, or to go from GOVERNANCE to COMPLIANCE, is always allowed.
    """
    if lock is None or lock.retention is None or not _retained(lock, request):
        return
    loosened = (
        wanted is None
        or wanted.until < lock.retention.until
        or (lock.retention.mode == "COMPLIANCE" and wanted.mode == "GOVERNANCE")
    )
    if loosened:
        raise _protected()


def parse_configuration(body: bytes) -> DefaultRetention | None:
    """Return the default retention of an ObjectLockConfiguration document, None without a rule.

    Raises MalformedXML; InvalidArgument for days or years that are not positive or too large.
    """
    root = parse_xml(body, "ObjectLockConfiguration")
    if child_text(root, "ObjectLockEnabled") != "Enabled":
        raise malformed_xml()
    rule = child(root, "Rule")
    if rule is None:
        return None
    retention = child(rule, "DefaultRetention")
    if retention is None:
        raise malformed_xml()
    mode = child_text(retention, "Mode")
    days, years = child_text(retention, "Days"), child_text(retention, "Years")
    if mode not in _MODES or (days is None) == (years is None):
        raise malformed_xml()
    name, text, most = ("days", days, _MAX_DAYS) if days else ("years", years, _MAX_YEARS)
    value = integer(text)
    if value < 1:
        raise S3Error(
            400, "InvalidArgument", "Default retention period must be a positive integer value."
        )
    if value > most:
        raise S3Error(400, "InvalidArgument", "Default retention period too large.")
    known = cast("LockMode", mode)
    if name == "days":
        return DefaultRetention(known, days=value)
    return DefaultRetention(known, years=value)


def parse_retention(body: bytes, now: datetime) -> tuple[Retention | None, EventHold | None]:
    """Return retention and event hold of a Retention document; an empty one clears the former."""
    root = parse_xml(body, "Retention")
    hold = parse_document(root)
    mode, until = child_text(root, "Mode"), child_text(root, "RetainUntilDate")
    if mode is None and until is None:
        return None, hold
    moment = None if until is None else _iso_8601(until)
    if mode not in _MODES or moment is None:
        raise malformed_xml()
    if moment <= now:
        raise S3Error(400, "InvalidArgument", "The retain until date must be in the future!")
    return Retention(cast("LockMode", mode), moment), hold


def parse_legal_hold(body: bytes) -> bool:
    """Return the status of a LegalHold document as a boolean; MalformedXML."""
    status = child_text(parse_xml(body, "LegalHold"), "Status")
    if status not in ("ON", "OFF"):
        raise malformed_xml()
    return status == "ON"


def _held_retention(
    mode: str | None, until: str | None, hold: EventHold | None, now: datetime
) -> Retention | None:
    """Return the retention, which under an event hold needs no date of its own."""
    if until is None and hold is not None and hold.on:
        if mode not in _MODES:
            raise _argument("Unknown wormMode directive.", MODE, mode or "")
        return Retention(cast("LockMode", mode), now + length(hold))
    return _retention(mode, until, now)


def _retention(mode: str | None, until: str | None, now: datetime) -> Retention | None:
    if mode is None and until is None:
        return None
    if mode is None or until is None:
        raise S3Error(
            400,
            "InvalidArgument",
            f"{UNTIL} and {MODE} must both be supplied",
            (("ArgumentName", UNTIL if until is None else MODE),),
        )
    moment = _iso_8601(until)
    if moment is None:
        raise _argument("The retain until date must be provided in ISO 8601 format", UNTIL, until)
    if moment <= now:
        raise _argument("The retain until date must be in the future!", UNTIL, until)
    if mode not in _MODES:
        raise _argument("Unknown wormMode directive.", MODE, mode)
    return Retention(cast("LockMode", mode), moment)


def _retained(lock: ObjectLock, request: Request) -> bool:
    """Return whether retention binds this request.

    GOVERNANCE gives way to x-amz-bypass-governance-retention: true.
    """
    retention = in_force(lock, request.now)
    if retention is None or retention.until <= request.now:
        return False
    bypass = (request.headers.get("x-amz-bypass-governance-retention") or "").lower() == "true"
    return not (bypass and retention.mode == "GOVERNANCE")


def _protected() -> S3Error:
    return S3Error(403, "AccessDenied", "Access Denied because object protected by object lock.")


def _iso_8601(text: str) -> datetime | None:
    if not _ISO_8601.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        # A date without an offset is meant in UTC; one at the calendar's edge has no UTC form.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _argument(message: str, name: str, value: str) -> S3Error:
    fields = (("ArgumentName", name), ("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)
