"""Counts requests and bytes, and raises held-back interruptions."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from conformance.properties.interruption import Interruption

if TYPE_CHECKING:
    from conformance.engine.session import Sender
    from conformance.wire.model import Call, Exchange


class Meter:
    """A sender that counts and passes calls to the real one, for property tests.

    A signal that `Interruption.held` keeps is raised when a request goes out.
    """

    def __init__(self, inner: Sender) -> None:
        self.interruption = Interruption()
        self._inner = inner
        self._lock = threading.Lock()
        self.requests = 0
        self.bytes = 0
        self.sent = 0

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call and count it, with the bytes of both bodies."""
        with self.interruption.open():
            exchange = self._inner.send(call, identity)
        answer = exchange.answer
        sent = len(exchange.request.body)
        with self._lock:
            self.requests += 1
            self.sent += sent
            self.bytes += sent + (len(answer.body) if answer is not None else 0)
        return exchange


class Traffic:
    """The requests and bytes that a meter has counted since this object was created."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._requests = meter.requests
        self._bytes = meter.bytes
        self._sent = meter.sent

    @property
    def sent(self) -> int:
        """How many bytes the bodies of these requests had."""
        return self._meter.sent - self._sent

    @property
    def requests(self) -> int:
        """How many requests went out."""
        return self._meter.requests - self._requests

    @property
    def bytes(self) -> int:
        """How many bytes their bodies and those of the answers had."""
        return self._meter.bytes - self._bytes
