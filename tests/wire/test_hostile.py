"""Endpoints that hang, lie, flood and break off: always a fault, soon, and never an exception."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from conformance.wire import remarks
from conformance.wire.answer import WireFault
from conformance.wire.model import Call, Edits, Limits

from .calls import GET
from .conftest import QUICK, Authority
from .servers import OK, Peer, Server, answering, saying

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.wire.client import Wire

PUT = Call(operation="PutObject", members={"Bucket": "b", "Key": "k", "Body": b"x" * 5_000_000})
HEAD = b"HTTP/1.1 200 OK\r\n"


def test_dead_port(wire_to: Callable[..., Wire]) -> None:
    """Nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    exchange = wire_to(f"http://127.0.0.1:{port}").send(GET)
    assert (exchange.fault, exchange.answer) == ("refused", None)
    assert str(port) in exchange.fault_text
    assert exchange.request.method == "GET"


def test_unknown_host(wire_to: Callable[..., Wire]) -> None:
    """A name that cannot exist has no address."""
    exchange = wire_to("http://nowhere.invalid:9").send(GET)
    assert exchange.fault == "dns"


def test_impossible_host(wire_to: Callable[..., Wire]) -> None:
    """A bucket whose name makes no host name is a fault, not a crash."""
    wire = wire_to("http://s3.invalid:9", addressing="virtual-host")
    call = Call(operation="GetObject", members={"Bucket": "a" * 70 + "..x", "Key": "k"})
    assert wire.send(call).fault == "dns"


def hang(peer: Peer) -> None:
    """Read all and say nothing."""
    while peer.fill():
        pass


def test_silence(wire_to: Callable[..., Wire]) -> None:
    """An endpoint that never answers runs into the limit."""
    with Server(hang) as server:
        exchange = wire_to(server.url, limits=QUICK).send(GET)
    assert exchange.fault == "timeout"
    assert exchange.seconds >= QUICK.answer_seconds


def test_endpoint_that_does_not_read(wire_to: Callable[..., Wire]) -> None:
    """A body that nobody takes runs into the limit, too."""
    with Server(lambda peer: peer.head() and peer.sock.recv(1) and None) as server:
        exchange = wire_to(server.url, limits=QUICK).send(
            Call(operation="PutObject", members={**PUT.members, "Body": b"x" * 30_000_000})
        )
    assert exchange.fault == "timeout"
    assert "reading" in exchange.fault_text


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "garbage"),
        (b"\x00\xff\x00\xff\r\n\r\n", "garbage"),
        (b"HTTP/1.1 2oo OK\r\n\r\n", "garbage"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "garbage"),
        (HEAD + b"Content-Length: -1\r\n\r\n", "garbage"),
        (HEAD + b"\0" * 5000 + b"\r\n\r\n", "garbage"),
        (HEAD + b"Content-Length: ten\r\n\r\n", "garbage"),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "garbage"),
        (HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", "garbage"),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", "garbage"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "garbage"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", "closed"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "garbage"),
        (b"", "closed"),
        (b"HTTP/1.1 20", "closed"),
        (HEAD + b"Content-Length: 10\r\n\r\nabc", "closed"),
        (HEAD + b"Content-Length: 90000\r\n\r\nabc", "closed"),
        (HEAD + b"Content-Length: 100001\r\n\r\n", "too-large"),
        (HEAD + b"X-Long: " + b"a" * 20_000, "too-large"),
        (HEAD + b"X: y\r\n" * 5_000, "too-large"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, "too-large"),
        (HEAD + b"\r\n" + b"a" * 200_000, "too-large"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"e" * 20_000, "too-large"),
    ],
)
def test_bad_answers(wire_to: Callable[..., Wire], said: bytes, fault: str) -> None:
    """Whatever is no bounded HTTP answer has a name."""
    with Server(saying(said)) as server:
        exchange = wire_to(server.url).send(GET)
    assert (exchange.fault, exchange.answer) == (fault, None)
    assert 0 < len(exchange.fault_text) <= 300


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 200 OK\r\nX: y", HEAD + b"Content-Length: 9\r\n\r\na", b"HTTP/1.1 100 C\r\n\r\n"],
)
def test_half_answers_that_stall(wire_to: Callable[..., Wire], said: bytes) -> None:
    """An answer that stops in its middle runs into the limit."""
    with Server(saying(said, close=False)) as server:
        exchange = wire_to(server.url, limits=QUICK).send(GET)
    assert exchange.fault == "timeout"


def test_other_protocols_are_told_at_once(wire_to: Callable[..., Wire]) -> None:
    """A peer that speaks another protocol and waits is garbage, not a timeout."""
    with Server(saying(b"220 mail.test ESMTP", close=False)) as server:
        exchange = wire_to(server.url).send(GET)
    assert exchange.fault == "garbage"


