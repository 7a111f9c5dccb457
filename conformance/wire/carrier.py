"""Carries one request over a connection that was kept, or a new one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from conformance.wire.answer import RawAnswer, WireFault
from conformance.wire.connection import Pool

if TYPE_CHECKING:
    from conformance.wire.addressing import Route
    from conformance.wire.model import Endpoint


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

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def interrupt(self) -> None:
        """End every exchange that is under way, as if the endpoint had hung up."""
        self._pool.interrupt()

    def carry(
        self, route: Route, head: bytes, body: bytes, *, is_head: bool, wait_continue: bool
    ) -> RawAnswer:
        """Send a request and return its answer; raises `WireFault` when none comes."""
        given = {"is_head": is_head, "wait_continue": wait_continue}
        try:
            return self._once(route, head, body, fresh=False, **given)
        except _StaleConnectionError:
            return self._once(route, head, body, fresh=True, **given)

    def cut_off(self, route: Route, head: bytes, body: bytes) -> None:
        """Send a request that breaks off, on a connection of its own, and wait for its end.

        Raises `WireFault` when there is no connection, or when nothing could be sent.
        """
        connection = self._pool.take(route, fresh=True)
        try:
            with self._lock:
                self._sent += 1
            connection.break_off(head + body, self._limits)
        finally:
            connection.close()

    def _once(
        self,
        route: Route,
        head: bytes,
        body: bytes,
        *,
        fresh: bool,
        is_head: bool,
        wait_continue: bool,
    ) -> RawAnswer:
        connection = self._pool.take(route, fresh=fresh)
        kept = False
        try:
            with self._lock:
                self._sent += 1
                self._bytes += len(body)
            raw = connection.exchange(
                head, body, self._limits, is_head=is_head, wait_continue=wait_continue
            )
            kept = raw.reusable
        except WireFault as fault:
            if connection.reused and fault.reset and not fault.answered:
                raise _StaleConnectionError from fault
            raise
        finally:
            if kept:
                self._pool.give_back(connection)
            else:
                self._pool.drop(connection)
        return raw


class _StaleConnectionError(Exception):
    """A kept connection had been closed before the request was read."""
