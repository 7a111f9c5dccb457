"""Lifecycle rules: the document, the abort date, the expiry date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conformance.reference.rules.lifecycle import (
    abort_headers,
    expiration_headers,
    parse_lifecycle,
)

from .building import NOW, refusal

XML = (
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    (),
)
ABORT = (
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>{}</DaysAfterInitiation>"
    "</AbortIncompleteMultipartUpload>"
)


def document(*rules: str) -> bytes:
    """Build a LifecycleConfiguration of whole rules."""
    inside = "".join(f"<Rule>{rule}</Rule>" for rule in rules)
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    return f'<LifecycleConfiguration xmlns="{namespace}">{inside}</LifecycleConfiguration>'.encode()


def aborting(name: str, prefix: str, days: int, status: str = "Enabled") -> str:
    """Build a rule that aborts uploads."""
    return (
        f"<ID>{name}</ID><Filter><Prefix>{prefix}</Prefix></Filter><Status>{status}</Status>"
        + ABORT.format(days)
    )


DATES = {
    "afternoon": (datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC), 7, "Mon, 09 Mar 2026 00:00:00 GMT"),
    "first-second": (datetime(2026, 3, 1, 0, 0, 1, tzinfo=UTC), 1, "Tue, 03 Mar 2026 00:00:00 GMT"),
    "last-second": (
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        1,
        "Sat, 02 Jan 2027 00:00:00 GMT",
    ),
}


@pytest.mark.parametrize(("begun", "days", "date"), DATES.values(), ids=DATES)
def test_abort_date(begun: datetime, days: int, date: str) -> None:
    """The date is initiation plus days, rounded up to midnight UTC (LC-001)."""
    rules = parse_lifecycle(document(aborting("clean", "logs/", days)))
    expected = (("x-amz-abort-date", date), ("x-amz-abort-rule-id", "clean"))
    assert abort_headers(rules, "logs/a", begun) == expected


def test_abort_rule_must_match() -> None:
    """Without an enabled rule for the key's prefix there are no headers (LC-001)."""
    rules = parse_lifecycle(
        document(aborting("a", "logs/", 1), aborting("b", "", 1, status="Disabled"))
    )
    assert abort_headers(rules, "data/a", NOW) == ()
    assert abort_headers((), "logs/a", NOW) == ()


def test_earliest_rule_counts() -> None:
    """Of several rules the one that comes first in time is named."""
    rules = parse_lifecycle(document(aborting("late", "", 5), aborting("soon", "a", 2)))
    assert dict(abort_headers(rules, "a", NOW))["x-amz-abort-rule-id"] == "soon"


EXPIRING = "<ID>old logs</ID><Filter>{}</Filter><Status>Enabled</Status><Expiration>{}</Expiration>"
EXPIRIES = {
    "days LC-004": ("<Prefix>a</Prefix>", "<Days>1</Days>", "Tue, 03 Mar 2026 00:00:00 GMT"),
    "date": ("", "<Date>2027-01-01T00:00:00Z</Date>", "Fri, 01 Jan 2027 00:00:00 GMT"),
    "tag": (
        "<Tag><Key>k</Key><Value>v</Value></Tag>",
        "<Days>1</Days>",
        "Tue, 03 Mar 2026 00:00:00 GMT",
    ),
    "and": (
        (
            "<And><Prefix>a</Prefix><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan>"
            "<ObjectSizeLessThan>11</ObjectSizeLessThan></And>"
        ),
        "<Days>1</Days>",
        "Tue, 03 Mar 2026 00:00:00 GMT",
    ),
    "other-prefix": ("<Prefix>b</Prefix>", "<Days>1</Days>", None),
    "other-tag": ("<Tag><Key>k</Key><Value>w</Value></Tag>", "<Days>1</Days>", None),
    "too-small": (
        "<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>",
        "<Days>1</Days>",
        None,
    ),
    "too-large": ("<ObjectSizeLessThan>10</ObjectSizeLessThan>", "<Days>1</Days>", None),
    "markers-only": ("", "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>", None),
}


@pytest.mark.parametrize(("chosen", "expiry", "date"), EXPIRIES.values(), ids=EXPIRIES)
def test_expiration(chosen: str, expiry: str, date: str | None) -> None:
    """An object whose rule expires it says when, with the rule's id URL-encoded (LC-004)."""
    rules = parse_lifecycle(document(EXPIRING.format(chosen, expiry)))
    found = expiration_headers(rules, "a", (("k", "v"),), 10, NOW)
    text = f'expiry-date="{date}", rule-id="old%20logs"'
    assert found == (() if date is None else (("x-amz-expiration", text),))


