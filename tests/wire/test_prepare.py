"""Edits: what a scenario changes below its operation is on the wire to the byte."""

from __future__ import annotations

import base64
import hashlib

import pytest

from conformance.wire.heads import USER_AGENT, edit_headers, edit_query
from conformance.wire.model import Call, Edits, Endpoint, Framing
from conformance.wire.prepare import prepare

from .conftest import MAIN

ENDPOINT = Endpoint(
    urls={"http": "http://s3.test:9000", "tls": "https://s3.test"},
    virtual_host_base="vh.test",
)
KEY = {"Bucket": "b", "Key": "k"}


def test_head_is_written_to_the_byte() -> None:
    """Order and case of every line of the head are ours."""
    edits = Edits(
        headers=(("X-One", "1"), ("host", "other"), ("x-ONE", "2"), ("user-agent", None)),
        late_headers=(("aCCept-encoding", "gzip"), ("x-late", "é")),
        sign="anonymous",
    )
    call = Call(operation="PutObject", members={**KEY, "Body": b"ab"}, edits=edits)
    prepared = prepare(call, ENDPOINT, MAIN)
    assert (
        prepared.head
        == (
            "PUT /b/k HTTP/1.1\r\n"
            "host: other\r\n"
            "aCCept-encoding: gzip\r\n"
            "Content-Length: 2\r\n"
            "X-One: 1\r\n"
            "x-ONE: 2\r\n"
            "x-late: é\r\n"
            "\r\n"
        ).encode()
    )
    assert prepared.request.headers[0] == ("host", "other")


def test_edit_headers_replaces_all_of_a_name_in_place() -> None:
    """An edit takes the first one's place and drops the rest; None removes them all."""
    headers = [("A", "1"), ("B", "2"), ("a", "3"), ("C", "4")]
    edit_headers(headers, [("a", "9"), ("c", None), ("D", None), ("c", "5"), ("c", None)])
    assert headers == [("a", "9"), ("B", "2"), ("c", "5")]


def test_edit_query_encodes_and_repeats() -> None:
    """Parameter names are exact, values are encoded, an empty one keeps its equals sign."""
    query = [("uploads", None), ("partNumber", "1"), ("uploadId", "u")]
    edits = [("partNumber", "a b"), ("partNumber", ""), ("uploadid", "&"), ("uploads", None)]
    assert edit_query(query, [*edits, ("partNumber", None)]) == [
        ("partNumber", "a%20b"),
        ("uploadId", "u"),
        ("partNumber", ""),
        ("uploadid", "%26"),
    ]


def test_query_edits_reach_the_target() -> None:
    """The request line carries the edited query."""
    edits = Edits(query=(("uploads", None), ("x", "ü/"), ("flag", "")))
    request = prepare(
        Call(operation="CreateMultipartUpload", members=KEY, edits=edits), ENDPOINT, MAIN
    ).request
    assert request.target == "/b/k?x=%C3%BC%2F&flag="
    assert request.url == f"http://s3.test:9000{request.target}"


def test_body_and_method_are_replaced() -> None:
    """Another body brings its own length and digest; another method stands in the first line."""
    edits = Edits(body=b"<junk", method="PATCH")
    request = prepare(
        Call(operation="CompleteMultipartUpload", members=KEY, edits=edits), ENDPOINT, MAIN
    ).request
    sent = dict(request.headers)
    assert (request.method, request.body, sent["Content-Length"]) == ("PATCH", b"<junk", "5")
    assert sent["x-amz-content-sha256"] == hashlib.sha256(b"<junk").hexdigest()


def test_signed_headers_may_be_edited_away() -> None:
    """Length, date, digest and signature go like any other header."""
    names = ("Content-Length", "X-Amz-Date", "x-amz-content-sha256", "Host", "Authorization")
    early = tuple((name, None) for name in names[:4])
    edits = Edits(headers=early, late_headers=((names[4], None),))
    request = prepare(
        Call(operation="PutObject", members={**KEY, "Body": b"x"}, edits=edits), ENDPOINT, MAIN
    ).request
    assert [name for name, _ in request.headers] == ["Accept-Encoding", "User-Agent"]


