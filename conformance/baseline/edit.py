"""Updates a baseline from a record, and changes nothing else in it.

The text is edited line by line: comments, order, spacing and reasons stay as people wrote them.
What was written is read again and compared with what was meant, so that an edit that went wrong is
told instead of saved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.baseline.comparison import judge
from conformance.baseline.entries import CHECK_MARK, Entry, members
from conformance.baseline.file import parse_baseline
from conformance.baseline.lines import Lines
from conformance.baseline.named_finding import deviations_of, nameable, named
from conformance.baseline.new_entries import (
    By,
    accept,
    accept_finding,
    accept_test,
    because,
    titles,
)
from conformance.baseline.text import judged_ids
from conformance.catalog.problems import SpecError
from conformance.catalog.yaml_scalars import shown
from conformance.findings.book import book_of
from conformance.record.outcome import observed, within_budget
from conformance.vocabulary.unwritten import unwritten
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from conformance.baseline.entries import Baseline
    from conformance.baseline.named_finding import NamedFinding
    from conformance.baseline.one_test import Difference
    from conformance.findings.model import Deviation, RuleBook
    from conformance.record.model import Record, TestLine

_UNEDITABLE: Final = (
    "{name} is written in a way that can't be edited: write each entry as an item of its own, with "
    "a dash, and its keys below each other"
)
_ROUNDS: Final = 6
"""Taking an entry away can show what it hid; more than twice in a row was never seen."""


class EditError(Exception):
    """The baseline can't be edited by a program; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A baseline brought up to date."""

    text: str
    changes: tuple[str, ...]
    """One line each; empty when nothing had to change."""
    left: tuple[Difference, ...]
    """What still differs: expired entries, unless a new date was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an update is asked to do."""

    today: date
    only: Collection[str] = ()
    """Ids of tests, checks or entries; empty for everything."""
    until: date | None = None
    """The new last day of expired entries; None leaves them as they are."""
    reason: str = ""
    """The ``because`` of new entries; by default the recorded cause."""
    by: By = "test"
    """What new entries are about."""
    book: RuleBook | None = None
    """What is known of rules; None for what a record says itself."""
    either: bool = False
    """Add the result that was seen to those that an entry allows, instead of replacing them.

    Tests that send requests at the same time are always treated so.
    """
    suite_only: bool = False
    """Accept only what comes of changes of the suite."""

    def either_of(self, test: str) -> bool:
        """Return whether a test may have another result the next time."""
        return self.either or (self.book is not None and test in self.book.at_once)


def update(name: str, text: str, record: Record, wish: Wish) -> Update:
    """Return the baseline's text brought up to date with a record.

    New failures are accepted, entries that are no longer true go or get the verdict that was seen,
    an entry with wildcards is replaced by exact ones where it is true of some tests only, and the
    list of judged tests follows the record. Tests that the run left out keep what they have.
    Raises `SpecError` for a text that is no baseline, `EditError` for a record that is not whole.
    """
    record = within_budget(record)
    refuse_partial(record)
    changes: list[str] = []
    touched = set(wish.only)
    for _ in range(_ROUNDS):
        baseline, _ = parse_baseline(name, text)
        held = judge(record, baseline, wish.today, wish.book)
        found = held.suite if wish.suite_only else (*held.differences, *held.suite)
        wanted = [one for one in found if _wanted(one, touched, wish)]
        if not wanted:
            break
        edited, said, named = _edited(name, text, baseline, record, wanted, wish)
        touched |= named if wish.only else set()
        changes += said
        text = edited
    if not wish.only:
        text, said = _judged_followed(name, text, record, suite_only=wish.suite_only)
        changes += said
    baseline, _ = parse_baseline(name, text)
    left = judge(record, baseline, wish.today, wish.book).differences
    return Update(text=text, changes=tuple(changes), left=left)


def refuse_partial(record: Record) -> None:
    """Raise `EditError` for a record that was cut short, or has no verdict."""
    ended = {test.id for test in record.tests}
    missing = [one for one in record.run.selected if one not in ended]
    if record.end is None or record.end.interrupted or missing:
        raise EditError(
            f"the run was cut short: {len(missing)} of {len(record.run.selected)} tests have no "
            "result; a baseline is made of what ended"
        )
    if not judged_ids(record.tests):
        raise EditError("the record holds no test with a verdict")


