"""Clients that send garbage, too much, too slowly, or leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.reference.http.limits import Limits

from .signing import Signer, head
from .talking import IMPATIENT, Client, FakeService, connected, serving

if TYPE_CHECKING:
    from conformance.reference.server import ReferenceServer

HOST = ("Host", "127.0.0.1")


@pytest.mark.parametrize(
    "body", [b"zz\r\n", b"1\r\nab\r\n0\r\n\r\n", b"x" * 5000, b"0\r\n" + b"a: b\r\n" * 20_000]
)
def test_malformed_http_chunks(client: Client, signer: Signer, body: bytes) -> None:
    """Broken HTTP chunks end the connection with a 400."""
    request = signer.request(
        "PUT",
        "/b/k",
        headers=[("x-amz-decoded-content-length", "1"), ("transfer-encoding", "chunked")],
        payload_hash="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        length=False,
    )
    answer = client.ask(request + body)
    assert (answer.status, answer.headers["connection"]) == (400, "close")


def test_too_large_a_body_in_http_chunks(service: FakeService, signer: Signer) -> None:
    """A body of unknown length is read up to the limit and no further."""
    small = Limits(body_bytes=1000, framing_bytes=100, linger_seconds=0.05)
    request = signer.request(
        "PUT",
        "/b/k",
        headers=[("x-amz-decoded-content-length", "1"), ("transfer-encoding", "chunked")],
        payload_hash="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        length=False,
    )
    with serving(service, small) as server, connected(server) as client:
        answer = client.ask(request + b"44c\r\n" + b"x" * 1100 + b"\r\n1\r\n")
        assert (answer.status, answer.code) == (400, "EntityTooLarge")
    assert not service.requests


def test_too_large_a_body_is_never_read(client: Client, signer: Signer) -> None:
    """More than 5 GiB are refused before a byte of them is sent (UP-027)."""
    size = 5 * 1024**3 + 1
    late = [("Content-Length", str(size)), ("Expect", "100-continue")]
    answer = client.ask(signer.request("PUT", "/b/k", late=late, length=False))
    assert (answer.status, answer.code) == (400, "EntityTooLarge")
    assert (answer.field("ProposedSize"), answer.field("MaxSizeAllowed")) == (
        str(size),
        "5368709120",
    )


def test_unwanted_bodies_end_the_connection(service: FakeService, signer: Signer) -> None:
    """A body that nobody reads costs the client its connection (MS-081)."""
    with serving(service, Limits(linger_seconds=0.05)) as server, connected(server) as client:
        request = signer.request("PUT", "/b/k", body=b"x" * 11).replace(b"/b/k", b"/b/q")
        answer = client.ask(request)
        assert (answer.code, answer.headers["connection"]) == ("SignatureDoesNotMatch", "close")
        assert client.closed()


def test_unwanted_bodies_that_never_come(client: Client, signer: Signer) -> None:
    """A refused client that leaves in mid-body is forgotten."""
    request = signer.request("PUT", "/b/k", body=b"x" * 100).replace(b"/b/k", b"/b/q")
    client.send(request[:-1])
    assert client.answer().code == "SignatureDoesNotMatch"
    client.sock.shutdown(1)
    assert client.closed()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"\x00" * 100,
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /b/k\r\n\r\n",
        b"GET /b/k FTP/1.1\r\n\r\n",
        b"GET /b/k HTTP/1.1\r\n\r\n",
        b"GET /b/k HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /b/k HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"GET /b/k HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
        b"GET /b/k HTTP/1.1\r\nHost: a\r\nx: \x00\r\n\r\n",
        b"GET /b/\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n",
        b"GET /b/k HTTP/1.1\r\nHost: a\r\nx: " + b"y" * 70_000 + b"\r\n\r\n",
        b"GET /" + b"y" * 70_000,
        b"GET /b/%zz HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n",
    ],
)
def test_malformed_requests(client: Client, service: FakeService, request_bytes: bytes) -> None:
    """What is no request gets a 400 with an error document, and the connection ends."""
    answer = client.ask(request_bytes)
    assert answer.status == 400
    assert answer.code in ("BadRequest", "InvalidURI", "RequestHeaderSectionTooLarge")
    assert answer.headers["connection"] == "close"
    assert client.closed()
    assert not service.requests


@pytest.mark.parametrize(
    ("coding", "status"),
    [("gzip, chunked", 501), ("chunked, deflate", 501), ("compress", 501), ("br", 400), ("", 400)],
)
def test_other_transfer_codings(client: Client, coding: str, status: int) -> None:
    """Codings but ``chunked`` are refused without a document (MS-069, MS-070)."""
    answer = client.ask(head("PUT", "/b/k", [HOST, ("Transfer-Encoding", coding)]))
    assert (answer.status, answer.body, answer.headers["connection"]) == (status, b"", "close")
    assert "content-type" not in answer.headers
    assert answer.headers.get("cache-control") == ("no-store" if status == 501 else None)
    assert client.closed()


def test_two_lengths(client: Client, service: FakeService, signer: Signer) -> None:
    """Beside ``chunked`` a Content-Length is dropped, and its signature with it (MS-073)."""
    chunked = [("Transfer-Encoding", "chunked")]
    request = signer.request("GET", "/b/k", headers=[("Content-Length", "0")], late=chunked)
    answer = client.ask(request + b"0\r\n\r\n")
    assert (answer.code, answer.headers["connection"]) == ("SignatureDoesNotMatch", "close")
    assert not service.requests


def test_identity_is_no_coding(client: Client, signer: Signer) -> None:
    """``identity`` leaves the length as it is, and is the last request (MS-071)."""
    late = [("Transfer-Encoding", "identity")]
    answer = client.ask(signer.request("PUT", "/b/k", body=b"x", late=late))
    assert (answer.status, answer.headers["connection"]) == (200, "close")


@pytest.mark.parametrize(
    "begin",
    [b"GE", b"GET /b/k HTTP/1.1\r\n", b"GET /b/k HTTP/1.1\r\nHost: a\r\nx"],
)
def test_slow_heads(service: FakeService, begin: bytes) -> None:
    """A head that never ends is answered RequestTimeout."""
    with serving(service, IMPATIENT) as server, connected(server) as client:
        answer = client.ask(begin)
        assert (answer.status, answer.code) == (400, "RequestTimeout")
        assert client.closed()


def test_dripping_heads(service: FakeService) -> None:
    """Single bytes, each in time, do not keep a connection for ever."""
    patient = Limits(stall_seconds=5, head_seconds=0.05, linger_seconds=0.05)
    with serving(service, patient) as server, connected(server) as client:
        client.send(b"G")
        assert client.answer().code == "RequestTimeout"


def test_slow_bodies(service: FakeService, signer: Signer) -> None:
    """A body that stops is answered RequestTimeout, and no operation ever sees it (UP-026)."""
    with serving(service, IMPATIENT) as server, connected(server) as client:
        client.send(signer.request("PUT", "/b/k", body=b"body")[:-1])
        answer = client.answer()
        assert (answer.status, answer.code) == (400, "RequestTimeout")
        assert client.closed()
    assert not service.requests


def test_idle_connections_end(service: FakeService, signer: Signer) -> None:
    """A connection without requests is closed without a word."""
    with serving(service, IMPATIENT) as server, connected(server) as client:
        assert client.ask(signer.request("GET", "/b/k")).status == 200
        assert client.closed()


def test_body_that_ends_early(client: Client, service: FakeService, signer: Signer) -> None:
    """A client that ends in mid-body is told so, and no operation sees it (UP-026)."""
    client.send(signer.request("PUT", "/b/k", body=b"body")[:-1])
    client.sock.shutdown(1)
    answer = client.answer()
    assert (answer.status, answer.code) == (400, "IncompleteBody")
    assert not service.requests


def test_client_that_leaves(server: ReferenceServer, signer: Signer) -> None:
    """A client that vanishes at any point hurts nobody."""
    request = signer.request("PUT", "/b/k", body=b"body")
    for size in (0, 10, len(request) - 2, len(request)):
        with connected(server) as client:
            client.send(request[:size])
    with connected(server) as client:
        assert client.ask(request).status == 200
