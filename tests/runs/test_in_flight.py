"""Work goes out in order and comes back in order, and never more of it than the limit."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from conformance.runs.in_flight import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_one_in_flight_is_done_by_the_caller() -> None:
    """In its thread, where Ctrl-C comes up, and not before somebody asks for it."""
    done: list[int] = []

    def work(item: int) -> threading.Thread:
        done.append(item)
        return threading.current_thread()

    coming = in_order(work, range(3))
    assert done == []
    assert next(coming) == (0, threading.current_thread())
    assert done == [0]


@pytest.mark.parametrize("limit", [2, 4])
def test_results_come_in_order_and_the_limit_is_reached_and_kept(limit: int) -> None:
    """As many as allowed are at work together, and the slowest does not let others pass."""
    together = threading.Barrier(limit)
    lock = threading.Lock()
    now, most = 0, 0

    def work(item: int) -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(20)  # broken unless ``limit`` of them are at work at once
        with lock:
            now -= 1
        return item * item

    found = list(in_order(work, range(limit * 3), limit))
    assert found == [(item, item * item) for item in range(limit * 3)]
    assert most == limit


@pytest.mark.parametrize("limit", [1, 3])
def test_nothing_begins_once_the_caller_wants_no_more(limit: int) -> None:
    """What is in flight ends; items behind it are not even looked at."""
    looked_at: list[int] = []
    done: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            looked_at.append(item)
            yield item

    def work(item: int) -> None:
        done.append(item)

    coming = in_order(work, items(), limit)
    next(coming)
    coming.close()
    assert sorted(done) == looked_at
    assert len(done) <= limit


@pytest.mark.parametrize("limit", [1, 3])
def test_an_exception_of_the_work_comes_to_whoever_asks(limit: int) -> None:
    """It is raised in its place in the order."""

    def work(item: int) -> int:
        return 6 // (2 - item)

    coming = in_order(work, range(9), limit)
    assert [next(coming), next(coming)] == [(0, 3), (1, 6)]
    with pytest.raises(ZeroDivisionError):
        next(coming)


def test_no_limit_below_one() -> None:
    """Nothing would ever be done."""
    with pytest.raises(ValueError, match="with 0 in flight"):
        next(in_order(int, "12", 0))