def _wanted(one: Difference, names: Collection[str], wish: Wish) -> bool:
    if one.kind == "expired" and wish.until is None:
        return False
    whole = one.id.partition(CHECK_MARK)[0]
    return (
        not names or one.id in names or whole in names or bool(one.entry and one.entry.id in names)
    )


def _edited(
    name: str,
    text: str,
    baseline: Baseline,
    record: Record,
    wanted: list[Difference],
    wish: Wish,
) -> tuple[str, list[str], set[str]]:
    """Return the text after one round, what was done, and the ids that were written."""
    lines = Lines(name, text)
    changes: list[str] = []
    entries: list[Entry] = []
    named: set[str] = set()
    by_entry: dict[str, list[Difference]] = {}
    for one in wanted:
        if one.entry is not None:
            by_entry.setdefault(one.entry.id, []).append(one)
    for at, entry in enumerate(baseline.entries):
        differences = by_entry.get(entry.id)
        instead = (
            [entry]
            if differences is None
            else _instead(entry, differences, baseline.entries[:at], record, wish)
        )
        entries += instead
        if instead != [entry]:
            named.update(one.id for one in instead)
            changes.append(_told(entry, instead))
            lines.replace_entry(at, entry, instead)
    for entry in _new(wanted, record, wish, entries):
        entries.append(entry)
        named.add(entry.id)
        changes.append(f"added    {entry.id}: {' or '.join(entry.allowed)}")
        lines.add_entry(entry)
    gone = {one.id for one in wanted if one.kind == "vanished"}
    for was in baseline.judged:
        if was.id in gone or was.id in {one.partition(CHECK_MARK)[0] for one in gone}:
            changes.append(f"removed  {was.id} from the list `judged`")
            lines.remove_judged(was)
    edited = lines.text()
    _verify(name, edited, entries)
    return edited, changes, named


def _instead(
    entry: Entry,
    differences: list[Difference],
    earlier: tuple[Entry, ...],
    record: Record,
    wish: Wish,
) -> list[Entry]:
    """Return what stands in the place of an entry that is not true as it is; nothing, it may be."""
    if {one.kind for one in differences} == {"expired"}:
        return [replace(entry, until=wish.until)]
    if entry.finding is not None:
        return _finding_instead(entry, differences, record, wish)
    overlaps = any(one.kind == "overlap" for one in differences)
    living = [one for one in earlier if not one.expired(wish.today)] if overlaps else []
    kept: list[Entry] = []
    meant = [*_meant(entry, record)]
    for test_id, name, verdict in meant:
        if any(one.names_test(test_id) and _same_part(one, name) for one in living):
            continue
        if verdict is None or verdict in entry.allowed:
            kept.append(replace(entry, id=name, because=shown(entry.because)))
        elif wish.either_of(test_id) and verdict.tested:
            allowed = (*entry.allowed, verdict)
            kept.append(replace(entry, id=name, allowed=allowed, because=shown(entry.because)))
        elif verdict.acceptable(strict=record.run.strict):
            kept.append(replace(entry, id=name, allowed=(verdict,), because=shown(entry.because)))
    if len(kept) == len(meant) and len({one.allowed for one in kept}) == 1:
        # True of all that it names, be it one test or many, once the verdict is another.
        return [replace(entry, allowed=kept[0].allowed)]
    return kept


def _finding_instead(
    entry: Entry, differences: list[Difference], record: Record, wish: Wish
) -> list[Entry]:
    """Return an entry by finding as it is true now; nothing where no test shows it any more."""
    kinds = {one.kind for one in differences}
    changed = {one.id for one in differences if one.kind == "changed"}
    came = [observed(test) for test in record.tests if test.id in changed]
    if came:
        allowed = tuple(dict.fromkeys((*entry.allowed, *came)))
        return [replace(entry, allowed=allowed)]
    if kinds <= {"fixed", "expired"} and wish.either_of(entry.seen):
        return [replace(entry, allowed=(*entry.allowed, Verdict.PASS))]
    return []


def _meant(entry: Entry, record: Record) -> Iterator[tuple[str, str, Verdict | None]]:
    """Yield test id, exact id and verdict of all that is meant; None for what was left out."""
    for test in record.tests:
        if entry.names_test(test.id):
            for name, verdict in members(entry, test):
                yield test.id, name, verdict
    for name in record.run.left_out:
        if entry.names_test(name):
            exact = f"{name}{CHECK_MARK}{entry.checks}" if entry.checks else name
            yield name, exact, None


