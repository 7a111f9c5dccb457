"""Several records as one table: rules by targets, and what each cell says. Pure.

There is no number that ranks: a target that claims little has fewer failures, and is no better.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from conformance.record.outcome import observed, whole
from conformance.report.matrix_clients import client_cells
from conformance.report.matrix_model import (
    JUDGED,
    LONGEST_REASON,
    WORST_FIRST,
    CapabilityCell,
    CapabilityRow,
    Cell,
    Column,
    RuleRow,
    Table,
    TestRow,
)
from conformance.report.summary import findings_of
from conformance.report.visible import one_line
from conformance.report.words import impact_rank
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.findings.model import Finding
    from conformance.record.catalog_line import RuleText
    from conformance.record.model import Record, TestLine
    from conformance.report.matrix_model import State

REFERENCE: Final = "reference"
"""The target that passes by construction, and so says nothing on whether a case is doubtful."""
PLAIN: Final = "no special capability"
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


def make_table(
    records: Sequence[Record],
    links: Sequence[str] = (),
    found: Sequence[Sequence[Finding]] | None = None,
) -> Table:
    """Return the table of the records, in their order; ``links`` lead to their reports.

    ``found`` are the findings of each; by default those that can be made of the record alone.
    """
    columns = tuple(_columns(records, links))
    every = [*map(findings_of, records)] if found is None else found
    maker = _Maker(records, every)
    return Table(
        columns=columns,
        rules=maker.rules(),
        capabilities=maker.capabilities(),
        clients=client_cells(records, every),
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
        reason = "" if verdict == "PASS" else one_line(test.reason, LONGEST_REASON)
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
        return Cell(state=state, text=text, reason=one_line(told, LONGEST_REASON))

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
