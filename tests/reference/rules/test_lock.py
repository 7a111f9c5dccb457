"""Object Lock: headers, defaults, documents, and what they hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conformance.reference.domain.values import DefaultRetention, ObjectLock, Retention
from conformance.reference.rules.lock import (
    check_change,
    check_deletable,
    check_digest_given,
    lock_headers,
    parse_configuration,
    parse_legal_hold,
    parse_object_lock,
    parse_retention,
    with_default,
)

from .building import NOW, a_bucket, argument, asked, invalid, refusal

MODE = "x-amz-object-lock-mode"
UNTIL = "x-amz-object-lock-retain-until-date"
HOLD = "x-amz-object-lock-legal-hold"
LATER = "2030-01-02T03:04:05Z"
EARLIER = "2020-01-01T00:00:00Z"
BOTH = f"{UNTIL} and {MODE} must both be supplied"
ISO = "The retain until date must be provided in ISO 8601 format"
FUTURE = "The retain until date must be in the future!"

REFUSED = {
    "mode OL-001": (
        {MODE: "BAD-VALUE", UNTIL: LATER},
        argument("Unknown wormMode directive.", MODE, "BAD-VALUE"),
    ),
    "no-date OL-002": ({MODE: "GOVERNANCE"}, argument(BOTH, UNTIL)),
    "no-mode OL-003": ({UNTIL: LATER}, argument(BOTH, MODE)),
    "past OL-004": ({MODE: "GOVERNANCE", UNTIL: EARLIER}, argument(FUTURE, UNTIL, EARLIER)),
    "past-before-mode OL-004": ({MODE: "BAD", UNTIL: EARLIER}, argument(FUTURE, UNTIL, EARLIER)),
    "form OL-005": ({MODE: "GOVERNANCE", UNTIL: "tomorrow"}, argument(ISO, UNTIL, "tomorrow")),
    "form-before-mode OL-005": ({MODE: "BAD", UNTIL: "x"}, argument(ISO, UNTIL, "x")),
    "no-such-day OL-005": (
        {MODE: "GOVERNANCE", UNTIL: "2030-02-30T00:00:00Z"},
        argument(ISO, UNTIL, "2030-02-30T00:00:00Z"),
    ),
    "edge-of-calendar OL-005": (
        {MODE: "GOVERNANCE", UNTIL: "9999-12-31T23:59:59-12:00"},
        argument(ISO, UNTIL, "9999-12-31T23:59:59-12:00"),
    ),
    "hold OL-006": (
        {HOLD: "wrong"},
        argument("Legal Hold must be either of 'ON' or 'OFF'", HOLD, "wrong"),
    ),
}


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no-lock"])
@pytest.mark.parametrize(("headers", "expected"), REFUSED.values(), ids=REFUSED)
def test_refuses(headers: dict[str, str], expected: object, locks: bool) -> None:
    """Wrong headers are refused the same on buckets with and without Object Lock (OL-001..006)."""
    bucket = a_bucket(object_lock=locks)
    assert refusal(lambda: parse_object_lock(asked(headers), bucket)) == expected


@pytest.mark.parametrize("headers", [{MODE: "GOVERNANCE", UNTIL: LATER}, {HOLD: "OFF"}])
def test_bucket_without_lock(headers: dict[str, str]) -> None:
    """Right headers are refused on a bucket without Object Lock (OL-007)."""
    found = refusal(lambda: parse_object_lock(asked(headers), a_bucket()))
    assert found == invalid("Bucket is missing ObjectLockConfiguration")
    assert parse_object_lock(asked(), a_bucket()) is None


def test_applied() -> None:
    """Mode, date and hold come back as headers (OL-009)."""
    headers = {MODE: "COMPLIANCE", UNTIL: "2030-01-02T05:04:05.5+02:00", HOLD: "ON"}
    found = parse_object_lock(asked(headers), a_bucket(object_lock=True))
    assert lock_headers(found, NOW) == (
        (MODE, "COMPLIANCE"),
        (UNTIL, "2030-01-02T03:04:05.500Z"),
        (HOLD, "ON"),
    )
    assert lock_headers(None, NOW) == ()


@pytest.mark.parametrize(
    ("default", "until"),
    [
        (DefaultRetention("GOVERNANCE", days=2), timedelta(days=2)),
        (DefaultRetention("GOVERNANCE", years=1), timedelta(days=365)),
    ],
)
def test_default_retention(default: DefaultRetention, until: timedelta) -> None:
    """The bucket's default fills in a missing retention, and keeps a legal hold."""
    bucket = a_bucket(object_lock=True, default_retention=default)
    filled = Retention("GOVERNANCE", NOW + until)
    assert with_default(None, bucket, NOW) == ObjectLock(filled)
    held = with_default(ObjectLock(legal_hold=True), bucket, NOW)
    assert held == ObjectLock(filled, legal_hold=True)
    own = ObjectLock(Retention("COMPLIANCE", NOW))
    assert with_default(own, bucket, NOW) is own
    assert with_default(None, a_bucket(object_lock=True), NOW) is None


