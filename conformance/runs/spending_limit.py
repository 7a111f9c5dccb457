"""Stops a run on Amazon S3 before it may cost more than a limit.

The figures are upper estimates in US dollars: list prices of us-east-1, doubled for dearer Regions,
with every byte stored charged as if it stayed for the longest minimum time of a storage class.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from conformance.runs.errors import UsageError
from conformance.runs.loop import run_serially

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Test
    from conformance.engine.session import Sender
    from conformance.runs.run import Run
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


PRICES_DATE: Final = "2026-11"
"""When these prices were written down."""


def dollars(requests: int, sent: int, received: int) -> float:
    """Return what requests may cost at most, in US dollars; bytes are those of bodies."""
    return (requests * (_REQUEST + _KMS) + sent * _STORED + received * _OUT) * _SAFETY


class Spending:
    """Adds up what may have been spent; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.dollars = 0.0

    def through(self, sender: Sender) -> Sender:
        """Return a sender that adds up the cost of its requests."""
        return _Counted(sender, self._add)

    def _add(self, exchange: Exchange) -> None:
        received = len(exchange.answer.body) if exchange.answer is not None else 0
        cost = dollars(1, len(exchange.request.body), received)
        with self._lock:
            self.dollars += cost


class _Counted:
    """Sends through another sender, and tells each exchange."""

    def __init__(self, sender: Sender, tell: Callable[[Exchange], None]) -> None:
        self._sender = sender
        self._tell = tell

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call; see `Sender.send`."""
        exchange = self._sender.send(call, identity)
        self._tell(exchange)
        return exchange


def run_within(run: Run, limit: float) -> float:
    """Run the tests one after the other while the limit lasts; return what they may have cost.

    What is left out then makes the run incomplete. Raises `UsageError` for a limit so low that
    nothing could be run.
    """
    check_limit(limit)
    spending = Spending()

    def may_begin(test: Test) -> str:
        if spending.dollars + RESERVE > limit:
            return f"the spending limit of {limit:.2f} USD ends the run at {test.id}"
        return ""

    run_serially(run, through=spending.through, may_begin=may_begin)
    return spending.dollars + RESERVE


def check_limit(limit: float) -> None:
    """Raise `UsageError` for a limit below what any run may cost."""
    if limit <= RESERVE:
        raise UsageError(f"--spend-limit: no run can be sure to cost less than {RESERVE:.2f} USD")
