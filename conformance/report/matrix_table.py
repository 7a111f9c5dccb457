"""Several records as one table: rules by targets, and what each cell says. Pure.

There is no number that ranks: a target that claims little has fewer failures, and is no better.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from conformance.record.outcome import observed, whole
from conformance.report.summary import findings_of
from conformance.report.visible import one_line
from conformance.report.words import impact_rank
from conformance.report.works_with import client_rows
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.findings.model import Finding
    from conformance.record.catalog_line import RuleText
    from conformance.record.model import Record, RunLine, TestLine
    from conformance.report.works_with import ClientRow

State = Literal[
    "fails", "warns", "passes", "blocked", "unsupported", "skipped", "not-run", "absent"
]

REFERENCE: Final = "reference"
"""The target that passes by construction, and so says nothing on whether a case is doubtful."""
PLAIN: Final = "no special capability"
_REASON: Final = 180
_STATES: Final[Mapping[Verdict, State]] = {
    Verdict.FAIL: "fails",
    Verdict.ERROR: "blocked",
    Verdict.BLOCKED: "blocked",
    Verdict.WARN: "warns",
    Verdict.DISPUTED: "warns",
    Verdict.VARIANT: "passes",
    Verdict.PASS: "passes",
    Verdict.UNSUPPORTED: "unsupported",
    Verdict.SKIP: "skipped",
}
WORST_FIRST: Final[tuple[State, ...]] = (
    "fails", "blocked", "warns", "passes", "unsupported", "skipped", "not-run", "absent",
)  # fmt: skip
"""``not-run``: selected, and the run ended before; ``absent``: not in that record at all."""
JUDGED: Final[frozenset[State]] = frozenset({"fails", "warns", "passes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One record."""

    label: str
    version: str
    run: RunLine
    whole: bool
    link: str
    """Relative address of its report; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one record says of a rule or test."""

    state: State
    text: str
    """``3 of 12 fail``, or a verdict."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRow:
    """One test over all records."""

    id: str
    title: str
    needs: tuple[str, ...]
    cells: tuple[Cell, ...]
    differs: bool
    doubtful: bool
    """All that tested it fail it, the reference aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule over all records, with its tests."""

    rule: RuleText
    cells: tuple[Cell, ...]
    tests: tuple[TestRow, ...]
    """Those of which it is the first rule."""
    also: tuple[str, ...]
    """Ids of tests that stand under another rule."""
    differs: bool
    doubtful: int
    """How many of its tests fail on every server that was tested: suspect these tests first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityRow:
    """The tests that need a capability, by record: passed, failed, else not tested."""

    name: str
    cells: tuple[CapabilityCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityCell:
    """Counts of one record; ``claim`` says what is declared and what was detected."""

    claim: str
    counts: Mapping[State, int]

    @property
    def judged(self) -> int:
        """How many tests have a verdict."""
        return sum(count for state, count in self.counts.items() if state in JUDGED)

    @property
    def others(self) -> int:
        """How many have no verdict, in this record or in others."""
        return sum(self.counts.values()) - self.judged


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCells:
    """One client on each target."""

    name: str
    """With how it was tested: ``boto3, client``, ``boto3, dialect``."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Records side by side."""

    columns: tuple[Column, ...]
    rules: tuple[RuleRow, ...]
    """Worst impact first, then as the catalogue has them."""
    capabilities: tuple[CapabilityRow, ...]
    clients: tuple[ClientCells, ...]
    """Real clients first; empty where no record has any."""
    warnings: tuple[str, ...]

    @property
    def differing(self) -> int:
        """How many rules have different results."""
        return sum(1 for row in self.rules if row.differs)

    @property
    def doubtful(self) -> int:
        """How many rules have tests that may be wrong themselves."""
        return sum(1 for row in self.rules if row.doubtful)


def make_table(
    records: Sequence[Record],
    links: Sequence[str] = (),
    found: Sequence[Sequence[Finding]] | None = None,
) -> Table:
    """Return the table of the records, in their order; ``links`` lead to their reports.

    ``found`` are the findings of each; by default those that can be made of the record alone.
    """
    columns = tuple(_columns(records, links))
    maker = _Maker(records, [*map(findings_of, records)] if found is None else found)
    return Table(
        columns=columns,
        rules=maker.rules(),
        capabilities=maker.capabilities(),
        clients=maker.clients(),
        warnings=tuple(_warnings(records, columns)),
    )


def _columns(records: Sequence[Record], links: Sequence[str]) -> Iterable[Column]:
    twice = Counter(record.run.target for record in records)
    for at, record in enumerate(records):
        run = record.run
        several = twice[run.target] > 1
        yield Column(
            label=f"{run.target} {at + 1}" if several else run.target,
            version=run.server,
            run=run,
            whole=whole(record),
            link=links[at] if at < len(links) else "",
        )


def _warnings(records: Sequence[Record], columns: Sequence[Column]) -> Iterable[str]:
    digests = {record.run.catalog_digest for record in records}
    if len(digests) > 1:
        yield (
            f"The records are of {len(digests)} different catalogues of scenarios: a test that one "
            "of them does not know is shown as absent there."
        )
    for column in columns:
        if not column.whole:
            yield f"The run on {column.label} was cut short: what it did not reach is not run."


class _Maker:
    def __init__(self, records: Sequence[Record], found: Sequence[Sequence[Finding]]) -> None:
        self._records = records
        self._every = tuple(found)
        self._found = tuple(_by_rule(one) for one in found)
        self._tests: tuple[Mapping[str, TestLine], ...] = tuple(
            {test.id: test for test in record.tests} for record in records
        )
        self._selected = tuple(frozenset(record.run.selected) for record in records)
        self._judges = tuple(record.run.target != REFERENCE for record in records)
        self._lines: dict[str, TestLine] = {}
        for tests in self._tests:
            for name, test in tests.items():
                self._lines.setdefault(name, test)

    def rules(self) -> tuple[RuleRow, ...]:
        texts = {rule.id: rule for record in self._records for rule in record.catalog.rules}
        own: dict[str, list[str]] = {name: [] for name in texts}
        also: dict[str, list[str]] = {name: [] for name in texts}
        for name, test in self._lines.items():
            known = [rule for rule in test.rules if rule in texts]
            for at, rule in enumerate(known):
                (also if at else own)[rule].append(name)
        rows = [
            self._rule(text, own[name], also[name])
            for name, text in texts.items()
            if own[name] or also[name]
        ]
        return tuple(sorted(rows, key=lambda row: (impact_rank(row.rule.impact), row.rule.id)))

    def _rule(self, text: RuleText, own: Sequence[str], also: Sequence[str]) -> RuleRow:
        cells = tuple(self._summed(at, text.id, (*own, *also)) for at in range(len(self._records)))
        return RuleRow(
            rule=text,
            cells=cells,
            tests=tuple(self._test(name) for name in own),
            also=tuple(also),
            differs=_differ(cells),
            doubtful=sum(self._doubt(self._cells(name)) for name in (*own, *also)),
        )

    def _cells(self, name: str) -> tuple[Cell, ...]:
        return tuple(self._cell(at, name) for at in range(len(self._records)))

    def _test(self, name: str) -> TestRow:
        cells = self._cells(name)
        line = self._lines[name]
        return TestRow(
            id=name,
            title=line.title,
            needs=line.needs,
            cells=cells,
            differs=_differ(cells),
            doubtful=self._doubt(cells),
        )

    def _state(self, at: int, name: str) -> State:
        test = self._tests[at].get(name)
        if test is not None:
            return _STATES[observed(test)]
        return "not-run" if name in self._selected[at] else "absent"

    def _cell(self, at: int, name: str) -> Cell:
        state = self._state(at, name)
        test = self._tests[at].get(name)
        if test is None:
            return Cell(state=state, text="not run" if state == "not-run" else "absent")
        verdict = observed(test)
        reason = "" if verdict == "PASS" else one_line(test.reason, _REASON)
        return Cell(state=state, text=verdict, reason=reason)

    def _summed(self, at: int, rule: str, names: Sequence[str]) -> Cell:
        """Return the worst of several tests, with how many, and what the server did."""
        counts = Counter(self._state(at, name) for name in names)
        state = next(one for one in WORST_FIRST if counts[one])
        judged = sum(counts[one] for one in JUDGED)
        text = _SUMMED[state].format(n=counts[state], judged=judged, all=len(names))
        rest = len(names) - judged
        if state in JUDGED and rest:
            text += f", {rest} not tested"
        told = "; ".join(one.did for one in self._found[at].get(rule, ()))
        return Cell(state=state, text=text, reason=one_line(told, _REASON))

    def _doubt(self, cells: Sequence[Cell]) -> bool:
        judged = [
            cell.state
            for cell, judges in zip(cells, self._judges, strict=True)
            if judges and cell.state in JUDGED
        ]
        return len(judged) > 1 and set(judged) == {"fails"}

    def capabilities(self) -> tuple[CapabilityRow, ...]:
        names = dict.fromkeys(line.name for record in self._records for line in record.capabilities)
        rows = [self._capability(name) for name in names]
        rows.append(self._capability(PLAIN))
        return tuple(row for row in rows if any(cell.counts for cell in row.cells))

    def clients(self) -> tuple[ClientCells, ...]:
        """Return whether each client works with each target."""
        columns = [
            {(row.kind, row.name): row for row in client_rows(record, found)}
            for record, found in zip(self._records, self._every, strict=True)
        ]
        names = sorted({name for column in columns for name in column}, key=_real_first)
        return tuple(
            ClientCells(
                name=f"{name}, {kind}",
                cells=tuple(_client_cell(column.get((kind, name))) for column in columns),
            )
            for kind, name in names
        )

    def _capability(self, name: str) -> CapabilityRow:
        using = [
            test
            for test, line in self._lines.items()
            if (name in line.needs if name != PLAIN else not line.needs)
        ]
        return CapabilityRow(
            name=name,
            cells=tuple(
                CapabilityCell(
                    claim=_claim(record, name),
                    counts=Counter(self._state(at, test) for test in using),
                )
                for at, record in enumerate(self._records)
            ),
        )


_CLIENT_STATES: Final[Mapping[str, State]] = {
    "works": "passes",
    "fails": "fails",
    "untested": "skipped",
}


def _real_first(name: tuple[str, str]) -> tuple[bool, str]:
    return name[0] != "client", name[1]


def _client_cell(row: ClientRow | None) -> Cell:
    if row is None:
        return Cell(state="absent", text="absent")
    return Cell(
        state=_CLIENT_STATES[row.state],
        text=one_line(row.result, _REASON),
        reason=one_line(row.found, _REASON),
    )


def _by_rule(found: Sequence[Finding]) -> Mapping[str, Sequence[Finding]]:
    """Return the findings of failed tests by the rule that they break."""
    rules: dict[str, list[Finding]] = {}
    for one in found:
        if one.verdict is Verdict.FAIL:
            rules.setdefault(one.rule, []).append(one)
    return rules


_SUMMED: Final[Mapping[State, str]] = {
    "fails": "{n} of {judged} fail",
    "warns": "{n} of {judged} warn",
    "passes": "{judged} pass",
    "blocked": "{n} of {all} blocked",
    "unsupported": "unsupported",
    "skipped": "not claimed",
    "not-run": "not run",
    "absent": "absent",
}


def _differ(cells: Sequence[Cell]) -> bool:
    """Tell whether targets have different results; those that were not tested do not count."""
    return len({cell.state for cell in cells if cell.state in (*JUDGED, "blocked")}) > 1


_DETECTED: Final = {
    "yes": "detected",
    "no": "not detected",
    "ignored": "accepted and ignored",
    "not-probed": "not declared",
}
_DECLARED: Final = {"yes": "declared", "no": "declared missing"}


def _claim(record: Record, name: str) -> str:
    line = next((one for one in record.capabilities if one.name == name), None)
    if line is None:
        return ""
    return _DETECTED[line.probed] if line.claimed == "unsaid" else _DECLARED[line.claimed]
