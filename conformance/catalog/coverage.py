"""What of the evidence is asserted, excused or open. Pure: a catalogue in, frozen tables out.

A rule or an incompatibility is asserted when a test that judges something names it. A fact is
asserted when a test cites it (in its scenario, its case or a step), or when a test shows a rule
that stands on it and expects the very status and code of the fact from the fact's operation.
Expectations that are only observed assert nothing. The page that `pages` makes of it,
``docs/reference/coverage.md``, says the same to readers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from conformance.catalog.service import operation_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.model import (
        Catalog,
        Expectation,
        Grade,
        Rule,
        Source,
        Statement,
        Step,
        Test,
        Tree,
    )

State: TypeAlias = Literal["asserted", "excused", "later", "open"]

FIRM: Final[tuple[Grade, ...]] = ("recorded", "verified")
"""Grades of the facts that have to be asserted: somebody saw S3 answer so."""
_GENERAL: Final = "general-purpose"
_WORD: Final = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of one rule, fact, incompatibility or statement."""

    id: str
    state: State
    shown: tuple[str, ...] = ()
    """Ids of the scenarios that show, cite or catch it; for a statement, of its rules."""
    through: tuple[str, ...] = ()
    """For a fact: scenarios that assert it by way of a rule, without citing it."""
    reason: str = ""
    """Why it is excused, or left for later."""
    stale: bool = False
    """It is excused although it is asserted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The entries of one kind, in the order of the catalogue."""

    entries: tuple[Entry, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.entries)

    def count(self, state: State) -> int:
        """How many are in that state."""
        return sum(entry.state == state for entry in self.entries)

    def of(self, state: State) -> tuple[Entry, ...]:
        """Those in that state."""
        return tuple(entry for entry in self.entries if entry.state == state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All that the catalogue has to answer for."""

    rules: Table
    facts: Table
    """Sources of the grades in `FIRM`; documentation and inference are held to nothing."""
    incompatibilities: Table
    statements: Table

    def tables(self) -> dict[str, Table]:
        """Return the tables by the names that reports give them."""
        return {
            "rules": self.rules,
            "facts": self.facts,
            "incompatibilities": self.incompatibilities,
            "statements": self.statements,
        }

    @property
    def complete(self) -> bool:
        """Nothing is open, and no excuse is out of date."""
        entries = [entry for table in self.tables().values() for entry in table.entries]
        return not any(entry.state == "open" or entry.stale for entry in entries)


def coverage(catalog: Catalog) -> Coverage:
    """Hold a whole catalogue against its rules, its firm sources and its ledger."""
    index = _Index(catalog)
    rules = {rule.id: _rule(rule, catalog, index) for rule in catalog.rules.values()}
    ledger = catalog.ledger
    return Coverage(
        rules=Table(entries=tuple(rules.values())),
        facts=Table(
            entries=tuple(
                _fact(source, catalog, index)
                for source in catalog.sources.values()
                if source.grade in FIRM
            )
        ),
        incompatibilities=Table(
            entries=tuple(
                _entry(row.id, _names(index.caught[row.id]), row.excused)
                for row in ledger.incompatibilities.values()
            )
        ),
        statements=Table(
            entries=tuple(_statement(each, rules) for each in ledger.statements.values())
        ),
    )


def grades(catalog: Catalog, table: Table) -> dict[str, dict[str, int]]:
    """Count a table of facts by grade and state."""
    counted: dict[str, Counter[str]] = {grade: Counter() for grade in FIRM}
    for entry in table.entries:
        counted[catalog.sources[entry.id].grade][entry.state] += 1
    return {
        grade: {"total": states.total(), **dict(sorted(states.items()))}
        for grade, states in counted.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What one expectation holds the status and code of one operation to."""

    operation: str
    statuses: tuple[Tree, ...]
    codes: tuple[Tree, ...]


@dataclass(slots=True)
class _Index:
    """Tests by what they name, and the rules by what they stand on."""

    catalog: Catalog
    showing: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    citing: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    caught: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, tuple[_Answer, ...]] = field(default_factory=dict)
    """By id of the test."""

    def __post_init__(self) -> None:
        for rule in self.catalog.rules.values():
            for source in rule.sources:
                self.standing[source].append(rule)
        for test in self.catalog.tests:
            judged = [
                (step, expectation)
                for step in _flat(test.steps)
                for expectation in step.expectations
                if expectation.strength != "observe"
            ]
            if not judged:
                continue
            self.answers[test.id] = tuple(dict.fromkeys(_answer(*each) for each in judged))
            cited = {*test.sources, *(name for step, _ in judged for name in step.sources)}
            for names, table in (
                (test.rules, self.showing),
                (cited, self.citing),
                (test.catches, self.caught),
            ):
                for name in names:
                    table[name].append(test)


