"""What of the evidence is asserted, excused or open. Pure: a catalogue in, frozen tables out.

A rule or an incompatibility is asserted when a test that judges something names it. A fact is
asserted when a test cites it (in its scenario, its case or a step), or when a test shows a rule
that cites it and expects the very status and code of the fact from the fact's operation.
Expectations that are only observed assert nothing. The page that `pages` makes of it,
``docs/reference/coverage.md``, says the same to readers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from conformance.catalog.expected import Expected, asserts, expected, judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.catalog.ledger_model import Statement
    from conformance.catalog.model import Catalog, Grade, Rule, Source, Test

State: TypeAlias = Literal["asserted", "excused", "later", "open"]

STATES: Final[tuple[State, ...]] = ("asserted", "excused", "later", "open")

FIRM: Final[tuple[Grade, ...]] = ("recorded", "verified")
"""Grades of the facts that have to be asserted: somebody saw S3 answer so."""
_GENERAL: Final = "general-purpose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened to one rule, fact, incompatibility or statement."""

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

    def counts(self) -> dict[str, int]:
        """Return how many there are in all and in each state."""
        return {"total": self.total, **{state: self.count(state) for state in STATES}}

    def of(self, state: State) -> tuple[Entry, ...]:
        """Those in that state."""
        return tuple(entry for entry in self.entries if entry.state == state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All that the catalogue has to answer for."""

    rules: Table
    facts: Table
    """Sources of the grades in `FIRM`; documentation and inference are checked against nothing."""
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
    def by_rule_alone(self) -> tuple[Entry, ...]:
        """Facts that no test cites, and that a test of one of their rules asserts."""
        return tuple(entry for entry in self.facts.entries if entry.through and not entry.shown)

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
    return {
        grade: Table(
            entries=tuple(e for e in table.entries if catalog.sources[e.id].grade == grade)
        ).counts()
        for grade in FIRM
    }


@dataclass(slots=True)
class _Index:
    """Tests by what they name, and the rules by the sources that they cite."""

    catalog: Catalog
    showing: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    citing: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    caught: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    standing: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, tuple[Expected, ...]] = field(default_factory=dict)
    """By id of the test."""

    def __post_init__(self) -> None:
        for rule in self.catalog.rules.values():
            for source in rule.sources:
                self.standing[source].append(rule)
        for test in self.catalog.tests:
            pairs = judged(test)
            if not pairs:
                continue
            self.answers[test.id] = tuple(dict.fromkeys(expected(*pair) for pair in pairs))
            cited = {*test.sources, *(name for step, _ in pairs for name in step.sources)}
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
        if any(asserts(answer, source) for answer in index.answers[test.id])
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


def _names(tests: Iterable[Test]) -> tuple[str, ...]:
    """Return the ids of the tests' scenarios, each once, in their order."""
    return tuple(dict.fromkeys(test.scenario.id for test in tests))
