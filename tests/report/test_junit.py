"""JUnit XML: valid, and failures are failures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from conformance.record.model import ProblemLine, Record
from conformance.report import junit
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, check, record

if TYPE_CHECKING:
    from conformance.record.model import TestLine

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def written(made: Record) -> etree._Element:
    """Return the root of the document, once it is valid."""
    root = etree.fromstring(junit.render(made).encode())
    SCHEMA.assertValid(root)
    return root


@pytest.mark.parametrize(
    ("verdict", "child"),
    [
        ("PASS", None),
        ("VARIANT", "system-out"),
        ("WARN", "system-out"),
        ("DISPUTED", "system-out"),
        ("FAIL", "failure"),
        ("XPASS", "failure"),
        ("ERROR", "error"),
        ("BLOCKED", "error"),
        ("SKIP", "skipped"),
        ("UNSUPPORTED", "skipped"),
        ("XFAIL", "skipped"),
    ],
)
def test_each_verdict_has_its_element(verdict: Verdict, child: str | None) -> None:
    """A verdict becomes the element that readers take for it, and is counted as such."""
    root = written(record(a_test("a/b[c]", verdict), a_test("passes")))
    case = root.find("testsuite/testcase")
    assert [element.tag for element in case if element.tag != "properties"] == [child] * bool(child)
    counted = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for attribute, tag in counted.items():
        assert root.get(attribute) == str(int(child == tag))
    assert root.get("tests") == "2"


@pytest.mark.parametrize("verdict", ["WARN", "VARIANT"])
def test_a_strict_run_fails_warnings_and_variants(verdict: Verdict) -> None:
    """What makes the command end in 1 is a failure in the file, too."""
    root = written(record(a_test("a", verdict), run={"strict": True}))
    assert root.get("failures") == "1"


def test_a_failure_carries_what_a_reader_needs() -> None:
    """Reason, checks with expected and got, the re-run line; rules and impact as properties."""
    failing = a_test(
        "a/b[c]", Verdict.FAIL, checks=(check(Verdict.FAIL, expected="400", got="200"),)
    )
    case = written(record(failing)).find("testsuite/testcase")
    failure = case.find("failure")
    assert failure.get("type") == "FAIL.interop"
    assert failure.get("message") == "UploadPart answered 200 instead of 400"
    assert "expected: 400" in failure.text
    assert "got:      200" in failure.text
    assert "s3-conformance run --select 'a/b[c]' --target moto" in failure.text
    properties = {item.get("name"): item.get("value") for item in case.iter("property")}
    assert properties["rules"] == "part.number-range"
    assert properties["impact"] == "interop"
    assert (case.get("classname"), case.get("name")) == ("a", "b[c]")


def test_a_run_cut_short_is_an_error_and_shows_what_is_missing() -> None:
    """A record without an end line can't look green."""
    root = written(record(a_test("a"), end=None, run={"selected": ("a", "b")}))
    assert root.get("errors") == "1"
    assert root.get("skipped") == "1"
    assert "cut short" in root.find("testsuite/testcase/error").get("message")


@pytest.mark.parametrize(
    "tests", [(), (a_test("a", Verdict.SKIP), a_test("b", Verdict.UNSUPPORTED))]
)
def test_a_run_that_judged_nothing_is_not_green(tests: tuple[TestLine, ...]) -> None:
    """No test at all, or none that ran, is an error and not a success."""
    root = written(record(*tests))
    assert root.get("errors") == "1"
    assert "Nothing can be said about moto" in root.find(".//error").get("message")


def test_hostile_text_is_valid_xml_and_nothing_is_lost() -> None:
    """Characters that XML 1.0 forbids are named; markup is text."""
    hostile = HOSTILE + "\ud800\ufffe"
    lines = (check("FAIL", got=hostile, id=hostile, expected=hostile),)
    made = record(
        a_test(
            hostile,
            Verdict.FAIL,
            reason=hostile,
            why=hostile,
            title=hostile,
            checks=lines,
            rules=(hostile,),
            impact=hostile,
        ),
        run={"server": hostile, "target": hostile, "command": (hostile,)},
        problems=(ProblemLine(text=hostile),),
    )
    failure = written(made).find("testsuite/testcase/failure")
    assert "<script>alert(1)</script>" in failure.text
    assert "⟨U+0000⟩" in failure.text
    assert "⟨U+D800⟩" in failure.text


def test_huge_values_are_shortened() -> None:
    """A megabyte of answer does not become a megabyte of report."""
    made = record(a_test("a", Verdict.FAIL, checks=(check(Verdict.FAIL, got="x" * 1_000_000),)))
    assert len(junit.render(made)) < 50_000
