"""Event holds: their headers, their documents, and what they do to a retention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conformance.reference.domain.values import EventHold, ObjectLock, Retention
from conformance.reference.rules.event_hold import (
    DAYS,
    HOLD,
    YEARS,
    hold_headers,
    in_force,
    parse_event_hold,
    with_hold,
)
from conformance.reference.rules.lock import (
    MODE,
    check_deletable,
    lock_headers,
    parse_object_lock,
    parse_retention,
)

from .building import a_bucket, asked, refusal

NOW = datetime(2026, 11, 29, tzinfo=UTC)
DAY = timedelta(days=1)
ON = EventHold(on=True, days=2)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({HOLD: "ON", DAYS: "2"}, ON),
        ({HOLD: "ON", YEARS: "100"}, EventHold(on=True, years=100)),
        ({HOLD: "OFF"}, EventHold(on=False)),
    ],
)
def test_headers(headers: dict[str, str], expected: EventHold | None) -> None:
    """A hold that is on has a duration in days or in years."""
    assert parse_event_hold(asked(headers)) == expected


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({HOLD: "on", DAYS: "2"}, HOLD),
        ({DAYS: "2"}, HOLD),
        ({HOLD: "ON", DAYS: "2", YEARS: "1"}, YEARS),
        ({HOLD: "ON"}, HOLD),
        ({HOLD: "OFF", DAYS: "2"}, HOLD),
        ({HOLD: "ON", DAYS: "0"}, DAYS),
        ({HOLD: "ON", DAYS: "36501"}, DAYS),
        ({HOLD: "ON", YEARS: "101"}, YEARS),
        ({HOLD: "ON", YEARS: "one"}, YEARS),
    ],
)
def test_refused_headers(headers: dict[str, str], named: str) -> None:
    """Everything else is an InvalidArgument that names the header."""
    status, code, _, fields = refusal(lambda: parse_event_hold(asked(headers)))
    assert (status, code) == (400, "InvalidArgument")
    assert fields[0] == ("ArgumentName", named)


def test_retention_moves_along_while_the_hold_is_on() -> None:
    """The date is the later of the version's own and of now plus the duration."""
    lock = ObjectLock(Retention("GOVERNANCE", NOW + DAY), None, ON)
    assert in_force(lock, NOW) == Retention("GOVERNANCE", NOW + 2 * DAY)
    assert in_force(lock, NOW + 9 * DAY) == Retention("GOVERNANCE", NOW + 11 * DAY)
    later = ObjectLock(Retention("GOVERNANCE", NOW + 5 * DAY), None, ON)
    assert in_force(later, NOW) == later.retention


def test_release_fixes_the_end() -> None:
    """Released, a hold leaves the duration from then on; another hold takes its place."""
    lock = ObjectLock(Retention("GOVERNANCE", NOW + DAY), None, ON)
    released = with_hold(lock, EventHold(on=False), NOW + 9 * DAY)
    assert released.retention == Retention("GOVERNANCE", NOW + 11 * DAY)
    assert in_force(released, NOW + 20 * DAY) == released.retention
    year = EventHold(on=True, years=1)
    assert with_hold(lock, year, NOW).event_hold == year
    assert with_hold(lock, None, NOW) == lock


def test_answers() -> None:
    """GET and HEAD name the hold, and its duration while it is on."""
    lock = ObjectLock(Retention("GOVERNANCE", NOW), None, ON)
    assert lock_headers(lock, NOW)[-2:] == ((HOLD, "ON"), (DAYS, "2"))
    assert ("x-amz-object-lock-retain-until-date", "2026-12-01T00:00:00.000Z") in lock_headers(
        lock, NOW
    )
    assert hold_headers(ObjectLock(event_hold=EventHold(on=False, days=2))) == ((HOLD, "OFF"),)
    assert hold_headers(ObjectLock()) == ()


def test_a_hold_needs_no_date_and_protects() -> None:
    """With a hold the mode alone makes a retention, and the version can't be deleted."""
    bucket = a_bucket(object_lock=True)
    lock = parse_object_lock(asked({MODE: "COMPLIANCE", HOLD: "ON", DAYS: "2"}), bucket)
    assert lock is not None
    assert refusal(lambda: check_deletable(lock, asked()))[:2] == (403, "AccessDenied")
    without = refusal(lambda: parse_object_lock(asked({HOLD: "ON", DAYS: "2"}), bucket))
    assert without[:2] == (400, "InvalidArgument")


def test_documents() -> None:
    """A Retention document may hold a hold, with or without mode and date."""
    hold = "<EventHold>ON</EventHold><EventHoldDuration><Years>1</Years></EventHoldDuration>"
    found = parse_retention(f"<Retention>{hold}</Retention>".encode(), NOW)
    assert found == (None, EventHold(on=True, years=1))
    released = parse_retention(b"<Retention><EventHold>OFF</EventHold></Retention>", NOW)
    assert released == (None, EventHold(on=False))


@pytest.mark.parametrize("text", ["<EventHold>ON</EventHold>", "<EventHold>on</EventHold>"])
def test_refused_documents(text: str) -> None:
    """A hold without a duration, and a status that is neither ON nor OFF, are MalformedXML."""
    document = f"<Retention>{text}</Retention>".encode()
    assert refusal(lambda: parse_retention(document, NOW))[:2] == (400, "MalformedXML")
