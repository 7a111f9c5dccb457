"""Signatures against AWS's published examples and against an independent calculation."""

from __future__ import annotations

import hashlib
import re
import string
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from conformance.wire import checksums
from conformance.wire.framing import plan
from conformance.wire.model import Call, Edits, Endpoint, Framing, FramingMode, Identity, Request
from conformance.wire.prepare import prepare
from conformance.wire.sign_faults import SIGN_FAULTS
from conformance.wire.signing import SigningContext, header_stamp, sign_header

from .conftest import ALT, MAIN
from .decoders import (
    canonical_request,
    chunk_string,
    decode_chunks,
    sign,
    string_to_sign,
    trailer_string,
)

EXAMPLE = SigningContext(
    Identity("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    "us-east-1",
    "20130524T000000Z",
)
"""The credentials, region and time of all examples in Amazon's documentation."""
ENDPOINT = Endpoint(urls={"http": "http://127.0.0.1:9000", "tls": "https://127.0.0.1:9001"})
PART_KEY = {"Bucket": "b", "Key": "k"}
PART = {"Bucket": "b", "Key": "dir//../k%2F ü", "UploadId": "u+/=", "PartNumber": 1}


def authorization(headers: tuple[tuple[str, str], ...]) -> tuple[str, str, list[str], str]:
    """Take the Authorization header apart: access key, scope, signed headers, signature."""
    value = dict(headers)["Authorization"]
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})",
        value,
    )
    assert found
    return found[1], found[2], found[3].split(";"), found[4]


def expected(request: Request, secret: str = MAIN.secret_key, region: str = "us-east-1") -> str:
    """Calculate the signature of a header-signed request from what is sent."""
    headers = list(request.headers)
    names = {name.lower(): value for name, value in headers}
    signed = authorization(request.headers)[2]
    canonical = canonical_request(
        request.method,
        request.target,
        headers,
        signed,
        names["x-amz-content-sha256"],
    )
    stamp = names["x-amz-date"]
    return sign(secret, stamp, region, string_to_sign(stamp, region, canonical))


_NAMES = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=8)
_VALUES = st.text(string.ascii_letters + ' /=+,;:"é', max_size=12)
_QUERY = st.text(string.ascii_letters + "-._~%20=&", max_size=20)


