"""Shared set-ups: each is sent once by a worker, for all tests that only read from it.

A scenario that says ``given-once`` makes an object and then looks at it, as its other cases do, and
maybe scenarios beside it. Parts of 5 MiB are most of what a run sends; so the first test makes the
object, and the others get what it saved.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.catalog.digests import digest_of_given
from conformance.engine.overlapping import overlapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.catalog.model import Test
    from conformance.engine.cleanup import Leftovers
    from conformance.engine.secrets import Secrets
    from conformance.engine.value import Value
    from conformance.record.model import RecordedExchange
    from conformance.wire.model import Call, Exchange


@dataclass(frozen=True, slots=True)
class SetUp:
    """The results of the ``given`` steps of a test."""

    names: Mapping[str, Value]
    """All names that were known behind them."""
    exchanges: tuple[RecordedExchange, ...]
    secrets: Secrets
    payload: int
    """Bytes of payload, which objects may be made of."""
    copies: int
    """Requests that may have put in as much again."""


class SharedSetUps:
    """The set-ups of one worker, by label; threads may share it.

    A label names the kind of bucket, the steps, and how often a test with them did not pass: after
    that the set-up is made again under other keys, so that no test fails for what befell an object
    that an earlier one made. Tests that were under way keep theirs.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._ready: dict[str, SetUp] = {}
        self._rounds: dict[str, int] = {}
        self._forgotten = 0
        self._leftovers: list[Leftovers] = []

    def label(self, test: Test) -> str:
        """Return the label of the set-up that a test shares; empty when it has one of its own."""
        if not test.scenario.given_once:
            return ""
        digest = digest_of_given(test)
        with self._lock:
            return f"given-once {digest} {self._forgotten} {self._rounds.get(digest, 0)}"

    @contextmanager
    def one_at_a_time(self, label: str) -> Iterator[SetUp | None]:
        """Yield the set-up, or None to the first caller, who creates it while others wait.

        When it was not kept by then, the next one makes it.
        """
        with self._lock:
            making = self._making.setdefault(label, threading.Lock())
        with making:
            yield self._ready.get(label)

    def keep(self, label: str, made: SetUp, leftovers: Leftovers) -> None:
        """Keep a set-up for all further tests, with what has to be removed at the end."""
        shared = tuple(replace(one, shared=True) for one in made.exchanges)
        with self._lock:
            self._ready[label] = replace(made, exchanges=shared)
            self._leftovers.append(leftovers)

    def again(self, test: Test) -> None:
        """Discard the set-up of a test, so that the next test creates it again."""
        if test.scenario.given_once:
            digest = digest_of_given(test)
            with self._lock:
                self._rounds[digest] = self._rounds.get(digest, 0) + 1

    def forget(self) -> None:
        """Discard all set-ups: their objects may be lost with a bucket or the server."""
        with self._lock:
            self._forgotten += 1

    def remove(
        self, send: Callable[[Call], Exchange], width: int, break_off: Callable[[], None]
    ) -> list[str]:
        """Remove what all set-ups made, see `overlapped`; return what is left."""
        with self._lock:
            taken, self._leftovers = self._leftovers, []
            self._ready.clear()
        removed = overlapped(lambda one: one.remove(send), taken, width, break_off=break_off)
        return [text for texts in removed for text in texts]
