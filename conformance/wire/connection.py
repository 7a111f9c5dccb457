"""One open connection: sends a request and reads its answer, whatever the peer does meanwhile."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from conformance.wire.answer import AnswerReader, RawAnswer, WireFault, receive_time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from conformance.wire.model import Limits, TransportFault

_ONE_SEND_BYTES: Final = 64 * 1024
"""Up to here head and body go out in one call."""
_SEND_BYTES: Final = 512 * 1024
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
    when_sent: Callable[[], None] | None = None
    """Called when all is sent, or no more will be."""


PoolKey = tuple[str, str, int, str]
"""Transport, address, port, and the name that TLS checked (empty over plain HTTP)."""


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

    def speaks(self, told: Collection[int]) -> bool:
        """Return whether bytes may be there to read, where these sockets have some.

        What came over TLS with the last answer may lie in OpenSSL, where no poll sees it.
        """
        pending = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0
        return pending or self.sock.fileno() in told

    def state(self) -> Literal["quiet", "closed", "noisy"]:
        """Return whether an idle connection is still open, and whether it has unexpected bytes.

        A 408 is how some servers say that they close an idle connection (RFC 9110, 15.5.9).
        """
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        if not self.speaks([number for number, _ in poller.poll(0)]):
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
            if sent.when_sent is not None:
                sent.when_sent()
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


def _send_fault(error: Exception, reader: AnswerReader) -> WireFault:
    if isinstance(error, TimeoutError):
        return WireFault("timeout", "the endpoint stopped reading", answered=reader.answered)
    kind: TransportFault = "tls" if isinstance(error, ssl.SSLError) else "closed"
    return WireFault(kind, f"the request could not be sent: {error}", answered=reader.answered)
