"""Kept connections: used again, replaced when stale, shared by threads, bounded, closed."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from conformance.wire.model import Call, Limits

from .calls import GET, PUT, statuses
from .servers import OK, Peer, Server, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.wire.client import Wire

LARGE = Limits(connect_seconds=10, answer_seconds=10)


def test_connections_are_kept(wire_to: Callable[..., Wire]) -> None:
    """Exchanges follow each other on one connection."""
    with Server(answering(OK)) as server:
        wire = wire_to(server.url)
        assert statuses(wire, GET, GET, PUT, GET) == [200] * 4
        assert (server.connections, wire.requests_sent) == (1, 4)


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 0\r\n\r\n", False),
        (
            b"HTTP/1.1 200 K\r\nConnection: Close\r\nConnection: x\r\nContent-Length: 0\r\n\r\n",
            False,
        ),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nab", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", False),
    ],
)
def test_what_keeps_a_connection(
    wire_to: Callable[..., Wire],
    answer: bytes,
    kept: bool,
) -> None:
    """An answer that ends by itself keeps the connection, unless it says otherwise."""
    with Server(answering(answer)) as server:
        wire = wire_to(server.url)
        assert None not in statuses(wire, GET, GET)
        assert server.connections == (1 if kept else 2)


def test_connection_closed_while_idle_is_replaced(wire_to: Callable[..., Wire]) -> None:
    """A kept connection that was closed meanwhile costs nothing: the request was never sent."""
    closed = threading.Event()

    def serve(peer: Peer) -> None:
        peer.request()
        peer.say(OK)
        if peer.index == 0:
            peer.sock.shutdown(socket.SHUT_RDWR)
            closed.set()

    with Server(serve) as server:
        wire = wire_to(server.url)
        assert statuses(wire, GET) == [200]
        assert closed.wait(5)
        assert statuses(wire, GET) == [200]
        assert (server.connections, wire.requests_sent) == (2, 2)


def test_request_that_was_not_read_goes_out_again(
    wire_to: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A close that crosses the request on its way is told by the reset that answers it."""
    closed = threading.Event()

    def serve(peer: Peer) -> None:
        peer.request()
        peer.say(OK)
        if peer.index == 0:
            peer.sock.close()
            closed.set()
        else:
            peer.request()

    monkeypatch.setattr("conformance.wire.connection.Connection.state", lambda _: "quiet")
    with Server(serve) as server:
        wire = wire_to(server.url)
        assert statuses(wire, GET) == [200]
        assert closed.wait(5)
        assert statuses(wire, PUT) == [200]
        assert (server.connections, wire.requests_sent) == (2, 3)
    assert [request.line.split()[0] for request in server.log] == ["GET", "PUT"]


def test_connection_reset_while_idle_is_replaced(
    wire_to: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept connection on which nothing can be sent any more is replaced."""
    closed = threading.Event()

    def serve(peer: Peer) -> None:
        peer.request()
        peer.say(OK)
        if peer.index == 0:
            peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            peer.sock.close()
            closed.set()

    monkeypatch.setattr("conformance.wire.connection.Connection.state", lambda _: "quiet")
    with Server(serve) as server:
        wire = wire_to(server.url)
        assert statuses(wire, GET) == [200]
        assert closed.wait(5)
        assert statuses(wire, GET) == [200]
        assert (server.connections, len(server.log)) == (2, 2)


def test_request_that_was_read_never_goes_out_again(wire_to: Callable[..., Wire]) -> None:
    """An endpoint that reads a request and hangs up has failed, also on a kept connection."""

    def serve(peer: Peer) -> None:
        peer.request()
        peer.say(OK)
        peer.request()
        peer.sock.shutdown(socket.SHUT_RDWR)

    with Server(serve) as server:
        wire = wire_to(server.url)
        assert statuses(wire, GET, GET) == [200, "closed"]
        assert (server.connections, len(server.log), wire.requests_sent) == (1, 2, 2)


def test_threads_share_a_wire(wire_to: Callable[..., Wire]) -> None:
    """Answers go to those who asked, and connections are not shared at one time."""

    def echo(peer: Peer) -> None:
        while request := peer.request():
            key = request.target.encode()
            peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(key), key))

    with Server(echo) as server:
        wire = wire_to(server.url, limits=LARGE)

        def ask(number: int) -> tuple[int, bytes]:
            call = Call(operation="GetObject", members={"Bucket": "b", "Key": str(number)})
            answer = wire.send(call).answer
            return number, answer.body if answer else b""

        with ThreadPoolExecutor(8) as threads:
            got = list(threads.map(ask, range(200)))
        assert all(body == b"/b/%d" % number for number, body in got)
        assert wire.requests_sent == 200
        assert server.connections <= 8


def test_close_ends_kept_connections(wire_to: Callable[..., Wire]) -> None:
    """A closed wire leaves no connection behind, and keeps none that come back."""
    ended = threading.Event()

    def serve(peer: Peer) -> None:
        while peer.request():
            peer.say(OK)
        ended.set()

    with Server(serve) as server:
        with wire_to(server.url) as wire:
            assert statuses(wire, GET) == [200]
        assert ended.wait(5)
        ended.clear()
        assert statuses(wire, GET) == [200]
        assert ended.wait(5)


def test_pool_keeps_a_bounded_number(wire_to: Callable[..., Wire]) -> None:
    """More connections than the pool keeps are closed when they come back."""
    with Server(answering(OK)) as server:
        wire = wire_to(server.url, limits=LARGE)
        everyone = threading.Barrier(40)

        def ask(_: int) -> int | str | None:
            everyone.wait(10)
            return statuses(wire, GET)[0]

        with ThreadPoolExecutor(40) as threads:
            assert set(threads.map(ask, range(40))) == {200}
        kept = sum(len(idle) for idle in wire._carrier._pool._idle.values())
    assert 0 < kept <= 32
