"""Counts what goes over the wire, and lets interruptions through while it does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.engine.session import Sender
    from conformance.properties.interruption import Interruption
    from conformance.wire.model import Call, Exchange


class Meter:
    """A sender that counts; stands before the real one while a law is tried."""

    def __init__(self, inner: Sender, interruption: Interruption) -> None:
        self.inner = inner
        self._interruption = interruption
        self.requests = 0
        self.bytes = 0
        self._lock = threading.Lock()

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call and count it, with the bytes of both bodies."""
        with self._interruption.open():
            exchange = self.inner.send(call, identity)
        answer = exchange.answer
        size = len(exchange.request.body) + (len(answer.body) if answer is not None else 0)
        with self._lock:
            self.requests += 1
            self.bytes += size
        return exchange