MD5_TEXT = (
    "Content-MD5 OR x-amz-checksum- HTTP header is required for {} requests with Object "
    "Lock parameters"
)


@pytest.mark.parametrize(("part", "kind"), [(True, "Put Part"), (False, "Put Object")])
def test_digest_is_needed(part: bool, kind: str) -> None:
    """A locked body takes Content-MD5 or a checksum, of whatever algorithm (OL-008, UP-014)."""
    default = DefaultRetention("GOVERNANCE", days=1)
    defaulting = a_bucket(object_lock=True, default_retention=default)
    for lock, bucket in ((ObjectLock(legal_hold=True), a_bucket()), (None, defaulting)):
        found = refusal(
            lambda lock=lock, bucket=bucket: check_digest_given(asked(), lock, bucket, part=part)  # type: ignore[misc]  # mypy infers no type of a lambda with bound defaults
        )
        assert found == invalid(MD5_TEXT.format(kind))
        for given in (
            {"Content-MD5": "x"},
            {"x-amz-checksum-crc64nvme": "x"},
            {"x-amz-trailer": "X-Amz-Checksum-Crc32"},
        ):
            check_digest_given(asked(given), lock, bucket, part=part)
    check_digest_given(asked(), None, a_bucket(object_lock=True), part=part)


BYPASS = {"x-amz-bypass-governance-retention": "true"}
PROTECTED = (403, "AccessDenied", "Access Denied because object protected by object lock.", ())
SOON, FAR = NOW + timedelta(days=1), NOW + timedelta(days=9)
DELETES = {
    "none": (None, {}, True),
    "over": (ObjectLock(Retention("COMPLIANCE", NOW)), {}, True),
    "compliance": (ObjectLock(Retention("COMPLIANCE", SOON)), BYPASS, False),
    "governance": (ObjectLock(Retention("GOVERNANCE", SOON)), {}, False),
    "governance-bypassed": (ObjectLock(Retention("GOVERNANCE", SOON)), BYPASS, True),
    "hold": (ObjectLock(legal_hold=True), BYPASS, False),
    "hold-off": (ObjectLock(legal_hold=False), {}, True),
}


@pytest.mark.parametrize(("lock", "headers", "may_delete"), DELETES.values(), ids=DELETES)
def test_deletes(lock: ObjectLock | None, headers: dict[str, str], may_delete: bool) -> None:
    """Retention and holds keep a version; GOVERNANCE gives way to a bypass."""
    if may_delete:
        check_deletable(lock, asked(headers))
    else:
        assert refusal(lambda: check_deletable(lock, asked(headers))) == PROTECTED


