"""Lets two sides take turns, step by step."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        """Remove a side whose test has ended, so that the other need not wait."""
        with self._changed:
            self._there[side] = False
            self._changed.notify_all()

    def again(self) -> None:
        """Start the next test with the first side."""
        with self._changed:
            self._next = 0
            self._there = [True, True]
