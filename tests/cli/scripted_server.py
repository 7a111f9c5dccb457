"""A server that misbehaves as told: raw bytes over a loopback socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Self

Behaviour = Callable[[bytes, int], bytes | None]
"""From a request's head and its number (from 0) to the raw answer; None says nothing, ever."""

EMPTY_LIST = (
    b'<?xml version="1.0"?><ListAllMyBucketsResult><Owner><ID>o</ID></Owner><Buckets/>'
    b"</ListAllMyBucketsResult>"
)


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return one HTTP answer that leaves the connection open."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def error(status: int, code: str) -> bytes:
    """Return an S3 error."""
    return answer(status, f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode())


class ScriptedServer:
    """Serves one connection a thread until the block ends, then closes what is open."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.requests: list[str] = []
        """Request lines, in order of arrival."""
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                while head := _read_request(connection):
                    with self._lock:
                        number = len(self.requests)
                        self.requests.append(head.split(b"\r\n", 1)[0].decode("latin-1"))
                    said = self._behaviour(head, number)
                    if said is None:
                        connection.recv(1)  # until the client or the test gives up
                        return
                    connection.sendall(said)
                    if not _whole(said):
                        return
            except OSError:
                return


def _read_request(connection: socket.socket) -> bytes:
    """Read one request with its body and return its head; empty at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    size = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            size = int(value)
    while len(body) < size:
        more = connection.recv(65536)
        if not more:
            return b""
        body += more
    return head


def _whole(said: bytes) -> bool:
    """Tell whether an answer has a length and all of its body, so that another may follow."""
    head, _, body = said.partition(b"\r\n\r\n")
    return f"Content-Length: {len(body)}".encode() in head.split(b"\r\n")
