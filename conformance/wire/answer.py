"""Reads one answer from a socket, limited in size and time.

The socket's peer is hostile until shown otherwise: every wait ends at a deadline, every count and
every length has a limit, and whatever is not HTTP becomes a `WireFault` instead of an exception
from below. What limits an answer is silence: each byte that comes renews the wait, up to the limit
of the whole answer.
"""

from __future__ import annotations

import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.wire import remarks
from conformance.wire.plain_head import PlainHead, plain_head

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

    from conformance.wire.any_answer import AnyAnswer, Head
    from conformance.wire.model import Limits, TransportFault

_RECEIVE_BYTES: Final = 256 * 1024
_MOST_INTERIM: Final = 32
"""1xx answers before we call it a flood."""

_BODILESS: Final = (204, 304)
"""Statuses whose answers have no body, whatever their heads say (RFC 9112, 6.3)."""
_PROTOCOL: Final = b"HTTP/"


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
        self._received = 0
        self._is_head = head
        self._plain: PlainHead | None = None
        self._any: AnyAnswer | None = None
        self._head: Head | None = None
        self.answer = RawAnswer()

    @property
    def answered(self) -> bool:
        """Whether any byte of the answer has come."""
        return self._received > 0

    @property
    def has_final(self) -> bool:
        """Whether the head of the final answer has come."""
        return self._plain is not None or self._head is not None

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
        while not self.has_final:
            before = len(self.answer.interim)
            self._receive(deadline)
            self._drain_interim()
            if len(self.answer.interim) > before:
                deadline = self._next_deadline()
        if self._plain is not None:
            self._read_plain(self._plain)
        elif self._head is not None and self._any is not None:
            self._read_other(self._head, self._any)
        return self.answer

    def _read_plain(self, head: PlainHead) -> None:
        answer = self.answer
        answer.status, answer.reason, answer.headers = head.status, head.reason, head.headers
        self._read_counted(head.length, head.rest)
        answer.reusable = answer.reusable and not _closes(answer)

    def _read_other(self, head: Head, came: AnyAnswer) -> None:
        answer = self.answer
        answer.status, answer.reason, answer.headers = head.status, head.reason, head.headers
        said = [(name.lower(), value) for name, value in answer.headers]
        length = self._content_length(dict(said))
        if length is None:
            self._read_coded(came)
        else:
            rest, ended = came.rest
            self._read_counted(length, rest)
            answer.reusable = answer.reusable and not ended
        answer.remarks += remarks.of_head(head.version, said, answer.interim)
        answer.reusable = answer.reusable and head.version == b"1.1" and not _closes(answer)

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

    def _read_counted(self, length: int, came: bytes) -> None:
        """Read a body of known length; memory is taken for what came, not for what is to come."""
        if length > self._most:
            raise self._too_large()
        pieces, count = [came], len(came)
        while count < length:
            piece = self._more(min(_RECEIVE_BYTES, length - count))
            pieces.append(piece)
            count += len(piece)
        self.answer.body = b"".join(pieces)[:length]
        self.answer.reusable = count == length
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

    def _read_coded(self, came: AnyAnswer) -> None:
        """Read a body that is chunked, or that ends with the connection."""
        body, most = bytearray(), self._most
        with self._told():
            while (data := came.data()) is not None:
                body += data
                if len(body) > most:
                    raise self._too_large()
                if not data:
                    self._receive(self._next_deadline())
        self.answer.body = bytes(body)
        more = bool(came.rest[0])
        self.answer.reusable = came.is_complete and not more
        if more:
            self.answer.remarks.append(remarks.UNASKED_FOR)

    def _drain_interim(self) -> None:
        """Take 1xx answers and the final head out of what has come."""
        if self._any is None:
            return
        with self._told():
            while self._head is None and (head := self._any.head()) is not None:
                if not head.is_interim:
                    self._head = head
                    return
                self.answer.interim.append(head.status)
                if len(self.answer.interim) > _MOST_INTERIM:
                    raise self._fault("too-large", f"more than {_MOST_INTERIM} interim answers")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Make a `WireFault` of bytes that are no answer."""
        from conformance.wire.any_answer import NotHttpError  # noqa: PLC0415

        try:
            yield
        except NotHttpError as error:
            if error.too_large:
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
        if not data and self._any is not None and self._any.ends_with_connection:
            self._any.feed(b"")
            return
        if not data:
            raise self._closed()
        # What speaks another protocol may wait for us as long as we wait for a whole line.
        known = _PROTOCOL[self._received : len(_PROTOCOL)]
        is_first = not self._received
        self._received += len(data)
        if not data.startswith(known[: len(data)]):
            raise self._fault("garbage", "the answer is not HTTP")
        most = self._limits.head_bytes
        if is_first:
            self._plain = plain_head(data, most=most, bodiless=self._is_head)
        if self._plain is not None:
            return
        if self._any is None:
            # Imported here: see there.
            from conformance.wire.any_answer import AnyAnswer  # noqa: PLC0415

            self._any = AnyAnswer(most=most, to_head=self._is_head)
        self._any.feed(data)

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


def _closes(answer: RawAnswer) -> bool:
    """Return whether an answer says that its connection ends behind it."""
    return any(
        "close" in value.lower() for name, value in answer.headers if name.lower() == "connection"
    )
