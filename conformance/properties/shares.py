"""Divides the common time budget among the properties, one after the other."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.properties.budget import Budget
    from conformance.properties.law import LawFacts

_LEAST: Final = 0.25
"""Part of its fair share that a law has even where the others have used everything up."""
_AHEAD: Final = 1.25
"""How many times its share a law may take where most are expected to leave some of theirs."""
_BESIDE_OTHERS: Final = 2.0
"""Times the pool where laws are tried beside other tests, which have half of the worker's time."""
_NOTHING: Final = 1e-9
"""Part of the whole below which what is left is a rounding error."""


class Shares:
    """Divides the remaining time among the remaining properties, by weight.

    A law that needs less than its share leaves the rest to those behind it. ``weight`` is that of
    all laws that are likely to come, `Law.weight` added up; several workers that take laws from
    one heap know it only about. A law too many still has a quarter of a fair share, so that each is
    tried. Where ``lanes`` laws are tried at once, each has so many times the time. A soak divides
    the time evenly; otherwise it is a limit that few laws come near to, and one that is slow may
    take a quarter more. The clock begins with the first law. Threads may share it.
    """

    def __init__(
        self,
        budget: Budget,
        weight: float,
        clock: Callable[[], float] = time.monotonic,
        lanes: Callable[[], int] = lambda: 1,
    ) -> None:
        self._budget = budget
        self._whole = weight
        self._clock = clock
        self._lanes = lanes
        self._lock = threading.Lock()
        self._waiting = weight
        self._ends: float | None = None

    def of(self, law: LawFacts) -> Budget:
        """Return what this property may spend; to be called just before it begins."""
        pool = self._budget.pool
        if pool is None:
            return self._budget
        lanes = self._lanes()
        if lanes > 1 and not self._budget.rounds:
            pool *= _BESIDE_OTHERS
        with self._lock:
            now = self._clock()
            if self._ends is None:
                self._ends = now + pool
            left = max(0.0, self._ends - now)
            weight = law.weight * lanes
            waiting = max(self._waiting, weight)
            self._waiting -= law.weight
            is_last = self._waiting <= _NOTHING * self._whole
        fair = min(pool, pool * weight / self._whole)
        ahead = 1.0 if self._budget.rounds else _AHEAD
        return replace(
            self._budget,
            seconds=max(min(left, ahead * left * weight / waiting), fair * _LEAST),
            last=is_last,
        )
