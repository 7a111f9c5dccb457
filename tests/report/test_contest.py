"""Every FAIL, in every format, ends with one line: where to contest it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from conformance.catalog import yaml12
from conformance.catalog.problems import Problems
from conformance.catalog.yaml12 import Mapping, Sequence
from conformance.report import ctrf, junit, markdown
from conformance.report.finding_lines import finding_lines
from conformance.report.html import report_page as html
from conformance.report.summary import findings_of
from conformance.terminal.finding_lines import AttentionLines
from conformance.terminal.finding_lines import finding_lines as last_lines
from conformance.vocabulary.contest import FORM, PAGE, contest_line, contest_url
from conformance.vocabulary.verdicts import Verdict

from .samples import a_test, record

if TYPE_CHECKING:
    from conformance.record.model import Record

ROOT = Path(__file__).parents[2]
ID = "t/one[two, three&four]"


@pytest.fixture
def failed() -> Record:
    """Return a record with one FAIL among others."""
    return record(
        a_test(ID, Verdict.FAIL), a_test("t/warn", Verdict.WARN), a_test("t/ok", Verdict.PASS)
    )


def test_the_address_has_the_test_in_it() -> None:
    """Escaped, so that no id can be more than a value of the form."""
    assert contest_url(ID).endswith("?template=contest.yml&test=t%2Fone%5Btwo%2C%20three%26four%5D")
    assert contest_line() == f"Contest it: {contest_url()}"


def test_junit_and_ctrf(failed: Record) -> None:
    """It is the last line of the failure, and of the trace."""
    suite = fromstring(junit.render(failed))  # noqa: S314  # our own
    (failure,) = suite.iter("failure")
    assert (failure.text or "").splitlines()[-1] == contest_line(ID)
    traces = {
        one["name"]: one.get("trace", "")
        for one in json.loads(ctrf.render(failed))["results"]["tests"]
    }
    assert traces[ID].splitlines()[-1] == contest_line(ID)
    assert not any("Contest" in traces[name] for name in ("t/warn", "t/ok"))


def test_the_terminal(failed: Record) -> None:
    """With each test that fails while the run goes on, and once below the findings."""
    lines = AttentionLines()
    shown = {test.id: lines.of(test) for test in failed.tests}
    assert shown[ID][-1].strip() == contest_line(ID)
    assert not any("Contest" in line for line in shown["t/warn"])
    assert last_lines(findings_of(failed), Path("r"))[-1] == contest_line()


def test_findings_and_the_summary(failed: Record) -> None:
    """At the end of each finding; those of a WARN have none."""
    for one in findings_of(failed):
        lines = [line.strip() for line in finding_lines(one, failed) if line]
        assert (lines[-1] == contest_line(ID)) == (one.verdict is Verdict.FAIL)
    text = markdown.render(failed)
    assert text.count("[contest it](") == 1
    assert f"[contest it]({contest_url(ID)})" in text


def test_the_page(failed: Record) -> None:
    """The finding and the test have a link; it is the last thing in the test."""
    page = html.render(failed)
    links = re.findall(r'<a href="([^"]*contest\.yml[^"]*)"', page)
    assert {link.replace("&amp;", "&") for link in links} == {contest_url(ID)}
    inside = page[page.index('<section class="group"') :]
    assert re.search(r"Contest it</a></p>\s*</div>\s*</details>", inside)


def test_the_form_and_the_page_are_there() -> None:
    """The form has the field that the address fills in, and the page what we promise."""
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / FORM).read_text("utf-8")
    problems = Problems()
    form = yaml12.read(FORM, text, problems)
    assert isinstance(form, Mapping)
    body = form.entries["body"]
    assert isinstance(body, Sequence)
    ids = re.findall(r"^    id: (\S+)$", text, re.MULTILINE)
    assert ids == ["test", "server", "exchange", "expected", "kind", "evidence", "sure"]
    promise = (ROOT / "docs" / Path(PAGE).name).read_text("utf-8")
    assert "within 7 days" in promise
    assert "within 7 days" in text.replace("\n        ", " ")
