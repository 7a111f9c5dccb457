"""Keeps the threads that run tests on one core at a time.

Python lets one thread run at a time. Left to itself the kernel wakes the next one on another core,
whose caches hold nothing of what the threads share: a run with several tests in flight took a
fifth longer, and a quarter more processor time.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_PERIOD_SECONDS: Final = 1.0
"""After which the core is chosen again: something else may have begun to use it."""
_PROCESSOR: Final = 36
"""Of the fields of a thread's ``stat`` that follow its name, see proc(5)."""


class OneCore:
    """Keeps threads that call `stay` on one core, where the kernel had put the first of them.

    From time to time a thread may go where the kernel puts it, and the others follow. Nothing
    happens where the process has no second core, or there are more ``processes`` than cores, or the
    system can't do it.
    """

    def __init__(self, processes: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        found = usable_cores()
        self._cores = found if len(found) >= max(2, processes) else frozenset[int]()
        self._clock = clock
        self._core: int | None = None
        self._until = 0.0
        self._lock = threading.Lock()
        self._here = _Here()

    def stay(self) -> None:
        """Move this thread to the core of the others; to be called before each test."""
        if not self._cores:
            return
        with self._lock:
            try:
                self._stay()
            except OSError:  # a core is gone, or the system forbids it
                self._cores = frozenset()

    def _stay(self) -> None:
        now = self._clock()
        if self._core is None or self._here.looks_around:
            self._core, self._until = _current_core(), now + _PERIOD_SECONDS
            self._here.looks_around = False
        elif now >= self._until:
            # The others stay meanwhile; should this test take long, another one looks around.
            self._until = now + _PERIOD_SECONDS
            self._here.looks_around, self._here.core = True, None
            os.sched_setaffinity(0, self._cores)
            return
        if self._here.core != self._core:
            os.sched_setaffinity(0, {self._core})
            self._here.core = self._core


class _Here(threading.local):
    """Where the current thread is."""

    core: int | None = None
    looks_around = False


def usable_cores() -> frozenset[int]:
    """Return the cores that the process may use; empty where the system does not tell."""
    if not hasattr(os, "sched_getaffinity"):
        return frozenset()
    # By its number: 0 means the thread that asks, which may be kept on one core.
    return frozenset(os.sched_getaffinity(os.getpid()))


def leave_core() -> None:
    """Let this thread run on every core of the process, whatever holds for the one it came from."""
    cores = usable_cores()
    with suppress(OSError):
        if cores:
            os.sched_setaffinity(0, cores)


def _current_core() -> int:
    stat = Path("/proc/thread-self/stat").read_text(encoding="ascii", errors="replace")
    return int(stat.rpartition(")")[2].split()[_PROCESSOR])
