"""A finding in lines of text: what it is, how to see it again, how to accept it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.baseline.named_finding import named
from conformance.baseline.new_entries import accept, accept_finding
from conformance.baseline.text import entry_lines
from conformance.report.rerun import reproduce, rerun_all
from conformance.report.visible import one_line
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.unwritten import unwritten
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.baseline.entries import Entry
    from conformance.findings.model import Finding
    from conformance.record.model import Record, RunLine

_SHOWN_TESTS: Final = 6
_ON_A_PAGE: Final = 12


def finding_lines(finding: Finding, record: Record) -> Iterator[str]:
    """Yield a finding with its tests, sources, a line to run it again and a baseline entry."""
    yield f"{finding.verdict}  {finding.impact}  {finding.id}"
    yield f"  {finding.title}"
    example = next((one for one in record.tests if one.id == finding.tests[0]), None)
    if example is not None and example.title:
        yield f"  for example: {one_line(example.title)}"
    yield f"  tests: {_some(finding.tests)}"
    yield f"  steps: {_some(finding.steps)}"
    if finding.sources:
        yield f"  sources: {', '.join(finding.sources)}{_witnesses(finding)}"
    yield f"  run it again: {rerun_all(finding.tests, record.run)}"
    if (line := reproduce(finding.tests)) is not None:
        yield f"  script for the makers of the server: {line}"
    yield "  accept it in a baseline:"
    for entry in entries(finding):
        yield from entry_lines(entry, "    ")
    if finding.verdict is Verdict.FAIL:
        yield f"  {contest_line(finding.tests[0])}"
    yield ""


def again(finding: Finding, run: RunLine) -> tuple[str, str, int]:
    """Return the line that runs a finding's tests, the entries that accept it, and what is left.

    Of a finding with very many tests the first are taken, for a page has room for no more; the
    last number says how many tests there are beyond them.
    """
    first = replace(finding, tests=finding.tests[:_ON_A_PAGE])
    lines = [line for entry in entries(first) for line in entry_lines(entry, "  ")]
    return rerun_all(first.tests, run), "\n".join(lines), len(finding.tests) - len(first.tests)


def entries(finding: Finding) -> tuple[Entry, ...]:
    """Return the baseline entries that accept a finding; its tests, where no rule is known."""
    reason = unwritten(finding.title)
    if finding.keys and all(key.rule for key in finding.keys):
        return tuple(
            accept_finding(one, (finding.verdict,), reason, finding.tests[0])
            for one in dict.fromkeys(map(named, finding.keys))
        )
    return tuple(accept(test, (finding.verdict,), reason) for test in finding.tests)


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _SHOWN_TESTS
    return ", ".join(names[:_SHOWN_TESTS]) + (f" and {more} more" if more > 0 else "")


def _witnesses(finding: Finding) -> str:
    if finding.lone_witness:
        return f" (one witness: {finding.lone_witness})"
    number = finding.witnesses
    return "" if number is None else f" ({number} witness{'es' * (number != 1)})"
