"""Rewrites a baseline after an upgrade of the suite: only for what the suite changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.baseline.edit import EditError, Update, update
from conformance.baseline.expectations import entry_now, gone, known_tests
from conformance.baseline.file import parse_baseline
from conformance.baseline.lines import Lines
from conformance.baseline.since import Since
from conformance.baseline.since_section import catalogue_of, since_of, with_since

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conformance.baseline.edit import Wish
    from conformance.baseline.entries import Baseline
    from conformance.record.model import Record


def upgrade(name: str, text: str, record: Record, wish: Wish) -> Update:
    """Return a baseline's text brought up to date with the suite of a record.

    Entries and tests with a renamed id get the new one; what the suite changed is accepted as it
    is now; the digests are those of today, but for tests that differ because of the server, which
    keep what they have. What the server changed stays as it is and is returned in ``left``. Raises
    as `conformance.baseline.edit.update` does, and `EditError` for a record without digests.
    """
    if not any(test.expects for test in record.tests):
        raise EditError("the record is of a suite without digests; run the suite of today first")
    text, renamed = with_renames(name, text, record)
    before, _ = parse_baseline(name, text)
    done = update(name, text, record, replace(wish, suite_only=True))
    open_ = {one.id.partition("#")[0] for one in done.left}
    text, said = _renewed(name, done.text, record, before, () if wish.only else open_)
    if wish.only:
        text, said = done.text, []
    return Update(text=text, changes=(*renamed, *done.changes, *said), left=done.left)


def with_renames(name: str, text: str, record: Record) -> tuple[str, list[str]]:
    """Return the text with today's ids in the place of renamed ones, and a line for each."""
    baseline, _ = parse_baseline(name, text)
    known = known_tests(record)
    lines, changes = Lines(name, text), list[str]()
    for at, entry in enumerate(baseline.entries):
        if (now := entry_now(entry.id, known)) != entry.id:
            lines.replace_entry(at, entry, [replace(entry, id=now)])
            changes.append(f"renamed  {entry.id} to {now}")
    moved = [(one, entry_now(one.id, known)) for one in baseline.judged]
    for one, now in moved:
        if now != one.id:
            lines.remove_judged(one)
            lines.add_judged([now])
            changes.append(f"renamed  {one.id} to {now}")
    if changes:
        text = lines.text()
    since = baseline.since
    expected = {entry_now(key, known): words for key, words in since.expected.items()}
    if list(expected) != list(since.expected) and "expects:" in text:
        text = with_since(text, replace(since, expected=expected))
    return text, list(dict.fromkeys(changes))


def renewed(name: str, text: str, record: Record, open_: Collection[str]) -> tuple[str, list[str]]:
    """Return the text with today's digests of the record's tests, but for those in ``open_``."""
    return _renewed(name, text, record, parse_baseline(name, text)[0], open_)


def _renewed(
    name: str, text: str, record: Record, before: Baseline, open_: Collection[str]
) -> tuple[str, list[str]]:
    today = since_of(record)
    was = before.since
    if not today.expected:
        return text, []
    lost = set(gone(before, record))
    expected = {key: words for key, words in was.expected.items() if key not in lost}
    expected |= {key: words for key, words in today.expected.items() if key not in open_}
    # Tests that a part of a run left out stay as unknown as they were.
    partial = today.partial and (was.partial or not was.expected)
    since = Since(catalogue=catalogue_of(record.run), partial=partial, expected=expected)
    parsed, layout = parse_baseline(name, text)
    if since == parsed.since and "expects" in layout.root.entries:
        return text, []
    return with_since(text, since), [*_said(was, since)]


def _said(was: Since, now: Since) -> Iterator[str]:
    """Yield what happened to the digests, in numbers."""
    other = sum(
        key in was.expected and words.whole != was.expected[key].whole
        for key, words in now.expected.items()
    )
    new = sum(key not in was.expected for key in now.expected)
    gone_ = sum(key not in now.expected for key in was.expected)
    counts = ((other, "changed"), (new, "new"), (gone_, "gone"))
    said = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    yield f"digests  of {len(now.expected):,} tests, catalogue {now.catalogue}" + (
        f": {said}" if said else ""
    )
