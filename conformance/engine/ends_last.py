"""Requests of a group that begin before the others and end after them."""

from __future__ import annotations

import threading
from typing import Final

_MOST_SECONDS: Final = 5.0
"""How long requests wait for each other: a server may answer one after the other."""


class EndsLast:
    """Makes requests begin before all others of their group, and end after them.

    ``first`` counts those that are to end last, ``others`` the rest. Threads share it.
    """

    def __init__(self, first: int, others: int) -> None:
        self._first = first
        self._others = others
        self._changed = threading.Condition()

    def hold(self) -> None:
        """Report that half of the body is sent, and wait until the other requests have ended."""
        with self._changed:
            self._first -= 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._others <= 0, _MOST_SECONDS)

    def wait_for_first(self) -> None:
        """Wait until each request that ends last has sent half of its body, or has failed."""
        with self._changed:
            self._changed.wait_for(lambda: self._first <= 0, _MOST_SECONDS)

    def release(self) -> None:
        """Let the others begin, even if a request that should end last has failed."""
        with self._changed:
            self._first -= 1
            self._changed.notify_all()

    def one_ended(self) -> None:
        """Count one of the other requests as ended, with or without an answer."""
        with self._changed:
            self._others -= 1
            self._changed.notify_all()
