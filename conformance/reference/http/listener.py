"""The two listening sockets, and a thread for each connection."""

from __future__ import annotations

import os
import selectors
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.reference.http.connection import serve

if TYPE_CHECKING:
    import ssl

    from conformance.reference.http.exchange import Face

_BACKLOG = 128
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Port:
    """A socket to accept connections on; with a context they speak TLS."""

    listener: socket.socket
    tls: ssl.SSLContext | None

    @property
    def number(self) -> int:
        """The TCP port."""
        number: int = self.listener.getsockname()[1]
        return number

    def accept(self) -> socket.socket:
        """Return the next connection; its TLS handshake is left to its thread."""
        sock, _ = self.listener.accept()
        sock.setblocking(True)
        if self.tls is None:
            return sock
        return self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)


def open_port(host: str, number: int, tls: ssl.SSLContext | None) -> Port:
    """Listen on ``host``; port 0 takes a free one. Raises OSError, saying where it can't be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, number), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OSError(error.errno, f"can't listen on {host} port {number}: {reason}") from error
    # A client may leave between the selector's word and accept, which must then not block.
    listener.setblocking(False)
    return Port(listener, tls)


class Acceptor:
    """Accepts connections of several ports in one background thread."""

    def __init__(self, face: Face, ports: tuple[Port, ...]) -> None:
        self._face = face
        self._ports = ports
        self._wake, self._woken = socket.socketpair()
        self._slots = threading.BoundedSemaphore(face.limits.connections)
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._stopping = False
        self._thread = threading.Thread(target=self._accept, name="reference-accept", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting, cut all connections, wait for their threads. May be called twice."""
        with self._lock:
            if self._stopping:
                return
            self._stopping = True
        self._wake.close()
        self._thread.join()
        for port in self._ports:
            port.listener.close()
        self._woken.close()
        with self._lock:
            cut = dict(self._open)
        for sock in cut:
            with suppress(OSError):
                # The plain method: a TLS socket's own would pull the session from under its thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        end = time.monotonic() + _STOP_SECONDS
        for thread in cut.values():
            thread.join(max(0.0, end - time.monotonic()))

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            for port in self._ports:
                selector.register(port.listener, selectors.EVENT_READ, port)
            while not self._stopping:
                for key, _ in selector.select():
                    if isinstance(key.data, Port):
                        self._take(key.data)

    def _take(self, port: Port) -> None:
        # Waiting here with a time limit keeps stop() possible while every slot is taken.
        if not self._slots.acquire(timeout=0.2):
            return
        try:
            sock = port.accept()
        except OSError:
            self._slots.release()
            return
        thread = threading.Thread(
            target=self._run, args=(sock,), name="reference-connection", daemon=True
        )
        with self._lock:
            self._open[sock] = thread
        thread.start()

    def _run(self, sock: socket.socket) -> None:
        try:
            serve(sock, self._face)
        finally:
            with self._lock:
                del self._open[sock]
            sock.close()
            self._slots.release()
