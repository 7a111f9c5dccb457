"""Findings of a baseline in every report: first for readers, and never green for machines."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from conformance.record.baseline_line import BaselineFinding, BaselineLine
from conformance.record.model import ProblemLine
from conformance.report import ctrf, junit, markdown
from conformance.report.annotations import workflow_commands
from conformance.report.html import report_page as html
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, record

if TYPE_CHECKING:
    from conformance.record.model import Record


def held(*findings: BaselineFinding, tests: int = 1) -> Record:
    """Return a record that was held against a baseline."""
    made = record(*(a_test(f"t/{n}", Verdict.XFAIL, observed=Verdict.FAIL) for n in range(tests)))
    line = BaselineLine(file="b.yaml", sha256="0", entries=1, as_expected=tests, findings=findings)
    return replace(made, baseline=line)


def finding(name: str = "a/b", line: int = 7, text: str = "it passes") -> BaselineFinding:
    """Return a finding."""
    return BaselineFinding(kind="fixed", id=name, line=line, text=text, mend=f"mend {name}")


def test_the_delta_comes_first_in_the_summary() -> None:
    """Kind, id, line and the command, before anything else."""
    lines = markdown.render(held(finding())).splitlines()
    assert lines[0].startswith("**Differs from `b.yaml`:** 1 fixed; 1 expected failure")
    assert lines[2] == "- **fixed** `a/b` \\(line 7\\): it passes"
    assert "`mend a/b`" in lines[4]
    assert markdown.render(held()).startswith("**As in `b.yaml`:** nothing new")


def test_the_summary_stays_within_sixty_lines() -> None:
    """Whatever there is to say."""
    tests = [
        a_test(
            f"t/{n}",
            Verdict.FAIL if n % 2 else Verdict.BLOCKED,
            cause=str(n),
            impact=impact,
            rules=(f"r{n}.rule",),
        )
        for n in range(200)
        for impact in ("data-loss", "security", "interop", "cosmetic")
    ]
    tests += [a_test(f"u/{name}", name) for name in Verdict]
    named = [replace(test, id=f"{test.id}-{at}") for at, test in enumerate(tests)]
    problems = tuple(ProblemLine(text=str(n)) for n in range(9))
    made = record(*named, end=None, run={"selected": ("never/came",)}, problems=problems)
    whole = replace(made, baseline=held(*(finding(str(n)) for n in range(300))).baseline)
    lines = markdown.render(whole).splitlines()
    assert len(lines) <= 60
    assert lines[-1] == "More in report\\.html\\."


def test_machines_see_a_failure_though_no_test_failed() -> None:
    """An entry that matches nothing fails no test; JUnit and CTRF fail all the same."""
    made = held(finding())
    suite = fromstring(junit.render(made)).find("testsuite")  # noqa: S314  # our own document
    assert suite is not None
    assert suite.get("failures") == "1"
    assert suite.find("testcase[@classname='run.baseline']/failure") is not None
    assert json.loads(ctrf.render(made))["results"]["summary"]["failed"] == 1
    assert json.loads(ctrf.render(held()))["results"]["summary"]["failed"] == 0


def test_the_page_shows_the_delta_and_does_not_look_fine() -> None:
    """The head line is no success, the table names line and command."""
    page = html.render(held(finding()))
    assert 'class="attention"' in page
    assert "mend a/b" in page
    assert re.search(r'<td class="num">7</td>', page)
    assert 'class="fine"' in html.render(held())


@pytest.mark.parametrize("name", [HOSTILE, "a\r\n::set-output name=x::y", "100%,b:c"])
def test_annotations_are_commands_of_one_line_on_the_baseline_s_line(name: str) -> None:
    """What an endpoint said can't become a command of its own."""
    lines = workflow_commands(held(finding(name, text=name))).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("::error file=b.yaml,line=7,title=fixed%3A ")
    properties = lines[0].removeprefix("::error ").partition("::")[0]
    assert len(properties.split(",")) == 3
    assert workflow_commands(held()) == ""
    assert workflow_commands(record()) == ""
