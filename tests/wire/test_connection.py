"""One connection: what goes out, when, and what comes back; interim answers, large bodies."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.wire.model import Call, Edits, Framing, Limits

from .calls import BODY, GET, PUT, statuses
from .conftest import MAIN, Authority
from .decoders import decode_chunks
from .servers import OK, Peer, Server, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.wire.client import Wire

LARGE = Limits(connect_seconds=10, answer_seconds=10)


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


def test_a_sender_hears_when_its_request_is_sent(wire_to: Callable[..., Wire]) -> None:
    """It hears so before the answer, for which this server waits until then."""
    sent = threading.Event()
    heard: list[bool] = []

    def serve(peer: Peer) -> None:
        peer.request()
        heard.append(sent.wait(10))
        peer.say(OK)

    with Server(serve) as server:
        assert statuses(wire_to(server.url), replace(PUT, when_sent=sent.set)) == [200]
    assert heard == [True]
    assert server.log[0].body == BODY


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


def test_unknown_identity_is_the_callers_mistake(wire_to: Callable[..., Wire]) -> None:
    """There are no key pairs but those that were given."""
    with pytest.raises(KeyError):
        wire_to("http://127.0.0.1:9").send(GET, "nobody")
    assert MAIN.access_key == "AKIDEXAMPLE"
