"""The lines of tests that were not run, or not to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.engine.lines import line_of
from conformance.engine.verdicts import Conclusion
from conformance.record.outcome import OUT_OF_BUDGET
from conformance.vocabulary.times import utc_now
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from conformance.catalog.model import Test
    from conformance.record.model import TestLine


def lost_line(test: Test, text: str, worker: str) -> TestLine:
    """Return the line of a test that was lost, as a fault of the suite."""
    reason = f"the test was lost: {' '.join(text.split())}"
    conclusion = Conclusion(Verdict.ERROR, reason, "the test was lost", "suite", "lost")
    return line_of(test, conclusion, worker=worker, started=utc_now())


def left_out_line(test: Test, why: str) -> TestLine:
    """Return the line of a test that did not fit the budget of the run."""
    conclusion = Conclusion(Verdict.SKIP, why, fault_kind=OUT_OF_BUDGET)
    return line_of(test, conclusion, started=utc_now())
