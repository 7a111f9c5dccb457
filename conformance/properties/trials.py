"""Runs the properties of one worker, and divides its time among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.properties.law_runner import run_law
from conformance.properties.laws import BY_ID
from conformance.properties.plan import is_law, laws_of, shares
from conformance.properties.traffic import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.catalog.model import Test
    from conformance.engine.session import Sender
    from conformance.engine.worker_context import WorkerContext
    from conformance.properties.budget import Budget
    from conformance.record.model import TestLine


class Trials:
    """``tests`` are those of all ``workers`` workers, properties and others.

    The laws send through ``sender``. ``lanes`` says how many may be tried at once, each in a thread
    of its own.
    """

    def __init__(
        self,
        budget: Budget,
        tests: Iterable[Test],
        workers: int,
        sender: Sender,
        lanes: Callable[[], int] = lambda: 1,
    ) -> None:
        self._sender = sender
        self._shares = shares(budget, laws_of(tests), workers, lanes=lanes)

    def has(self, test: Test) -> bool:
        """Return whether a test is a property."""
        return is_law(test.id)

    def run(self, test: Test, context: WorkerContext) -> TestLine:
        """Run a property and return its line; raises only `Interrupted`."""
        law = BY_ID[test.id]
        meter = Meter(self._sender)
        with context.through(meter) as metered:
            return run_law(law, test, metered, meter, self._shares.of(law))