def test_flood_of_small_chunks(wire_to: Callable[..., Wire]) -> None:
    """A chunked body counts by its bytes, however small its chunks are."""
    said = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 101
    with Server(saying(said, close=False)) as server:
        exchange = wire_to(server.url, limits=Limits(body_bytes=100)).send(GET)
    assert exchange.fault == "too-large"


def test_slow_drip(wire_to: Callable[..., Wire]) -> None:
    """An endpoint that sends a byte now and then does not stretch the limit."""

    def drip(peer: Peer) -> None:
        peer.request()
        peer.sock.settimeout(0.02)
        peer.say(HEAD + b"X-Slow: ")
        while True:
            try:
                if not peer.fill():
                    return
            except TimeoutError:
                peer.say(b"a")

    with Server(drip) as server:
        exchange = wire_to(server.url, limits=QUICK).send(GET)
    assert exchange.fault == "timeout"


def test_reset(wire_to: Callable[..., Wire]) -> None:
    """A reset on a new connection is a closed one, and nothing is sent again."""

    def reset(peer: Peer) -> None:
        peer.head()
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        peer.sock.close()

    with Server(reset) as server:
        wire = wire_to(server.url)
        assert wire.send(GET).fault == "closed"
        assert (wire.requests_sent, server.connections) == (1, 1)


