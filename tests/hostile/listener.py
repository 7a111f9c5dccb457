"""Listens on a free loopback port, and serves each connection in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable


class Listener:
    """A context manager; ``context_of`` gives the TLS context of the n-th connection, from 0."""

    def __init__(
        self,
        serve: Callable[[socket.socket], None],
        context_of: Callable[[int], ssl.SSLContext] | None = None,
    ) -> None:
        self._serve = serve
        self._context_of = context_of
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{'https' if self._context_of else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
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

    def _accept(self) -> None:
        for number in range(1_000_000):
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(sock)
            thread = threading.Thread(target=self._run, args=(sock, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, sock: socket.socket, number: int) -> None:
        # What the client does to a connection is the test's business, not the server's.
        with contextlib.suppress(OSError):
            if self._context_of is not None:
                sock = self._context_of(number).wrap_socket(sock, server_side=True)
                self._open.append(sock)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(sock)
        sock.close()
