"""From a record to its findings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.witnesses import OWN_WORD
from conformance.findings.blocking import RULES
from conformance.findings.classify import classify
from conformance.findings.grouping import grouped
from conformance.findings.impact import worst
from conformance.findings.model import Finding
from conformance.findings.tallies import tally
from conformance.findings.titles import did, title
from conformance.vocabulary.impacts import IMPACTS, Impact
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.findings.failures import FindingVerdict
    from conformance.findings.model import Deviation, Kind, RuleBook
    from conformance.findings.tallies import Tallies
    from conformance.record.model import Record, TestLine

_VERDICTS: Final[tuple[FindingVerdict, ...]] = (Verdict.FAIL, Verdict.WARN)
_SLUG: Final = re.compile(r"[^A-Za-z0-9]+")


def findings(record: Record, book: RuleBook) -> tuple[Finding, ...]:
    """Return the findings of a record: FAIL before WARN, then by impact, then by number of tests.

    A test stands in each finding that it shows; the first of them is its most specific. What a
    baseline accepts is a finding anyway.
    """
    tallies = tally(record.tests, book)
    found: list[Finding] = []
    for verdict in _VERDICTS:
        failed = [test for test in record.tests if _came_to(test) == verdict]
        found += _of_verdict(failed, verdict, record.run.target, tallies, book)
    return tuple(found)


def _came_to(test: TestLine) -> Verdict:
    return test.observed or test.verdict


def _of_verdict(
    tests: list[TestLine],
    verdict: FindingVerdict,
    target: str,
    tallies: Tallies,
    book: RuleBook,
) -> list[Finding]:
    shown = {test.id: classify(test, book, verdict) for test in tests}
    every = [one for deviations in shown.values() for one in deviations]
    first = {test: deviations[0] for test, deviations in shown.items() if deviations}
    groups = sorted(grouped(every, tallies, book), key=lambda members: members[0].cause)
    ids: Counter[str] = Counter()
    found = []
    for members in groups:
        own = [one for one in members if first[one.test].failure is one.failure]
        finding = _finding(members, own or members, verdict, target, tallies, book)
        ids[finding.id] += 1
        if ids[finding.id] > 1:
            finding = _numbered(finding, ids[finding.id])
        found.append(finding)
    return sorted(found, key=lambda one: (IMPACTS.index(one.impact), -len(one.tests)))


def _finding(
    members: Sequence[Deviation],
    own: Sequence[Deviation],
    verdict: FindingVerdict,
    target: str,
    tallies: Tallies,
    book: RuleBook,
) -> Finding:
    """Make one finding of a group; ``own`` are those of which it is the most specific."""
    kind = _kind(own)
    where = _where(own)
    rule = _rule(own, kind, where, book)
    tests = tuple(dict.fromkeys(one.test for one in (*own, *members)))
    sources = _sources(own, rule, book)
    facts = book.rules.get(rule)
    clause = did(kind, own, len(tests), _shown(members, tallies))
    return Finding(
        id="/".join((rule, kind, _slug(f"{where} {_mark(own[0], rule)}"))),
        rule=rule,
        kind=kind,
        operation=where,
        impact=worst(one.impact for one in own),
        verdict=verdict,
        title=title(facts.statement if facts else rule, clause),
        did=clause,
        tests=tests,
        sources=sources,
        witnesses=_witnesses(sources, book),
        lone_witness=_lone_witness(sources, book),
        target=target,
        steps=tuple(dict.fromkeys(one.failure.step for one in own)),
        keys=tuple(sorted({one.key for one in members})),
        impacts=_impacts(members),
    )


def _rule(own: Sequence[Deviation], kind: Kind, where: str, book: RuleBook) -> str:
    """Return the rule that is broken: where an answer can't be read, that of the answer itself.

    The tests are about many things that such an answer would have shown.
    """
    of_answer = RULES.get(where, "") if kind == "unreadable" else ""
    if of_answer in book.rules:
        return of_answer
    return Counter(one.rule for one in own).most_common(1)[0][0]


def _impacts(members: Sequence[Deviation]) -> dict[str, Impact]:
    """Return the worst that each test shows."""
    shown: dict[str, Impact] = {}
    for one in members:
        shown[one.test] = worst((one.impact, shown.get(one.test, one.impact)))
    return shown


def _shown(members: Sequence[Deviation], tallies: Tallies) -> int:
    """Count the tests that could have shown the same: those with a request of the same fate."""
    tests = {one.test for one in members}
    for rule in {one.rule for one in members}:
        for refusal in {one.failure.wants_refusal for one in members}:
            tests |= tallies.shown.get((rule, refusal), frozenset())
    return len(tests)


def _mark(one: Deviation, rule: str) -> str:
    """Return what else is in the cause than rule, kind and place: a code, a field, a message."""
    known = {rule, one.rule, one.kind, "value", one.where, one.failure.operation}
    return " ".join(part for part in one.cause[1:] if part not in known)


def _numbered(finding: Finding, number: int) -> Finding:
    return replace(finding, id=f"{finding.id}-{number}")


def _kind(members: Sequence[Deviation]) -> Kind:
    counts = Counter(one.kind for one in members)
    if counts["accepted"] and (counts["missing"] or counts["wrong-value"]):
        return "ignored"
    return counts.most_common(1)[0][0]


def _where(members: Sequence[Deviation]) -> str:
    places = list(dict.fromkeys(one.where for one in members))
    if len(places) == 1:
        return places[0]
    return ", ".join(places[:3]) if len(places) <= 3 else "several operations"


def _sources(members: Sequence[Deviation], rule: str, book: RuleBook) -> tuple[str, ...]:
    """Return the sources that the checks cite themselves; without any, those of the rule."""
    own = dict.fromkeys(
        source
        for one in members
        for source in book.sources_of(one.test, one.failure.fields[0].check.id)
    )
    if own:
        return tuple(own)
    return book.rules[rule].sources if rule in book.rules else ()


def _witnesses(sources: tuple[str, ...], book: RuleBook) -> int | None:
    """Count the authors; None where one of the sources is not known to say."""
    if not sources or any(one not in book.witnesses for one in sources):
        return None
    return len({name for one in sources for name in book.witnesses[one]})


def _lone_witness(sources: tuple[str, ...], book: RuleBook) -> str:
    """Return the only author where no answer was recorded, unless that is S3's documentation."""
    if _witnesses(sources, book) != 1 or not book.recorded.isdisjoint(sources):
        return ""
    (name,) = {name for one in sources for name in book.witnesses[one]}
    return "" if name == OWN_WORD else name


def _slug(text: str) -> str:
    return _SLUG.sub("-", text).strip("-")