def test_early_refusal_of_a_large_body(wire_to: Callable[..., Wire]) -> None:
    """An answer that comes while the body goes out is read, and ends the sending."""

    def refuse(peer: Peer) -> None:
        peer.head()
        peer.say(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        while peer.index == 0 and peer.head() is None:
            return

    with Server(refuse) as server:
        wire = wire_to(server.url)
        exchange = wire.send(
            Call(operation="PutObject", members={**PUT.members, "Body": b"x" * 30_000_000})
        )
    assert exchange.answer is not None
    assert exchange.answer.status == 403


def test_refusal_behind_a_closed_door(wire_to: Callable[..., Wire]) -> None:
    """An answer followed by a close is read although the rest of the body could not go out."""

    def slam(peer: Peer) -> None:
        peer.head()
        peer.say(b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
        peer.sock.close()

    with Server(slam) as server:
        exchange = wire_to(server.url).send(PUT)
    assert exchange.answer is not None
    assert (exchange.answer.status, exchange.answer.body) == (413, b"no")


def test_bytes_behind_an_answer_are_not_the_next_answer(wire_to: Callable[..., Wire]) -> None:
    """A connection that says more than it was asked is given up."""
    smuggled = b"HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n"
    with Server(answering(OK + smuggled)) as server:
        wire = wire_to(server.url)
        answers = [wire.send(GET).answer for _ in range(3)]
        assert [answer and answer.status for answer in answers] == [200, 200, 200]
        assert server.connections == 3


def test_bytes_behind_a_body_over_tls_are_not_the_next_answer(
    wire_to: Callable[..., Wire], authority: Authority
) -> None:
    """What OpenSSL holds of a record, and no poll of the socket shows, counts as well."""

    def serve(peer: Peer) -> None:
        while peer.request():
            peer.say(HEAD + b"Content-Length: 5\r\n\r\n")
            peer.say(b"hello" + b"HTTP/1.1 403 Smuggled\r\nContent-Length: 0\r\n\r\n")

    with Server(serve, context=authority.context("127.0.0.1")) as server:
        wire = wire_to(server.url, ca_file=authority.file)
        answers = [wire.send(GET).answer for _ in range(3)]
        assert [answer and answer.status for answer in answers] == [200, 200, 200]
        assert server.connections == 3


def test_an_announced_length_takes_no_memory(wire_to: Callable[..., Wire]) -> None:
    """Memory is taken for what came: a body of 200 MB that never comes is none."""
    said = HEAD + b"Content-Length: 200000000\r\n\r\nabc"
    tracemalloc.start()
    try:
        with Server(saying(said)) as server:
            limits = Limits(body_bytes=256 * 1024 * 1024)
            exchange = wire_to(server.url, limits=limits).send(GET)
        assert exchange.fault == "closed"
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_xml_bomb(wire_to: Callable[..., Wire]) -> None:
    """Entities are refused unexpanded; the answer stays readable as bytes."""
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
        + b"]><ListPartsResult><Bucket>&j;</Bucket></ListPartsResult>"
    )
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(bomb)
    with Server(answering(head + bomb)) as server:
        exchange = wire_to(server.url).send(
            Call(operation="ListParts", members={"Bucket": "b", "Key": "k"})
        )
    assert exchange.answer is not None
    assert "document type" in exchange.answer.problem
    assert exchange.answer.body == bomb
    assert "Bucket" not in exchange.answer.members


def test_plain_http_behind_https(wire_to: Callable[..., Wire]) -> None:
    """TLS to a port that speaks none is a TLS fault."""

    def complain(peer: Peer) -> None:
        peer.fill()
        peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with Server(complain) as server:
        exchange = wire_to(server.url.replace("http", "https")).send(GET)
    assert exchange.fault == "tls"


def test_tls_that_breaks_off(wire_to: Callable[..., Wire], authority: Authority) -> None:
    """Bytes that are no TLS record in the middle of a connection are a TLS fault."""

    def break_off(peer: Peer) -> None:
        peer.request()
        with socket.socket(fileno=os.dup(peer.sock.fileno())) as bare:
            bare.sendall(b"\0" * 100)

    with Server(break_off, context=authority.context("127.0.0.1")) as server:
        assert wire_to(server.url, ca_file=authority.file).send(GET).fault == "tls"


def test_tls_that_ends_without_goodbye(wire_to: Callable[..., Wire], authority: Authority) -> None:
    """An end of the stream without TLS's own is a closed connection."""

    def vanish(peer: Peer) -> None:
        peer.request()
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
        with socket.socket(fileno=os.dup(peer.sock.fileno())) as bare:
            bare.shutdown(socket.SHUT_RDWR)

    with Server(vanish, context=authority.context("127.0.0.1")) as server:
        assert wire_to(server.url, ca_file=authority.file).send(GET).fault == "closed"


def test_connection_that_nobody_accepts(wire_to: Callable[..., Wire]) -> None:
    """A full queue in front of a port runs into the limit of a connection."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        exchange = wire_to(f"http://127.0.0.1:{address[1]}", limits=QUICK).send(GET)
    assert (exchange.fault, "connection" in exchange.fault_text) == ("timeout", True)


def test_hang_in_the_handshake(wire_to: Callable[..., Wire]) -> None:
    """A handshake that never ends runs into the limit of a connection."""
    with Server(hang) as server:
        exchange = wire_to(server.url.replace("http", "https"), limits=QUICK).send(GET)
    assert (exchange.fault, "TLS" in exchange.fault_text) == ("timeout", True)


@pytest.mark.parametrize(
    ("name", "trusted", "fault"),
    [
        ("127.0.0.1", True, None),
        ("127.0.0.1", False, "tls"),
        ("other.test", True, "tls"),
    ],
)
def test_certificates_are_checked(
    wire_to: Callable[..., Wire],
    authority: Authority,
    name: str,
    trusted: bool,
    fault: str | None,
) -> None:
    """The chain and the name both count; an unknown CA or another name is refused."""
    with Server(answering(OK), context=authority.context(name)) as server:
        wire = wire_to(server.url, ca_file=authority.file if trusted else None)
        assert wire.send(GET).fault == fault
        insecure = wire_to(server.url, insecure=True)
        assert insecure.send(GET).fault is None


def test_limits_are_the_endpoints(wire_to: Callable[..., Wire]) -> None:
    """A body within a larger limit passes."""
    body = b"a" * 200_000
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    with Server(answering(head + body)) as server:
        exchange = wire_to(server.url, limits=Limits(body_bytes=200_000)).send(GET)
    assert exchange.answer is not None
    assert exchange.answer.members["Body"] == body


def test_anonymous_exchange_is_named_so(wire_to: Callable[..., Wire]) -> None:
    """The exchange says who asked, also when it failed."""
    with Server(saying(b"")) as server:
        wire = wire_to(server.url)
        anonymous = Call(operation="GetObject", members=GET.members, edits=Edits(sign="anonymous"))
        assert wire.send(anonymous).identity == "anonymous"
        assert wire.send(GET, "alt").identity == "alt"


def test_no_answer_outlives_its_exchange(wire_to: Callable[..., Wire]) -> None:
    """A fault leaves its words and nothing else: no exception, frame or body is kept by a cycle."""
    gc.collect()
    gc.disable()
    try:
        with Server(saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000)) as server:
            exchange = wire_to(server.url).send(GET)
        assert exchange.fault == "too-large"
        assert not [one for one in gc.get_objects() if issubclass(type(one), WireFault)]
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (OK + OK, remarks.UNASKED_FOR),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", remarks.OLD_VERSION),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            remarks.TWO_LENGTHS,
        ),
        (b"HTTP/1.1 102 Wait\r\n\r\n" * 9 + OK, remarks.MANY_INTERIM),
        (b"HTTP/1.1 204 No Content\r\n\r\nmore", remarks.UNASKED_FOR),
    ],
)
def test_what_is_odd_is_remarked(answer: bytes, remark: str, wire_to: Callable[..., Wire]) -> None:
    """It could be read, and is an answer; what is odd about it is noted."""
    with Server(saying(answer)) as server:
        exchange = wire_to(server.url).send(GET)
    assert exchange.answer is not None
    assert exchange.answer.remarks == (remark,)
    assert remark in remarks.MEANING
