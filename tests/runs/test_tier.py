"""Runs within a budget: what comes first, what is left out, what a baseline makes of that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from baseline.baseline_samples import TODAY, baseline, one_test
from record.samples import record

from conformance.baseline.comparison import judge
from conformance.baseline.edit import Wish, update
from conformance.catalog.load import load
from conformance.record.outcome import OUT_OF_BUDGET, within_budget
from conformance.runs.tier import Budget, Spending, expected_seconds, ordered, telling
from conformance.runs.traffic import size_of, traffic
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from conformance.record.model import TestLine


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("60s", (60.0, None, None)),
        ("2m", (120.0, None, None)),
        ("2000requests", (None, 2000, None)),
        ("50MiB", (None, None, 50 * 1024**2)),
        ("1m, 10requests", (60.0, 10, None)),
    ],
)
def test_a_budget_is_time_requests_bytes_or_several(
    text: str, budget: tuple[float | None, int | None, int | None]
) -> None:
    """One word each."""
    found = Budget.parse(text)
    assert (found.seconds, found.requests, found.bytes) == budget


@pytest.mark.parametrize("text", ["", "60", "s", "0s", "60s,10s", "-1s", "5apples", "1.5s"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    """With the form in the message."""
    with pytest.raises(ValueError, match="budget"):
        Budget.parse(text)


def test_the_table_names_tests_that_there_are() -> None:
    """A test that is gone would leave its faults to nobody: make the table again."""
    known = {test.scenario.id for test in load().tests}
    assert not [name for name in telling() if name not in known]
    assert len(telling()) > 200


def test_data_loss_comes_first_and_all_tests_are_kept() -> None:
    """The order loses no test, and begins with what the proof says shows most."""
    tests = load().tests
    found = ordered(tests)
    assert sorted(test.id for test in found) == sorted(test.id for test in tests)
    assert found[0].scenario.id == next(iter(telling()))
    assert all(expected_seconds(test) > 0 for test in found)


def test_time_is_kept_by_the_clock() -> None:
    """A slow target gets fewer tests, and none begins behind the end."""
    tests = ordered(load().tests)[:40]
    now = [0.0]
    spending = Spending(Budget.parse("10s"), clock=lambda: now[0], begun=0.0)
    run = 0
    for test in tests:
        if not spending.refuses(test):
            run += 1
            now[0] += 1.0
    assert 0 < run <= 10
    assert "budget of 10s" in spending.refuses(tests[0])


def test_requests_and_bytes_choose_the_same_twice() -> None:
    """They are counted by what tests are worked out to send."""
    tests = ordered(load().tests)

    def chosen() -> list[str]:
        spending = Spending(Budget.parse("300requests,4MiB"))
        return [test.id for test in tests if not spending.refuses(test)]

    first = chosen()
    assert first == chosen()
    assert 10 < len(first) < len(tests)
    assert sum(traffic(test).requests for test in tests if test.id in first) <= 300


def test_bodies_are_counted_without_being_made() -> None:
    """By what their functions say."""
    assert size_of({"random": "5MiB"}) == 5 * 1024**2
    assert size_of({"concat": [{"random": 3}, {"text": "ab", "times": 2}]}) == 7
    assert size_of({"slice": {"random": 100}, "from": 10, "to": 30}) == 20


def unrun(name: str) -> TestLine:
    """Return a test that the budget had no room for."""
    return replace(one_test(name, Verdict.SKIP), fault_kind=OUT_OF_BUDGET)


def test_a_baseline_says_nothing_of_what_the_budget_left_out() -> None:
    """Neither vanished nor unmatched nor fixed; what was run is compared as ever."""
    known = baseline("{id: a/b, is: FAIL}", "{id: a/c, is: FAIL}", judged=("a/b", "a/c", "a/d"))
    seen = record(one_test("a/b", Verdict.FAIL), unrun("a/c"), unrun("a/d"))
    found = judge(seen, known, TODAY)
    assert found.differences == ()
    assert [test.verdict for test in found.tests] == ["XFAIL", "SKIP", "SKIP"]


def test_a_plain_skip_still_counts_as_vanished() -> None:
    """Only the budget's own word keeps the gate quiet."""
    known = baseline(judged=("a/b", "a/d"))
    seen = record(one_test("a/b", Verdict.PASS), one_test("a/d", Verdict.SKIP))
    assert [one.kind for one in judge(seen, known, TODAY).differences] == ["vanished"]


def test_an_update_keeps_what_the_budget_left_out() -> None:
    """The list of judged tests and the entries stay as they are."""
    text = "format: 1\nexpected:\n  - {id: a/c, is: FAIL, because: x}\njudged:\n  - a/b\n  - a/d\n"
    seen = record(one_test("a/b", Verdict.PASS), unrun("a/c"), unrun("a/d"))
    found = update("b.yaml", text, seen, Wish(today=TODAY))
    assert found.text == text
    assert within_budget(seen).run.left_out == ("a/c", "a/d")
