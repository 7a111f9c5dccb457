"""Tests ahead of where they are asked for: order, limits, what they need, and the end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from engine.fakes import make_test, step

from conformance.runs.claims import Claims
from conformance.runs.look_ahead import LookAhead

if TYPE_CHECKING:
    from conformance.catalog.model import Test

_PATIENCE = 30.0


def named(*names: str) -> list[Test]:
    """Return tests of these names."""
    return [make_test(step("HeadObject"), name=name) for name in names]


@dataclass
class Work:
    """Does nothing but wait until it is let go, and notes who begins."""

    held: bool = True
    begun: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    most: int = 0
    inside: int = 0

    def __call__(self, test: Test) -> str:
        """Return the test's name when it may."""
        with self.changed:
            self.begun.append(test.id)
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.changed.notify_all()
            self.changed.wait_for(lambda: not self.held, _PATIENCE)
            self.inside -= 1
        return test.id.upper()

    def let_go(self) -> None:
        """Let everybody end."""
        with self.changed:
            self.held = False
            self.changed.notify_all()

    def wait_for(self, count: int) -> None:
        """Wait until so many have begun."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.begun) >= count, _PATIENCE)


def ahead(
    work: Work, width: int = 3, *, long: str = "", own: dict[str, str] | None = None
) -> LookAhead[str]:
    """Return a look-ahead in which tests named ``long…`` are long and some need a thing."""
    needed = own or {}
    return LookAhead[str](
        work,
        width=lambda: width,
        claims=lambda test: Claims(own=frozenset(filter(None, [needed.get(test.id)]))),
        length=lambda test: len(test.id) if long and test.id.startswith(long) else 0,
    )


def test_results_come_in_order_and_no_more_run_than_may() -> None:
    """Whatever ends first, each is given to whoever asks for it."""
    work = Work(held=False)
    tests = named(*"abcdefghij")
    runs = ahead(work)
    runs.offer(tests)
    assert [runs.take(test) for test in tests] == list("ABCDEFGHIJ")
    assert work.most <= 3
    assert sorted(work.begun) == list("abcdefghij")
    assert runs.stop() == []


def test_tests_begin_before_they_are_asked_for() -> None:
    """As many as the width says, and no more."""
    work = Work()
    runs = ahead(work)
    runs.offer(named(*"abcdef"))
    work.wait_for(3)
    assert work.begun == ["a", "b", "c"]
    work.let_go()
    runs.stop()


def test_offered_twice_is_run_once() -> None:
    """A worker of xdist names its queue again and again."""
    work = Work(held=False)
    runs = ahead(work)
    tests = named("a", "b")
    runs.offer(tests)
    runs.offer(tests)
    assert [runs.take(test) for test in tests] == ["A", "B"]
    runs.offer(tests)
    assert runs.stop() == []
    assert len(work.begun) == 2


def test_two_that_need_the_same_do_not_meet() -> None:
    """Others begin before the second, which waits."""
    work = Work()
    runs = ahead(work, own={"a": "bucket", "b": "bucket"})
    tests = named(*"abcd")
    runs.offer(tests)
    work.wait_for(3)
    assert work.begun == ["a", "c", "d"]
    work.let_go()
    assert [runs.take(test) for test in tests] == list("ABCD")


def test_long_ones_begin_early_in_half_of_the_threads() -> None:
    """The longest is the first, and the rest goes on beside them."""
    work = Work()
    runs = ahead(work, 4, long="long")
    tests = named("a", "b", "c", "long", "longest", "longer")
    runs.offer(tests)
    work.wait_for(4)
    assert work.begun == ["longest", "longer", "a", "b"]
    work.let_go()
    assert [runs.take(test) for test in tests][3:] == ["LONG", "LONGEST", "LONGER"]


def test_what_needs_the_whole_endpoint_begins_before_all_others() -> None:
    """Behind a long test it would keep everything waiting until that has ended."""
    work = Work()
    tests = named("a", "long", "b", "whole-1", "whole-2")
    runs = LookAhead[str](
        work,
        width=lambda: 4,
        claims=lambda test: Claims(alone=test.id.startswith("whole")),
        length=lambda test: int(test.id == "long"),
    )
    runs.offer(tests)
    work.wait_for(1)
    assert work.begun == ["whole-1"]
    work.let_go()
    assert [runs.take(test) for test in tests] == ["A", "LONG", "B", "WHOLE-1", "WHOLE-2"]
    assert work.begun[:2] == ["whole-1", "whole-2"]
    assert sorted(work.begun[2:]) == ["a", "b", "long"]


def test_alone_means_alone() -> None:
    """What is in flight ends first, and nothing begins meanwhile."""
    work = Work(held=False)
    runs = ahead(work)
    tests = named(*"abcdef")
    runs.offer(tests)
    first = runs.take(tests[0])
    inside = runs.alone(lambda: f"{first} {work.inside}")
    assert inside == "A 0"
    assert [runs.take(test) for test in tests[1:]] == list("BCDEF")


def test_the_end_keeps_what_nobody_asked_for() -> None:
    """What has begun is waited for, and nothing else begins."""
    work = Work()
    runs = ahead(work)
    tests = named(*"abcdef")
    runs.offer(tests)
    work.wait_for(3)
    work.let_go()
    runs.take(tests[0])
    left = runs.stop()
    assert left == [name.upper() for name in work.begun if name != "a"]


def test_what_a_test_raises_comes_up_where_it_is_asked_for() -> None:
    """Also what is no ordinary exception."""

    def fails(_: Test) -> str:
        raise LookupError("ours")

    runs = LookAhead[str](fails, width=lambda: 2, claims=lambda _: Claims(), length=lambda _: 0)
    (test,) = named("a")
    runs.offer([test])
    with pytest.raises(LookupError, match="ours"):
        runs.take(test)
    assert runs.stop() == []


class Source:
    """Gives some tests, and counts how many were taken."""

    def __init__(self, *tests: Test) -> None:
        self.left = list(tests)

    def take(self, *, long: bool) -> Test | None:
        """Return the next test, of which none is long."""
        return self.left.pop(0) if self.left and not long else None

    def began(self, test: Test) -> None:
        """Take no notice."""


def from_source(
    work: Work, source: Source, width: int, *, own: str = "", threads: list[str] | None = None
) -> LookAhead[str]:
    """Return a look-ahead over a source; tests whose names begin with ``own`` need one thing."""
    noted: list[str] = [] if threads is None else threads
    return LookAhead[str](
        work,
        width=lambda: width,
        claims=lambda test: Claims(
            alone=test.id.startswith("whole"),
            own=frozenset({"bucket"} if own and test.id.startswith(own) else ()),
        ),
        length=lambda _: 0,
        source=source,
        before=lambda: noted.append(threading.current_thread().name),
    )


@pytest.mark.parametrize("width", [1, 3])
def test_tests_of_a_source_are_all_run(width: int) -> None:
    """Results come as tests end, and then there is none left; what needs all of it runs alone."""
    work = Work(held=False)
    runs = from_source(work, Source(*named("whole-1", "whole-2", *"abcdef")), width)
    ended = []
    while (test := runs.wait_for_any()) is not None:
        ended.append(runs.take(test))
    assert sorted(ended) == ["A", "B", "C", "D", "E", "F", "WHOLE-1", "WHOLE-2"]
    assert work.begun[:2] == ["whole-1", "whole-2"]
    assert work.most <= width
    assert runs.stop() == []


def test_one_at_a_time_runs_in_the_thread_that_waits() -> None:
    """A thread for each would cost more than it brings; two at a time need threads."""
    for width, in_threads in ((1, 0), (2, 4)):
        threads: list[str] = []
        runs = from_source(Work(held=False), Source(*named(*"abcd")), width, threads=threads)
        while (test := runs.wait_for_any()) is not None:
            runs.take(test)
        assert len(threads) == in_threads
        runs.stop()


def test_few_tests_of_a_source_wait_here() -> None:
    """Those that can't begin, since another has what they need, could begin elsewhere."""
    work, source = Work(), Source(*named(*(f"own-{at:02}" for at in range(30))))
    runs = from_source(work, source, 3, own="own")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(runs.wait_for_any)
        work.wait_for(1)
        assert len(source.left) >= 30 - 1 - 4
        work.let_go()
        assert first.result(_PATIENCE) is not None
    runs.stop()
