"""Limits the requests of one worker in flight: fixed, or adapted to measurements."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, Final

from conformance.engine.one_core import usable_cores
from conformance.vocabulary.text import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.wire.model import Exchange

FIRST: Final = 4
MOST: Final = 32
"""Beyond which Python itself, rather than the way to the endpoint, is what a request waits for."""
_WINDOW: Final = 2
"""Requests for each one in flight, after which the limit is looked at again."""
_LEAST_WINDOW: Final = 16
_GROWTH: Final = 1.5
_BUSY: Final = 0.85
"""Share of a core from which this process, and not the way to the endpoint, is what takes time."""
_IDLE: Final = 0.7
"""Share up to which more in flight help: between the two the number stays."""
_IDLE_AMONG_OTHERS: Final = 0.3
"""The same where processes compete for cores: what one did not use, another may have taken."""
_SLOWER: Final = 2.0
"""Times the shortest usual answer, from which the endpoint has more to do than it can."""
_GRACE_SECONDS: Final = 0.02
"""By which an answer may take longer whatever the shortest is: threads wait for each other, too."""
_SMALL: Final = 64 * 1024
"""Bytes of a body up to which an answer's time says something of the endpoint, not of the line."""
_BUSY_STATUSES: Final = (429, 503)


class Fixed:
    """A fixed limit."""

    def __init__(self, number: int) -> None:
        self.now = self.expected = number

    def observe(self, exchange: Exchange, began: float) -> None:
        """Learn nothing."""


class Auto:
    """A limit that grows while the network takes most time, and shrinks if the endpoint slows down.

    Half as many when a request was throttled (503, 429), once for all that were on their way then;
    from then on one more at a time. Else, after each window of requests: one fewer (but not below
    four, or one where the process has no core for itself) when this process has no time left, since
    its threads then wait for each other; a quarter fewer (but not below four) when the usual answer
    takes more than twice as long as it took at best, though this process has time left; half as
    many again when this process has time left. ``clock`` and ``cpu`` give seconds: the time of day,
    and that which the process has used. ``share`` is the part of a core that the process can have,
    ``first`` the number to begin with.
    """

    expected = 16
    """What it comes to where an answer takes 50 ms and the endpoint is quick."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
        share: float = 1.0,
        first: int = FIRST,
    ) -> None:
        self.now = first
        self._share = share
        # Two would keep a process as busy, but two answers that do not come would stop all others.
        self._least = FIRST if share == 1 else 1
        self._idle = _IDLE if share == 1 else _IDLE_AMONG_OTHERS
        self._clock = clock
        self._cpu = cpu
        self._since = clock(), cpu()
        self._seconds: list[float] = []
        self._count = 0
        self._best: float | None = None
        self._halved: float | None = None

    def observe(self, exchange: Exchange, began: float) -> None:
        """Learn from a request that began at that time and has ended.

        The limit changes after a window of them, or at once.
        """
        answer = exchange.answer
        self._count += 1
        if exchange.throttled or (answer is not None and answer.status in _BUSY_STATUSES):
            if self._halved is None or began > self._halved:
                self._halve()
            return
        if answer is not None and len(exchange.request.body) + len(answer.body) <= _SMALL:
            self._seconds.append(exchange.seconds)
        if self._count >= max(_LEAST_WINDOW, _WINDOW * self.now):
            self._look()

    def _halve(self) -> None:
        """Take half of the requests back; those that are on their way may be throttled, too."""
        self.now = max(1, self.now // 2)
        self._halved = self._clock()
        self._begin_window(self._halved, self._cpu())

    def _look(self) -> None:
        clock, cpu = self._clock(), self._cpu()
        busy = (cpu - self._since[1]) / max(clock - self._since[0], 1e-6)
        usual = statistics.median(self._seconds) if self._seconds else None
        if busy >= _BUSY * self._share:
            self.now = max(min(self._least, self.now), self.now - 1)
        elif self._is_slower(usual):
            self.now = max(min(FIRST, self.now), self.now * 3 // 4)
        elif busy < self._idle:
            more = self.now + 1 if self._halved is not None else int(self.now * _GROWTH)
            self.now = min(MOST, max(self.now + 1, more))
        if usual is not None and (self._best is None or usual < self._best):
            self._best = usual
        self._begin_window(clock, cpu)

    def _begin_window(self, clock: float, cpu: float) -> None:
        self._since, self._count = (clock, cpu), 0
        self._seconds.clear()

    def _is_slower(self, usual: float | None) -> bool:
        if usual is None or self._best is None:
            return False
        return usual > max(self._best * _SLOWER, self._best + _GRACE_SECONDS)


def limit_of(concurrency: int | None, processes: int = 1, first: int = FIRST) -> Fixed | Auto:
    """Return the limit that ``--concurrency`` means in each of so many processes; None is ``auto``.

    ``auto`` begins with ``first``. An endpoint on the same machine needs a core, too.
    """
    if concurrency is not None:
        return Fixed(concurrency)
    cores = len(usable_cores()) or os.cpu_count() or 1
    return Auto(share=min(1.0, cores / (processes + 1)), first=first)


def read_concurrency(text: str, option: str) -> int | None:
    """Return the number that an option names, None for ``auto``; `OptionError` for the rest."""
    if text == "auto":
        return None
    if not (text.isdecimal() and 1 <= int(text) <= MOST):
        raise OptionError(f"{option}: {text!r} is neither a number from 1 to {MOST} nor auto")
    return int(text)
