"""A server in front of the reference that answers some requests in a way of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .listener import Listener

if TYPE_CHECKING:
    import ssl
    import threading

CHUNK = 65_536


@dataclass(frozen=True)
class Request:
    """One request as its bytes came."""

    head: bytes
    body: bytes

    @property
    def method(self) -> str:
        """The method."""
        return self.head.split(b" ", 1)[0].decode("latin-1")

    @property
    def target(self) -> str:
        """The request target."""
        return self.head.split(b" ", 2)[1].decode("latin-1")

    @property
    def is_list_buckets(self) -> bool:
        """Whether it is the question of the preflight."""
        return self.method == "GET" and self.target.partition("?")[0] == "/"

    @property
    def is_list_parts(self) -> bool:
        """Whether it is ListParts."""
        return self.method == "GET" and "uploadId=" in self.target


@dataclass
class Turn:
    """One request that is to be answered badly, on its connection."""

    sock: socket.socket
    request: Request
    upstream: tuple[str, int]
    state: State

    def honest(self) -> bytes:
        """Return what the reference answers, with a Content-Length whatever it has itself."""
        return plain(ask(self.upstream, self.request), is_head=self.request.method == "HEAD")

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self.sock.sendall(data)

    def answer(self, data: bytes) -> None:
        """Send an answer, to a HEAD without its body."""
        head, ended, _ = data.partition(b"\r\n\r\n")
        self.say(head + ended if self.request.method == "HEAD" else data)

    def say_slowly(self, pieces: list[bytes], seconds: float) -> None:
        """Send pieces with a pause before each, as long as the client listens."""
        for piece in pieces:
            self.wait(seconds)
            self.say(piece)

    def wait(self, seconds: float) -> None:
        """Let time pass, unless the server is closed meanwhile."""
        if self.state.closing.wait(seconds):
            raise ConnectionAbortedError

    def hang(self) -> None:
        """Say nothing more until the client has gone."""
        while self.sock.recv(CHUNK):
            pass

    def reset(self) -> None:
        """Close the connection with a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()


@dataclass
class State:
    """What a server remembers over its connections."""

    closing: threading.Event
    answers: list[bytes] = field(default_factory=list)
    """The honest answers so far."""
    hits: int = 0
    seen: int = 0


Does = Callable[[Turn], object]
Hits = Callable[[Request, State], bool]


class Proxy(Listener):
    """Answers what ``hits`` picks by ``does``, and forwards all else to the reference."""

    def __init__(
        self,
        upstream_url: str,
        does: Does,
        hits: Hits,
        context_of: Callable[[int], ssl.SSLContext] | None = None,
    ) -> None:
        super().__init__(self._serve_requests, context_of)
        parts = urlsplit(upstream_url)
        self.upstream = (parts.hostname or "", parts.port or 80)
        self.state = State(self.closing)
        self._does = does
        self._hits = hits

    def _serve_requests(self, sock: socket.socket) -> None:
        buffer = b""
        while True:
            request, buffer = read_request(sock, buffer)
            if request is None:
                return
            self.state.seen += 1
            turn = Turn(sock, request, self.upstream, self.state)
            if self._hits(request, self.state):
                self.state.hits += 1
                if self._does(turn) == "close":
                    return
                continue
            answer = turn.honest()
            self.state.answers.append(answer)
            turn.say(answer)


def read_request(sock: socket.socket, buffer: bytes) -> tuple[Request | None, bytes]:
    """Read one request off a connection; None when the client has gone."""
    while b"\r\n\r\n" not in buffer:
        data = sock.recv(CHUNK)
        if not data:
            return None, b""
        buffer += data
    head, _, rest = buffer.partition(b"\r\n\r\n")
    fields = head.lower().split(b"\r\n")
    length = next((int(f.split(b":")[1]) for f in fields if f.startswith(b"content-length:")), 0)
    chunked = any(f.startswith(b"transfer-encoding:") for f in fields)
    while (not rest.endswith(b"0\r\n\r\n")) if chunked else len(rest) < length:
        data = sock.recv(CHUNK)
        if not data:
            return None, b""
        rest += data
    taken = len(rest) if chunked else length
    return Request(head + b"\r\n\r\n", rest[:taken]), rest[taken:]


def ask(upstream: tuple[str, int], request: Request) -> bytes:
    """Send a request on a connection of its own and return the bytes of the whole answer."""
    with socket.create_connection(upstream) as sock:
        sock.sendall(request.head + request.body)
        answer = b""
        while True:
            found = whole_answer(answer, head_only=request.method == "HEAD")
            if found is not None:
                return found
            data = sock.recv(CHUNK)
            if not data:
                return answer
            answer += data


def whole_answer(data: bytes, *, head_only: bool) -> bytes | None:
    """Return the final answer when it has come whole; interim answers are left out."""
    while True:
        head, ended, rest = data.partition(b"\r\n\r\n")
        if not ended:
            return None
        if not head.split(b" ", 2)[1].startswith(b"1"):
            break
        data = rest
    fields = head.lower().split(b"\r\n")
    length = next((int(f.split(b":")[1]) for f in fields if f.startswith(b"content-length:")), 0)
    if head_only or head.split(b" ", 2)[1] in (b"204", b"304"):
        return head + ended
    if b"transfer-encoding: chunked" in fields:
        return data if rest.endswith(b"0\r\n\r\n") else None
    return head + ended + rest[:length] if len(rest) >= length else None


def plain(answer: bytes, *, is_head: bool) -> bytes:
    """Return an answer whose body is not chunked."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if is_head or b"transfer-encoding: chunked" not in head.lower().split(b"\r\n"):
        return answer
    pieces: list[bytes] = []
    while True:
        size, _, body = body.partition(b"\r\n")
        count = int(size.split(b";")[0], 16)
        if not count:
            return with_body(answer, b"".join(pieces))
        pieces.append(body[:count])
        body = body[count + 2 :]


def parts_of(answer: bytes) -> tuple[bytes, bytes]:
    """Return head, without the blank line, and body of an answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def with_body(answer: bytes, body: bytes, *more: bytes) -> bytes:
    """Return the answer with another body, and further header lines."""
    lines = [
        line
        for line in parts_of(answer)[0].split(b"\r\n")
        if not line.lower().startswith((b"content-length:", b"transfer-encoding:"))
    ]
    lines += [b"Content-Length: %d" % len(body), *more]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def answer_of(status: bytes, body: bytes = b"", *fields: bytes) -> bytes:
    """Return an answer made of nothing but this."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def refusal_of(status: bytes, code: bytes, message: bytes = b"no", *fields: bytes) -> bytes:
    """Return an S3 error."""
    body = b"<Error><Code>%s</Code><Message>%s</Message></Error>" % (code, message)
    return answer_of(status, body, b"Content-Type: application/xml", *fields)
