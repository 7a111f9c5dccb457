"""Sockets: dialling, TLS, sending, and a small pool of kept-alive connections."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from conformance.wire.answer import AnswerReader, RawAnswer, WireFault, receive_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.wire.addressing import Route
    from conformance.wire.model import Endpoint, Limits, TransportFault

_ONE_SEND_BYTES: Final = 64 * 1024
"""Up to here head and body go out in one call."""
_SEND_BYTES: Final = 512 * 1024
_IDLE_PER_HOST: Final = 32
_CONTINUE_SECONDS: Final = 1.0
"""How long a request with ``Expect: 100-continue`` waits before it sends its body anyway."""
_END_SECONDS: Final = 5.0
"""How long a request that breaks off waits for the peer to notice."""
_LOOK_BYTES: Final = 64
"""Of what came unasked: enough to know a 408."""
_RESET_WAIT_MILLISECONDS: Final = 250
"""How long a reset may trail the orderly end of a connection."""

_HUNG_UP: Final = (
    BrokenPipeError,
    ConnectionResetError,
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as bytes, and what its body waits for."""

    head: bytes
    body: bytes
    wait_continue: bool = False
    """Whether the body waits for 100 Continue, for a while."""
    held_back: Callable[[], None] | None = None
    """Called behind the first half of the body; the second goes out when it returns."""


class Connection:
    """One open connection; used by one thread at a time."""

    def __init__(self, sock: socket.socket, key: PoolKey) -> None:
        self.sock = sock
        self.key = key
        self.reused = False
        self.noise_before = False
        """Bytes that nobody had asked for came on the connection that this one replaces."""

    def close(self) -> None:
        """Close the socket, whatever its state."""
        self.sock.close()

    def state(self) -> Literal["quiet", "closed", "noisy"]:
        """Return whether an idle connection is still open, and whether it has unexpected bytes.

        What came over TLS with the last answer may lie in OpenSSL, where no poll sees it. A 408 is
        how some servers say that they close an idle connection (RFC 9110, 15.5.9).
        """
        pending = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        if not pending and not poller.poll(0):
            return "quiet"
        try:
            self.sock.settimeout(0)
            came = self.sock.recv(_LOOK_BYTES)
        except (OSError, ValueError):  # a reset, or a message of TLS itself
            return "closed"
        return "noisy" if came and b" 408" not in came[:12] else "closed"

    def exchange(  # all by name
        self,
        sent: Outgoing,
        limits: Limits,
        *,
        is_head: bool,
        most_data: int | None = None,
    ) -> RawAnswer:
        """Send one request and read its answer; raises `WireFault`.

        An answer that comes while the body still goes out ends the sending: it is final whatever
        the rest of the body says. Such a connection is not used again.
        """
        reader = AnswerReader(self.sock, limits, head=is_head, most_data=most_data)
        whole, hung_up = True, False
        try:
            try:
                whole = self._send_all(sent, reader, limits)
            except _HUNG_UP:
                # What the endpoint said before it hung up may still be there to be read.
                whole, hung_up = False, True
            answer = reader.read()
        except WireFault as fault:
            if fault.fault == "closed" and not fault.answered and self.reused:
                fault.reset = fault.reset or hung_up or self._was_reset()
            raise
        except (OSError, ValueError) as error:
            raise _send_fault(error, reader) from error
        answer.reusable = answer.reusable and whole
        return answer

    def break_off(self, data: bytes, limits: Limits) -> None:
        """Send the beginning of a request, close our side, and wait until the peer closes its own.

        What the peer says to it is read and dropped; it need not end in time. Raises `WireFault`
        when the data could not be sent.
        """
        try:
            self.sock.settimeout(limits.answer_seconds)
            self.sock.sendall(data)
        except OSError as error:
            raise WireFault("closed", f"the request could not be sent: {error}") from error
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + min(_END_SECONDS, limits.answer_seconds)
            said = b"?"
            while said:
                receive_time(self.sock, deadline)
                said = self.sock.recv(_ONE_SEND_BYTES)

    def _was_reset(self) -> bool:
        """Return whether a reset comes behind the end of the stream.

        A peer that closed before it had read our request answers it with one; a peer that read
        the request and then closed does not.
        """
        poller = select.poll()
        poller.register(self.sock, 0)
        gone = select.POLLERR | select.POLLHUP
        return any(event & gone for _, event in poller.poll(_RESET_WAIT_MILLISECONDS))

    def _send_all(self, sent: Outgoing, reader: AnswerReader, limits: Limits) -> bool:
        """Send head and body; False when the final answer came before their end."""
        head, body = sent.head, sent.body
        if sent.held_back is not None:
            half = len(body) // 2
            if not self._send(head + body[:half], reader, limits):
                return False
            sent.held_back()
            return self._send(body[half:], reader, limits)
        if sent.wait_continue:
            self._send(head, reader, limits)
            reader.wait_interim(min(_CONTINUE_SECONDS, limits.answer_seconds))
            return not reader.has_final and self._send(body, reader, limits)
        if len(body) <= _ONE_SEND_BYTES:
            return self._send(head + body, reader, limits)
        return self._send(head, reader, limits) and self._send(body, reader, limits)

    def _send(self, data: bytes, reader: AnswerReader, limits: Limits) -> bool:
        """Send ``data``; False when the final answer came before its end.

        Progress, not the whole, has to come within the limit of an answer: a large body may take
        its time on a slow line.
        """
        if len(data) <= 2 * _ONE_SEND_BYTES:
            self.sock.settimeout(limits.answer_seconds)
            self.sock.sendall(data)
            return True
        poller = select.poll()
        poller.register(self.sock, select.POLLIN | select.POLLOUT)
        with memoryview(data) as view:
            start = 0
            while start < len(view):
                events = poller.poll(limits.answer_seconds * 1000)
                if not events:
                    raise TimeoutError
                if events[0][1] & ~select.POLLOUT:
                    reader.poll()
                    if reader.has_final:
                        return False
                if events[0][1] & select.POLLOUT:
                    self.sock.settimeout(limits.answer_seconds)
                    start += self.sock.send(view[start : start + _SEND_BYTES])
        return True


PoolKey = tuple[str, str, int, str]
"""Transport, address, port, and the name that TLS checked (empty over plain HTTP)."""


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
                if any(one.state() == "noisy" for one in idle):
                    self._distrusted = True
                for one in idle:
                    poller.register(one.sock, select.POLLIN)
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


def _send_fault(error: Exception, reader: AnswerReader) -> WireFault:
    if isinstance(error, TimeoutError):
        return WireFault("timeout", "the endpoint stopped reading", answered=reader.answered)
    kind: TransportFault = "tls" if isinstance(error, ssl.SSLError) else "closed"
    return WireFault(kind, f"the request could not be sent: {error}", answered=reader.answered)


def _tls_fault(error: Exception, route: Route) -> WireFault:
    """Return the fault that a failed handshake is; ValueError is a name that TLS cannot ask for."""
    if isinstance(error, TimeoutError):
        return WireFault("timeout", f"no TLS handshake with {_peer(route)} in time")
    if isinstance(error, ssl.SSLCertVerificationError):
        return WireFault("tls", f"the certificate of {route.host} is bad: {error.verify_message}")
    return WireFault("tls", f"no TLS handshake with {_peer(route)}: {error}")
