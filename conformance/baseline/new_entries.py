"""The entries that accept what records of one target show: by finding, by test, or by check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from conformance.baseline.entries import CHECK_MARK, Entry
from conformance.baseline.named_finding import NamedFinding, deviations_of, nameable, named
from conformance.baseline.one_test import bad_checks
from conformance.catalog.yaml_scalars import shown
from conformance.findings.gather import findings
from conformance.findings.titles import title
from conformance.record.outcome import observed
from conformance.vocabulary.unwritten import is_unwritten, unwritten
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from conformance.findings.model import RuleBook
    from conformance.record.model import Record, TestLine

By = Literal["finding", "test", "check"]
"""What a new entry is about."""


def results(records: Sequence[Record]) -> Mapping[str, tuple[Verdict, ...]]:
    """Return the different results of each test over several records, in the order of reports."""
    found: dict[str, set[Verdict]] = {}
    for record in records:
        for test in record.tests:
            found.setdefault(test.id, set()).add(observed(test))
    return {name: _sorted(seen) for name, seen in found.items()}


def because(test: TestLine, reason: str = "") -> str:
    """Return the reason of a generated entry: what the server did, until somebody writes why."""
    given = shown(reason)
    if given:
        return given
    return unwritten(shown(test.cause) or shown(test.reason) or "no reason was recorded")


def explained(entry: Entry) -> bool:
    """Return whether somebody has written why an entry is accepted."""
    return not is_unwritten(entry.because)


def accept(name: str, allowed: tuple[Verdict, ...], reason: str) -> Entry:
    """Return an entry for the results that a test may have."""
    return Entry(id=name, allowed=allowed, because=reason)


def accept_finding(
    finding: NamedFinding, allowed: Iterable[Verdict], reason: str, seen: str
) -> Entry:
    """Return an entry for a finding that a test shows."""
    return Entry(
        id=str(finding), allowed=_sorted(allowed), because=reason, finding=finding, seen=seen
    )


def accept_test(test: TestLine, *, checks: bool, reason: str, strict: bool) -> Sequence[Entry]:
    """Return the entries that accept a failing test, as a whole or check by check."""
    found = bad_checks(test, strict=strict) if checks else ()
    if not found or observed(test) not in {"FAIL", "WARN", "VARIANT"}:
        return (accept(test.id, (observed(test),), because(test, reason)),)
    return [
        Entry(
            id=f"{test.id}{CHECK_MARK}{check.id}",
            allowed=(check.verdict.of_test,),
            because=shown(reason) or shown(f"expected {check.expected}, got {check.got}"),
        )
        for check in found
        if check.verdict != "OBSERVED"
    ]


def titles(record: Record, book: RuleBook) -> dict[NamedFinding, str]:
    """Return a sentence for each finding of a record, the worst finding last."""
    return {
        named(key): title(book.rules[key.rule].statement, one.did)
        for one in reversed(findings(record, book))
        for key in one.keys
        if key.rule in book.rules
    }


def of_races(
    records: Sequence[Record], at_once: Collection[str], reason: str
) -> tuple[list[Entry], frozenset[str]]:
    """Return entries for the tests that send requests ``at_once``, and their ids, if one failed.

    A server that lost one race may lose another the next time, and win the first: each test may
    fail or pass. All tests of an area are one entry where all of them race.
    """
    seen = {
        name: came
        for name, came in results(records).items()
        if name in at_once and all(verdict.tested for verdict in came)
    }
    strict = records[0].run.strict
    if not any(verdict.acceptable(strict=strict) for came in seen.values() for verdict in came):
        return [], frozenset()
    areas: dict[str, list[str]] = {}
    for name in results(records):
        areas.setdefault(name.partition("/")[0], []).append(name)
    text = shown(reason) or unwritten("requests at the same time: who wins differs from run to run")
    entries = []
    for area, names in areas.items():
        racing = [name for name in names if name in seen]
        whole = len(racing) == len(names) > 1
        for name, members in ((f"{area}/**", racing),) if whole else ((n, [n]) for n in racing):
            came = {verdict for one in members for verdict in seen[one]}
            entries.append(accept(name, _sorted({*came, Verdict.FAIL, Verdict.PASS}), text))
    return entries, frozenset(seen)


def by_finding(
    records: Sequence[Record], book: RuleBook, reason: str, but: frozenset[str] = frozenset()
) -> tuple[list[Entry], frozenset[str]]:
    """Return entries for the findings of records, the worst first, and the tests they are about.

    A finding that no test shows in every record may be seen or not: ``PASS`` stands beside it. A
    test that once failed in a way without a finding (BLOCKED, VARIANT) is left to its own entry, as
    are those of other entries (``but``).
    """
    shows: dict[NamedFinding, dict[str, list[Verdict]]] = {}
    about: set[str] = set()
    other = set(but)
    for record in records:
        for test in record.tests:
            if test.id in but or not observed(test).acceptable(strict=record.run.strict):
                continue
            shown_here = deviations_of(test, book)
            if not nameable(shown_here):
                other.add(test.id)
                continue
            about.add(test.id)
            for finding in dict.fromkeys(named(one.key) for one in shown_here):
                shows.setdefault(finding, {}).setdefault(test.id, []).append(observed(test))
    said = [titles(record, book) for record in records]
    order = dict.fromkeys(finding for each in said for finding in reversed(each))
    entries: list[Entry] = []
    for finding in sorted(shows, key=[*order, *shows].index):
        tests = {name: seen for name, seen in shows[finding].items() if name not in other}
        if not tests:
            continue
        steady = [name for name, seen in tests.items() if len(seen) == len(records)]
        allowed = {verdict for seen in tests.values() for verdict in seen}
        title = next((each[finding] for each in said if finding in each), str(finding))
        entries.append(
            accept_finding(
                finding,
                allowed if steady else {*allowed, Verdict.PASS},
                shown(reason) or unwritten(shown(title)),
                (steady or [*tests])[0],
            )
        )
    return entries, frozenset(about - other)


def by_test(
    records: Sequence[Record], *, checks: bool, reason: str, but: frozenset[str] = frozenset()
) -> Iterator[tuple[Entry, str]]:
    """Yield an entry for each failure in any of the records, with its group.

    Tests ``but`` those of other entries; all cases of a scenario that ended alike are one.
    """
    record, seen = records[0], results(records)
    strict = record.run.strict
    groups: dict[str, list[TestLine]] = {}
    for test in record.tests:
        if test.id not in but:
            scenario, bracket, _ = test.id.partition("[")
            groups.setdefault(f"{scenario}[*]" if bracket else test.id, []).append(test)
    left_out = (*record.run.left_out, *but)
    for name, tests in groups.items():
        first = tests[0]
        alike = len({(seen[test.id], test.cause) for test in tests}) == 1
        if alike and len(tests) > 1 and not checks and not _of_group(name, left_out):
            if any(verdict.acceptable(strict=strict) for verdict in seen[first.id]):
                yield accept(name, seen[first.id], because(first, reason)), first.cause
            continue
        for test in tests:
            for entry in _of_one(test, seen[test.id], checks=checks, reason=reason, strict=strict):
                yield entry, test.cause


def _of_one(
    test: TestLine, seen: tuple[Verdict, ...], *, checks: bool, reason: str, strict: bool
) -> Sequence[Entry]:
    """Return the entries of a test by itself; none where it never failed."""
    if len(seen) > 1:
        failed = any(verdict.acceptable(strict=strict) for verdict in seen)
        return (accept(test.id, seen, because(test, reason)),) if failed else ()
    if not observed(test).acceptable(strict=strict):
        return ()
    return accept_test(test, checks=checks, reason=reason, strict=strict)


def _of_group(group: str, names: Iterable[str]) -> bool:
    return any(name.startswith(group.removesuffix("*]")) for name in names)


def _sorted(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    return tuple(sorted(set(verdicts), key=lambda one: one.order))
