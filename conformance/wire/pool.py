"""Opens connections, with TLS where it is asked for, and keeps idle ones for the next request."""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from conformance.wire.answer import WireFault, receive_time
from conformance.wire.connection import Connection, PoolKey

if TYPE_CHECKING:
    from conformance.wire.addressing import Route
    from conformance.wire.model import Endpoint

_IDLE_PER_HOST: Final = 32


class Pool:
    """Opens connections and keeps idle ones; safe to use from several threads."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._idle: defaultdict[PoolKey, list[Connection]] = defaultdict(list)
        self._in_use: set[Connection] = set()
        self._context: ssl.SSLContext | None = None
        self._closed = False
        self._distrusted = False

    def take(self, route: Route, *, fresh: bool = False) -> Connection:
        """Return a connection for ``route``: an idle one that is still open, else a new one.

        Raises `WireFault` (``refused``, ``timeout``, ``dns``, ``tls``).
        """
        key = _key(route)
        noise = False
        while not fresh:
            with self._lock:
                connection = self._idle[key].pop() if self._idle[key] else None
            if connection is None:
                break
            state = connection.state()
            if state == "quiet" and not self._distrusted:
                connection.reused = True
                return self._lent(connection)
            noise = noise or state == "noisy"
            connection.close()
        if noise:
            self.distrust()
        made = self._lent(Connection(self._dial(route), key))
        made.noise_before = noise
        return made

    def _lent(self, connection: Connection) -> Connection:
        with self._lock:
            self._in_use.add(connection)
        return connection

    def interrupt(self) -> None:
        """Abort every exchange in flight, as if the endpoint had closed the connection."""
        with self._lock:
            for connection in self._in_use:
                with suppress(OSError):  # it is closed, or not open any more
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def drop(self, connection: Connection) -> None:
        """Close a connection that can't be used again."""
        with self._lock:
            self._in_use.discard(connection)
        connection.close()

    def look(self, seconds: float) -> None:
        """Watch the idle connections for unexpected bytes, for that many seconds."""
        until = time.monotonic() + seconds
        while not self._distrusted:
            poller = select.poll()
            # Under the lock: what a thread takes from here gets bytes that it asked for.
            with self._lock:
                idle = [one for group in self._idle.values() for one in group]
                for one in idle:
                    poller.register(one.sock, select.POLLIN)
                told = {number for number, _ in poller.poll(0)}
                for one in idle:
                    if one.speaks(told) and one.state() == "noisy":
                        self._distrusted = True
            left = until - time.monotonic()
            if left <= 0 or not poller.poll(left * 1000):
                return

    @property
    def distrusted(self) -> bool:
        """Whether unexpected bytes have arrived on any connection."""
        return self._distrusted

    def distrust(self) -> None:
        """Keep no connection from now on: unexpected bytes would be read as the next answer."""
        self._distrusted = True

    def give_back(self, connection: Connection) -> None:
        """Return a connection to the pool for the next request."""
        with self._lock:
            self._in_use.discard(connection)
            idle = self._idle[connection.key]
            if not (self._closed or self._distrusted) and len(idle) < _IDLE_PER_HOST:
                idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close all idle connections; those in use are closed when they are returned."""
        with self._lock:
            self._closed = True
            idle = [connection for group in self._idle.values() for connection in group]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def _dial(self, route: Route) -> socket.socket:
        deadline = time.monotonic() + self._endpoint.limits.connect_seconds
        try:
            sock = socket.create_connection(
                (route.address, route.port), timeout=self._endpoint.limits.connect_seconds
            )
        except (socket.gaierror, UnicodeError) as error:
            raise WireFault("dns", f"no address for {route.address}: {error}") from error
        except TimeoutError as error:
            raise WireFault("timeout", f"no connection to {_peer(route)} in time") from error
        except OSError as error:
            raise WireFault("refused", f"no connection to {_peer(route)}: {error}") from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if route.transport == "http":
            return sock
        try:
            receive_time(sock, deadline)
            return self._tls_context().wrap_socket(sock, server_hostname=route.host)
        except (OSError, ValueError) as error:
            sock.close()
            raise _tls_fault(error, route) from error

    def _tls_context(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = make_tls_context(self._endpoint)
            return self._context


def make_tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """Return the TLS settings of an endpoint.

    Certificates are checked against ``ca_file`` alone when there is one, else against the
    system's; not at all when the user asked for ``insecure``. Raises OSError or ssl.SSLError for
    a ``ca_file`` that cannot be read.
    """
    context = ssl.create_default_context(
        cafile=str(endpoint.ca_file) if endpoint.ca_file is not None else None
    )
    context.set_alpn_protocols(["http/1.1"])
    if endpoint.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _key(route: Route) -> PoolKey:
    name = route.host if route.transport == "tls" else ""
    return route.transport, route.address, route.port, name


def _peer(route: Route) -> str:
    return f"{route.address} port {route.port}"


def _tls_fault(error: Exception, route: Route) -> WireFault:
    """Return the fault that a failed handshake is; ValueError is a name that TLS cannot ask for."""
    if isinstance(error, TimeoutError):
        return WireFault("timeout", f"no TLS handshake with {_peer(route)} in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return WireFault("tls", f"the certificate of {route.host} is bad: {error.verify_message}")
    return WireFault("tls", f"no TLS handshake with {_peer(route)}: {error}")
