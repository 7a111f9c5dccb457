"""Reads one answer from a socket with h11, limited in size and time.

The socket's peer is hostile until shown otherwise: every wait ends at a deadline, every count and
every length has a limit, and whatever is not HTTP becomes a `WireFault` instead of an exception
from below. What limits an answer is silence: each byte that comes renews the wait, up to the limit
of the whole answer.
"""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import h11

from conformance.wire import remarks

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from conformance.wire.model import Limits, TransportFault

_RECEIVE_BYTES: Final = 256 * 1024
_MOST_INTERIM: Final = 32
"""1xx answers before we call it a flood."""

_QUESTIONS: Final = {
    head: h11.Request(method="HEAD" if head else "GET", target="/", headers=[("Host", "h")])
    for head in (False, True)
}
_FRAMING: Final = (b"content-length", b"transfer-encoding")
_BODILESS: Final = (204, 304)
"""Statuses whose answers have no body, whatever their heads say (RFC 9112, 6.3)."""
_PROTOCOL: Final = b"HTTP/"
_END: Final = h11.EndOfMessage()


class WireFault(Exception):  # noqa: N818 - a fault of the endpoint's, not an error of ours
    """No answer came, for the reason given.

    ``answered`` says whether any byte of an answer had come; ``reset`` whether the peer's kernel
    threw away bytes of the request (a TCP reset came), so that the peer never read it whole.
    """

    def __init__(
        self, fault: TransportFault, text: str, *, answered: bool = False, reset: bool = False
    ) -> None:
        super().__init__(text)
        self.fault: TransportFault = fault
        self.text = text
        self.answered = answered
        self.reset = reset


@dataclass(slots=True)
class RawAnswer:
    """An answer as it came, its transfer coding undone."""

    status: int = 0
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    interim: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is odd about it as HTTP; see `conformance.wire.remarks`."""
    reusable: bool = False
    """Whether the connection can carry another request."""


def receive_time(sock: socket.socket, deadline: float) -> None:
    """Set the socket's timeout so that the next wait ends at ``deadline`` (`time.monotonic`)."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)


