"""One connection as a client sees it: keep-alive, 100-continue, bodies, and hostile bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.reference.face.limits import Limits
from conformance.reference.messages import Request, Response, S3Error

from .signing import NOW, Signer, head
from .talking import IMPATIENT, Client, FakeService, connected, framed, serving

if TYPE_CHECKING:
    from conformance.reference.server import ReferenceServer

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HOST = ("Host", "127.0.0.1")


def echo(request: Request) -> Response:
    """Answer with the request's own body."""
    return Response(body=request.payload.data)


def missing(request: Request) -> Response:
    """Refuse, as for a key that is not there."""
    raise S3Error(404, "NoSuchKey", f"no {request.key}")


def test_a_request_arrives_whole(client: Client, service: FakeService, signer: Signer) -> None:
    """Everything that the head says is handed on, decoded once."""
    request = signer.request(
        "PUT",
        "/bucket/a%2520b?partNumber=1&uploadId=x",
        body=b"body",
        headers=[("x-amz-meta-Name", "Gr\u00fc\u00dfe")],
    )
    assert client.ask(request).status == 200
    seen = service.last
    assert (seen.method, seen.bucket, seen.key) == ("PUT", "bucket", "a%20b")
    assert seen.query.items == (("partNumber", "1"), ("uploadId", "x"))
    assert seen.headers.get("X-Amz-Meta-Name") == "Gr\u00fc\u00dfe"
    assert seen.payload.data == b"body"
    assert seen.caller is not None
    assert seen.caller.name == "main"
    assert (seen.signed, seen.secure, seen.virtual_host) == ("header", False, False)
    assert (seen.host, seen.now) == ("127.0.0.1", NOW)


def test_headers_that_ride_in_a_presigned_query(
    client: Client, service: FakeService, signer: Signer
) -> None:
    """x-amz-* parameters of a presigned URL count as headers, the claim's own do not (AUTH-008)."""
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential={signer.access_key}%2F{signer.scope.replace('/', '%2F')}"
        f"&X-Amz-Date={signer.timestamp}&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
        "&x-amz-acl=private"
    )
    _, signature = signer.signature(
        "PUT", "/b/k", query, [("host", "127.0.0.1")], "UNSIGNED-PAYLOAD"
    )
    target = f"/b/k?{query}&X-Amz-Signature={signature}"
    assert client.ask(head("PUT", target, [HOST, ("Content-Length", "0")])).status == 200
    assert service.last.signed == "query"
    assert service.last.headers.get("x-amz-acl") == "private"
    assert [name for name in service.last.headers if name.startswith("x-amz-")] == ["x-amz-acl"]


def test_kept_alive_through_successes_and_refusals(
    client: Client, service: FakeService, signer: Signer
) -> None:
    """One connection serves on after an answer, an error and a refused signature with a body."""
    assert client.ask(signer.request("GET", "/b/k")).status == 200
    service.answer = missing
    refused = client.ask(signer.request("GET", "/b/k"))
    assert (refused.status, refused.code) == (404, "NoSuchKey")
    assert refused.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Error>')
    assert refused.field("RequestId") == refused.headers["x-amz-request-id"]
    assert refused.field("HostId") == refused.headers["x-amz-id-2"]
    assert client.ask(signer.request("HEAD", "/b/k")).body == b""
    service.answer = echo
    tampered = signer.request("PUT", "/b/k", body=b"x" * 100_000).replace(b"/b/k", b"/b/q")
    assert client.ask(tampered).code == "SignatureDoesNotMatch"
    assert client.ask(signer.request("PUT", "/b/k", body=b"again")).body == b"again"


def test_pipelined_requests(client: Client, service: FakeService, signer: Signer) -> None:
    """Requests sent in one piece are answered one by one, in order."""
    service.answer = echo
    client.send(b"".join(signer.request("PUT", "/b/k", body=b"%d" % number) for number in range(3)))
    assert [client.answer().body for _ in range(3)] == [b"0", b"1", b"2"]


def test_connection_close_is_kept(client: Client, signer: Signer) -> None:
    """A client that asks for it, or speaks HTTP/1.0, is left after its answer."""
    answer = client.ask(signer.request("GET", "/b/k", late=[("Connection", "close")]))
    assert answer.headers["connection"] == "close"
    assert client.closed()


