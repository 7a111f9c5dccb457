"""What the suite changed since the baseline, in every report: shown, and never a failure."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

from conformance.baseline.suite_words import headline
from conformance.record.baseline_line import BaselineLine, SuiteChanges, SuiteFinding
from conformance.record.outcome import outcome
from conformance.report import ctrf, junit, markdown
from conformance.report.html import report_page as html
from conformance.terminal.baseline_lines import delta_lines
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, record

if TYPE_CHECKING:
    from conformance.record.model import Record

FINDING = SuiteFinding(
    kind="new",
    id="t/0",
    line=0,
    text="FAIL: status is 200, expected 400",
    fails=True,
    corrections=("A1: SHOULD 400 \N{RIGHTWARDS ARROW} MUST 400; it was recorded",),
    accept=("  - id: t/0", "    is: FAIL", "    because: 'TODO: status'"),
)
SUITE = SuiteChanges(
    since="0.1.0", expects=12, evidence=1, new=3, gone=2, findings=(FINDING,), upgrade="upgrade it"
)


def changed(suite: SuiteChanges = SUITE) -> Record:
    """Return a record in which only the suite made a test fail."""
    made = record(a_test("t/0", Verdict.XFAIL, observed=Verdict.FAIL), a_test("t/1", Verdict.PASS))
    line = BaselineLine(
        file="b.yaml", sha256="0", entries=1, as_expected=0, findings=(), suite=suite
    )
    return replace(made, baseline=line)


def test_the_sentence_counts_what_changed() -> None:
    """And says what it means for this server."""
    assert headline(SUITE) == (
        "12 tests expect something else, 3 are new, 2 are gone, 1 is based on other evidence since "
        "0.1.0; your server now fails 1 of them."
    )
    alone = replace(SUITE, expects=1, new=0, gone=0, evidence=0, findings=())
    assert headline(alone) == "1 test expects something else since 0.1.0; your server fails none."


def test_it_is_shown_in_the_terminal_and_the_summary() -> None:
    """With the correction, the lines to accept, and the command."""
    lines = delta_lines(changed().baseline)
    text = "\n".join(lines)
    for part in (
        headline(SUITE),
        FINDING.text,
        *FINDING.corrections,
        *FINDING.accept,
        "upgrade it",
    ):
        assert part in text
    page = markdown.render(changed())
    assert "**What the suite changed:** 12 tests expect something else" in page
    assert "upgrade it" in page


def test_machines_see_it_and_count_no_failure() -> None:
    """JUnit has a property, CTRF an entry of the environment."""
    suite = fromstring(junit.render(changed()))  # noqa: S314  # our own
    assert suite.get("failures") == "0"
    (value,) = [
        one.get("value", "") for one in suite.iter("property") if one.get("name") == "suite-changes"
    ]
    assert value.startswith(headline(SUITE))
    document = json.loads(ctrf.render(changed()))["results"]
    assert document["summary"]["failed"] == 0
    assert document["environment"]["extra"]["suiteChanges"].startswith(headline(SUITE))
    assert outcome(changed()).exit_code == 0


def test_the_page_has_a_section() -> None:
    """With what an endpoint said escaped."""
    bad = replace(SUITE, findings=(replace(FINDING, text=HOSTILE, id=HOSTILE),))
    page = html.render(changed(bad))
    assert "What the suite changed</h2>" in page
    assert "<script>alert(1)" not in page
    for line in delta_lines(changed(bad).baseline):
        assert line.isprintable()
