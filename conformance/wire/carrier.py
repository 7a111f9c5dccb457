"""Sends one request over a kept-alive connection or a new one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from conformance.wire.answer import RawAnswer, WireFault
from conformance.wire.pool import Pool
from conformance.wire.remarks import UNASKED_FOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.wire.addressing import Route
    from conformance.wire.connection import Connection, Outgoing
    from conformance.wire.model import Endpoint, Limits


class Carrier:
    """Sends requests as bytes over kept-alive connections; threads may share it.

    Nothing is sent twice, with one exception that changes nothing for the endpoint: when a
    connection that was kept from an earlier request turns out to have been closed meanwhile, the
    request goes out again on a new one. That is done once, only if not one byte of an answer came,
    and only if the endpoint's side provably never read the request whole (its kernel answered our
    bytes with a reset). A connection that is closed without an answer, but after the request was
    read, is the endpoint's fault and is shown as one.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._limits = endpoint.limits
        self._pool = Pool(endpoint)
        self._lock = threading.Lock()
        self._sent = 0
        self._bytes = 0

    @property
    def bytes_sent(self) -> int:
        """How many bytes the bodies of these requests had, as they were framed."""
        return self._bytes

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far."""
        return self._sent

    def noisy(self, seconds: float = 0.0) -> bool:
        """Return whether bytes that no request asked for have come; then no connection is kept."""
        self._pool.look(seconds)
        return self._pool.distrusted

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def interrupt(self) -> None:
        """Abort every exchange in flight, as if the endpoint had closed the connection."""
        self._pool.interrupt()

    def cut_off(self, route: Route, head: bytes, body: bytes) -> None:
        """Send part of a request on a new connection, break it off, and wait for its end.

        Raises `WireFault` when there is no connection, or when nothing could be sent.
        """
        connection = self._pool.take(route, fresh=True)
        try:
            with self._lock:
                self._sent += 1
                self._bytes += len(body)
            connection.break_off(head + body, self._limits)
        finally:
            self._pool.drop(connection)

    def carry(
        self,
        route: Route,
        sent: Outgoing,
        *,
        is_head: bool,
        most_data: int | None = None,
        limits: Limits | None = None,
    ) -> RawAnswer:
        """Send a request and return its answer; raises `WireFault` when none comes.

        ``most_data`` bounds the data of a 2xx answer; ``limits`` means the endpoint's own.
        What is held back goes out on a new connection: on a kept one that was closed meanwhile it
        would be sent again, and not held back.
        """

        def once(*, fresh: bool) -> RawAnswer | None:
            connection = self._pool.take(route, fresh=fresh)
            return self._exchanged(
                connection,
                len(sent.body),
                lambda: connection.exchange(
                    sent, limits or self._limits, is_head=is_head, most_data=most_data
                ),
            )

        answer = (once(fresh=False) if sent.held_back is None else None) or once(fresh=True)
        if answer is None:
            raise RuntimeError("a new connection can't be a stale one")
        return answer

    def _exchanged(
        self, connection: Connection, size: int, exchange: Callable[[], RawAnswer]
    ) -> RawAnswer | None:
        """Return the answer; None when a kept connection was closed before the request was read."""
        kept = False
        try:
            with self._lock:
                self._sent += 1
                self._bytes += size
            raw = exchange()
            kept = raw.reusable
        except WireFault as fault:
            if connection.reused and fault.reset and not fault.answered:
                return None
            raise
        finally:
            if kept:
                self._pool.give_back(connection)
            else:
                self._pool.drop(connection)
        if connection.noise_before and UNASKED_FOR not in raw.remarks:
            raw.remarks.append(UNASKED_FOR)
        if UNASKED_FOR in raw.remarks:
            self._pool.distrust()
        return raw