def test_edited_authorization_stands() -> None:
    """An Authorization header of the scenario's own is not overwritten by a signature."""
    edits = Edits(headers=(("Authorization", "AWS nobody:nothing"),))
    request = prepare(Call(operation="GetObject", members=KEY, edits=edits), ENDPOINT, MAIN).request
    assert [v for n, v in request.headers if n == "Authorization"] == ["AWS nobody:nothing"]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_empty_bodies_have_a_length(method: str) -> None:
    """PUT and POST say that their body is empty; GET and DELETE say nothing."""
    operation = {"PUT": "PutObject", "POST": "CreateMultipartUpload"}[method]
    request = prepare(Call(operation=operation, members=KEY), ENDPOINT, MAIN).request
    assert dict(request.headers)["Content-Length"] == "0"
    request = prepare(Call(operation="DeleteObject", members=KEY), ENDPOINT, MAIN).request
    assert "Content-Length" not in dict(request.headers)
    assert dict(request.headers)["User-Agent"] == USER_AGENT


def test_no_checksum_that_nobody_asked_for() -> None:
    """Uploads get no checksum; what S3 insists on gets Content-MD5 unless the call brings one."""
    request = prepare(
        Call(operation="UploadPart", members={**KEY, "Body": b"x"}), ENDPOINT, MAIN
    ).request
    assert not [n for n, _ in request.headers if "checksum" in n or n == "Content-MD5"]
    delete = {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}}
    request = prepare(Call(operation="DeleteObjects", members=delete), ENDPOINT, MAIN).request
    digest = hashlib.md5(request.body, usedforsecurity=False).digest()
    assert dict(request.headers)["Content-MD5"] == base64.b64encode(digest).decode()
    own = Call(operation="PutBucketAcl", members={"Bucket": "b", "ChecksumAlgorithm": "CRC32"})
    assert "Content-MD5" in dict(prepare(own, ENDPOINT, MAIN).request.headers)
    trailer = Edits(framing=Framing(mode="unsigned-trailer"))
    framed = Call(operation="DeleteObjects", members=delete, edits=trailer)
    assert "Content-MD5" not in dict(prepare(framed, ENDPOINT, MAIN).request.headers)
    without = Edits(headers=(("Content-MD5", None),))
    bare = Call(operation="DeleteObjects", members=delete, edits=without)
    assert "Content-MD5" not in dict(prepare(bare, ENDPOINT, MAIN).request.headers)


@pytest.mark.parametrize(
    "edits",
    [
        Edits(headers=(("x-a", "1\r\nx-b: 2"),)),
        Edits(late_headers=(("x-a\n", "1"),)),
        Edits(method="GET\0"),
    ],
)
def test_line_ends_in_a_head_are_refused(edits: Edits) -> None:
    """Nobody writes a second request by mistake."""
    with pytest.raises(ValueError, match="line end"):
        prepare(Call(operation="GetObject", members=KEY, edits=edits), ENDPOINT, MAIN)


def test_addressing_and_transport_of_a_step() -> None:
    """A step may choose style and transport for itself."""
    edits = Edits(addressing="virtual-host", transport="tls")
    prepared = prepare(Call(operation="GetObject", members=KEY, edits=edits), ENDPOINT, MAIN)
    assert prepared.request.url == "https://b.vh.test/k"
    assert dict(prepared.request.headers)["Host"] == "b.vh.test"
    bucket = Call(operation="ListObjectsV2", members={"Bucket": "b"}, edits=edits)
    assert prepare(bucket, ENDPOINT, MAIN).request.target == "/?list-type=2"
    path = Call(operation="ListObjectsV2", members={"Bucket": "b"})
    assert prepare(path, ENDPOINT, MAIN).request.target == "/b?list-type=2"
    assert prepare(Call(operation="ListBuckets", members={}), ENDPOINT, MAIN).request.target == "/"


def test_reprs_show_no_secret() -> None:
    """A failed assertion on a request or an identity prints nothing that grants access."""
    prepared = prepare(Call(operation="GetObject", members=KEY), ENDPOINT, MAIN)
    signature = dict(prepared.request.headers)["Authorization"].rpartition("=")[2]
    shown = repr(prepared) + repr(prepared.request) + repr(MAIN)
    assert signature not in shown
    assert MAIN.secret_key not in shown
    call = Call(operation="GetObject", members={**KEY, "SSECustomerKey": "c2VjcmV0"})
    assert "c2VjcmV0" not in repr(call)
