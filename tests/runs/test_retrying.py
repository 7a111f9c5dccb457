"""Tests that count against a run are run again; what varies is FLAKY, unless it loses data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from baseline.baseline_samples import TODAY, baseline, of, one_test
from record.samples import run_line

from conformance.baseline.comparison import judge
from conformance.record.model import RetriedLine
from conformance.record.outcome import outcome
from conformance.record.reader import read
from conformance.record.writer import RecordWriter
from conformance.runs.retrying import repeated
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.model import TestLine

FAIL, PASS = Verdict.FAIL, Verdict.PASS


def came(verdict: Verdict, impact: str = "interop") -> TestLine:
    """Return how a test ended."""
    return replace(one_test("race/reads", verdict), impact=impact)


@pytest.mark.parametrize(
    ("first", "again", "verdict"),
    [
        (came(FAIL), (came(FAIL), came(FAIL)), FAIL),
        (came(FAIL), (came(PASS),), Verdict.FLAKY),
        (came(PASS), (came(FAIL),), Verdict.FLAKY),
        (came(PASS), (came(PASS), came(PASS)), PASS),
        (came(FAIL, "data-loss"), (came(PASS),), FAIL),
        (came(PASS), (came(FAIL, "security"),), FAIL),
    ],
)
def test_what_repeats_make_of_a_test(
    first: TestLine, again: tuple[TestLine, ...], verdict: Verdict
) -> None:
    """The same each time stays, what varies is FLAKY; lost data stays a failure."""
    line = repeated(first, again)
    assert line.verdict == verdict
    assert line.retries == tuple(one.verdict for one in again)


def test_a_flaky_test_differs_from_no_baseline() -> None:
    """Neither an entry for it nor the lack of one makes the gate red."""
    record = of(repeated(came(FAIL), (came(PASS),)))
    for known in (baseline("{id: race/reads, is: FAIL}"), baseline()):
        assert judge(record, known, TODAY).differences == ()


@pytest.mark.parametrize(("fails", "code"), [(False, ExitCode.EXPECTED), (True, ExitCode.DIFFERS)])
def test_flaky_tests_fail_a_run_only_where_that_was_asked_for(fails: bool, code: int) -> None:
    """``--flaky fail`` is recorded, so that a record gives the same exit code later."""
    record = of(repeated(came(FAIL), (came(PASS),)), one_test("a/b", PASS))
    record = replace(record, run=replace(record.run, flaky_fails=fails))
    assert outcome(record).exit_code == code


def test_a_repeated_test_stands_in_the_place_of_its_first_line(tmp_path: Path) -> None:
    """A record is written as it happens; its reader sees the last word."""
    writer = RecordWriter(tmp_path / "record.jsonl")
    final = repeated(came(FAIL), (came(PASS),))
    for line in (run_line(), came(FAIL), RetriedLine(test=final)):
        writer.write(line)
    writer.close()
    (test,) = read(tmp_path / "record.jsonl").tests
    assert (test.verdict, test.retries) == (Verdict.FLAKY, (PASS,))


def test_a_failure_that_is_accepted_when_it_comes_again_is_flaky() -> None:
    """Which rule a random order of a list breaks first differs from run to run."""
    accepted = replace(came(FAIL), verdict=Verdict.XFAIL, observed=FAIL)
    line = repeated(came(FAIL), (accepted,))
    assert (line.verdict, line.retries) == (Verdict.FLAKY, (FAIL,))
    assert line.reason == "not the same twice: FAIL, then XFAIL"
    assert repeated(came(FAIL, "security"), (accepted,)).verdict == FAIL
    fixed = replace(came(PASS, "security"), verdict=Verdict.XPASS, observed=PASS)
    again = replace(came(FAIL, "security"), verdict=Verdict.XFAIL, observed=FAIL)
    assert repeated(fixed, (again,)).verdict == FAIL
