"""Two records side by side, as one HTML page and as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.record.outcome import observed, whole
from conformance.report.html.page import environment, parts
from conformance.report.html.pairs import ExchangePair, exchange_pairs
from conformance.report.html.slugs import slugs
from conformance.report.visible import one_line
from conformance.report.words import VERDICTS, VerdictWords, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.record.model import Record, TestLine
    from conformance.report.changes import Comparison, Row

_PAGE_LINES: Final = 30_000
"""Lines of exchanges on one page; tests beyond that name theirs."""
_TERMINAL_ROWS: Final = 20
_ORIGINS: Final = {
    "suite": "the suite changed this test",
    "both": "the suite changed this test, and the target answers an unchanged part differently",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Tests with the same kind of change; ``kind`` gives the colour."""

    name: str
    kind: str
    symbol: str
    meaning: str


GROUPS: Final = (
    Group(name="WORSE", kind="bad", symbol="✗", meaning="fails now, or is no longer tested"),
    Group(name="BETTER", kind="good", symbol="✓", meaning="failed before, or was not tested"),
    Group(
        name="CHANGED", kind="doubtful", symbol="≈", meaning="has another result, not a worse one"
    ),
    Group(name="ADDED", kind="unrun", symbol="+", meaning="only in the second record"),
    Group(name="REMOVED", kind="unrun", symbol="-", meaning="only in the first, not tested there"),
)
"""What is shown in full; what is unchanged is only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One test of the page."""

    row: Row
    slug: str
    title: str
    search: str
    before: VerdictWords | None
    after: VerdictWords | None
    pairs: tuple[ExchangePair, ...]
    alike: int
    """Pairs without a difference, which are not shown."""
    alone: int
    """Exchanges without a counterpart, which are not shown either."""
    room: bool
    """False where the page had no room for exchanges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group with its tests."""

    group: Group
    rows: tuple[RowView, ...]


def group_of(row: Row) -> str:
    """Return the name of the group of a row; empty for one that is unchanged."""
    if row.turn != "same":
        return row.turn.upper()
    return "" if row.kind == "unchanged" else row.kind.upper()


def sentence(comparison: Comparison) -> str:
    """Return one sentence on what changed; its numbers add up to all compared tests."""
    worse, better = (
        len(comparison.regressions),
        len([r for r in comparison.rows if r.turn == "better"]),
    )
    names = f"{label(comparison.before)} to {label(comparison.after)}"
    if not comparison.common:
        return f"From {names}: the two records have no test in common, nothing can be said."
    parts_ = [f"{number(worse, 'test')} worse" if worse else "nothing worse"]
    parts_.append(f"{better:,} better" if better else "nothing better")
    others = Counter(group_of(row) for row in comparison.rows if row.turn == "same")
    parts_ += [
        f"{others[group.name]:,} {group.name.lower()}" for group in GROUPS if others[group.name]
    ]
    same = len(comparison.of("unchanged"))
    return f"From {names}: {', '.join(parts_)}, {same:,} unchanged."


def further(comparison: Comparison) -> tuple[str, ...]:
    """Say what a reader has to know before believing the sentence."""
    said = []
    if not comparison.same_catalog:
        said.append(_of_suite(comparison))
    said += [
        f"The run on {label(record)} was cut short."
        for record in (comparison.before, comparison.after)
        if not whole(record)
    ]
    if comparison.left_out:
        count = number(len(comparison.left_out), "test is", "tests are")
        said.append(f"{count} not compared: one of the runs left them out.")
    return tuple(said)


def _of_suite(comparison: Comparison) -> str:
    counts = Counter(row.origin for row in comparison.rows if row.kind != "unchanged")
    if not counts["suite"] and not counts["both"]:
        return (
            "The two runs are of different catalogues of scenarios: what was added, removed or "
            "changed may be due to the suite."
        )
    said = f"{number(counts['suite'], 'difference comes', 'differences come')} from the suite"
    both = f", {counts['both']:,} from suite and target" if counts["both"] else ""
    return (
        f"The two runs are of different catalogues of scenarios: {said}{both}, "
        f"{counts['target']:,} from the target."
    )


def origin_words(row: Row) -> str:
    """Return the origin of a change, for one line; empty if the target's, or unknown."""
    return _ORIGINS.get(row.origin, "")


def label(record: Record) -> str:
    """Return a record's target with the version that it named."""
    return f"{record.run.target} ({record.run.server})" if record.run.server else record.run.target


