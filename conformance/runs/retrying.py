"""Runs tests that would fail the gate again, alone: a result that changes is FLAKY."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.record.outcome import observed
from conformance.runs.worker import Worker
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.record.model import TestLine
    from conformance.runs.run import Run

MOST: Final = 60
"""Tests beyond which nothing is run again: so many do not differ by chance."""
_SEVERE: Final = frozenset({"data-loss", "security"})


def run_again(run: Run, times: int) -> None:
    """Run each test that would fail the run up to ``times`` again, and record the results.

    With a baseline those are the tests that differ from it, else those that failed. A repeat that
    gives another result ends the repeats of its test.
    """
    names = run.recorder.unexpected()
    if not times or not names or run.plan.late:
        return
    if len(names) > MOST:
        run.recorder.problem(f"{len(names)} tests count against the run: none was run again")
        return
    worker = Worker(run.plan, "again")
    try:
        for name in names:
            test, first = run.selection.by_id[name], run.recorder.test_line(name)
            lines: list[TestLine] = []
            for _ in range(times):
                ended = worker.run(test)
                lines.append(run.recorder.in_its_light(ended.line))
                if ended.lost or lines[-1].verdict != first.verdict:
                    break
            run.recorder.retried(repeated(first, lines))
            if run.recorder.test_line(name).worker == "again" and lines[-1].verdict == "ERROR":
                break
    finally:
        run.worker_ended(worker.close())


def repeated(first: TestLine, again: Sequence[TestLine]) -> TestLine:
    """Return a test's result from its repeats, each compared with the baseline.

    The same each time: the test as it was. Not the same, or once only what is accepted: FLAKY,
    unless one of the results is a failure that loses data or weakens security: that has happened,
    however seldom it does.
    """
    lines = (first, *again)
    retries = tuple(observed(line) for line in again)
    first = replace(first, verdict=observed(first), observed=None, retries=retries)
    if len({line.verdict for line in lines}) == 1:
        return first
    said = ", then ".join(line.verdict for line in lines)
    bad = [line for line in lines if observed(line).fails and line.impact in _SEVERE]
    severe = next((line for line in bad if line.verdict.fails), bad[0] if bad else None)
    if severe is not None:
        reason = f"{severe.reason} (not each time: {said})"
        verdict = observed(severe)
        return replace(severe, verdict=verdict, observed=None, reason=reason, retries=retries)
    return replace(first, verdict=Verdict.FLAKY, reason=f"not the same twice: {said}")
