"""Threads that run tests stay on one core, together; all others go where they like."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from conformance.engine import one_core
from conformance.engine.one_core import OneCore, leave_core, usable_cores

pytestmark = pytest.mark.skipif(len(usable_cores()) < 2, reason="needs two cores")


class Hand:
    """A clock that is moved by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.seconds


def where(core: OneCore, barrier: Barrier | None = None) -> frozenset[int]:
    """Stay, in the thread that calls; return where that thread may be."""
    core.stay()
    if barrier is not None:
        barrier.wait(10)
    return frozenset(os.sched_getaffinity(0))


def test_threads_stay_together_and_no_other_is_moved() -> None:
    """All are on the core where the first one was."""
    core, all_of_them = OneCore(), usable_cores()
    barrier = Barrier(3)
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(3) as others:
        (chosen,) = first.submit(where, core).result()
        assert set(others.map(where, [core] * 3, [barrier] * 3)) == {frozenset({chosen})}
    assert usable_cores() == frozenset(os.sched_getaffinity(0)) == all_of_them


def test_the_core_is_chosen_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread looks around, and the others follow it to where the kernel put it."""
    clock = Hand()
    core, (one, other, *_) = OneCore(clock=clock), sorted(usable_cores())
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        monkeypatch.setattr(one_core, "_current_core", lambda: one)
        assert first.submit(where, core).result() == second.submit(where, core).result() == {one}
        clock.seconds = 1.5
        monkeypatch.setattr(one_core, "_current_core", lambda: other)
        assert second.submit(where, core).result() == usable_cores()
        assert first.submit(where, core).result() == {one}
        assert second.submit(where, core).result() == first.submit(where, core).result() == {other}


def test_concurrent_requests_of_a_test_may_use_all_cores() -> None:
    """A thread that comes from one that stays would stay, too, unless it leaves."""
    core = OneCore()

    def of_a_race() -> tuple[frozenset[int], ...]:
        mine = where(core)
        with ThreadPoolExecutor(1) as kept, ThreadPoolExecutor(1, initializer=leave_core) as free:
            asked = [pool.submit(os.sched_getaffinity, 0) for pool in (kept, free)]
            return mine, *[frozenset(one.result()) for one in asked]

    with ThreadPoolExecutor(1) as pool:
        mine, kept, free = pool.submit(of_a_race).result()
    assert len(mine) == 1
    assert (kept, free) == (mine, usable_cores())


def test_nothing_happens_without_a_core_to_choose() -> None:
    """More processes than cores share them as they come."""
    core = OneCore(processes=len(usable_cores()) + 1)
    with ThreadPoolExecutor(1) as pool:
        for _ in range(3):
            assert pool.submit(where, core).result() == usable_cores()


def test_a_system_that_forbids_it_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run as they would without."""
    asked: list[object] = []

    def forbidden(_: int, cores: object) -> None:
        asked.append(cores)
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", forbidden)
    core = OneCore()
    for _ in range(3):
        core.stay()
    assert len(asked) == 1
