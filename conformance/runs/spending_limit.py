"""Keeps what a run on Amazon S3 may cost below a limit.

The figures are upper estimates in US dollars: list prices of us-east-1, doubled for dearer Regions,
with every byte stored charged as if it stayed for the longest minimum time of a storage class.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from conformance.properties.plan import is_law
from conformance.runs.errors import UsageError
from conformance.runs.worker import Worker, make_context

if TYPE_CHECKING:
    from conformance.engine.session import Sender
    from conformance.engine.worker_context import WorkerContext
    from conformance.runs.plan import Plan
    from conformance.runs.run import Run
    from conformance.wire.client import Wire
    from conformance.wire.model import Call, Exchange

_SAFETY: Final = 2.0
_REQUEST: Final = 0.005 / 1000
"""Of PUT, COPY, POST and LIST; GET costs a twelfth, DELETE nothing."""
_KMS: Final = 0.03 / 10_000
_GIB: Final = 1024**3
_OUT: Final = 0.09 / _GIB
_STORED: Final = 0.15 / _GIB
RESERVE: Final = 0.05
"""For the probes before the first test, for one more test, and for the clean-up."""


class Meter:
    """Sends through another sender and adds up what that may cost; threads may share it."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._lock = threading.Lock()
        self.spent = 0.0

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call; see `Sender.send`."""
        exchange = self._sender.send(call, identity)
        received = len(exchange.answer.body) if exchange.answer is not None else 0
        cost = _REQUEST + _KMS + len(exchange.request.body) * _STORED + received * _OUT
        with self._lock:
            self.spent += cost * _SAFETY
        return exchange


def run_within(run: Run, limit: float) -> float:
    """Run the tests one after the other while the limit lasts; return what they may have cost.

    What is left out then makes the run incomplete. Raises `UsageError` for a limit so low that
    nothing could be run.
    """
    check_limit(limit)
    meters: list[Meter] = []

    def make(plan: Plan, wire: Wire, name: str) -> WorkerContext:
        meters.append(Meter(wire))
        return make_context(plan, meters[0], name)

    run.collected([test.id for test in run.selection.tests])
    worker = Worker(run.plan, "main", make)
    meter = meters[0]
    try:
        for test in run.plan.tests:
            if meter.spent + RESERVE > limit:
                run.recorder.problem(
                    f"the spending limit of {limit:.2f} USD ends the run at {test.id}"
                )
                break
            if is_law(test.id):
                continue
            line = worker.run(test)
            run.took(line)
            if lost := worker.lost(line):
                run.target_lost(lost)
                break
    finally:
        run.worker_ended(worker.name, worker.close(), worker.requests_sent)
    return meter.spent + RESERVE


def check_limit(limit: float) -> None:
    """Raise `UsageError` for a limit below what any run may cost."""
    if limit <= RESERVE:
        raise UsageError(f"--spend-limit: no run can be sure to cost less than {RESERVE:.2f} USD")
