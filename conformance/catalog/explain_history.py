"""What ``explain`` says of a test beyond today's catalogue: its history, and who else fails it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.history.corrections import PAGE, corrections_of
from conformance.catalog.history.published import published
from conformance.catalog.history.renamed import renames
from conformance.catalog.history.tables import history_of
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.expected import read_expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog, Test
    from conformance.vocabulary.expected import Expected


def history_lines(catalog: Catalog, wanted: str) -> Iterator[str]:
    """Yield the history of the expectations of a test, or of all tests of a scenario.

    Nothing for any other id.
    """
    tests = [test for test in catalog.tests if wanted in (test.id, test.scenario.id)]
    if not tests:
        return
    yield ""
    yield "history of the expectation"
    for test in tests:
        prefix = "" if len(tests) == 1 else f"{test.id}: "
        yield from (f"  {prefix}{line}" for line in _history(test))
    rows = {row.id: row for test in tests for row in corrections_of(test.id)}
    yield from (f"  correction {row}" for row in rows.values())
    if rows:
        yield f"  {_count(len(rows), 'correction')} in {PAGE}"
    yield from _failing(tests)
    yield contest_line(wanted)


def _history(test: Test) -> Iterator[str]:
    now = read_expected(test.expects)
    names = _names(test)
    yield from (f"was called {old}" for old in names[1:])
    kept = [found for name in names for found in history_of(name)]
    if not kept:
        yield "in none of the released catalogues"
        return
    said = {_compared(was, now): one for one, was in kept}
    for words, one in said.items():
        yield f"since {one.version} (commit {one.commit}): {words}"


def _names(test: Test) -> tuple[str, ...]:
    """Return the id of a test and those that it had before."""
    table = renames()
    return (test.id, *(old for old in table.pairs if table.now(old) == test.id))


def _compared(was: Expected, now: Expected | None) -> str:
    if now is None:
        return "unknown"
    if was.whole == now.whole:
        return "unchanged"
    if (was.requests, was.checks) == (now.requests, now.checks):
        return "the same checks, with other sources or another level"
    kept = len(set(now.checks) & set(was.checks))
    other = "other requests" if was.requests != now.requests else "the same requests"
    return f"{other}; {kept} of {len(set(now.checks))} steps and checks are unchanged"


def _failing(tests: list[Test]) -> Iterator[str]:
    known = published()
    if not known.servers:
        return
    found: dict[str, list[str]] = {}
    asked: set[str] = set()
    for test in tests:
        for name in _names(test):
            failing, others = known.results.get(name, ((), ()))
            asked |= {*failing, *others}
            for target in failing:
                found.setdefault(target, []).append(name)
    if not found:
        count = len(known.servers)
        yield f"none of the {count} published servers failed it; some may have skipped it"
        return
    yield f"failed by {len(found)} of {_count(len(asked), 'published server')} tested"
    for target, names in found.items():
        which = "" if len(tests) == 1 else f": {_count(len(names), 'test')}"
        yield f"  {target} ({known.servers.get(target, 'unknown')}){which}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
