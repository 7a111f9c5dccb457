"""A fake service behind the face, and a raw socket in front of it."""

from __future__ import annotations

import io
import socket
import ssl
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from conformance.reference.domain.messages import Request, Response
from conformance.reference.http.limits import Limits
from conformance.reference.server import ReferenceServer, Settings

from .signing import ACCESS_KEY, NOW, REGION, SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

IMPATIENT = Limits(
    idle_seconds=0.05, stall_seconds=0.05, head_seconds=0.1, body_seconds=0.1, linger_seconds=0.05
)
QUICK = Limits(linger_seconds=0.2)


def _name_the_method(request: Request) -> Response:
    return Response(headers=(("x-fake", request.method),))


@dataclass
class FakeService:
    """Keeps every request; raises its payload's problem, else answers as told."""

    requests: list[Request] = field(default_factory=list)
    answer: Callable[[Request], Response] = _name_the_method

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        self.requests.append(request)
        if request.payload.problem is not None:
            raise request.payload.problem
        return self.answer(request)

    @property
    def last(self) -> Request:
        """The last request that came through."""
        return self.requests[-1]


@dataclass(frozen=True)
class Answer:
    """One answer as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The error document's code."""
        return self.field("Code")

    def field(self, name: str) -> str:
        """Return one child of the error document, still escaped."""
        text = self.body.decode("utf-8")
        return text.partition(f"<{name}>")[2].partition(f"</{name}>")[0]


class _Kept(io.BufferedReader):
    """A file that http.client may close as often as it likes."""

    def close(self) -> None:
        """Stay open: the next answer comes through the same buffer."""


class _Connection:
    """What http.client wants of a socket."""

    def __init__(self, file: _Kept) -> None:
        self._file = file

    def makefile(self, mode: str) -> _Kept:
        del mode
        return self._file


class Client:
    """A raw connection: sends bytes as they are, reads answers with http.client."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._file = _Kept(self._raw)

    def send(self, *pieces: bytes) -> None:
        """Send the pieces, each by itself."""
        for piece in pieces:
            self.sock.sendall(piece)

    def answer(self, method: str = "PUT") -> Answer:
        """Read one final answer."""
        connection = cast("socket.socket", _Connection(self._file))
        response = HTTPResponse(connection, method=method)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())

    def ask(self, request: bytes) -> Answer:
        """Send one request and read its answer."""
        self.send(request)
        return self.answer(request.split(b" ", 1)[0].decode())

    def exactly(self, size: int) -> bytes:
        """Read that many bytes, fewer at the end of the connection."""
        return self._file.read(size)

    def closed(self) -> bool:
        """Wait for the server to end the connection."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()


@contextmanager
def serving(service: FakeService, limits: Limits = QUICK) -> Iterator[ReferenceServer]:
    """Run the face over ``service``, with the signer's keys, region and time."""
    settings = Settings(region=REGION, access_key=ACCESS_KEY, secret_key=SECRET_KEY, limits=limits)
    with ReferenceServer(settings, handler=service, clock=lambda: NOW) as server:
        yield server


@contextmanager
def connected(
    server: ReferenceServer, *, tls: bool = False, name: str = "localhost"
) -> Iterator[Client]:
    """Connect to the server; give up after five silent seconds."""
    url = urlsplit(server.tls_endpoint_url if tls else server.endpoint_url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=5) as plain:
        if not tls:
            with closing(Client(plain)) as client:
                yield client
            return
        context = ssl.create_default_context(cafile=str(server.ca_file))
        with (
            context.wrap_socket(plain, server_hostname=name) as wrapped,
            closing(Client(wrapped)) as client,
        ):
            yield client


def framed(*chunks: bytes, trailer: Sequence[str] = ()) -> bytes:
    """Return an unsigned aws-chunked body."""
    pieces = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks]
    lines = "".join(f"{line}\r\n" for line in trailer).encode()
    return b"".join(pieces) + b"0\r\n" + lines + b"\r\n"
