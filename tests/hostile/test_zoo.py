"""The hostile zoo: each behaviour with its exit code, verdicts, record, memory and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .expectations import EXPECTED, PAGE, page
from .proxy import Proxy
from .runs import LIMITS, Outcome, run_on
from .zoo import DOES

if TYPE_CHECKING:
    from conformance import ReferenceServer

LISTING, OTHER = "list-parts/shape", "abort/repeated"
SELECT = (f"test:{LISTING} or test:{OTHER}",)
MOST_MIB = 48
"""A run grows by one document at most; the servers and the reference are in the same process."""
MOST_SECONDS = 10 * LIMITS.whole_seconds
"""By the record's own clock, and far more than any sum of the limits: nothing hangs."""


def _within_bounds(outcome: Outcome) -> None:
    record = outcome.record
    assert record.end is not None
    assert record.end.exit_code == outcome.exit_code
    assert record.end.seconds < MOST_SECONDS
    assert outcome.memory < MOST_MIB
    lines = [test.id for test in record.tests]
    assert sorted(lines) == sorted(record.run.selected) or not lines


@pytest.mark.parametrize("name", DOES)
def test_from_the_first_request(name: str, server: ReferenceServer) -> None:
    """A server that was never well ends the run at once, unless it can be understood."""
    with Proxy(server.endpoint_url, DOES[name], lambda _request, _state: True) as proxy:
        outcome = run_on(proxy.url, server, SELECT)
    _within_bounds(outcome)
    shown = [outcome.verdicts[name] for name in (LISTING, OTHER) if name in outcome.verdicts]
    came = f"{outcome.exit_code}: {', '.join(shown)}" if shown else f"{outcome.exit_code}"
    assert came in EXPECTED[name].first.split(" or ")


@pytest.mark.parametrize("name", DOES)
def test_in_one_judged_step(name: str, server: ReferenceServer) -> None:
    """A server that is bad at one operation gets the right verdict for it, and no other."""
    with Proxy(server.endpoint_url, DOES[name], lambda request, _: request.is_list_parts) as proxy:
        outcome = run_on(proxy.url, server, SELECT)
    assert proxy.state.hits
    _within_bounds(outcome)
    assert outcome.verdicts[OTHER] == "PASS"
    line = next(test for test in outcome.record.tests if test.id == LISTING)
    fault = f" ({line.fault_kind})" if line.fault_kind else ""
    came = f"{outcome.exit_code}: {line.verdict}{fault}"
    assert came in EXPECTED[name].later.split(" or ")


def test_every_behaviour_is_on_the_page() -> None:
    """The table of the documentation is made of the same data."""
    assert list(EXPECTED) == list(DOES)
    assert len(DOES) >= 90
    assert page() == PAGE.read_text("utf-8")
