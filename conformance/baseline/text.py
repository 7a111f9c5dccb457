"""Writes baselines as text: new ones, single entries, and the scalars in them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from conformance.baseline.new_entries import by_finding, by_test, of_races, results
from conformance.baseline.since_section import head_lines, section_lines, since_of
from conformance.catalog.yaml_scalars import folded, shown
from conformance.findings.book import book_of
from conformance.record.outcome import observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.baseline.entries import Entry
    from conformance.baseline.named_finding import NamedFinding
    from conformance.baseline.new_entries import By
    from conformance.findings.model import RuleBook
    from conformance.record.model import Record, TestLine
    from conformance.vocabulary.verdicts import Verdict

INDENT: Final = "  "
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")
_HEAD: Final = """\
# Where the target is known to differ from what is documented. Everything is run anyway. An
# entry that is no longer true fails the gate, too; `s3-conformance baseline update` corrects it.
format: 1
"""


def new_baseline(
    *records: Record, by: By = "test", reason: str = "", book: RuleBook | None = None
) -> str:
    """Return the text of a baseline that accepts all failures in records of one target.

    ``by`` says what entries are about: findings (which need the ``book`` of rules, or what the
    first record says itself), tests as a whole, and all cases of a scenario where these ended
    alike, or single checks. What differs from record to record may have any of its results:
    ``is: [FAIL, PASS]``, and so may tests with requests at the same time, where one failed.
    ``reason`` goes into each ``because``, which otherwise says TODO, with what was recorded.
    """
    record = records[0]
    groups: dict[str, list[Entry]] = {}
    known = book_of(record, None) if book is None else book
    found, named_tests = of_races(records, known.at_once, reason)
    if by == "finding":
        entries, tests = by_finding(records, known, reason, named_tests)
        found, named_tests = [*entries, *found], named_tests | tests
    for entry, cause in by_test(records, checks=by == "check", reason=reason, but=named_tests):
        groups.setdefault(cause, []).append(entry)
    target = folded(shown(record.run.target), "", key="target")
    since = since_of(*records)
    lines = [*_HEAD.splitlines(), *head_lines(since), *f"target: {target}".split("\n")]
    entries = [*found, *(one for group in groups.values() for one in group)]
    lines.append("expected:" if entries else "expected: []")
    for entry in entries:
        lines += entry_lines(entry, INDENT)
    lines += judged_lines(record, results(records))
    lines += section_lines(since.expected)
    return "\n".join(lines) + "\n"


def entry_lines(entry: Entry, indent: str) -> list[str]:
    """Return an entry as it is in a baseline, its dash ``indent`` deep."""
    inner = f"{indent}  "
    allowed = ", ".join(entry.allowed)
    name = ("id", folded(entry.id, inner))
    if entry.finding is not None:
        name = ("finding", _finding(entry.finding))
    pairs = [
        name,
        ("seen", folded(entry.seen, inner, key="seen") if entry.seen else ""),
        ("is", allowed if len(entry.allowed) == 1 else f"[{allowed}]"),
        ("because", folded(entry.because, inner, key="because")),
        ("bug", folded(entry.bug, inner) if entry.bug else ""),
        ("until", f'"{entry.until}"' if entry.until else ""),
    ]
    lines = "\n".join(f"{inner}{key}: {value}" for key, value in pairs if value).split("\n")
    return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]


def _finding(finding: NamedFinding) -> str:
    """Return a finding as a map on one line."""
    parts = [("rule", finding.rule), ("kind", finding.kind), ("operation", finding.operation)]
    return f"{{{', '.join(f'{key}: {_flow(value)}' for key, value in parts if value)}}}"


def _flow(text: str) -> str:
    """Return a text as a scalar within a map on one line, where commas and brackets are not."""
    return text if _WORD.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def judged_lines(record: Record, seen: Mapping[str, tuple[Verdict, ...]]) -> list[str]:
    """Return the section ``judged``: every test that had a verdict each time."""
    names = [
        name
        for name in judged_ids(record.tests)
        if not any(verdict.not_run for verdict in seen[name])
    ]
    if not names:
        return []
    return [
        "# Tests that have a verdict; one that has none any more fails the gate.",
        "judged:",
    ] + [line for name in names for line in item_lines(name, INDENT)]


def judged_ids(tests: Iterable[TestLine]) -> list[str]:
    """Return the ids of tests with a verdict, in the record's order."""
    return [test.id for test in tests if not observed(test).not_run]


def item_lines(text: str, indent: str) -> list[str]:
    """Return a text as an item of a list."""
    return f"{indent}- {folded(text, indent, key='-')}".split("\n")
