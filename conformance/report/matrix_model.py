"""Several records side by side, as frozen data: columns, rows, cells and their states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.record.catalog_line import RuleText
    from conformance.record.model import RunLine

State = Literal[
    "fails", "warns", "passes", "blocked", "unsupported", "skipped", "not-run", "absent"
]
WORST_FIRST: Final[tuple[State, ...]] = (
    "fails", "blocked", "warns", "passes", "unsupported", "skipped", "not-run", "absent",
)  # fmt: skip
"""``not-run``: selected, and the run ended before; ``absent``: not in that record at all."""
JUDGED: Final[frozenset[State]] = frozenset({"fails", "warns", "passes"})
LONGEST_REASON: Final = 180
"""Characters of a reason that a cell shows."""


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
