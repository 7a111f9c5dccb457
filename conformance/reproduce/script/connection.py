"""Sends one request over a connection of its own and reads its answer, both bounded."""

from __future__ import annotations

import socket
import time

from conformance.reproduce.script.sending import Answer, Endpoint, Request, prepared
from conformance.reproduce.script.values import NotChecked

MOST_BYTES = 256 * 1024 * 1024


def send(endpoint: Endpoint, request: Request) -> Answer:
    """Send a request; once more, signed afresh, while the server asks to slow down."""
    for pause in (0.2, 0.5, 1, 2, 4, 8, 0):
        answer = send_once(endpoint, request)
        throttled = answer.status == 429 or (answer.status == 503 and b"SlowDown" in answer.body)
        if not throttled or not pause:
            return answer
        time.sleep(pause)
    return answer


def send_once(endpoint: Endpoint, request: Request) -> Answer:
    """Send a request once and return its answer; `NotChecked` when none comes."""
    url, target, headers, body = prepared(endpoint, request)
    lines = [
        f"{request.method} {target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers),
    ]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    try:
        with socket.create_connection((url.hostname, port), timeout=endpoint.timeout) as plain:
            sock: socket.socket = plain
            if url.scheme == "https":
                name = next(value for key, value in headers if key.lower() == "host")
                sock = endpoint.context.wrap_socket(plain, server_hostname=name.rsplit(":", 1)[0])
            return exchanged(sock, head, body, request)
    except OSError as error:
        raise NotChecked(f"no answer from {url.scheme}://{url.netloc}: {error}") from None


def exchanged(sock: socket.socket, head: bytes, body: bytes, request: Request) -> Answer:
    """Send the bytes of a request and read the answer."""
    reader = Reader(sock)
    if request.wait:
        sock.sendall(head)
        timeout = sock.gettimeout()
        sock.settimeout(1.0)
        try:
            status, found = reader.head()
            if status >= 200:
                return reader.rest(status, found, request.method)
            reader.interim.append(status)
        except TimeoutError:
            pass
        sock.settimeout(timeout)
        head = b""
    try:
        sock.sendall(head + body)
    except (BrokenPipeError, ConnectionResetError):
        pass  # an answer may have come anyway
    return reader.answer(request.method)


def as_utf8(value: str) -> str:
    """Return a header's value as UTF-8 where it is that."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


class Reader:
    """Reads one HTTP answer."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.data = b""
        self.interim: list[int] = []

    def more(self) -> bool:
        """Read what comes next; False at the end."""
        piece = self.sock.recv(262_144)
        self.data += piece
        if len(self.data) > MOST_BYTES:
            raise NotChecked("the answer is too large")
        return bool(piece)

    def line(self, end: bytes) -> bytes:
        """Return all up to an end."""
        while end not in self.data:
            if len(self.data) > 1_000_000 or not self.more():
                raise NotChecked("the connection was closed, or the answer is not HTTP")
        found, _, self.data = self.data.partition(end)
        return found

    def head(self) -> tuple[int, list[tuple[str, str]]]:
        """Return status and headers."""
        first, *lines = self.line(b"\r\n\r\n").decode("latin-1").split("\r\n")
        words = first.split(" ", 2)
        if not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
            raise NotChecked("the answer is not HTTP")
        pairs = [line.partition(":")[::2] for line in lines]
        return int(words[1]), [(name, value.strip()) for name, value in pairs]

    def answer(self, method: str) -> Answer:
        """Return the final answer."""
        status, headers = self.head()
        while status < 200:
            self.interim.append(status)
            status, headers = self.head()
        return self.rest(status, headers, method)

    def rest(self, status: int, headers: list[tuple[str, str]], method: str) -> Answer:
        """Read the body that the headers announce."""
        said = {name.lower(): value for name, value in headers}
        if method == "HEAD" or status in (204, 304):
            body = b""
        elif "chunked" in said.get("transfer-encoding", "").lower():
            body = b"".join(iter(self.chunk, b""))
        elif said.get("content-length", "").isdigit():
            body = self.exactly(int(said["content-length"]))
        else:
            while self.more():
                pass
            body = self.data
        return Answer(
            status, [(name, as_utf8(value)) for name, value in headers], body, self.interim
        )

    def exactly(self, size: int) -> bytes:
        """Return so many bytes."""
        while len(self.data) < size:
            if not self.more():
                raise NotChecked("the connection was closed within an answer")
        found, self.data = self.data[:size], self.data[size:]
        return found

    def chunk(self) -> bytes:
        """Return the next chunk; nothing behind the last one."""
        size = int(self.line(b"\r\n").split(b";")[0], 16)
        data = self.exactly(size)
        if size:
            self.line(b"\r\n")
        return data
