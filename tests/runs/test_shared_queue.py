"""Tests that several processes take: each once, the longest first, until it is stopped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.runs.claims import claims
from conformance.runs.lengths import length
from conformance.runs.shared_queue import SharedQueue, TakenTests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.catalog.model import Test


@pytest.fixture(scope="module")
def tests() -> Sequence[Test]:
    """Return all scenarios' tests."""
    return load().tests


def end_of(queue: SharedQueue, tests: Sequence[Test]) -> TakenTests:
    """Return what one process takes tests by."""
    return TakenTests(tests, queue.ends, lambda _: None)


def taken(end: TakenTests, *, long: bool) -> Iterator[Test]:
    """Take tests until there is none left."""
    while (test := end.take(long=long)) is not None:
        yield test


def test_each_test_is_taken_once(tests: Sequence[Test]) -> None:
    """However many take at the same time."""
    with SharedQueue(tests) as queue:
        queue.fill(test.id for test in tests)

        def take_all(end: TakenTests) -> list[str]:
            return [test.id for long in (True, False) for test in taken(end, long=long)]

        with ThreadPoolExecutor(4) as pool:
            shares = pool.map(take_all, [end_of(queue, tests) for _ in range(4)])
    assert sorted(chain.from_iterable(shares)) == sorted(test.id for test in tests)


def test_the_longest_come_first_and_what_needs_the_whole_endpoint(tests: Sequence[Test]) -> None:
    """What would outlast the rest, or keep it waiting, begins before it."""
    with SharedQueue(tests) as queue:
        queue.fill(test.id for test in tests)
        end = end_of(queue, tests)
        long = [length(test) for test in taken(end, long=True)]
        alone = [claims(test).alone for test in taken(end, long=False)]
    assert long == sorted(long, reverse=True)
    assert min(long) > 0
    assert any(alone)
    assert alone == sorted(alone, reverse=True)


def test_only_what_is_wanted_is_there_and_nothing_behind_a_stop(tests: Sequence[Test]) -> None:
    """It can be filled again, with what a process that died has left."""
    wanted = [test.id for test in tests if not length(test)][:5]
    with SharedQueue(tests) as queue:
        end = end_of(queue, tests)
        assert end.take(long=False) is None
        queue.fill(wanted)
        assert end.take(long=True) is None
        first = end.take(long=False)
        assert first is not None
        queue.stop()
        assert end.take(long=False) is None
        queue.fill(wanted[1:])
        again = [test.id for test in taken(end, long=False)]
    assert sorted([first.id, *again]) == sorted(wanted)
