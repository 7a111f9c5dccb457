"""Exit codes from records; green must be earned."""

from __future__ import annotations

import pytest

from conformance.record.outcome import outcome
from conformance.vocabulary.verdicts import Verdict

from .samples import end_line, make_line, record

PASSED = make_line("p", Verdict.PASS)


@pytest.mark.parametrize(
    ("verdict", "code", "strict_code"),
    [
        ("PASS", 0, 0),
        ("XFAIL", 0, 0),
        ("DISPUTED", 0, 0),
        ("VARIANT", 0, 1),
        ("WARN", 0, 1),
        ("FAIL", 1, 1),
        ("BLOCKED", 1, 1),
        ("XPASS", 1, 1),
        ("ERROR", 1, 1),
        ("SKIP", 0, 0),
        ("UNSUPPORTED", 0, 0),
    ],
)
def test_verdicts_beside_a_pass(verdict: str, code: int, strict_code: int) -> None:
    """What each verdict means for the exit code, beside a test that passed."""
    lines = (PASSED, make_line("x", verdict))  # type: ignore[arg-type]  # one of the table
    assert outcome(record(*lines)).exit_code == code
    assert outcome(record(*lines), strict=True).exit_code == strict_code
    assert outcome(record(*lines, strict=True)).exit_code == strict_code
    assert outcome(record(*lines, strict=True), strict=False).exit_code == code


@pytest.mark.parametrize("verdict", ["SKIP", "UNSUPPORTED"])
def test_nothing_carried_through_is_not_green(verdict: str) -> None:
    """A run in which every test was skipped shows nothing, and says so."""
    found = outcome(record(make_line("a", verdict), make_line("b", verdict)))  # type: ignore[arg-type]  # one of two
    assert found.exit_code == 1
    assert found.sentence == "Nothing was shown: none of 2 tests was completed."


def test_nothing_selected_is_five() -> None:
    """An empty selection is its own exit code."""
    found = outcome(record())
    assert (found.exit_code, found.sentence) == (5, "No test was selected.")


def test_missing_tests_are_not_green() -> None:
    """A selected test without a line is missing, however green the others are."""
    found = outcome(record(PASSED, selected=("p", "q", "r")))
    assert (found.exit_code, found.missing) == (1, ("q", "r"))
    assert found.sentence == "Cut short: 2 of 3 tests have no verdict."


def test_a_cut_or_interrupted_run_is_not_green() -> None:
    """A record without an end, or of an interrupted run, is never as expected."""
    assert outcome(record(PASSED, cut=True)).exit_code == 1
    assert outcome(record(PASSED, end=end_line(interrupted=True))).exit_code == 1
    assert outcome(record(selected=("p",), cut=True)).exit_code == 1


def test_our_own_fault_is_four() -> None:
    """A test that ended by a fault of the suite outweighs everything else."""
    ours = make_line("x", Verdict.ERROR, fault="suite", reason="fault of the suite: KeyError")
    found = outcome(record(PASSED, make_line("f", Verdict.FAIL), ours))
    assert found.exit_code == 4
    assert "KeyError" in found.sentence


@pytest.mark.parametrize("fault", ["refused", "dns"])
def test_an_endpoint_that_nobody_answers_at_is_three(fault: str) -> None:
    """A refused connection or an unknown host means that the target is not there."""
    lost = make_line("x", Verdict.ERROR, fault="transport", kind=fault, answered=False)
    assert outcome(record(lost)).exit_code == 3
    assert outcome(record(PASSED, lost)).exit_code == 3


def test_a_single_lost_answer_is_a_difference() -> None:
    """A timeout beside tests that were answered is one; if nothing was ever answered, none is."""
    lost = make_line("x", Verdict.ERROR, fault="transport", kind="timeout", answered=False)
    assert outcome(record(PASSED, lost)).exit_code == 1
    assert outcome(record(lost)).exit_code == 3
    assert outcome(record(lost, make_line("y", Verdict.SKIP, answered=None))).exit_code == 3


def test_counts_and_sentence() -> None:
    """Verdicts are counted, and what is not as expected is said in one sentence."""
    lines = [make_line(str(n), v) for n, v in enumerate(("PASS", "FAIL", "FAIL", "BLOCKED"))]  # type: ignore[arg-type]  # verdicts
    found = outcome(record(*lines))
    assert found.counts == {"PASS": 1, "FAIL": 2, "BLOCKED": 1}
    assert found.sentence == "Not as expected: 2 FAIL, 1 BLOCKED of 4 tests."
    assert outcome(record(PASSED)).sentence == "As expected: 1 test."