def render(comparison: Comparison) -> str:
    """Return the page; it needs neither network nor scripts."""
    page = parts(("report.css", "compare.css"), ("report.js",))
    groups = _groups(comparison)
    template = environment().get_template("compare.html.j2")
    return template.render(
        comparison=comparison,
        sentence=sentence(comparison),
        further=further(comparison),
        groups=groups,
        origin_words=origin_words,
        unchanged=len(comparison.of("unchanged")),
        before=label(comparison.before),
        after=label(comparison.after),
        style=page.style,
        script=page.script,
        style_hash=page.style_hash,
        script_hash=page.script_hash,
    )


def terminal_lines(comparison: Comparison, *, limit: int = _TERMINAL_ROWS) -> Iterator[str]:
    """Yield the comparison as text: worse results first, with both sides of each difference."""
    yield sentence(comparison)
    yield from further(comparison)
    for name, sign, found in (("NEW", "+", comparison.new), ("GONE", "-", comparison.gone)):
        if found:
            yield ""
            yield f"{name} ({number(len(found), 'finding')})"
            yield from (f"  {sign} {one.impact}: {one.title}" for one in found[:limit])
            if len(found) > limit:
                yield f"  and {len(found) - limit} more"
    for group in GROUPS:
        rows = [row for row in comparison.rows if group_of(row) == group.name]
        if not rows:
            continue
        yield ""
        yield f"{group.name} ({len(rows)}): {group.meaning}"
        for row in rows[:limit]:
            words = origin_words(row)
            yield f"  {row.id}" + (f" ({words})" if words else "")
            for sign, test in (("-", row.before), ("+", row.after)):
                yield f"    {sign} {_told(test)}"
            if group.name in {"WORSE", "BETTER"}:
                yield from _first_difference(row)
        if len(rows) > limit:
            yield f"  and {len(rows) - limit} more"


def _told(test: TestLine | None) -> str:
    return f"{observed(test)}: {one_line(test.reason, 200)}" if test is not None else "no result"


def _first_difference(row: Row) -> Iterator[str]:
    """Yield the lines in which the first differing exchange differs."""
    if row.before is None or row.after is None:
        return
    pairs = [one for one in exchange_pairs(row.before, row.after) if one.both and one.differs]
    # The exchange that a changed check is about says more than one that merely came before.
    meant = {check.after.exchange for check in row.checks if check.after is not None}
    pair = next((one for one in pairs if one.after in meant), pairs[0] if pairs else None)
    if pair is None:
        return
    yield f"      {one_line(pair.title, 120)}"
    for one in (*pair.request, *pair.response):
        for sign, side in (("-", one.left), ("+", one.right)):
            if side is not None and side.differs:
                yield f"      {sign} {one_line(side.text, 160)}"


def _groups(comparison: Comparison) -> tuple[GroupView, ...]:
    names = slugs(tuple(row.id for row in comparison.rows))
    room = _PAGE_LINES
    views = []
    for group in GROUPS:
        rows = []
        for row in comparison.rows:
            if group_of(row) == group.name:
                view = _row_view(row, names[row.id], has_room=room > 0)
                room -= sum(len(pair.request) + len(pair.response) for pair in view.pairs)
                rows.append(view)
        if rows:
            views.append(GroupView(group=group, rows=tuple(rows)))
    return tuple(views)


def _row_view(row: Row, slug: str, *, has_room: bool) -> RowView:
    there = row.after or row.before
    if there is None:
        raise ValueError(f"{row.id} is on neither side")
    both = row.before is not None and row.after is not None
    pairs = (
        exchange_pairs(row.before, row.after)
        if has_room and row.before is not None and row.after is not None
        else ()
    )
    differing = tuple(pair for pair in pairs if pair.both and pair.differs)
    alike = sum(pair.both and not pair.differs for pair in pairs)
    return RowView(
        row=row,
        slug=slug,
        title=there.title,
        search=one_line(f"{row.id} {there.title} {' '.join(_words(there))}", 2000).lower(),
        before=_verdict(row.before),
        after=_verdict(row.after),
        pairs=differing,
        alike=alike,
        alone=len(pairs) - len(differing) - alike,
        room=has_room or not both,
    )


def _words(test: TestLine) -> Iterable[str]:
    return (*test.rules, *test.operations)


def _verdict(test: TestLine | None) -> VerdictWords | None:
    return VERDICTS[observed(test)] if test is not None else None
