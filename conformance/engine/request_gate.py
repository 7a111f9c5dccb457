"""Lets the requests of one worker out: so many at once, or one group with nothing beside it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.wire.model import Exchange


class Limit(Protocol):
    """How many requests may be on their way at once; see `conformance.engine.limits`."""

    @property
    def now(self) -> int:
        """The number at this moment, from 1."""

    @property
    def expected(self) -> int:
        """The number that it is likely to come to."""

    def observe(self, exchange: Exchange) -> None:
        """Learn from a request that ended; called by one thread at a time."""


class Stopped(KeyboardInterrupt):
    """The run is ending, so no step of a test is sent any more."""


class One:
    """The limit of a worker that runs one test after the other."""

    now = expected = 1

    def observe(self, exchange: Exchange) -> None:
        """Learn nothing."""


class RequestGate:
    """Requests of all tests of a worker go through here; threads share it.

    A group of requests whose order is what a test looks at (a race) goes out alone: it waits until
    nothing else is on its way, and nothing else starts until it has ended. So the machine and the
    endpoint give its requests the time that they have in a run of one test after the other.
    """

    def __init__(self, limit: Limit | None = None) -> None:
        self._limit = limit or One()
        self._changed = threading.Condition()
        self._out = 0
        self._waiting_alone = 0
        self._is_alone = False
        self._stopped = False

    @property
    def width(self) -> int:
        """How many requests may be on their way now."""
        return self._limit.now

    @property
    def expected_width(self) -> int:
        """How many requests are likely to be on their way when the limit has settled."""
        return self._limit.expected

    @property
    def is_alone(self) -> bool:
        """Whether a group has the endpoint for itself."""
        return self._is_alone

    @property
    def is_wanted_alone(self) -> bool:
        """Whether a group waits to have the endpoint for itself, or has it."""
        return self._is_alone or bool(self._waiting_alone)

    def stop(self) -> None:
        """End all tests at their next request; clean-up still goes out."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def check(self) -> None:
        """Raise `Stopped` once `stop` was called."""
        if self._stopped:
            raise Stopped

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait until one more request may go out, and count it within the block."""
        with self._changed:
            self._changed.wait_for(self._is_open)
            self._out += 1
        try:
            yield
        finally:
            with self._changed:
                self._out -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nothing is on its way, and keep it so within the block.

        The requests of the block itself are not to ask again by `one`.
        """
        with self._changed:
            self._waiting_alone += 1
            self._changed.wait_for(lambda: not self._out and not self._is_alone)
            self._waiting_alone -= 1
            self._is_alone = True
        try:
            yield
        finally:
            with self._changed:
                self._is_alone = False
                self._changed.notify_all()

    def ended(self, exchange: Exchange) -> None:
        """Let the limit learn from a request that ended."""
        with self._changed:
            before = self._limit.now
            self._limit.observe(exchange)
            if self._limit.now > before:
                self._changed.notify_all()

    def _is_open(self) -> bool:
        return not self._is_alone and not self._waiting_alone and self._out < self._limit.now
