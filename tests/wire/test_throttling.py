"""A request that is throttled is sent again within a bound, and never counts as refused."""

from __future__ import annotations

import pytest

from conformance.wire.model import Answer
from conformance.wire.throttling import asked_for, throttles, waits


def answer(status: int, code: str = "", *headers: tuple[str, str]) -> Answer:
    """Return an answer with an error code and headers."""
    return Answer(status=status, reason="", headers=headers, body=b"", error_code=code)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (answer(503, "SlowDown"), True),
        (answer(429), True),
        (answer(400, "RequestTimeout"), True),
        (answer(503, "", ("Retry-After", "1")), True),
        (answer(503), False),
        (answer(500, "InternalError"), False),
        (answer(501, "NotImplemented"), False),
        (answer(200), False),
    ],
)
def test_what_asks_to_come_back_later(given: Answer, wanted: bool) -> None:  # a table
    """Codes and statuses about load do; a breakdown and a refusal do not."""
    assert throttles(given) is wanted


def test_waits_grow_and_are_bounded() -> None:
    """Together they are no longer than the bound, however small that is."""
    found = list(waits(30.0))
    assert sum(found) <= 30.0 + 1e-6
    assert found[0] <= 0.1 < found[5]
    assert not list(waits(0.0))


@pytest.mark.parametrize(
    ("text", "seconds"), [("2", 2.0), ("0", 0.0), ("3600", 5.0), ("soon", 0.0), ("-1", 0.0)]
)
def test_retry_after_is_honoured_within_the_bound(text: str, seconds: float) -> None:
    """A hostile value neither breaks a run nor holds it up for long."""
    assert asked_for(answer(503, "SlowDown", ("Retry-After", text))) == seconds