CHANGES = {
    "first": (None, Retention("COMPLIANCE", SOON), {}, True),
    "longer": (Retention("COMPLIANCE", SOON), Retention("COMPLIANCE", FAR), {}, True),
    "stricter": (Retention("GOVERNANCE", SOON), Retention("COMPLIANCE", SOON), {}, True),
    "shorter": (Retention("GOVERNANCE", FAR), Retention("GOVERNANCE", SOON), {}, False),
    "shorter-bypassed": (Retention("GOVERNANCE", FAR), None, BYPASS, True),
    "cleared": (Retention("GOVERNANCE", FAR), None, {}, False),
    "looser": (Retention("COMPLIANCE", SOON), Retention("GOVERNANCE", FAR), BYPASS, False),
    "over": (Retention("COMPLIANCE", NOW), None, {}, True),
}


@pytest.mark.parametrize(("old", "new", "headers", "may_change"), CHANGES.values(), ids=CHANGES)
def test_changes(
    old: Retention | None, new: Retention | None, headers: dict[str, str], may_change: bool
) -> None:
    """Retention in force is only ever tightened, but for a bypass of GOVERNANCE."""
    lock = None if old is None else ObjectLock(old)
    if may_change:
        check_change(lock, new, asked(headers))
    else:
        assert refusal(lambda: check_change(lock, new, asked(headers))) == PROTECTED


def configuration(rule: str) -> bytes:
    """Build an ObjectLockConfiguration."""
    return (
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
        f"{rule}</ObjectLockConfiguration>"
    ).encode()


def retained(content: str) -> bytes:
    """Build one with a default retention."""
    return configuration(f"<Rule><DefaultRetention>{content}</DefaultRetention></Rule>")


XML = (
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    (),
)


def test_configuration() -> None:
    """A configuration has a default retention in days or in years, or none."""
    assert parse_configuration(configuration("")) is None
    days = parse_configuration(retained("<Mode>GOVERNANCE</Mode><Days>3</Days>"))
    assert days == DefaultRetention("GOVERNANCE", days=3)
    years = parse_configuration(retained("<Mode>COMPLIANCE</Mode><Years>100</Years>"))
    assert years == DefaultRetention("COMPLIANCE", years=100)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"<ObjectLockConfiguration/>", XML),
        (configuration("<Rule/>"), XML),
        (retained("<Mode>GOVERNANCE</Mode>"), XML),
        (retained("<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>"), XML),
        (retained("<Mode>NONE</Mode><Days>1</Days>"), XML),
        (retained("<Mode>GOVERNANCE</Mode><Days></Days>"), XML),
        (
            retained("<Mode>GOVERNANCE</Mode><Days>0</Days>"),
            (
                400,
                "InvalidArgument",
                "Default retention period must be a positive integer value.",
                (),
            ),
        ),
        (
            retained("<Mode>GOVERNANCE</Mode><Years>101</Years>"),
            (400, "InvalidArgument", "Default retention period too large.", ()),
        ),
    ],
)
def test_configuration_refused(body: bytes, expected: object) -> None:
    """What is no configuration is refused."""
    assert refusal(lambda: parse_configuration(body)) == expected


def test_documents_of_versions() -> None:
    """Retention and LegalHold documents are read, and refused when they are none."""
    good = (
        f"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{LATER}</RetainUntilDate></Retention>"
    )
    found, hold = parse_retention(good.encode(), NOW)
    assert found is not None
    assert found.until.year == 2030
    assert hold is None
    assert parse_retention(b"<Retention/>", NOW) == (None, None)
    assert refusal(lambda: parse_retention(good.replace("G", "X").encode(), NOW)) == XML
    past = good.replace(LATER, EARLIER).encode()
    assert refusal(lambda: parse_retention(past, NOW)) == (400, "InvalidArgument", FUTURE, ())
    assert parse_legal_hold(b"<LegalHold><Status>ON</Status></LegalHold>")
    assert refusal(lambda: parse_legal_hold(b"<LegalHold/>")) == XML
