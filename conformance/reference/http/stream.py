"""Reading requests off a socket and putting answers on it, bounded in size and in time."""

from __future__ import annotations

import io
import math
import re
import socket
import time
from typing import TYPE_CHECKING

from conformance.reference.http.errors import bad_request, entity_too_large, head_too_large

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from conformance.reference.http.limits import Limits

BUFFER_BYTES = 256 * 1024
_PIECE_BYTES = 64 * 1024**2
_JOINED_BYTES = 64 * 1024
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n", re.ASCII)
_FIRST_OF_METHOD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


class Disconnected(Exception):  # noqa: N818  # not an error: clients come and go
    """The client closed the connection in the middle of something; ``came`` is what it had sent."""

    def __init__(self, came: bytes = b"") -> None:
        super().__init__()
        self.came = came


class _TimedSocket(io.RawIOBase):
    """A socket that is read with a limit on each wait and one on all of them together."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._timeout = -1.0
        self._deadline = 0.0
        self._limit = 0.0

    def allow(self, wait: float, altogether: float) -> None:
        """Set the seconds that one wait and all further waits together may take."""
        self._limit = wait
        self._deadline = time.monotonic() + altogether

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        left = min(self._limit, self._deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("the client takes too long")
        self.set_timeout(left)
        return self._socket.recv_into(buffer)

    def set_timeout(self, seconds: float) -> None:
        # Most waits have the same limit; a system call for each would show in small requests.
        if seconds != self._timeout:
            self._socket.settimeout(seconds)
            self._timeout = seconds


class Stream:
    """One connection, read through a buffer that large bodies bypass.

    Every read raises TimeoutError when the client is too slow, OSError when the connection breaks.
    """

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._socket = sock
        self._limits = limits
        self._raw = _TimedSocket(sock)
        self._reader = io.BufferedReader(self._raw, BUFFER_BYTES)

    def wait(self) -> bool:
        """Wait for the first byte of a request; return False when the client has gone.

        Raises S3Error 400 when that byte can't begin one (a TLS hello on the plain port, say).
        """
        self._raw.allow(self._limits.idle_seconds, math.inf)
        first = self._reader.peek(1)[:1]
        if first and first[0] not in _FIRST_OF_METHOD:
            raise bad_request()
        return bool(first)

    def head(self) -> bytes:
        """Return one request head with its empty line.

        Raises S3Error 400 beyond the size limit, Disconnected at an early end.
        """
        self._raw.allow(self._limits.stall_seconds, self._limits.head_seconds)
        limit = self._limits.head_bytes
        lines = []
        size = 0
        while True:
            line = self._reader.readline(limit - size + 1)
            size += len(line)
            if size > limit:
                raise head_too_large(limit)
            if not line.endswith(b"\n"):
                raise Disconnected
            lines.append(line)
            if line in (b"\r\n", b"\n"):
                return b"".join(lines)

    def body(self, length: int) -> bytes:
        """Return exactly that many bytes; raises Disconnected when fewer come."""
        if not length:
            return b""
        self._raw.allow(self._limits.stall_seconds, self._limits.body_seconds)
        return self._exactly(length)

    def chunked_body(self, limit: int) -> bytes:
        """Return the payload of a body in HTTP chunks; trailer fields are dropped.

        Raises S3Error 400 beyond ``limit`` bytes or for malformed chunks, Disconnected at an
        early end.
        """
        self._raw.allow(self._limits.stall_seconds, self._limits.body_seconds)
        pieces = []
        total = 0
        while size := self._chunk_size():
            total += size
            if total > limit:
                raise entity_too_large(total, limit)
            pieces.append(self._exactly(size))
            if self._reader.readline(3) not in (b"\r\n", b"\n"):
                raise bad_request("chunked body")
        self._drop_trailer_fields()
        return b"".join(pieces)

    def send(self, head: bytes, body: bytes = b"") -> None:
        """Send an answer: in one piece unless the copy would cost more than a second packet."""
        self._raw.set_timeout(self._limits.stall_seconds)
        if len(body) <= _JOINED_BYTES:
            self._socket.sendall(head + body)
        else:
            self._socket.sendall(head)
            self._socket.sendall(body)

    def linger(self) -> None:
        """Let a client that still sends read the answer before the connection is cut.

        Closing with unread bytes would reset the connection, and the answer with it.
        """
        seconds = self._limits.linger_seconds
        self._raw.allow(seconds, seconds)
        try:
            self._socket.shutdown(socket.SHUT_WR)
            while self._reader.read1(BUFFER_BYTES):
                pass
        except (OSError, ValueError):
            pass

    def _exactly(self, length: int) -> bytes:
        if length <= _PIECE_BYTES:
            data = self._reader.read(length)
            if len(data) != length:
                raise Disconnected(data)
            return data
        # The memory for a body is taken as it arrives, not as it is announced.
        pieces = []
        while length:
            try:
                pieces.append(self._exactly(min(length, _PIECE_BYTES)))
            except Disconnected as early:
                raise Disconnected(b"".join((*pieces, early.came))) from None
            length -= len(pieces[-1])
        return b"".join(pieces)

    def _chunk_size(self) -> int:
        line = self._reader.readline(4096)
        match = _CHUNK_SIZE.fullmatch(line)
        if match is None:
            if not line.endswith(b"\n") and len(line) < 4096:
                raise Disconnected
            raise bad_request("chunked body")
        return int(match[1], 16)

    def _drop_trailer_fields(self) -> None:
        left = self._limits.head_bytes
        while (line := self._reader.readline(left + 1)) not in (b"\r\n", b"\n"):
            left -= len(line)
            if left < 0:
                raise head_too_large(self._limits.head_bytes)
            if not line.endswith(b"\n"):
                raise Disconnected