def _same_part(entry: Entry, name: str) -> bool:
    check = name.partition(CHECK_MARK)[2]
    return entry.names_check(check) if check and entry.checks else not check and not entry.checks


def _new(
    wanted: list[Difference], record: Record, wish: Wish, entries: list[Entry]
) -> Iterator[Entry]:
    """Yield entries for what fails and is not accepted."""
    by_id = {test.id: test for test in record.tests}
    known = {entry.id for entry in entries}
    book = book_of(record, None) if wish.book is None else wish.book
    said = titles(record, book) if wish.by == "finding" else {}
    for one in wanted:
        if one.kind != "new":
            continue
        test = by_id[one.id.partition(CHECK_MARK)[0]]
        shown_here = deviations_of(test, book) if wish.by == "finding" else ()
        if nameable(shown_here):
            accepting: Iterable[Entry] = _findings(test, shown_here, one.findings, said, wish)
        else:
            accepting = _accepting(one, test, wish, strict=record.run.strict)
        for entry in accepting:
            if entry.id not in known:
                known.add(entry.id)
                yield entry


def _findings(
    test: TestLine,
    shown_here: Sequence[Deviation],
    missing: Collection[str],
    said: Mapping[NamedFinding, str],
    wish: Wish,
) -> Iterator[Entry]:
    """Yield entries for the findings of a test that are not accepted."""
    allowed = (observed(test), *([Verdict.PASS] if wish.either_of(test.id) else []))
    for key in dict.fromkeys(one.key for one in shown_here):
        if not missing or str(key) in missing:
            finding = named(key)
            reason = shown(wish.reason) or unwritten(shown(said.get(finding, str(finding))))
            yield accept_finding(finding, allowed, reason, test.id)


def _accepting(one: Difference, test: TestLine, wish: Wish, *, strict: bool) -> list[Entry]:
    if wish.either_of(test.id):
        verdicts = (observed(test), Verdict.PASS)
        return [accept(test.id, verdicts, because(test, wish.reason))]
    if CHECK_MARK not in one.id:
        checks = wish.by == "check"
        return [*accept_test(test, checks=checks, reason=wish.reason, strict=strict)]
    found = accept_test(test, checks=True, reason=wish.reason, strict=strict)
    return [entry for entry in found if entry.id == one.id]


def _told(entry: Entry, instead: list[Entry]) -> str:
    if not instead:
        return f"removed  {entry.id}"
    if len(instead) > 1 or instead[0].id != entry.id:
        return f"narrowed {entry.id} to {', '.join(one.id for one in instead)}"
    (now,) = instead
    if now.until != entry.until:
        return f"renewed  {entry.id} until {now.until}"
    return f"changed  {entry.id}: {' or '.join(now.allowed)}"


def _judged_followed(
    name: str, text: str, record: Record, *, suite_only: bool
) -> tuple[str, list[str]]:
    """Add to the list of judged tests those that had a verdict for the first time."""
    baseline, _ = parse_baseline(name, text)
    known = {one.id for one in baseline.judged}
    changed = {
        test.id
        for test in record.tests
        if baseline.since.change(test.id, test.expects) in {"changed", "new"}
    }
    new = [one for one in judged_ids(record.tests) if one not in known]
    new = [one for one in new if one in changed] if suite_only else new
    if not new:
        return text, []
    lines = Lines(name, text)
    lines.add_judged(new)
    edited = lines.text()
    after, _ = parse_baseline(name, edited)
    if [one.id for one in after.judged] != [*(one.id for one in baseline.judged), *new]:
        raise EditError(f"{name} is written in a way that can't be edited: the list `judged`")
    return edited, [f"added    {len(new)} to the list `judged`"]


def _verify(name: str, text: str, entries: list[Entry]) -> None:
    """Make sure that the text says what was meant."""
    meant = [replace(entry, line=0) for entry in entries]
    try:
        written = [replace(entry, line=0) for entry in parse_baseline(name, text)[0].entries]
    except SpecError as error:
        raise EditError(_UNEDITABLE.format(name=name)) from error
    if meant != written:
        raise EditError(_UNEDITABLE.format(name=name))
