"""Event holds of Object Lock: retention that only begins to run when the hold is released.

Documented since September 2026 (AW-004). No source names the codes of its refusals; here they are
InvalidArgument, as those of the other lock headers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import EventHold, ObjectLock, Retention
from conformance.reference.rules.documents import child, child_text, malformed_xml

if TYPE_CHECKING:
    from datetime import datetime
    from xml.etree.ElementTree import Element

    from conformance.reference.domain.messages import Request

HOLD: Final = "x-amz-object-lock-event-hold"
DAYS: Final = f"{HOLD}-duration-days"
YEARS: Final = f"{HOLD}-duration-years"

_MOST: Final = {DAYS: 36_500, YEARS: 100}
_DAYS_OF_A_YEAR: Final = 365


def parse_event_hold(request: Request) -> EventHold | None:
    """Return the event hold that a create or a write asks for, or None.

    Raises InvalidArgument for a status other than ON and OFF, for days beside years, for a duration
    that is out of range or has no hold, and for a hold without a duration.
    """
    status = request.headers.get(HOLD)
    given = {name: value for name in _MOST if (value := request.headers.get(name)) is not None}
    if status is None and not given:
        return None
    if status not in ("ON", "OFF"):
        raise _argument("Event Hold must be either of 'ON' or 'OFF'", HOLD, status or "")
    if len(given) > 1:
        raise _argument("Specify the event hold duration in days or years", YEARS, given[YEARS])
    if (status == "ON") != bool(given):
        raise _argument(
            "An event hold has a duration, and a duration has an event hold", HOLD, status
        )
    return _hold(status, given)


def parse_document(root: Element) -> EventHold | None:
    """Return the event hold of a Retention document, or None; MalformedXML."""
    status, duration = child_text(root, "EventHold"), child(root, "EventHoldDuration")
    if status is None:
        return None
    texts = {
        name: text
        for name, tag in ((DAYS, "Days"), (YEARS, "Years"))
        if duration is not None and (text := child_text(duration, tag)) is not None
    }
    if status not in ("ON", "OFF") or len(texts) > 1 or (status == "ON" and not texts):
        raise malformed_xml()
    return _hold(status, texts)


def in_force(lock: ObjectLock, now: datetime) -> Retention | None:
    """Return the retention of a version at a time: while the hold is on, its end moves along."""
    retention, hold = lock.retention, lock.event_hold
    if retention is None or hold is None or not hold.on:
        return retention
    return replace(retention, until=max(retention.until, now + length(hold)))


def with_hold(lock: ObjectLock, wanted: EventHold | None, now: datetime) -> ObjectLock:
    """Return the lock with another hold: one that is released fixes the end of the retention."""
    if wanted is None:
        return lock
    if wanted.on:
        return replace(lock, event_hold=wanted)
    return replace(lock, retention=in_force(lock, now), event_hold=wanted)


def length(hold: EventHold) -> timedelta:
    """Return how long the retention lasts after the release; a year has 365 days."""
    return timedelta(days=hold.days or _DAYS_OF_A_YEAR * (hold.years or 0))


def hold_headers(lock: ObjectLock) -> tuple[tuple[str, str], ...]:
    """Return the headers by which GET and HEAD show a hold; the duration only while it is on."""
    hold = lock.event_hold
    if hold is None:
        return ()
    periods = ((DAYS, hold.days), (YEARS, hold.years))
    shown = tuple((name, str(value)) for name, value in periods if hold.on and value is not None)
    return ((HOLD, "ON" if hold.on else "OFF"), *shown)


def _hold(status: str, given: dict[str, str]) -> EventHold:
    periods = {name: _number(name, text) for name, text in given.items()}
    return EventHold(on=status == "ON", days=periods.get(DAYS), years=periods.get(YEARS))


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= _MOST[name]):
        raise _argument(f"The duration must be between 1 and {_MOST[name]}", name, text)
    return int(text)


def _argument(message: str, name: str, value: str) -> S3Error:
    fields = (("ArgumentName", name), ("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)