def _rule(rule: Rule, catalog: Catalog, index: _Index) -> Entry:
    shown = _names(index.showing[rule.id])
    if not shown and _GENERAL not in rule.applies_to:
        return Entry(id=rule.id, state="later", reason=rule.open)
    return _excusable(rule.id, catalog, shown)


def _fact(source: Source, catalog: Catalog, index: _Index) -> Entry:
    cited = _names(index.citing[source.id])
    rules = index.standing[source.id]
    through = _names(
        test
        for rule in rules
        for test in index.showing[rule.id]
        if any(_matches(answer, source) for answer in index.answers[test.id])
    )
    through = tuple(name for name in through if name not in cited)
    elsewhere = bool(rules) and all(_GENERAL not in rule.applies_to for rule in rules)
    if elsewhere and not cited and not through:
        return Entry(id=source.id, state="later", reason=rules[0].open)
    return _excusable(source.id, catalog, cited, through)


def _excusable(
    name: str, catalog: Catalog, shown: tuple[str, ...], through: tuple[str, ...] = ()
) -> Entry:
    excuse = catalog.ledger.excuses.get(name)
    if excuse is None:
        return _entry(name, shown, "", through)
    return _entry(name, shown, excuse.reason, through, "later" if excuse.later else "excused")


def _entry(
    name: str,
    shown: tuple[str, ...],
    reason: str,
    through: tuple[str, ...] = (),
    otherwise: State = "excused",
) -> Entry:
    state: State = "asserted" if shown or through else otherwise if reason else "open"
    stale = state == "asserted" and bool(reason)
    return Entry(id=name, state=state, shown=shown, through=through, reason=reason, stale=stale)


def _statement(statement: Statement, rules: Mapping[str, Entry]) -> Entry:
    """Take a statement as far as the least of its rules: one that is open leaves it open."""
    if not statement.rules:
        return _entry(statement.id, (), statement.excused)
    order: tuple[State, ...] = ("open", "later", "excused", "asserted")
    least = min((rules[name] for name in statement.rules), key=lambda e: order.index(e.state))
    reason = "" if least.state == "asserted" else least.reason
    return Entry(id=statement.id, state=least.state, shown=statement.rules, reason=reason)


def _matches(answer: _Answer, source: Source) -> bool:
    """Tell whether an expectation asserts the status and code of a fact.

    A fact that names neither has to be cited. A code stands for its status where the expectation
    leaves the status out.
    """
    operations = _operations(source)
    if operations and answer.operation not in operations:
        return False
    if source.code:
        status = source.status in answer.statuses or not answer.statuses
        return source.code in answer.codes and status
    return source.status is not None and source.status in answer.statuses and not answer.codes


def _operations(source: Source) -> frozenset[str]:
    """Return the operations that a fact is bound to; none when it holds for any.

    A remark in brackets (the same parser, the same check) says that it holds elsewhere as well.
    """
    if "(" in source.operation:
        return frozenset()
    return operation_names() & {*_WORD.findall(source.operation)}


def _answer(step: Step, expectation: Expectation) -> _Answer:
    fields = expectation.fields
    return _Answer(
        operation=step.operation,
        statuses=tuple(_alternatives(fields.get("status"))),
        codes=tuple(_alternatives(fields.get("code"))),
    )


def _alternatives(tree: Tree) -> Iterator[Tree]:
    """Yield the literals that an expected status or code allows."""
    match tree:
        case None:
            return
        case list():
            for each in tree:
                yield from _alternatives(each)
        case dict():
            for matcher in ("any_of", "one_of"):
                yield from _alternatives(tree.get(matcher))
        case _:
            yield tree


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield from _flat(step.concurrently) if step.concurrently else (step,)


def _names(tests: Iterable[Test]) -> tuple[str, ...]:
    """Return the ids of the tests' scenarios, each once, in their order."""
    return tuple(dict.fromkeys(test.scenario.id for test in tests))
