"""Connections: kept, reopened when stale, TLS, interim answers, large bodies."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.wire.model import Call, Edits, Framing, Limits

from .conftest import MAIN, Authority
from .decoders import decode_chunks
from .servers import OK, Peer, Server, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.wire.client import Wire

GET = Call(operation="GetObject", members={"Bucket": "b", "Key": "k"})
BODY = bytes(range(256)) * 20_000
PUT = Call(operation="PutObject", members={"Bucket": "b", "Key": "k", "Body": BODY})
LARGE = Limits(connect_seconds=10, answer_seconds=10)


def statuses(wire: Wire, *calls: Call) -> list[int | str | None]:
    """Send calls and return their statuses, or faults."""
    exchanges = [wire.send(call) for call in calls]
    return [e.answer.status if e.answer else e.fault for e in exchanges]


def test_a_body_is_cut_off(wire_to: Callable[..., Wire]) -> None:
    """Half of the body goes out on a connection of its own, and no answer is waited for."""
    came: list[bytes] = []

    def read_all(peer: Peer) -> None:
        peer.head()
        while peer.fill():
            pass
        came.append(peer._buffer)

    with Server(read_all) as server:
        framing = Framing(broken="cut-body")
        exchange = wire_to(server.url).send(replace(PUT, edits=Edits(framing=framing)))
    assert (exchange.answer, exchange.fault) == (None, "cut")
    assert server.log[0].header("content-length") == str(len(BODY))
    assert came == [BODY[: len(BODY) // 2]]


def test_half_of_a_body_is_held_back(wire_to: Callable[..., Wire]) -> None:
    """The second half goes out when the call is let go, on a connection of its own."""
    came = threading.Event()
    seen: list[int] = []

    def serve(peer: Peer) -> None:
        received = peer.head()
        assert received is not None
        while len(peer._buffer) < len(BODY) // 2:
            peer.fill()
        seen.append(len(peer._buffer))
        came.set()
        peer.body(received)
        peer.say(OK)

    with Server(serve) as server:
        held = replace(PUT, held_back=lambda: seen.append(came.wait(10)))
        assert statuses(wire_to(server.url), held) == [200]
    assert seen == [len(BODY) // 2, True]
    assert server.log[0].body == BODY


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


def test_body_until_close(wire_to: Callable[..., Wire]) -> None:
    """A body without a length ends with the connection."""

    def serve(peer: Peer) -> None:
        peer.request()
        peer.say(b"HTTP/1.1 200 OK\r\n\r\nall of it")
        peer.sock.shutdown(socket.SHUT_RDWR)

    with Server(serve) as server:
        answer = wire_to(server.url).send(GET).answer
    assert answer is not None
    assert answer.members["Body"] == b"all of it"


def test_head_has_no_body(wire_to: Callable[..., Wire]) -> None:
    """The length of a HEAD's answer is not waited for, and the connection is kept."""
    head = b'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: "e"\r\n\r\n'
    with Server(answering(head)) as server:
        wire = wire_to(server.url)
        call = Call(operation="HeadObject", members=GET.members)
        answers = [wire.send(call).answer for _ in range(2)]
        assert server.connections == 1
    assert answers[0] is not None
    assert answers[0].body == b""
    assert answers[0].members["ContentLength"] == 1234
    assert answers[0].members["ETag"] == '"e"'


def test_headers_come_in_order_and_case(wire_to: Callable[..., Wire]) -> None:
    """Names keep their case, repeats stay, values are read as UTF-8 or Latin-1."""
    head = b"HTTP/1.1 200 Fine\r\nX-b: 1\r\nx-A: \xc3\xbc\r\nX-B: \xfc\r\nContent-Length: 0\r\n\r\n"
    with Server(answering(head)) as server:
        answer = wire_to(server.url).send(GET).answer
    assert answer is not None
    assert answer.reason == "Fine"
    assert answer.headers == (("X-b", "1"), ("x-A", "ü"), ("X-B", "ü"), ("Content-Length", "0"))
    assert answer.header("x-B") == "1"
    assert answer.header("none") is None


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


def test_large_body_arrives_whole(wire_to: Callable[..., Wire], authority: Authority) -> None:
    """A body of megabytes goes out and comes back unchanged, over TCP and TLS."""

    def echo(peer: Peer) -> None:
        while request := peer.request():
            peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(request.body))
            peer.say(request.body)

    for context in (None, authority.context("127.0.0.1")):
        with Server(echo, context=context) as server:
            wire = wire_to(server.url, ca_file=authority.file, limits=LARGE)
            answer = wire.send(PUT).answer
            assert answer is not None
            assert answer.body == BODY
            assert statuses(wire, GET) == [200]
            assert server.connections == 1


