"""Starts tests before their results are needed, so that their waiting times overlap."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from conformance.engine.limits import MOST
from conformance.runs.claims import Claims, InUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conformance.catalog.model import Test
    from conformance.runs.shared_queue import TestSource

Result = TypeVar("Result")

_LONGEST_LEAD: Final = 200
"""Tests that may have begun beyond the one that is asked for: their results wait in memory."""
_MOST_IN_HAND: Final = 4
"""Tests of the source that wait here at most: elsewhere they might begin at once."""


@dataclass(slots=True)
class _Ahead(Generic[Result]):
    """A test that has begun."""

    test: Test
    claims: Claims
    ended: bool = False
    result: Result | None = None
    error: BaseException | None = field(default=None)


class LookAhead(Generic[Result]):
    """Accepts tests in advance, runs them in threads, and returns each result on request.

    ``work`` runs a test. As many tests are in flight as ``width()`` says, which may
    change. They begin in their order, but for four things: those that need the whole endpoint begin
    before all others, which would have to end first; the long ones begin early, the longest first,
    in up to half of the threads, so that the last of them does not outlast the rest; a test waits
    for what it needs for itself (``claims``), and others begin before it; and one whose result is
    asked for begins first. ``length`` is 0 for a test that is not long, else the larger the longer.
    Tests that are not offered come from ``source``, one by one as they may begin. ``before`` is
    called before each test that runs in a thread of its own, in that thread.
    """

    def __init__(
        self,
        work: Callable[[Test], Result],
        *,
        width: Callable[[], int],
        claims: Callable[[Test], Claims],
        length: Callable[[Test], int],
        source: TestSource | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._work = work
        self._width = width
        self._find_claims = claims
        self._known_claims: dict[str, Claims] = {}
        self._length = length
        self._source = source
        self._before = before
        self._changed = threading.Condition()
        self._offered: set[str] = set()
        self._coming: deque[Test] = deque()
        self._long: deque[Test] = deque()
        self._alone: deque[Test] = deque()
        self._asked: Test | None = None
        self._begun: dict[str, _Ahead[Result]] = {}
        self._in_use = InUse()
        self._in_flight = 0
        self._long_in_flight = 0
        self._held = False
        self._stopped = False
        self._threads = ThreadPoolExecutor(MOST, "test")

    def offer(self, tests: Iterable[Test]) -> None:
        """Accept tests whose results will be requested; tests offered before are ignored."""
        with self._changed:
            for test in tests:
                if test.id in self._offered:
                    continue
                self._offered.add(test.id)
                self._queue(test).append(test)
            self._long = deque(sorted(self._long, key=self._length, reverse=True))
            self._begin_more()

    def take(self, test: Test) -> Result:
        """Wait for the result of a test that was offered; raises what its work raised."""
        with self._changed:
            self._asked = test
            self._wait(lambda: test.id in self._begun and self._begun[test.id].ended)
            self._asked = None
            ahead = self._begun.pop(test.id)
            self._begin_more()
        if ahead.error is not None:
            raise ahead.error
        assert ahead.result is not None  # noqa: S101  # it ended, and without an error
        return ahead.result

    def wait_for_any(self) -> Test | None:
        """Wait for a test that has ended and return it, for `take`; None without one left."""
        with self._changed:
            self._wait(lambda: self._one_that_ended() is not None)
            return self._one_that_ended()

    def _one_that_ended(self) -> Test | None:
        return next((one.test for one in self._begun.values() if one.ended), None)

    def _wait(self, until: Callable[[], bool]) -> None:
        """Wait until something is so, or no test is left; the lock is held.

        While only one test may be in flight this thread, which has nothing else to do, runs it:
        handing each from thread to thread takes a tenth of the time of a run.
        """
        self._begin_more()
        while not until():
            if self._in_flight or self._stopped:
                self._changed.wait()
                continue
            test = self._next()
            if test is None:
                return
            ahead = self._begin(test)
            self._changed.release()
            try:
                self._run(ahead)
            finally:
                self._changed.acquire()

    def alone(self, work: Callable[[], Result]) -> Result:
        """Run some work in this thread while no test is in flight and none begins.

        Tests that need each other's buckets can't be caught in the middle: each ends first.
        """
        with self._changed:
            self._held = True
            try:
                self._changed.wait_for(lambda: not self._in_flight)
            except BaseException:
                self._held = False
                raise
        try:
            return work()
        finally:
            with self._changed:
                self._held = False
                self._begin_more()

    def stop(self) -> list[Result]:
        """Start no more tests, wait for those in flight, and return results not requested yet.

        What raised an exception is left out.
        """
        with self._changed:
            self._stopped = True
            for queue in (self._coming, self._long, self._alone):
                queue.clear()
        self._threads.shutdown()
        left, self._begun = self._begun, {}
        return [one.result for one in left.values() if one.result is not None]

    def _begin_more(self) -> None:
        """Begin what may begin beside others; the lock is held."""
        while not self._stopped and not self._held and self._in_flight < (width := self._width()):
            test = self._next() if width > 1 else None
            if test is None:
                return
            self._threads.submit(self._run_in_thread, self._begin(test))

    def _begin(self, test: Test) -> _Ahead[Result]:
        """Note that a test begins, and what it needs; the lock is held."""
        ahead = self._begun[test.id] = _Ahead[Result](test, self._claims(test))
        self._in_use.take(ahead.claims)
        self._in_flight += 1
        self._long_in_flight += bool(self._length(test))
        return ahead

    def _next(self) -> Test | None:
        """Choose a test that may begin now; None when there is none."""
        while not self._coming and self._pulled(long=False):
            pass
        if self._alone and not self._long_in_flight:
            # Behind a long one it would keep everything waiting until that has ended.
            return self._alone.popleft() if not self._in_flight else None
        asked = self._asked
        if asked is not None and asked.id not in self._begun:
            if not self._in_use.has_room(self._claims(asked)):
                return None  # else those behind it could keep it waiting for ever
            self._queue(asked).remove(asked)
            return asked
        if len(self._begun) >= _LONGEST_LEAD:
            return None
        may_be_long = not self._coming or self._long_in_flight < max(1, self._width() // 2)
        for long in (True, False) if may_be_long else (False,):
            for test in self._waiting(long=long):
                if self._in_use.has_room(self._claims(test)):
                    self._queue(test).remove(test)
                    return test
        return None

    def _waiting(self, *, long: bool) -> Iterator[Test]:
        """Yield the tests that wait, and behind them some that the source still has."""
        queue = self._long if long else self._coming
        yield from queue
        while len(queue) < _MOST_IN_HAND and (test := self._pulled(long=long)):
            if not self._claims(test).alone:
                yield test

    def _pulled(self, *, long: bool) -> Test | None:
        """Take a test from the source to where it waits; None when there is none left."""
        test = None if self._source is None else self._source.take(long=long)
        if test is not None:
            self._queue(test).append(test)
        return test

    def _queue(self, test: Test) -> deque[Test]:
        """Return where a test waits until it may begin."""
        if self._claims(test).alone:
            return self._alone
        return self._long if self._length(test) else self._coming

    def _claims(self, test: Test) -> Claims:
        if test.id not in self._known_claims:
            self._known_claims[test.id] = self._find_claims(test)
        return self._known_claims[test.id]

    def _run_in_thread(self, ahead: _Ahead[Result]) -> None:
        self._before()
        self._run(ahead)

    def _run(self, ahead: _Ahead[Result]) -> None:
        try:
            ahead.result = self._work(ahead.test)
        except BaseException as error:  # noqa: BLE001  # raised again where the result is asked for
            ahead.error = error
        with self._changed:
            ahead.ended = True
            self._in_use.give_back(ahead.claims)
            self._in_flight -= 1
            self._long_in_flight -= bool(self._length(ahead.test))
            self._begin_more()
            self._changed.notify_all()
