"""Lets two sides take turns, step by step."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING

from conformance.engine.session import Session
from conformance.engine.worker_context import WorkerContext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Step, Test
    from conformance.engine.step_results import Finding
    from conformance.record.model import Role


class Turns:
    """Two sides, 0 and 1, each of which waits until the other has had its turn.

    A side that has left holds nobody up. What a side does in its turn may use many threads.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._next = 0
        self._there = [True, True]

    @contextmanager
    def turn(self, side: int) -> Iterator[None]:
        """Wait for the side's turn, and pass it on at the end of the block."""
        with self._changed:
            self._changed.wait_for(lambda: self._next == side or not self._there[1 - side])
        try:
            yield
        finally:
            with self._changed:
                self._next = 1 - side
                self._changed.notify_all()

    def leave(self, side: int) -> None:
        """Take a side out, whose test has ended."""
        with self._changed:
            self._there[side] = False
            self._changed.notify_all()

    def again(self) -> None:
        """Begin anew, with the first side."""
        with self._changed:
            self._next = 0
            self._there = [True, True]


class InterleavedContext(WorkerContext):
    """A context whose tests perform their steps in turns; `sit_down` says with whom."""

    def sit_down(self, turns: Turns, side: int) -> None:
        """Take a side; before the first session."""
        self.turns, self.side = turns, side

    def session(self, test: Test) -> Session:
        """Open the session of a test; its steps wait for their turn."""
        plain = super().session(test)
        values = {one.name: getattr(plain, one.name) for one in fields(plain)}
        session = InterleavedSession(**values)
        session.turns, session.side = self.turns, self.side
        return session


class InterleavedSession(Session):
    """A session that performs each step when it is its side's turn."""

    turns: Turns
    side: int

    def perform(self, step: Step, role: Role) -> list[Finding]:
        """Perform a step in its turn; see `Session.perform`."""
        with self.turns.turn(self.side):
            return super().perform(step, role)