def test_virtual_host_without_dns(wire_to: Callable[..., Wire], authority: Authority) -> None:
    """Buckets below a base that no DNS knows are reached, and their certificate is checked."""
    with Server(answering(OK), context=authority.context("*.s3.test")) as server:
        wire = wire_to(
            server.url,
            addressing="virtual-host",
            virtual_host_base="s3.test",
            resolve={"*.s3.test": "127.0.0.1"},
            ca_file=authority.file,
        )
        call = Call(operation="GetObject", members={"Bucket": "my-bucket", "Key": "a//../%2F"})
        assert statuses(wire, call) == [200]
    assert server.log[0].header("host") == f"my-bucket.s3.test:{server.port}"
    assert server.log[0].target == "/a//../%252F"


def test_continue_is_waited_for(wire_to: Callable[..., Wire]) -> None:
    """The body follows the interim answer, which is recorded."""
    seen: list[bytes] = []

    def serve(peer: Peer) -> None:
        while request := peer.head():
            peer.sock.settimeout(0.05)
            with pytest.raises(TimeoutError):
                peer.fill()
            peer.sock.settimeout(None)
            peer.say(b"HTTP/1.1 100 Continue\r\n\r\n")
            peer.body(request)
            seen.append(request.body)
            peer.say(OK)

    edits = Edits(expect_continue=True)
    with Server(serve) as server:
        call = Call(operation="PutObject", members=PUT.members, edits=edits)
        answer = wire_to(server.url, limits=LARGE).send(call).answer
    assert answer is not None
    assert (answer.status, answer.interim) == (200, (100,))
    assert server.log[0].header("expect") == "100-continue"
    assert seen == [BODY]


def test_refusal_instead_of_continue(wire_to: Callable[..., Wire]) -> None:
    """A final answer to the head alone ends the exchange; the body stays here."""
    refused = b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"

    def serve(peer: Peer) -> None:
        peer.head()
        peer.say(refused)
        assert not peer.fill()

    call = Call(operation="PutObject", members=PUT.members, edits=Edits(expect_continue=True))
    with Server(serve) as server:
        wire = wire_to(server.url)
        assert statuses(wire, call) == [417]
        wire.close()


def test_body_goes_out_without_continue(
    wire_to: Callable[..., Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that ignores Expect gets the body after a bounded wait."""
    monkeypatch.setattr("conformance.wire.connection._CONTINUE_SECONDS", 0.05)
    call = Call(
        operation="PutObject",
        members={**PUT.members, "Body": b"late"},
        edits=Edits(expect_continue=True),
    )
    with Server(answering(OK)) as server:
        answer = wire_to(server.url).send(call).answer
    assert answer is not None
    assert (answer.status, answer.interim) == (200, ())
    assert server.log[0].body == b"late"


def test_interim_answers_are_recorded(wire_to: Callable[..., Wire]) -> None:
    """1xx answers that nobody asked for are events, not answers."""
    early = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    with Server(answering(early + OK)) as server:
        answer = wire_to(server.url).send(GET).answer
    assert answer is not None
    assert answer.interim == (102, 103)


@pytest.mark.parametrize("mode", ["unsigned-trailer", "signed-chunks", "signed-trailer"])
def test_framed_body_on_the_wire(wire_to: Callable[..., Wire], mode: str) -> None:
    """What the exchange shows is what went out, in chunks of chunks where asked for."""
    framing = Framing(mode=mode, broken="transfer-chunked")  # type: ignore[arg-type] # a mode
    call = Call(operation="PutObject", members=PUT.members, edits=Edits(framing=framing))
    with Server(answering(OK)) as server:
        exchange = wire_to(server.url, limits=LARGE).send(call)
    assert server.log[0].body == exchange.request.body
    inner = exchange.request.body.partition(b"\r\n")[2].removesuffix(b"\r\n0\r\n\r\n")
    assert decode_chunks(inner).payload == BODY


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


def test_unknown_identity_is_the_callers_mistake(wire_to: Callable[..., Wire]) -> None:
    """There are no key pairs but those that were given."""
    with pytest.raises(KeyError):
        wire_to("http://127.0.0.1:9").send(GET, "nobody")
    assert MAIN.access_key == "AKIDEXAMPLE"
