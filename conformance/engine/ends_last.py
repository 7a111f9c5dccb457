"""Requests of a group that begin first and end last, and the others that run meanwhile."""

from __future__ import annotations

import threading
from typing import Final

_MOST_SECONDS: Final = 5.0
"""How long requests wait for each other: a server may answer one after the other."""


class EndsLast:
    """Lets requests begin before all others of their group, and end behind them.

    ``first`` counts those that are to end last, ``others`` the rest. Threads share it.
    """

    def __init__(self, first: int, others: int) -> None:
        self._first = first
        self._others = others
        self._changed = threading.Condition()

    def hold(self) -> None:
        """Say that half of a body is sent, and wait for the end of the others."""
        with self._changed:
            self._first -= 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._others <= 0, _MOST_SECONDS)

    def wait_for_first(self) -> None:
        """Wait until each request that ends last has sent half of its body, or has failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._first <= 0, _MOST_SECONDS)

    def release(self) -> None:
        """Let the others begin, whatever came of a request that was to end last."""
        with self._changed:
            self._first -= 1
            self._changed.notify_all()

    def one_ended(self) -> None:
        """Count one of the others that has ended, whatever came of it."""
        with self._changed:
            self._others -= 1
            self._changed.notify_all()
