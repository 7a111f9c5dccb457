"""Rows of a matrix of many targets: cases of a scenario with the same results share one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.report.matrix_model import Cell, TestRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRow:
    """The cases of one scenario with the same result in every record."""

    ids: str
    """The id of the first test, with the other cases behind it: ``a/b[x] [y]``."""
    cells: tuple[Cell, ...]
    differs: bool
    doubtful: bool


def merged(rows: Iterable[TestRow]) -> tuple[MergedRow, ...]:
    """Return the rows of tests, those of one scenario with the same states as one."""
    groups: dict[tuple[object, ...], list[TestRow]] = {}
    for row in rows:
        states = tuple(cell.state for cell in row.cells)
        groups.setdefault((row.id.partition("[")[0], states), []).append(row)
    return tuple(
        MergedRow(
            ids=" ".join((first.id, *(f"[{one.id.partition('[')[2]}" for one in others))),
            cells=first.cells,
            differs=first.differs,
            doubtful=first.doubtful,
        )
        for first, *others in groups.values()
    )