@given(
    method=st.sampled_from(("GET", "PUT", "post")),
    path=st.text(string.ascii_letters + "/.%~", max_size=12).map(lambda tail: f"/b/{tail}"),
    query=_QUERY,
    headers=st.lists(st.tuples(_NAMES.map(lambda name: f"X-Amz-{name}"), _VALUES), max_size=6),
)
def test_signatures_are_those_of_botocore(
    method: str, path: str, query: str, headers: list[tuple[str, str]]
) -> None:
    """Repeated names, blanks, parameters without a value: both signers see the same request."""
    target = f"{path}?{query}" if query else path
    digest = hashlib.sha256(b"body").hexdigest()
    sent = [("Host", "h"), *headers, ("x-amz-content-sha256", digest)]
    request = AWSRequest(method, f"http://h{target}")
    for name, value in sent:
        request.headers.add_header(name, value)
    request.context["timestamp"] = EXAMPLE.stamp
    keys = Credentials(EXAMPLE.identity.access_key, EXAMPLE.identity.secret_key)
    signer = S3SigV4Auth(keys, "s3", EXAMPLE.region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    _, signature = sign_header(EXAMPLE, method, target, sent, digest)
    assert signature == signer.signature(text, request)


def test_published_get_object_example() -> None:
    """The GET of a range in Amazon's documentation gives the signature printed there."""
    empty = hashlib.sha256(b"").hexdigest()
    headers = [
        ("Host", "examplebucket.s3.amazonaws.com"),
        ("Range", "bytes=0-9"),
        ("x-amz-content-sha256", empty),
        ("x-amz-date", "20130524T000000Z"),
    ]
    _, signature = sign_header(EXAMPLE, "GET", "/test.txt", headers, empty)
    assert signature == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


def test_published_signed_chunks_example() -> None:
    """The 66,560-byte upload in Amazon's documentation gives the chunk signatures there."""
    seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    frame = plan(b"a" * 66560, Framing(mode="signed-chunks"))
    body = frame.encode(EXAMPLE, seed)
    assert len(body) == frame.length == 66824
    assert [chunk.signature for chunk in decode_chunks(body).chunks] == [
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ]


def test_published_signed_trailer_example() -> None:
    """The same upload with a CRC32C trailer gives the signatures in the documentation."""
    seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
    frame = plan(b"a" * 66560, Framing(mode="signed-trailer", algorithm="CRC32C"))
    decoded = decode_chunks(frame.encode(EXAMPLE, seed))
    assert [chunk.signature for chunk in decoded.chunks] == [
        "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
        "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
        "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ]
    assert decoded.trailers == [
        ("x-amz-checksum-crc32c", "sOO8/Q=="),
        (
            "x-amz-trailer-signature",
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
        ),
    ]


def test_header_signature_covers_what_is_sent() -> None:
    """Odd path, repeated headers and folded blanks are signed as they stand on the wire."""
    edits = Edits(
        headers=(("X-Amz-Meta-A", "  two   blanks "), ("x-custom", "1"), ("X-Custom", "2")),
        query=(("extra", "a b/c"), ("extra", "ü"), ("flag", "")),
    )
    body = b"some bytes"
    request = prepare(
        Call(operation="UploadPart", members={**PART, "Body": body}, edits=edits), ENDPOINT, MAIN
    ).request
    key, scope, signed, signature = authorization(request.headers)
    assert key == "AKIDEXAMPLE"
    assert scope.endswith("/us-east-1/s3/aws4_request")
    assert signed == ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-meta-a", "x-custom"]
    assert dict(request.headers)["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
    assert signature == expected(request)


def test_session_token_is_signed() -> None:
    """Temporary credentials send their token, signed, in the header or in the query."""
    call = Call(operation="UploadPart", members=PART)
    request = prepare(call, ENDPOINT, ALT).request
    assert dict(request.headers)["X-Amz-Security-Token"] == ALT.session_token
    assert "x-amz-security-token" in authorization(request.headers)[2]
    assert authorization(request.headers)[3] == expected(request, ALT.secret_key)
    presigned = Call(operation="UploadPart", members=PART, edits=Edits(sign="presigned"))
    target = prepare(presigned, ENDPOINT, ALT).request.target
    assert dict(parse_qsl(urlsplit(target).query))["X-Amz-Security-Token"] == ALT.session_token


def test_presigned_signature() -> None:
    """A presigned request carries its signature in the query, and no date in the headers."""
    edits = Edits(sign="presigned", expires_seconds=60, query=(("again", "1"), ("again", "2")))
    request = prepare(
        Call(operation="UploadPart", members={**PART, "Body": b"x"}, edits=edits), ENDPOINT, MAIN
    ).request
    query = dict(parse_qsl(urlsplit(request.target).query))
    assert query["X-Amz-Expires"] == "60"
    assert request.target.count("again=") == 2
    assert not {"authorization", "x-amz-date", "x-amz-content-sha256"} & {
        name.lower() for name, _ in request.headers
    }
    stamp = query["X-Amz-Date"]
    signed = query["X-Amz-SignedHeaders"].split(";")
    canonical = canonical_request(
        "PUT", request.target, list(request.headers), signed, "UNSIGNED-PAYLOAD"
    )
    wanted = sign(
        MAIN.secret_key, stamp, "us-east-1", string_to_sign(stamp, "us-east-1", canonical)
    )
    assert query["X-Amz-Signature"] == wanted


@pytest.mark.parametrize("mode", ["signed-chunks", "signed-trailer"])
def test_chunk_signatures_chain_from_the_seed(mode: FramingMode) -> None:
    """Every chunk and the trailer are signed over what stands before them."""
    body = bytes(range(256)) * 100
    framing = Framing(mode=mode, algorithm="SHA256", chunk_bytes=9000)
    call = Call(
        operation="UploadPart", members={**PART, "Body": body}, edits=Edits(framing=framing)
    )
    request = prepare(call, ENDPOINT, MAIN).request
    previous = authorization(request.headers)[3]
    assert previous == expected(request)
    stamp = dict(request.headers)["X-Amz-Date"]
    decoded = decode_chunks(request.body)
    assert [len(chunk.data) for chunk in decoded.chunks] == [9000, 9000, 7600, 0]
    for chunk in decoded.chunks:
        previous = sign(
            MAIN.secret_key,
            stamp,
            "us-east-1",
            chunk_string(stamp, "us-east-1", previous, chunk.data),
        )
        assert chunk.signature == previous
    if mode == "signed-trailer":
        (name, value), last = decoded.trailers
        assert value == checksums.digest_base64(body, "SHA256")
        string = trailer_string(stamp, "us-east-1", previous, f"{name}:{value}\n".encode())
        assert last == (
            "x-amz-trailer-signature",
            sign(MAIN.secret_key, stamp, "us-east-1", string),
        )


def signed_part(fault: str, **settings: Any) -> Request:  # noqa: ANN401 - any field of Edits
    """Return an UploadPart whose signature has a fault."""
    edits = Edits(sign_fault=fault, **settings)
    call = Call(operation="UploadPart", members={**PART, "Body": b"body"}, edits=edits)
    return prepare(call, ENDPOINT, MAIN).request


def test_fault_free_requests_match_and_faulty_ones_do_not() -> None:
    """Each fault breaks the signature of a header-signed request, or what it stands on."""
    for fault in SIGN_FAULTS:
        request = signed_part(fault)
        if fault == "missing-signature":
            continue
        signature = authorization(request.headers)[3]
        elsewhere = ("expired", "tampered-body", "unknown-key")
        right = fault in (*elsewhere, "extra-token", "wrong-token", "missing-token")
        assert (signature == expected(request)) == right, fault


def test_wrong_secret() -> None:
    """wrong-secret keeps the access key."""
    request = signed_part("wrong-secret")
    assert authorization(request.headers)[0] == MAIN.access_key


def test_unknown_key() -> None:
    """unknown-key names a key of the right form that is not ours."""
    key = authorization(signed_part("unknown-key").headers)[0]
    assert re.fullmatch("AKIA[A-Z0-9]{16}", key)


def test_expired() -> None:
    """Expired requests are well signed, as of an hour ago or past their expiry."""
    headers = dict(signed_part("expired").headers)
    then = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    assert datetime.now(UTC) - then > timedelta(minutes=55)
    target = signed_part("expired", sign="presigned", expires_seconds=60).target
    query = dict(parse_qsl(urlsplit(target).query))
    then = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    assert datetime.now(UTC) - then > timedelta(seconds=int(query["X-Amz-Expires"]))


def test_wrong_region() -> None:
    """wrong-region signs rightly for another region."""
    request = signed_part("wrong-region")
    assert "/us-west-2/" in authorization(request.headers)[1]
    assert authorization(request.headers)[3] == expected(request, region="us-west-2")


def test_extra_token() -> None:
    """extra-token sends a token that is signed and unknown."""
    request = signed_part("extra-token")
    assert "x-amz-security-token" in authorization(request.headers)[2]


def test_tampered_header() -> None:
    """The header is signed with one value and sent with another; restoring it heals."""
    request = signed_part("tampered-header")
    assert "x-amz-meta-tampered" in authorization(request.headers)[2]
    assert dict(request.headers)["x-amz-meta-tampered"] == "changed"


@pytest.mark.parametrize("mode", ["header", "presigned"])
def test_tampered_query(mode: str) -> None:
    """A parameter comes in behind the signature."""
    assert signed_part("tampered-query", sign=mode).target.endswith("&x-tampered=1")


def test_tampered_body() -> None:
    """One byte of the body differs from the signed one; an empty body grows one."""
    request = signed_part("tampered-body")
    assert request.body == b"bod" + bytes([ord("y") ^ 1])
    assert request.payload == b"body"
    edits = Edits(sign_fault="tampered-body")
    empty = prepare(Call(operation="PutObject", members=PART_KEY, edits=edits), ENDPOINT, MAIN)
    assert (empty.request.body, dict(empty.request.headers)["Content-Length"]) == (b"\0", "1")
    framing = Framing(mode="signed-chunks")
    chunked = signed_part("tampered-body", framing=framing)
    assert decode_chunks(chunked.body).payload == request.body


@pytest.mark.parametrize("mode", ["header", "presigned"])
def test_tampered_signature(mode: str) -> None:
    """One digit of the signature differs, and only one."""
    bad = signed_part("tampered-signature", sign=mode)
    if mode == "header":
        got, right = authorization(bad.headers)[3], expected(bad)
        assert sum(a != b for a, b in zip(got, right, strict=True)) == 1
    else:
        assert re.search("&X-Amz-Signature=[0-9a-f]{64}$", bad.target)


@pytest.mark.parametrize("mode", ["header", "presigned"])
def test_missing_signature(mode: str) -> None:
    """Everything is there but the signature."""
    request = signed_part("missing-signature", sign=mode)
    assert "Authorization" not in dict(request.headers)
    assert "X-Amz-Signature" not in request.target
    assert ("X-Amz-Credential" in unquote(request.target)) == (mode == "presigned")


def test_unknown_fault_is_refused() -> None:
    """A fault outside the vocabulary is the caller's mistake."""
    with pytest.raises(ValueError, match="half-signed"):
        signed_part("half-signed")


def test_edited_dates_are_signed_as_of() -> None:
    """An edited x-amz-date, or Date in its absence, is the time of signing."""
    edits = Edits(headers=(("x-amz-date", "20200101T000000Z"),))
    request = prepare(
        Call(operation="ListBuckets", members={}, edits=edits), ENDPOINT, MAIN
    ).request
    assert authorization(request.headers)[1].startswith("20200101/")
    assert authorization(request.headers)[3] == expected(request)
    date = [("Date", "Wed, 01 Jan 2020 01:02:03 GMT")]
    assert header_stamp(date, "x") == "20200101T010203Z"
    assert header_stamp([("Date", "whenever")], "x") == "x"
    assert header_stamp([], "x") == "x"


def test_anonymous_requests_carry_nothing() -> None:
    """An anonymous request has no signature, date or digest."""
    call = Call(operation="GetObject", members=PART_KEY, edits=Edits(sign="anonymous"))
    request = prepare(call, ENDPOINT, MAIN).request
    assert [name for name, _ in request.headers] == ["Host", "Accept-Encoding", "User-Agent"]
    assert request.target == "/b/k"
