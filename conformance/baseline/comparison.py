"""Compares a whole record with a baseline, and lists every difference. Pure."""

from __future__ import annotations

import difflib
import shlex
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, get_args

from conformance.baseline.attribution import attributed, of_no_test
from conformance.baseline.entries import CHECK_MARK
from conformance.baseline.expectations import followed
from conformance.baseline.named_finding import rules_shown
from conformance.baseline.one_test import Difference, TestJudgement, judge_test
from conformance.baseline.suite_changes import suite_changes
from conformance.findings.book import book_of
from conformance.record.baseline_line import BaselineFinding, BaselineLine, FindingKind
from conformance.record.outcome import observed, within_budget
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from conformance.baseline.entries import Baseline, Entry
    from conformance.findings.model import RuleBook
    from conformance.record.model import Record, TestLine

COMMAND: Final = "s3-conformance baseline update"
RENEWAL: Final = timedelta(days=90)
"""How long a renewal lasts that the mending command proposes."""
_REPEATED: Final = 5
"""How many tests of a rule stand for a finding of which nobody knows which test showed it."""
_ORDER: Final = {kind: at for at, kind in enumerate(get_args(FindingKind))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A record compared with a baseline."""

    tests: tuple[TestLine, ...]
    """As recorded, some of them XFAIL or XPASS now."""
    differences: tuple[Difference, ...]
    """In the order of reports: by kind, then by line, then as the record has them."""
    suite: tuple[Difference, ...] = ()
    """What comes of changes of the suite alone, likewise; it fails no run."""


def judge(
    record: Record, baseline: Baseline, today: date, book: RuleBook | None = None
) -> Judgement:
    """Compare a record, whole or partial, with a baseline on a given day.

    ``book`` knows the rules that tests show; without it the record has to.

    Entries about tests that the run's options left out, or its budget did not reach, say nothing
    and differ in nothing. A test that was tested when the baseline was made, and is not now, has
    vanished.
    """
    strict = record.run.strict
    everything, record = record, within_budget(record)
    known = book_of(record, None) if book is None else book
    baseline = followed(baseline, record.run)
    judgements = [judge_test(test, baseline, today, known, strict=strict) for test in record.tests]
    apart = [attributed(one, baseline, strict=strict) for one in judgements]
    found = [one for test in apart for one in test.server]
    suite = [one for test in apart for one in test.suite]
    rest = [*_unused(record, baseline, judgements, known)]
    gone = {one.id for one in (*found, *suite, *rest) if one.kind == "vanished"}
    rest += [one for one in _vanished(record, baseline) if one.id not in gone]
    of_server, of_suite = of_no_test(rest, baseline, record)
    lines = {one.line.id: one.line for one in apart}
    return Judgement(
        tests=tuple(lines.get(test.id, test) for test in everything.tests),
        differences=tuple(_sorted(_once([*found, *of_server]))),
        suite=tuple(_sorted(_once([*suite, *of_suite]))),
    )


def judged(
    record: Record,
    baseline: Baseline,
    today: date,
    book: RuleBook | None = None,
    *,
    record_path: str,
) -> Record:
    """Return the record with the verdicts and the ``baseline`` line that follow."""
    judgement = judge(record, baseline, today, book)
    line = baseline_line(judgement, baseline, today, record_path=record_path)
    suite = suite_changes(judgement.suite, record, baseline, record_path=record_path)
    line = replace(line, suite=suite)
    return replace(record, tests=judgement.tests, baseline=line)


def baseline_line(
    judgement: Judgement, baseline: Baseline, today: date, *, record_path: str
) -> BaselineLine:
    """Return the line of a record that says how it differs from its baseline."""
    return BaselineLine(
        file=baseline.file,
        sha256=baseline.sha256,
        entries=len(baseline.entries),
        as_expected=sum(test.verdict == "XFAIL" for test in judgement.tests)
        - len({one.id for one in judgement.suite} & _xfailed(judgement.tests)),
        findings=tuple(
            BaselineFinding(
                kind=one.kind,
                id=one.id,
                line=one.entry.line if one.entry else _judged_line(one, baseline),
                text=one.text,
                mend=mending(one, baseline.file, record_path, today),
                findings=one.findings,
            )
            for one in judgement.differences
        ),
    )


def _xfailed(tests: Iterable[TestLine]) -> set[str]:
    return {test.id for test in tests if test.verdict == "XFAIL"}


def mending(difference: Difference, file: str, record_path: str, today: date) -> str:
    """Return the command that updates the baseline for one difference."""
    name = difference.entry.id if difference.entry is not None else difference.id
    words = [COMMAND, shlex.quote(file), shlex.quote(record_path), "--only", shlex.quote(name)]
    if difference.kind == "expired":
        words += ["--until", str(today + RENEWAL)]
    return " ".join(words)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known id that is most similar to an unknown one; empty if none is similar."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def _unused(
    record: Record, baseline: Baseline, judgements: Sequence[TestJudgement], book: RuleBook
) -> Iterator[Difference]:
    """Yield the entries that spoke of nothing that was run."""
    used = {at for judgement in judgements for at in judgement.used}
    ended = {test.id for test in record.tests}
    missing = [name for name in record.run.selected if name not in ended]
    known = dict.fromkeys((*ended, *record.run.selected, *record.run.left_out))
    for at, entry in enumerate(baseline.entries):
        if entry.finding is not None:
            if at not in used and Verdict.PASS not in entry.allowed:
                yield from _unseen(entry, record, book)
            continue
        lost = [name for name in missing if entry.names_test(name)]
        if lost:
            text = f"expected {' or '.join(entry.allowed)}, but the run ended before the test did"
            yield from (
                Difference(kind="vanished", id=name, text=text, entry=entry) for name in lost
            )
        if at in used or lost:
            continue
        named = [name for name in ended if entry.names_test(name)]
        if named:
            text = f"no check of {named[0]} is called {entry.checks}"
            near = nearest(entry.checks, _check_ids(record, set(named)))
        elif any(entry.names_test(name) for name in record.run.left_out):
            continue
        else:
            text = "there is no such test"
            cases = f"{entry.tests}["
            scenario = any(name.startswith(cases) for name in known)
            near = f"{cases}*]" if scenario else nearest(entry.tests, known)
        hint = f"; the nearest is {near}" if near else ""
        yield Difference(kind="unmatched", id=entry.id, text=text + hint, entry=entry)


def _unseen(entry: Entry, record: Record, book: RuleBook) -> Iterator[Difference]:
    """Yield what follows when no test showed the finding of an entry.

    Nothing, where a test that can show it was left out, or did not end.
    """
    if entry.finding is None:
        return
    rule = entry.finding.rule
    if rule not in book.rules:
        near = nearest(rule, book.rules)
        hint = f"; the nearest is {near}" if near else ""
        text = f"no rule is called {rule}{hint}"
        yield Difference(kind="unmatched", id=entry.id, text=text, entry=entry)
        return
    ended = {test.id for test in record.tests}
    not_ended = [one for one in (*record.run.left_out, *record.run.selected) if one not in ended]
    if any(name == entry.seen or rule in book.tests.get(name, ()) for name in not_ended):
        return
    able = [one for one in record.tests if one.id == entry.seen or rule in rules_shown(one)]
    tested = [one.id for one in able if observed(one).tested]
    if tested:
        first = [entry.seen] if entry.seen in tested else tested[:_REPEATED]
        text = f"expected {' or '.join(entry.allowed)}, now no test shows it"
        yield Difference(kind="fixed", id=entry.id, text=text, entry=entry, tests=tuple(first))
        return
    text = f"none of the {len(able)} tests of {rule} was completed"
    yield Difference(kind="vanished", id=entry.id, text=text, entry=entry)


def _check_ids(record: Record, names: set[str]) -> list[str]:
    return [check.id for test in record.tests if test.id in names for check in test.checks]


def _vanished(record: Record, baseline: Baseline) -> Iterator[Difference]:
    """Yield the tests that had a verdict when the baseline was made, and do not now."""
    by_id = {test.id: test for test in record.tests}
    left_out, selected = set(record.run.left_out), set(record.run.selected)
    allowed_untested = [
        one for one in baseline.entries if any(verdict.not_run for verdict in one.allowed)
    ]
    for was in baseline.judged:
        test = by_id.get(was.id)
        if test is None:
            if was.id in left_out:
                continue
            ended = "the run ended before it did" if was.id in selected else "there is no such test"
            yield Difference(
                kind="vanished", id=was.id, text=f"it was completed before; now {ended}"
            )
        elif observed(test).not_run:
            if any(one.names_test(test.id) for one in allowed_untested):
                continue
            text = f"it was completed before; now it is {observed(test)}: {test.reason}"
            yield Difference(kind="vanished", id=was.id, text=text)


def _once(found: Iterable[Difference]) -> Iterator[Difference]:
    """Leave out what was found before: entries that overlap do so in many tests."""
    seen: set[tuple[str, str, int]] = set()
    for one in found:
        key = (one.kind, one.id, one.entry.line if one.entry else 0)
        if key not in seen:
            seen.add(key)
            yield one


def _sorted(found: Iterable[Difference]) -> list[Difference]:
    return sorted(found, key=lambda one: (_ORDER[one.kind], one.entry.line if one.entry else 0))


def _judged_line(difference: Difference, baseline: Baseline) -> int:
    """Return where the baseline lists a test that has vanished; 0 for all else."""
    if difference.kind != "vanished":
        return 0
    name = difference.id.partition(CHECK_MARK)[0]
    return next((one.line for one in baseline.judged if one.id == name), 0)
