"""The rows of a table of several records that say which clients work with which target. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.report.matrix_model import LONGEST_REASON, Cell, ClientCells
from conformance.report.visible import one_line
from conformance.report.works_with import client_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record
    from conformance.report.matrix_model import State
    from conformance.report.works_with import ClientRow

_CLIENT_STATES: Final[Mapping[str, State]] = {
    "works": "passes",
    "fails": "fails",
    "untested": "skipped",
}


def client_cells(
    records: Sequence[Record], found: Sequence[Sequence[Finding]]
) -> tuple[ClientCells, ...]:
    """Return whether each client works with each target; ``found`` are the findings of each."""
    columns = [
        {(row.kind, row.name): row for row in client_rows(record, findings)}
        for record, findings in zip(records, found, strict=True)
    ]
    names = sorted({name for column in columns for name in column}, key=_real_first)
    return tuple(
        ClientCells(
            name=f"{name}, {kind}",
            cells=tuple(_client_cell(column.get((kind, name))) for column in columns),
        )
        for kind, name in names
    )


def _real_first(name: tuple[str, str]) -> tuple[bool, str]:
    return name[0] != "client", name[1]


def _client_cell(row: ClientRow | None) -> Cell:
    if row is None:
        return Cell(state="absent", text="absent")
    return Cell(
        state=_CLIENT_STATES[row.state],
        text=one_line(row.result, LONGEST_REASON),
        reason=one_line(row.found, LONGEST_REASON),
    )
