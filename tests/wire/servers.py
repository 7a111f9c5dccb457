"""Servers that say exactly what a test tells them to, and keep what they were sent."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Received:
    """One request as its bytes came."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of that name in any case."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    @property
    def target(self) -> str:
        """The request target as it came."""
        return self.line.split(" ")[1]


@dataclass
class Peer:
    """The server's end of one connection."""

    sock: socket.socket
    index: int
    log: list[Received]
    _buffer: bytes = b""

    def fill(self) -> bool:
        """Read more; False at the end of the stream."""
        data = self.sock.recv(65536)
        self._buffer += data
        return bool(data)

    def head(self) -> Received | None:
        """Read the head of a request; None when the client hung up."""
        while b"\r\n\r\n" not in self._buffer:
            if not self.fill():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        line, *fields = head.decode().split("\r\n")
        headers = [(n, v.strip(" ")) for n, _, v in (each.partition(":") for each in fields)]
        received = Received(line, headers, b"")
        self.log.append(received)
        return received

    def body(self, request: Received) -> None:
        """Read the body of a request into it."""
        if request.header("transfer-encoding"):
            while not self._buffer.endswith(b"0\r\n\r\n"):
                self.fill()
            request.body, self._buffer = self._buffer, b""
            return
        length = int(request.header("content-length") or 0)
        while len(self._buffer) < length:
            self.fill()
        request.body, self._buffer = self._buffer[:length], self._buffer[length:]

    def request(self) -> Received | None:
        """Read a whole request; None when the client hung up."""
        received = self.head()
        if received is not None:
            self.body(received)
        return received

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self.sock.sendall(data)


@dataclass
class Server:
    """Runs ``serve`` on every connection, in a thread each, on a free loopback port."""

    serve: Callable[[Peer], object]
    context: ssl.SSLContext | None = None
    log: list[Received] = field(default_factory=list)
    connections: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for sock in self._open:
            sock.close()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            self.connections += 1
            thread = threading.Thread(target=self._run, args=(sock, self.connections - 1))
            self._threads.append(thread)
            thread.start()

    def _run(self, sock: socket.socket, index: int) -> None:
        # What the client does to a connection is the test's business, not the server's.
        with contextlib.suppress(OSError):
            if self.context:
                sock = self.context.wrap_socket(sock, server_side=True)
                self._open.append(sock)
            self.serve(Peer(sock, index, self.log))


def answering(*answers: bytes) -> Callable[[Peer], None]:
    """Answer the requests of each connection in turn, the last answer again and again."""

    def serve(peer: Peer) -> None:
        turn = 0
        while peer.request():
            peer.say(answers[min(turn, len(answers) - 1)])
            turn += 1

    return serve


def saying(data: bytes, *, close: bool = True) -> Callable[[Peer], None]:
    """Read one request, send these bytes, and close (or hang)."""

    def serve(peer: Peer) -> None:
        peer.request()
        peer.say(data)
        if close:
            peer.sock.shutdown(socket.SHUT_RDWR)
        else:
            peer.fill()

    return serve
