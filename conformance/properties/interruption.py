"""Ctrl-C in the middle of a search.

A KeyboardInterrupt may come up between any two instructions, and Hypothesis is not made for that: a
callback of the garbage collector would print a traceback and swallow it. So a signal is kept
until a place where nobody is hurt, the next request at the latest.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from conformance.record.model import TestLine

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """A search was interrupted; ``line`` is set if it had found a counter-example by then."""

    def __init__(self, text: str, line: TestLine | None) -> None:
        super().__init__(text)
        self.text = text
        """How far it had come, for a reader of the record."""
        self.line = line


class Interruption:
    """Keeps the first signal within `held` until `open`; a second one is raised at once.

    Each `held` begins again; they are not put into each other.
    """

    def __init__(self) -> None:
        self._came = False
        self._told = False
        self._is_open = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold back signals that would raise KeyboardInterrupt, within the block.

        What came and was not raised by the end of the block is raised there. Outside of the main
        thread no signal ever comes, and nothing is done.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        self._came = self._told = False
        before = {
            one: handler
            for one in _SIGNALS
            if (handler := signal.getsignal(one)) is signal.default_int_handler
        }
        for one in before:
            signal.signal(one, self._take)
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
        self._raise_once()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Raise a held-back signal now, and later ones at once, within the block."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        self._raise_once()
        self._is_open = True
        try:
            yield
        finally:
            self._is_open = False

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        again, self._came = self._came, True
        if again or self._is_open:
            self._told = True
            raise KeyboardInterrupt

    def _raise_once(self) -> None:
        if self._came and not self._told:
            self._told = True
            raise KeyboardInterrupt
