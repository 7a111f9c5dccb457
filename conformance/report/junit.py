"""The report as JUnit XML, in the dialect that Jenkins, GitLab and surefire's readers share."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from conformance.baseline.suite_words import as_text
from conformance.report.rerun import command_line, rerun
from conformance.report.summary import beyond_tests, by_test, findings_of, summarize
from conformance.report.visible import relative, shorten, visible
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record, RunLine, TestLine

_TEXT_LIMIT = 20_000
_MESSAGE_LIMIT = 1000


def render(record: Record, found: Sequence[Finding] | None = None) -> str:
    """Return the XML document.

    FAIL and XPASS are failures, in a strict run WARN and VARIANT too; ERROR and BLOCKED are errors;
    SKIP, UNSUPPORTED, XFAIL and tests that never ended are skipped; the others pass, with a word on
    why they are no plain PASS. What differs from the baseline and no test shows is a case of its
    own, so that each failure is counted once. A run that is not whole, or in which nothing was
    tested, carries one more test case, which is an error: it can't look green.
    """
    found = findings_of(record) if found is None else found
    summary = summarize(record, found)
    shown = by_test(found)
    run = record.run
    root = Element("testsuites", {"name": "s3-conformance"})
    suite = SubElement(root, "testsuite", {"name": _clean(f"s3-conformance {run.target}")})
    properties = SubElement(suite, "properties")
    for name, value in _run_properties(record):
        limit = _TEXT_LIMIT if name == "suite-changes" else 4000
        SubElement(properties, "property", {"name": name, "value": _clean(value, limit)})
    for test in record.tests:
        _test_case(suite, test, run, shown.get(test.id, ()))
    for id_ in summary.not_run:
        case = SubElement(suite, "testcase", _case_attributes(id_, 0))
        SubElement(case, "skipped", {"message": "not run: the run ended before this test did"})
    if complaint := summary.warning or ("" if summary.judged else summary.sentence):
        case = SubElement(suite, "testcase", {"classname": "run", "name": "whole", "time": "0.000"})
        SubElement(case, "error", {"type": "incomplete-run", "message": _clean(complaint)})
    for one in beyond_tests(record):
        name = _clean(f"{one.kind} {one.id}")
        attributes = {"classname": "run.baseline", "name": name, "time": "0.000"}
        case = SubElement(suite, "testcase", attributes)
        attributes = {"type": f"baseline.{one.kind}", "message": _clean(one.text, _MESSAGE_LIMIT)}
        SubElement(case, "failure", attributes).text = _clean(
            f"{one.text}\n{one.mend}", _TEXT_LIMIT
        )
    if record.problems:
        text = "\n".join(f"[{problem.worker}] {problem.text}" for problem in record.problems)
        SubElement(suite, "system-err").text = _clean(text, _TEXT_LIMIT)
    _count(root, suite, record)
    indent(root)
    body = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _count(root: Element, suite: Element, record: Record) -> None:
    """Count what was written, so that the numbers can't differ from the elements."""
    counts = {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    seconds = record.end.seconds if record.end else sum(test.seconds for test in record.tests)
    for element in (root, suite):
        for name, value in counts.items():
            element.set(name, str(value))
        element.set("time", f"{seconds:.3f}")
    # The schema of the dialect knows no fraction and no zone.
    suite.set("timestamp", record.run.started[:19])


def _run_properties(record: Record) -> Iterator[tuple[str, str]]:
    run = record.run
    yield "target", run.target
    yield "endpoint", run.endpoint_url
    yield "server", run.server
    yield "suite-version", run.suite_version
    yield "catalog-digest", run.catalog_digest
    yield "command", command_line(run.command)
    if record.baseline is not None and record.baseline.suite is not None:
        yield "suite-changes", as_text(record.baseline.suite)
    if record.end:
        yield "exit-code", str(record.end.exit_code)


def _test_case(suite: Element, test: TestLine, run: RunLine, found: Sequence[Finding]) -> None:
    attributes = _case_attributes(test.id, test.seconds)
    case = SubElement(suite, "testcase", attributes)
    properties = SubElement(case, "properties")
    for name, value in (
        ("verdict", test.verdict),
        ("level", test.level),
        ("impact", test.impact),
        ("rules", " ".join(test.rules)),
        *((("findings", " ".join(one.id for one in found)),) if found else ()),
        ("file", f"{relative(test.file)}:{test.line}"),
        *((("retries", " ".join(test.retries)),) if test.retries else ()),
    ):
        SubElement(properties, "property", {"name": name, "value": _clean(value)})
    if test.verdict is Verdict.PASS:
        return
    message = _clean(test.said or test.verdict, _MESSAGE_LIMIT)
    text = _clean(_explanation(test, run, found), _TEXT_LIMIT)
    if test.verdict.tested and test.verdict.failed(strict=run.strict):
        attributes = {"type": _clean(f"{test.verdict}.{test.impact}"), "message": message}
        SubElement(case, "failure", attributes).text = text
    elif test.verdict.fails:
        attributes = {"type": test.verdict, "message": message}
        SubElement(case, "error", attributes).text = text
    elif test.verdict.not_run or test.verdict is Verdict.XFAIL:
        SubElement(case, "skipped", {"message": f"{test.verdict}: {message}"})
    else:
        SubElement(case, "system-out").text = f"{test.verdict}: {text}"


def _case_attributes(id_: str, seconds: float) -> dict[str, str]:
    """Split an id into class and name, so that readers show the scenario tree."""
    scenario, bracket, case = id_.partition("[")
    *area, name = scenario.split("/")
    return {
        "classname": _clean(".".join(area) or "scenarios"),
        "name": _clean(f"{name}{bracket}{case}") or "unnamed",
        "time": f"{seconds:.3f}",
    }


def _explanation(test: TestLine, run: RunLine, found: Sequence[Finding]) -> str:
    lines = [test.title, test.said, f"Why it matters: {test.why}"]
    lines += [f"Finding {one.id}: {one.title}" for one in found]
    for check in test.checks:
        if not check.verdict.good:
            lines.append(f"{check.verdict} {check.id}")
            lines.append(f"  expected: {check.expected}")
            lines.append(f"  got:      {check.got}")
    lines.append(f"Again: {rerun(test.id, run)}")
    if test.verdict is Verdict.FAIL:
        lines.append(contest_line(test.id))
    return "\n".join(line for line in lines if line)


def _clean(text: str, limit: int = 4000) -> str:
    """Return the text without characters that XML 1.0 forbids or a reader can't see."""
    return shorten(visible(text), limit)
