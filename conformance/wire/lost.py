"""Counts missing answers in a row: to all requests, and to writes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.wire.model import Exchange

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class LostRow:
    """The missing answers in a row of one client; threads may share it.

    An endpoint may answer what reads and hang on what writes, so that an answer to a read ends
    only the row of all requests.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all = 0
        self._writes = 0

    @property
    def length(self) -> int:
        """The longer of both rows."""
        return max(self._all, self._writes)

    def note(self, exchange: Exchange) -> None:
        """Note whether a request was answered."""
        lost, writes = exchange.answer is None, exchange.request.method not in _READS
        with self._lock:
            self._all = self._all + 1 if lost else 0
            if writes:
                self._writes = self._writes + 1 if lost else 0

    def clear(self) -> None:
        """Begin again: the endpoint was seen to answer."""
        with self._lock:
            self._all = self._writes = 0