def test_http_1_0(client: Client, service: FakeService, signer: Signer) -> None:
    """HTTP/1.0 gets no chunks."""
    service.answer = missing
    answer = client.ask(signer.request("GET", "/b/k").replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert answer.code == "NoSuchKey"
    assert "transfer-encoding" not in answer.headers
    assert client.closed()


def test_large_bodies_both_ways(client: Client, service: FakeService, signer: Signer) -> None:
    """A body of many buffers arrives and comes back byte for byte."""
    service.answer = echo
    body = bytes(range(256)) * 20_001
    assert client.ask(signer.request("PUT", "/b/k", body=body)).body == body


def test_huge_bodies_come_in_pieces(
    client: Client, service: FakeService, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body beyond one piece is put together again."""
    monkeypatch.setattr("conformance.reference.face.stream._PIECE_BYTES", 1000)
    service.answer = echo
    body = bytes(range(251)) * 50
    assert client.ask(signer.request("PUT", "/b/k", body=body)).body == body


def test_body_in_small_pieces(client: Client, service: FakeService, signer: Signer) -> None:
    """How the bytes are cut on the way does not matter."""
    service.answer = echo
    request = signer.request("PUT", "/b/k", body=b"body")
    client.send(*(request[at : at + 1] for at in range(len(request))))
    assert client.answer().body == b"body"


def test_signed_chunks_over_the_wire(client: Client, service: FakeService, signer: Signer) -> None:
    """The chain begins with the request's own signature, and the trailer is handed on."""
    service.answer = echo
    data = b"a" * 8192 + b"tail"
    plain = signer.request(
        "PUT",
        "/b/k",
        headers=[
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", str(len(data))),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
        ],
        payload_hash="STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        length=False,
    )
    body = signer.chunk(data[:8192]) + signer.chunk(data[8192:]) + signer.chunk(b"")
    body += signer.trailer("x-amz-checksum-crc32", "AAAAAA==") + b"\r\n"
    request = plain[:-2] + b"Content-Length: %d\r\n\r\n" % len(body)
    assert client.ask(request + body).body == data
    assert service.last.payload.trailers.get("x-amz-checksum-crc32") == "AAAAAA=="
    assert client.ask(request + body.replace(b"tail", b"tale")).code == "SignatureDoesNotMatch"


def test_framing_in_http_chunks(client: Client, service: FakeService, signer: Signer) -> None:
    """aws-chunked may itself come in HTTP chunks, without a Content-Length (A11)."""
    service.answer = echo
    request = signer.request(
        "PUT",
        "/b/k",
        headers=[("x-amz-decoded-content-length", "1"), ("transfer-encoding", "chunked")],
        payload_hash="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        length=False,
    )
    body = framed(b"a")
    pieces = b"".join(b"1;ext=1\r\n%c\r\n" % byte for byte in body) + b"0\r\nTrailer: x\r\n\r\n"
    for _ in range(2):
        assert client.ask(request + pieces).body == b"a"


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


def test_plain_body_in_http_chunks(client: Client, service: FakeService, signer: Signer) -> None:
    """S3 takes no HTTP chunks but around its own framing."""
    request = signer.request("PUT", "/b/k", late=[("Transfer-Encoding", "chunked")], length=False)
    answer = client.ask(request + b"0\r\n\r\n")
    assert (answer.status, answer.code) == (501, "NotImplemented")
    assert answer.field("Header") == "Transfer-Encoding"
    assert service.last.payload.data == b""


def test_missing_length(client: Client, signer: Signer) -> None:
    """A PUT without a length answers 411 (UP-028)."""
    answer = client.ask(signer.request("PUT", "/b/k", length=False))
    assert (answer.status, answer.code) == (411, "MissingContentLength")
    assert client.closed()


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


def test_continue_comes_before_the_body(
    client: Client, service: FakeService, signer: Signer
) -> None:
    """A client that waits is told to go on once its head is authenticated."""
    service.answer = echo
    for _ in range(2):
        request = signer.request("PUT", "/b/k", body=b"body", late=[("Expect", "100-continue")])
        client.send(request[:-4])
        assert client.exactly(len(CONTINUE)) == CONTINUE
        client.send(request[-4:])
        assert client.answer().body == b"body"


def test_no_continue_for_the_refused(client: Client, signer: Signer) -> None:
    """A refused head gets its refusal at once, and nobody waits for the body."""
    request = signer.request("PUT", "/b/k", body=b"body", late=[("Expect", "100-continue")])
    client.send(request[:-4].replace(b"/b/k", b"/b/q"))
    answer = client.answer()
    assert (answer.status, answer.code) == (403, "SignatureDoesNotMatch")
    assert client.closed()


def test_large_unwanted_bodies_end_the_connection(service: FakeService, signer: Signer) -> None:
    """A refused body beyond what is worth dropping costs the client its connection."""
    thrifty = Limits(drain_bytes=10, linger_seconds=0.05)
    with serving(service, thrifty) as server, connected(server) as client:
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


def test_no_continue_without_a_body(client: Client, signer: Signer) -> None:
    """An empty body is not waited for."""
    answer = client.ask(signer.request("PUT", "/b/k", late=[("Expect", "100-continue")]))
    assert answer.status == 200


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


def test_unknown_transfer_coding(client: Client) -> None:
    """A coding that nobody speaks is a 501."""
    answer = client.ask(head("PUT", "/b/k", [HOST, ("Transfer-Encoding", "gzip, chunked")]))
    assert (answer.status, answer.code) == (501, "NotImplemented")


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


def test_defects_answer_500(
    client: Client, service: FakeService, signer: Signer, capfd: pytest.CaptureFixture[str]
) -> None:
    """An unexpected exception is InternalError for the client and a traceback for us."""

    def broken(request: Request) -> Response:
        raise RuntimeError(f"a defect at {request.key}")

    service.answer = broken
    answer = client.ask(signer.request("GET", "/b/k"))
    assert (answer.status, answer.code) == (500, "InternalError")
    assert "a defect at k" in capfd.readouterr().err
    service.answer = echo
    assert client.ask(signer.request("GET", "/b/k")).status == 200


def test_defects_of_the_face_answer_500(
    client: Client,
    signer: Signer,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The same holds for a defect on this side of the model."""

    def broken(*args: object) -> None:
        raise RuntimeError(f"a defect before {len(args)} things")

    monkeypatch.setattr("conformance.reference.face.exchange.authenticate", broken)
    answer = client.ask(signer.request("GET", "/b/k"))
    assert (answer.status, answer.code) == (500, "InternalError")
    assert "a defect before" in capfd.readouterr().err