class AnswerReader:
    """Reads the answer to one request; `read` does the whole, and raises `WireFault`.

    ``most_data`` is the limit of a 2xx answer's body; the body of any other is a document.
    """

    def __init__(
        self, sock: socket.socket, limits: Limits, *, head: bool, most_data: int | None = None
    ) -> None:
        self._sock = sock
        self._limits = limits
        self._most_data = limits.body_bytes if most_data is None else most_data
        self._until = time.monotonic() + limits.whole_seconds
        self._silence = limits.answer_seconds
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.head_bytes)
        # h11 has to hear of a request before it takes an answer; what was sent is our business.
        self._h11.send(_QUESTIONS[head])
        self._h11.send(_END)
        self._received = 0
        self._is_head = head
        self._head: h11.Response | None = None
        self.answer = RawAnswer()

    @property
    def answered(self) -> bool:
        """Whether any byte of the answer has come."""
        return self._received > 0

    @property
    def has_final(self) -> bool:
        """Whether the head of the final answer has come."""
        return self._head is not None

    def poll(self) -> None:
        """Read what has arrived already, without waiting."""
        self._sock.settimeout(0)
        try:
            data = self._sock.recv(_RECEIVE_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except (OSError, ValueError) as error:
            raise self._lost(error) from error
        self._feed(data)
        self._drain_interim()

    def wait_interim(self, seconds: float) -> None:
        """Wait until a 1xx or the final answer begins, or ``seconds`` have passed."""
        deadline = time.monotonic() + seconds
        while not self.answer.interim and not self.has_final:
            try:
                self._receive(deadline)
            except WireFault as fault:
                if fault.fault == "timeout":
                    return
                raise
            self._drain_interim()

    def read(self) -> RawAnswer:
        """Read the complete final answer."""
        self._until = time.monotonic() + self._limits.whole_seconds
        deadline = self._next_deadline()
        while self._head is None:
            before = len(self.answer.interim)
            self._receive(deadline)
            self._drain_interim()
            if len(self.answer.interim) > before:
                deadline = self._next_deadline()
        answer, response = self.answer, self._head
        answer.status = response.status_code
        answer.reason = _text(response.reason)
        answer.headers = tuple(
            [(_text(name), _text(value)) for name, value in response.headers.raw_items()]
        )
        said = [(name.lower(), value) for name, value in answer.headers]
        length = self._content_length(dict(said))
        if length is None:
            self._read_coded()
        else:
            self._read_counted(length)
        answer.remarks += remarks.of_head(response.http_version, said, answer.interim)
        answer.reusable = (
            answer.reusable
            and response.http_version == b"1.1"
            and not any("close" in value.lower() for name, value in said if name == "connection")
        )
        return answer

    def _next_deadline(self) -> float:
        """Return when the next wait ends, if nothing comes until then."""
        return min(time.monotonic() + self._silence, self._until)

    @property
    def _most(self) -> int:
        """Bytes that the body may have."""
        if self.answer.status < 300:
            return self._most_data
        return min(self._limits.document_bytes, self._limits.body_bytes)

    def _content_length(self, headers: Mapping[str, str]) -> int | None:
        """Return how long the body is; None when only its own coding, or its end, shows it.

        h11 has seen to it that a Content-Length is one number, and that no Transfer-Encoding
        but ``chunked`` stands beside it or alone.
        """
        if self._is_head or self.answer.status in _BODILESS:
            return 0
        if "transfer-encoding" in headers:
            return None
        length = headers.get("content-length")
        return None if length is None else int(length)

    def _read_counted(self, length: int) -> None:
        """Read a body of known length; memory is treated as what came, not for what is to come."""
        if length > self._most:
            raise self._too_large()
        came, ended = self._h11.trailing_data
        pieces, count = [came], len(came)
        while count < length:
            piece = self._more(min(_RECEIVE_BYTES, length - count))
            pieces.append(piece)
            count += len(piece)
        self.answer.body = b"".join(pieces)[:length]
        self.answer.reusable = count == length and not ended
        if count > length:
            self.answer.remarks.append(remarks.UNASKED_FOR)

    def _more(self, most: int) -> bytes:
        """Wait for at most so many bytes of a body."""
        try:
            receive_time(self._sock, self._next_deadline())
            data = self._sock.recv(most)
        except (OSError, ValueError) as error:
            raise self._lost(error) from error
        if not data:
            raise self._closed()
        self._received += len(data)
        return data

    def _read_coded(self) -> None:
        """Read a body that is chunked, or that ends with the connection."""
        body, most = bytearray(), self._most
        while True:
            event = self._next_event()
            if isinstance(event, h11.Data):
                body += event.data
                if len(body) > most:
                    raise self._too_large()
            elif event is h11.NEED_DATA:
                self._receive(self._next_deadline())
            else:
                break
        self.answer.body = bytes(body)
        more = bool(self._h11.trailing_data[0])
        self.answer.reusable = self._h11.their_state is h11.DONE and not more
        if more:
            self.answer.remarks.append(remarks.UNASKED_FOR)

    def _drain_interim(self) -> None:
        """Take 1xx answers and the final head out of what has come."""
        while self._head is None:
            event = self._next_event()
            if isinstance(event, h11.InformationalResponse):
                self.answer.interim.append(event.status_code)
                if len(self.answer.interim) > _MOST_INTERIM:
                    raise self._fault("too-large", f"more than {_MOST_INTERIM} interim answers")
            elif isinstance(event, h11.Response):
                self._head = event
            else:
                return

    def _next_event(self) -> object:
        try:
            return self._h11.next_event()
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == 431:
                limit = self._limits.head_bytes
                raise self._fault("too-large", f"a head of more than {limit} bytes") from error
            raise self._fault("garbage", f"no HTTP answer: {error}") from error

    def _receive(self, deadline: float) -> None:
        """Wait for bytes and feed them."""
        try:
            receive_time(self._sock, deadline)
            data = self._sock.recv(_RECEIVE_BYTES)
        except (OSError, ValueError) as error:
            raise self._lost(error) from error
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        if not data and self._until_close():
            self._h11.receive_data(b"")
            return
        if not data:
            raise self._closed()
        # h11 waits for a whole line; what speaks another protocol may wait for us just as long.
        known = _PROTOCOL[self._received : len(_PROTOCOL)]
        self._received += len(data)
        if not data.startswith(known[: len(data)]):
            raise self._fault("garbage", "the answer is not HTTP")
        self._h11.receive_data(data)

    def _until_close(self) -> bool:
        """Return whether the body is one that ends with the connection."""
        if self._head is None or self._h11.their_state is not h11.SEND_BODY:
            return False
        return not any(name in _FRAMING for name, _ in self._head.headers)

    def _lost(self, error: Exception) -> WireFault:
        if isinstance(error, TimeoutError):
            what = "the rest of the answer" if self.answered else "an answer"
            return self._fault("timeout", f"{what} did not come in time")
        if isinstance(error, (ConnectionResetError, BrokenPipeError)):
            fault = self._fault("closed", "the endpoint reset the connection")
            fault.reset = True
            return fault
        if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return self._closed()
        if isinstance(error, ssl.SSLError):
            return self._fault("tls", f"TLS failed: {error.reason or error}")
        return self._fault("closed", f"the connection was lost: {error}")

    def _closed(self) -> WireFault:
        where = (
            f"after {self._received} bytes of an answer" if self.answered else "without an answer"
        )
        return self._fault("closed", f"the endpoint closed the connection {where}")

    def _too_large(self) -> WireFault:
        return self._fault("too-large", f"a body of more than {self._most} bytes")

    def _fault(self, fault: TransportFault, text: str) -> WireFault:
        return WireFault(fault, text, answered=self.answered)


def _text(raw: bytes) -> str:
    """Decode a header as UTF-8, as Latin-1 where it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
