"""Limits the requests of one worker in flight; can also let one group run alone."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.wire.model import Exchange


class Limit(Protocol):
    """The number of requests that may be in flight; see `conformance.engine.limits`."""

    @property
    def now(self) -> int:
        """The current number, at least 1."""

    @property
    def expected(self) -> int:
        """The number that the limit will probably reach."""

    def observe(self, exchange: Exchange, began: float) -> None:
        """Learn from a request that began at that time, by `time.monotonic`, and has ended.

        Called by one thread at a time.
        """


class Stopped(KeyboardInterrupt):
    """The run is ending, so no step of a test is sent any more."""


class One:
    """The limit of a worker that runs one test after the other."""

    now = expected = 1

    def observe(self, exchange: Exchange, began: float) -> None:
        """Learn nothing."""


class RequestGate:
    """Requests of all tests of a worker go through here; threads share it.

    A group of requests whose order is what a test looks at (a race) goes out alone: it waits until
    nothing else is on its way, and nothing else starts until all of it is sent. So the machine
    gives its requests the time that they have in a run of one test after the other.
    """

    def __init__(self, limit: Limit | None = None) -> None:
        self._limit = limit or One()
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        """Waited for by one request; only as many are woken as may go out."""
        self._quiet = threading.Condition(self._lock)
        """Waited for by groups that go out alone."""
        self._out = 0
        self._waiting_alone = 0
        self._is_alone = False
        self._stopped = False
        self.parts_overlap = True
        """Whether parts of one upload may be in flight at once: until one of them is lost."""

    @property
    def width(self) -> int:
        """How many requests may be in flight now."""
        return self._limit.now

    @property
    def expected_width(self) -> int:
        """How many requests will probably be in flight when the limit has settled."""
        return self._limit.expected

    @property
    def is_alone(self) -> bool:
        """Whether a group currently runs alone."""
        return self._is_alone

    @property
    def is_wanted_alone(self) -> bool:
        """Whether a group runs alone or waits for that."""
        return self._is_alone or bool(self._waiting_alone)

    def stop(self) -> None:
        """End all tests at their next request; clean-up requests are still sent."""
        self._stopped = True

    def check(self) -> None:
        """Raise `Stopped` once `stop` was called."""
        if self._stopped:
            raise Stopped

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait until one more request may be sent, and count it as in flight within the block."""
        with self._room:
            self._room.wait_for(self._is_open)
            self._out += 1
        try:
            yield
        finally:
            with self._lock:
                self._out -= 1
                self._wake()

    @contextmanager
    def alone(self, requests: int) -> Iterator[Callable[[], None]]:
        """Wait until no request is in flight, and hold back all others for a group of requests.

        Yields what lets the others go on before the end of the block. Until that end the requests
        of the group count as in flight; they are not to ask again by `one`.
        """
        with self._quiet:
            self._waiting_alone += 1
            try:
                self._quiet.wait_for(lambda: not self._out and not self._is_alone)
            finally:
                self._waiting_alone -= 1
            self._is_alone = True
            self._out += requests
        try:
            yield self._reopen
        finally:
            with self._lock:
                self._is_alone = False
                self._out -= requests
                self._wake()

    def _reopen(self) -> None:
        with self._lock:
            self._is_alone = False
            self._wake()

    def ended(self, exchange: Exchange, began: float) -> None:
        """Pass a request that ended to the limit, which may adapt; see `Limit.observe`."""
        with self._lock:
            before = self._limit.now
            self._limit.observe(exchange, began)
            if self._limit.now > before:
                self._wake()

    def _wake(self) -> None:
        """Wake those that may go out now; the lock is held."""
        if self._is_alone:
            return
        if self._waiting_alone:
            if not self._out:
                self._quiet.notify()
        elif self._out < self._limit.now:
            self._room.notify(self._limit.now - self._out)

    def _is_open(self) -> bool:
        return not self._is_alone and not self._waiting_alone and self._out < self._limit.now
