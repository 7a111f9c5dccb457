"""What changed between two records. Pure.

Verdicts are those before any baseline: a baseline says what was known, not what is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from conformance.baseline.since import digests
from conformance.catalog.history.renamed import renames
from conformance.record.outcome import observed
from conformance.report.summary import findings_of
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import CheckLine, Record, TestLine

Kind = Literal["added", "removed", "changed", "unchanged"]
Turn = Literal["worse", "better", "same"]
Origin = Literal["", "target", "suite", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChange:
    """One check with different results; None on a side that did not make it."""

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
    origin: Origin = ""
    """Whether the change comes of the target, of the suite, or of both; empty where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two records, test by test, in the order of the first, then of the second."""

    before: Record
    after: Record
    rows: tuple[Row, ...]
    left_out: tuple[str, ...]
    """Tests that one of the two runs was told to leave out: nothing is said about them."""
    new: tuple[Finding, ...] = ()
    """Findings of failed tests that only the second record has."""
    gone: tuple[Finding, ...] = ()
    """Those that only the first has, if the second has tested one of their tests."""

    def of(self, kind: Kind, turn: Turn | None = None) -> tuple[Row, ...]:
        """Return the rows of a kind, and of one direction of change if given."""
        return tuple(
            row for row in self.rows if row.kind == kind and (turn is None or row.turn == turn)
        )

    @property
    def regressions(self) -> tuple[Row, ...]:
        """The rows with a worse result than before."""
        return tuple(row for row in self.rows if row.turn == "worse")

    @property
    def common(self) -> int:
        """How many tests have a result on both sides."""
        return sum(row.before is not None and row.after is not None for row in self.rows)

    @property
    def same_catalog(self) -> bool:
        """Whether both ran the same scenarios."""
        return self.before.run.catalog_digest == self.after.run.catalog_digest


def compare(
    before: Record,
    after: Record,
    *,
    strict: bool = False,
    found: tuple[Sequence[Finding], Sequence[Finding]] | None = None,
) -> Comparison:
    """Compare two records.

    ``found`` are their findings; by default those that can be made of the records alone.

    Worse is: fails now; fails in a check that held; was tested and is not any more, be it skipped,
    cut short or gone. With ``strict`` WARN and VARIANT are failures. A test that failed before
    and fails otherwise now is changed, and worse only when a check that held fails.
    """
    now = {test.id: test for test in after.tests}
    table = renames()
    was = {test.id if test.id in now else table.now(test.id): test for test in before.tests}
    ignored = {
        *(name for name in before.run.left_out if name in now),
        *(name for name in after.run.left_out if name in was),
    }
    names = [name for name in dict.fromkeys((*was, *now)) if name not in ignored]
    known = _catalogue(before)
    known |= {table.now(name) for name in known}
    today = _catalogue(after)
    first, second = found if found is not None else (findings_of(before), findings_of(after))
    return Comparison(
        before=before,
        after=after,
        new=_only(second, first, was),
        gone=_only(first, second, now),
        rows=tuple(
            _with_origin(_row(name, was.get(name), now.get(name), strict=strict), known, today)
            for name in names
        ),
        left_out=tuple(sorted(ignored)),
    )


def _catalogue(record: Record) -> frozenset[str]:
    return frozenset((*record.run.selected, *record.run.left_out))


def _with_origin(row: Row, known: frozenset[str], today: frozenset[str]) -> Row:
    """Return whether a change comes of the suite; the sets are the tests of the two catalogues."""
    if row.kind == "unchanged":
        return row
    if row.before is None or row.after is None:
        there = known if row.before is None else today
        origin: Origin = "suite" if there and row.id not in there else ""
    else:
        origin = _origin(row.before, row.after, row.checks)
    return replace(row, origin=origin)


def _origin(before: TestLine, after: TestLine, checks: Sequence[CheckChange]) -> Origin:
    was, now = digests(before.expects), digests(after.expects)
    if was is None or now is None:
        return ""
    if was.whole == now.whole:
        return "target"
    both = [one for one in checks if one.before is not None and one.after is not None]
    same = [one for one in both if one.after is not None and one.after.expects in was.checks]
    return "both" if same else "suite"


def _only(
    mine: Sequence[Finding], others: Sequence[Finding], tested: Mapping[str, TestLine]
) -> tuple[Finding, ...]:
    """Return the findings that the other record has not, though it has tested the same."""
    known = {one.id for one in others}
    return tuple(
        one
        for one in mine
        if one.verdict is Verdict.FAIL
        and one.id not in known
        and any(name in tested and not observed(tested[name]).not_run for name in one.tests)
    )


def _row(name: str, before: TestLine | None, after: TestLine | None, *, strict: bool) -> Row:
    if before is None:
        turn: Turn = (
            "worse" if after is not None and observed(after).acceptable(strict=strict) else "same"
        )
        return Row(id=name, kind="added", turn=turn, before=None, after=after)
    if after is None:
        turn = "same" if observed(before).not_run else "worse"
        return Row(id=name, kind="removed", turn=turn, before=before, after=None)
    checks = tuple(_checks(before, after))
    same = observed(before) == observed(after) and before.cause == after.cause and not checks
    return Row(
        id=name,
        kind="unchanged" if same else "changed",
        turn="same" if same else _turn(before, after, checks, strict=strict),
        before=before,
        after=after,
        checks=checks,
    )


def _turn(
    before: TestLine, after: TestLine, checks: Iterable[CheckChange], *, strict: bool
) -> Turn:
    was, now = observed(before), observed(after)
    was_bad, now_bad = was.acceptable(strict=strict), now.acceptable(strict=strict)
    if now.not_run or was.not_run:
        if now.not_run and was.not_run:
            return "same"
        return "worse" if now.not_run or now_bad else "better"
    if was_bad != now_bad:
        return "worse" if now_bad else "better"
    if not now_bad:
        return "same"
    if any(_held(one.before) and _failed(one.after, strict=strict) for one in checks):
        return "worse"
    fixed = any(_held(one.after) and _failed(one.before, strict=strict) for one in checks)
    return "better" if fixed else "same"


def _failed(check: CheckLine | None, *, strict: bool) -> bool:
    return check is not None and check.verdict.failed(strict=strict)


def _held(check: CheckLine | None) -> bool:
    return check is not None and check.verdict.good


def _checks(before: TestLine, after: TestLine) -> Iterable[CheckChange]:
    """Yield the checks whose verdicts differ; what was only observed is compared by value."""
    was = {check.id: check for check in before.checks}
    now = {check.id: check for check in after.checks}
    for name in dict.fromkeys((*was, *now)):
        one, other = was.get(name), now.get(name)
        if one is not None and other is not None and one.verdict == other.verdict:
            continue
        if all(check is None or check.verdict.good for check in (one, other)):
            continue
        yield CheckChange(id=name, before=one, after=other)
