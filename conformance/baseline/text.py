"""Writes baselines as text: new ones, single entries, and the scalars in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.baseline.entries import Entry, bad_checks
from conformance.baseline.since_section import head_lines, section_lines, since_of
from conformance.catalog.yaml_scalars import folded, shown
from conformance.record.outcome import observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.record.model import Record, TestLine
    from conformance.vocabulary.verdicts import Verdict

INDENT: Final = "  "
_HEAD: Final = """\
# What the target is known to do otherwise than documented. Everything is run all the same, and an
# entry that is no longer true fails the gate as well; `s3-conformance baseline update` mends it.
format: 1
"""


def new_baseline(*records: Record, checks: bool = False, reason: str = "") -> str:
    """Return the text of a baseline that accepts all that records of one target show.

    Entries are about tests as a whole, and about all cases of a scenario where these ended alike;
    with ``checks`` they are about single checks. A test whose result differs from record to record
    may have any of them: ``is: [FAIL, PASS]``. ``reason`` goes into each ``because``, which
    otherwise says TODO, with the cause that was recorded.
    """
    record, groups = records[0], dict[str, list[Entry]]()
    seen = results(records)
    for entry, cause in _accepted(record, seen, checks=checks, reason=reason):
        groups.setdefault(cause, []).append(entry)
    target = folded(shown(record.run.target), "", key="target")
    since = since_of(*records)
    lines = [*_HEAD.splitlines(), *head_lines(since), *f"target: {target}".split("\n")]
    entries = [one for group in groups.values() for one in group]
    lines.append("expected:" if entries else "expected: []")
    for entry in entries:
        lines += entry_lines(entry, INDENT)
    lines += judged_lines(record, seen)
    lines += section_lines(since.expected)
    return "\n".join(lines) + "\n"


def entry_lines(entry: Entry, indent: str) -> list[str]:
    """Return an entry as it stands in a baseline, its dash ``indent`` deep."""
    inner = f"{indent}  "
    allowed = ", ".join(entry.allowed)
    pairs = [
        ("id", folded(entry.id, inner)),
        ("is", allowed if len(entry.allowed) == 1 else f"[{allowed}]"),
        ("because", folded(entry.because, inner, key="because")),
        ("bug", folded(entry.bug, inner) if entry.bug else ""),
        ("until", f'"{entry.until}"' if entry.until else ""),
    ]
    lines = "\n".join(f"{inner}{key}: {value}" for key, value in pairs if value).split("\n")
    return [f"{indent}- {lines[0].lstrip()}", *lines[1:]]


def results(records: Sequence[Record]) -> Mapping[str, tuple[Verdict, ...]]:
    """Return the different results of each test over several records, in the order of reports."""
    found: dict[str, set[Verdict]] = {}
    for record in records:
        for test in record.tests:
            found.setdefault(test.id, set()).add(observed(test))
    return {name: tuple(sorted(seen, key=lambda one: one.order)) for name, seen in found.items()}


def judged_lines(record: Record, seen: Mapping[str, tuple[Verdict, ...]]) -> list[str]:
    """Return the section ``judged``: every test that came to a verdict each time."""
    names = [
        name
        for name in judged_ids(record.tests)
        if not any(verdict.not_run for verdict in seen[name])
    ]
    if not names:
        return []
    return [
        "# Tests that came to a verdict; one that does so no more fails the gate.",
        "judged:",
    ] + [line for name in names for line in item_lines(name, INDENT)]


def judged_ids(tests: Iterable[TestLine]) -> list[str]:
    """Return the ids of tests that were tried and came to something, in the record's order."""
    return [test.id for test in tests if not observed(test).not_run]


def item_lines(text: str, indent: str) -> list[str]:
    """Return a text as an item of a list."""
    return f"{indent}- {folded(text, indent, key='-')}".split("\n")


def because(test: TestLine, reason: str = "") -> str:
    """Return what a generated entry gives as its reason: what was seen, until somebody knows."""
    given = shown(reason)
    if given:
        return given
    return f"TODO: {shown(test.cause) or shown(test.reason) or 'no reason was recorded'}"


def _accepted(
    record: Record, seen: Mapping[str, tuple[Verdict, ...]], *, checks: bool, reason: str
) -> Iterator[tuple[Entry, str]]:
    """Yield an entry for everything that fails in any of the records, with what groups it."""
    strict = record.run.strict
    groups: dict[str, list[TestLine]] = {}
    for test in record.tests:
        scenario, bracket, _ = test.id.partition("[")
        groups.setdefault(f"{scenario}[*]" if bracket else test.id, []).append(test)
    for name, tests in groups.items():
        first = tests[0]
        alike = len({(seen[test.id], test.cause) for test in tests}) == 1
        if alike and len(tests) > 1 and not checks and not _left_out(name, record):
            if any(verdict.acceptable(strict=strict) for verdict in seen[first.id]):
                yield accept(name, seen[first.id], because(first, reason)), first.cause
            continue
        for test in tests:
            if len(seen[test.id]) > 1:
                if any(verdict.acceptable(strict=strict) for verdict in seen[test.id]):
                    yield accept(test.id, seen[test.id], because(test, reason)), test.cause
            elif observed(test).acceptable(strict=strict):
                for entry in accept_test(
                    test, checks=checks, reason=reason, strict=record.run.strict
                ):
                    yield entry, test.cause


def _left_out(group: str, record: Record) -> bool:
    return any(name.startswith(group.removesuffix("*]")) for name in record.run.left_out)


def accept(name: str, allowed: tuple[Verdict, ...], reason: str) -> Entry:
    """Return an entry for the results that a test may have."""
    return Entry(id=name, allowed=allowed, because=reason)


def accept_test(test: TestLine, *, checks: bool, reason: str, strict: bool) -> Sequence[Entry]:
    """Return the entries that accept a failing test, as a whole or check by check."""
    found = bad_checks(test, strict=strict) if checks else ()
    if not found or observed(test) not in {"FAIL", "WARN", "VARIANT"}:
        return (accept(test.id, (observed(test),), because(test, reason)),)
    return [
        Entry(
            id=f"{test.id}#{check.id}",
            allowed=(check.verdict.of_test,),
            because=shown(reason) or shown(f"expected {check.expected}, got {check.got}"),
        )
        for check in found
        if check.verdict != "OBSERVED"
    ]
