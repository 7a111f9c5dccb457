"""What changed between two records. Pure.

Verdicts are those before any baseline: a baseline says what was known, not what is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from conformance.record.outcome import NOT_JUDGED, failing, observed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.record.model import CheckLine, Record, TestLine
    from conformance.vocabulary.verdicts import Verdict

Kind = Literal["added", "removed", "changed", "unchanged"]
Turn = Literal["worse", "better", "same"]

_GOOD: Final = frozenset({"PASS", "OBSERVED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChange:
    """One check that came out otherwise; None where a side did not make it."""

    id: str
    before: CheckLine | None
    after: CheckLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One test on both sides; None where it has no result."""

    id: str
    kind: Kind
    turn: Turn
    before: TestLine | None
    after: TestLine | None
    checks: tuple[CheckChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two records, test by test, in the order of the first, then of the second."""

    before: Record
    after: Record
    rows: tuple[Row, ...]
    left_out: tuple[str, ...]
    """Tests that one of the two runs was told to leave out: nothing is said about them."""

    def of(self, kind: Kind, turn: Turn | None = None) -> tuple[Row, ...]:
        """Return the rows of a kind, and of a turn if one is given."""
        return tuple(
            row for row in self.rows if row.kind == kind and (turn is None or row.turn == turn)
        )

    @property
    def regressions(self) -> tuple[Row, ...]:
        """The rows that turned worse."""
        return tuple(row for row in self.rows if row.turn == "worse")

    @property
    def common(self) -> int:
        """How many tests have a result on both sides."""
        return sum(row.before is not None and row.after is not None for row in self.rows)

    @property
    def same_catalog(self) -> bool:
        """Whether both ran the same scenarios."""
        return self.before.run.catalog_digest == self.after.run.catalog_digest


def compare(before: Record, after: Record, *, strict: bool = False) -> Comparison:
    """Compare two records.

    Worse is: fails now; fails in a check that held; was judged and is not any more, be it skipped,
    cut short or gone. With ``strict`` WARN and VARIANT are failures. A test that failed before
    and fails otherwise now is changed, and worse only when a check that held fails.
    """
    was = {test.id: test for test in before.tests}
    now = {test.id: test for test in after.tests}
    ignored = {
        *(name for name in before.run.left_out if name in now),
        *(name for name in after.run.left_out if name in was),
    }
    names = [name for name in dict.fromkeys((*was, *now)) if name not in ignored]
    bad = failing(strict=strict)
    return Comparison(
        before=before,
        after=after,
        rows=tuple(_row(name, was.get(name), now.get(name), bad) for name in names),
        left_out=tuple(sorted(ignored)),
    )


def _row(
    name: str, before: TestLine | None, after: TestLine | None, bad: frozenset[Verdict]
) -> Row:
    if before is None:
        turn: Turn = "worse" if after is not None and observed(after) in bad else "same"
        return Row(id=name, kind="added", turn=turn, before=None, after=after)
    if after is None:
        turn = "same" if observed(before) in NOT_JUDGED else "worse"
        return Row(id=name, kind="removed", turn=turn, before=before, after=None)
    checks = tuple(_checks(before, after))
    same = observed(before) == observed(after) and before.cause == after.cause and not checks
    return Row(
        id=name,
        kind="unchanged" if same else "changed",
        turn="same" if same else _turn(before, after, checks, bad),
        before=before,
        after=after,
        checks=checks,
    )


def _turn(
    before: TestLine, after: TestLine, checks: Iterable[CheckChange], bad: frozenset[Verdict]
) -> Turn:
    was, now = observed(before), observed(after)
    if now in NOT_JUDGED or was in NOT_JUDGED:
        if now in NOT_JUDGED and was in NOT_JUDGED:
            return "same"
        return "worse" if now in NOT_JUDGED or now in bad else "better"
    if (was in bad) != (now in bad):
        return "worse" if now in bad else "better"
    if now not in bad:
        return "same"
    if any(_held(one.before) and one.after and one.after.verdict in bad for one in checks):
        return "worse"
    mended = any(_held(one.after) and one.before and one.before.verdict in bad for one in checks)
    return "better" if mended else "same"


def _held(check: CheckLine | None) -> bool:
    return check is not None and check.verdict in _GOOD


def _checks(before: TestLine, after: TestLine) -> Iterable[CheckChange]:
    """Yield the checks whose verdicts differ; what was only observed is compared by value."""
    was = {check.id: check for check in before.checks}
    now = {check.id: check for check in after.checks}
    for name in dict.fromkeys((*was, *now)):
        one, other = was.get(name), now.get(name)
        if one is not None and other is not None and one.verdict == other.verdict:
            continue
        if {one.verdict if one else "PASS", other.verdict if other else "PASS"} <= _GOOD:
            continue
        yield CheckChange(id=name, before=one, after=other)