def test_rule_without_id() -> None:
    """S3 makes up an id, shows it, and keeps it for the same rule."""
    body = document("<Prefix>a</Prefix><Status>Enabled</Status>" + ABORT.format(1))
    (first,), (again,) = parse_lifecycle(body), parse_lifecycle(body)
    assert first.id == again.id
    assert f"<ID>{first.id}</ID>".encode() in first.xml


def test_rule_is_kept_as_put() -> None:
    """The rule comes back with all that was put, without namespace prefixes."""
    given = aborting("a", "p&amp;q/", 3)
    (rule,) = parse_lifecycle(document(given))
    assert rule.xml == f"<Rule>{given}</Rule>".encode()
    assert rule.prefix == "p&q/"


FILTER = "<Filter/><Status>Enabled</Status>"
TAG = "<Tag><Key>k</Key><Value>v</Value></Tag>"
REFUSED = {
    "no-rule": (document(), XML),
    "no-filter": (document("<Status>Enabled</Status>" + ABORT.format(1)), XML),
    "both-prefixes": (document("<Prefix/>" + FILTER + ABORT.format(1)), XML),
    "status": (document("<Filter/><Status>On</Status>" + ABORT.format(1)), XML),
    "two-in-filter": (
        document(f"<Filter><Prefix/>{TAG}</Filter><Status>Enabled</Status>" + ABORT.format(1)),
        XML,
    ),
    "no-action": (
        document(FILTER),
        (400, "InvalidRequest", "At least one action needs to be specified in a rule", ()),
    ),
    "abort-with-tag LC-003": (
        document(f"<Filter>{TAG}</Filter><Status>Enabled</Status>" + ABORT.format(1)),
        (
            400,
            "InvalidRequest",
            "AbortIncompleteMultipartUpload cannot be specified with Tags.",
            (),
        ),
    ),
    "abort-with-size SA-373": (
        document(
            "<Filter><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></Filter>"
            "<Status>Enabled</Status>" + ABORT.format(1)
        ),
        (
            400,
            "InvalidRequest",
            "AbortIncompleteMultipartUpload cannot be specified with Object Size.",
            (),
        ),
    ),
    "abort-with-tag-in-and LC-003": (
        document(
            f"<Filter><And><Prefix>a</Prefix>{TAG}</And></Filter><Status>Enabled</Status>"
            + ABORT.format(1)
        ),
        (
            400,
            "InvalidRequest",
            "AbortIncompleteMultipartUpload cannot be specified with Tags.",
            (),
        ),
    ),
    "same-ids": (
        document(aborting("a", "", 1), aborting("a", "b", 1)),
        (
            400,
            "InvalidArgument",
            "RuleId must be unique. Found same ID for more than one rule",
            (),
        ),
    ),
    "long-id": (
        document(aborting("x" * 256, "", 1)),
        (400, "InvalidArgument", "ID length should not exceed allowed limit of 255", ()),
    ),
    "zero-days": (
        document(aborting("a", "", 0)),
        (
            400,
            "InvalidArgument",
            (
                "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a "
                "positive integer"
            ),
            (),
        ),
    ),
    "zero-days-to-expiry": (
        document(FILTER + "<Expiration><Days>0</Days></Expiration>"),
        (
            400,
            "InvalidArgument",
            "'Days' for Expiration action must be a positive integer",
            (),
        ),
    ),
    "expiry-of-two-kinds": (
        document(FILTER + "<Expiration><Days>1</Days><Date>2027-01-01</Date></Expiration>"),
        XML,
    ),
    "no-date": (document(FILTER + "<Expiration><Date>soon</Date></Expiration>"), XML),
    "noon": (
        document(FILTER + "<Expiration><Date>2027-01-01T12:00:00Z</Date></Expiration>"),
        (400, "InvalidArgument", "'Date' must be at midnight GMT", ()),
    ),
    "too-deep": (document(FILTER + ABORT.format(1) + "<a>" * 5000 + "</a>" * 5000), XML),
    "not-xml": (b"<LifecycleConfiguration>", XML),
}


@pytest.mark.parametrize(("body", "expected"), REFUSED.values(), ids=REFUSED)
def test_refuses(body: bytes, expected: object) -> None:
    """What is no configuration is refused, by its own code."""
    assert refusal(lambda: parse_lifecycle(body)) == expected
