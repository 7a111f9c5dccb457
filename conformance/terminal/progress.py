"""How far a run is: how much is done, how long the rest may take, what has run longest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.text import clock

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST: Final = 20
"""Tests that must have ended before anything is said about the rest."""
_LONG: Final = 3.0
"""Seconds after which a test that still runs is named."""


class Progress:
    """Counts tests and seconds; ``now`` gives seconds, from any beginning."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._begun = now()
        self._running: dict[str, float] = {}
        self._first = 0.0
        self.total = 0
        self.done = 0

    def began(self, test_id: str) -> None:
        """Take a test that begins."""
        self._first = self._first or self._now()
        self._running[test_id] = self._now()

    def ended(self, test_id: str) -> None:
        """Take a test that ended."""
        self._running.pop(test_id, None)
        self.done += 1

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._now() - self._begun

    @property
    def counted(self) -> str:
        """``412/1789``."""
        return f"{self.done}/{self.total}"

    @property
    def left(self) -> str:
        """``about 2:10 left``; empty while too little is known."""
        if self.done < _FIRST or self.done >= self.total:
            return ""
        each = (self._now() - (self._first or self._begun)) / self.done
        return f"about {clock(each * (self.total - self.done))} left"

    @property
    def longest(self) -> str:
        """``property/machine for 0:41``, the test that has run longest; empty when none is slow."""
        if not self._running:
            return ""
        test_id = min(self._running, key=self._running.__getitem__)
        seconds = self._now() - self._running[test_id]
        return f"{test_id} for {clock(seconds)}" if seconds >= _LONG else ""

    @property
    def line(self) -> str:
        """All of it in one line."""
        running = f"running {self.longest}" if self.longest else ""
        said = (f"{self.counted} tests", clock(self.elapsed), self.left, running)
        return ", ".join(part for part in said if part)
