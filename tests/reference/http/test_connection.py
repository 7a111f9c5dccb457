"""One connection as a client sees it: keep-alive, 100-continue, bodies, defects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.domain.messages import Pairs, Request, Response, S3Error
from conformance.reference.http import exchange

from .signing import NOW, Signer, head
from .talking import Client, FakeService, framed

if TYPE_CHECKING:
    import pytest

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HOST = ("Host", "127.0.0.1")
CREDENTIALS = (
    "X-Amz-S3session-Token",
    "X-Amz-Security-Token",
    "X-Amz-Content-Sha256",
    "x-amz-date",
)


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


def presigned(signer: Signer, further: str) -> str:
    """Return the target of a presigned PUT whose query holds further parameters."""
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential={signer.access_key}%2F{signer.scope.replace('/', '%2F')}"
        f"&X-Amz-Date={signer.timestamp}&X-Amz-Expires=60&X-Amz-SignedHeaders=host&{further}"
    )
    _, signature = signer.signature(
        "PUT", "/b/k", query, [("host", "127.0.0.1")], "UNSIGNED-PAYLOAD"
    )
    return f"/b/k?{query}&X-Amz-Signature={signature}"


def test_headers_that_ride_in_a_presigned_query(
    client: Client, service: FakeService, signer: Signer
) -> None:
    """x-amz-* parameters of a presigned URL count as headers, the claim's own do not (AUTH-008)."""
    target = presigned(signer, "x-amz-acl=private")
    assert client.ask(head("PUT", target, [HOST, ("Content-Length", "0")])).status == 200
    assert service.last.signed == "query"
    assert service.last.headers.get("x-amz-acl") == "private"
    assert [name for name in service.last.headers if name.startswith("x-amz-")] == ["x-amz-acl"]


def test_credentials_in_a_query_are_no_headers() -> None:
    """What belongs to the signature stands for no header, in whatever case it comes (AUTH-008)."""
    query = Pairs([(name, "a=b") for name in (*CREDENTIALS, "x-amz-tagging")])
    headers = exchange.with_query_headers(Pairs((("Host", "h"),), fold=True), query)
    assert headers.items == (("Host", "h"), ("x-amz-tagging", "a=b"))


def test_a_checksum_in_a_query_is_only_signed() -> None:
    """What a query says of the body's checksum is no header; an algorithm to create by is one."""
    query = Pairs(
        [
            ("x-amz-checksum-crc32", "AAAAAA=="),
            ("X-Amz-Sdk-Checksum-Algorithm", "CRC32"),
            ("x-amz-checksum-algorithm", "CRC32"),
        ]
    )
    headers = exchange.with_query_headers(Pairs((), fold=True), query)
    assert headers.items == (("x-amz-checksum-algorithm", "CRC32"),)


def test_a_header_goes_before_the_query() -> None:
    """Of a header and a parameter of one name the header counts (AUTH-008)."""
    query = Pairs([("X-Amz-Meta-A", "1"), ("X-Amz-Meta-B", "2")])
    headers = exchange.with_query_headers(Pairs((("x-amz-meta-a", "3"),), fold=True), query)
    assert (headers.get("x-amz-meta-a"), headers.get("x-amz-meta-b")) == ("3", "2")


def test_the_query_holds_no_headers_of_a_signed_request(
    client: Client, service: FakeService, signer: Signer
) -> None:
    """Where the signature stands in a header, parameters are parameters (AUTH-008)."""
    assert client.ask(signer.request("GET", "/b/k?x-amz-meta-a=1")).status == 200
    assert service.last.headers.get("x-amz-meta-a") is None


def test_kept_alive_through_successes_and_refusals(
    client: Client, service: FakeService, signer: Signer
) -> None:
    """One connection serves on after an answer, an error and a refused signature."""
    assert client.ask(signer.request("GET", "/b/k")).status == 200
    service.answer = missing
    refused = client.ask(signer.request("GET", "/b/k"))
    assert (refused.status, refused.code) == (404, "NoSuchKey")
    assert refused.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Error>')
    assert refused.field("RequestId") == refused.headers["x-amz-request-id"]
    assert refused.field("HostId") == refused.headers["x-amz-id-2"]
    assert client.ask(signer.request("HEAD", "/b/k")).body == b""
    service.answer = echo
    tampered = signer.request("PUT", "/b/k").replace(b"/b/k", b"/b/q")
    assert client.ask(tampered).code == "SignatureDoesNotMatch"
    assert client.ask(signer.request("PUT", "/b/k", body=b"again")).body == b"again"


def test_left_after_a_bad_request(client: Client, service: FakeService, signer: Signer) -> None:
    """Each 400 is the last answer of its connection (MS-081)."""

    def bad(request: Request) -> Response:
        raise S3Error(400, "InvalidArgument", request.method)

    service.answer = bad
    answer = client.ask(signer.request("GET", "/b/k"))
    assert (answer.status, answer.headers["connection"]) == (400, "close")
    assert client.closed()


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
    monkeypatch.setattr("conformance.reference.http.stream._PIECE_BYTES", 1000)
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


def test_no_continue_without_a_body(client: Client, signer: Signer) -> None:
    """An empty body is not waited for."""
    answer = client.ask(signer.request("PUT", "/b/k", late=[("Expect", "100-continue")]))
    assert answer.status == 200


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

    monkeypatch.setattr("conformance.reference.http.exchange.resolve", broken)
    answer = client.ask(signer.request("GET", "/b/k"))
    assert (answer.status, answer.code) == (500, "InternalError")
    assert "a defect before" in capfd.readouterr().err
