"""Every framing, whole and broken, read by an independent decoder."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib

import pytest

from conformance.vocabulary import format as vocabulary
from conformance.wire import framing
from conformance.wire.model import Call, Edits, Endpoint, Framing, Request
from conformance.wire.prepare import prepare
from conformance.wire.sign_faults import SIGN_FAULTS

from .conftest import MAIN
from .decoders import Decoded, chunk_string, decode_chunks, sign

ENDPOINT = Endpoint(urls={"http": "http://127.0.0.1:9000"})
BODY = b"0123456789abcdef" * 1500
CRC32 = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big")).decode()
CHUNKED = ("unsigned-trailer", "signed-chunks", "signed-trailer")


def send(mode: str, broken: str | None = None, body: bytes = BODY, **members: str) -> Request:
    """Return an UploadPart in a framing."""
    chosen = Framing(mode=mode, algorithm="CRC32", chunk_bytes=10_000, broken=broken)  # type: ignore[arg-type] # any mode
    call = Call(
        operation="UploadPart",
        members={"Bucket": "b", "Key": "k", "Body": body, **members},
        edits=Edits(framing=chosen),
    )
    return prepare(call, ENDPOINT, MAIN).request


def headers(request: Request) -> dict[str, str]:
    """Return the headers by lower-case name."""
    return {name.lower(): value for name, value in request.headers}


def decoded(request: Request) -> Decoded:
    """Take the body apart and hold it to its Content-Length."""
    assert int(headers(request)["content-length"]) == len(request.body)
    return decode_chunks(request.body, [10_000])


def test_the_vocabulary_is_implemented() -> None:
    """The scenario format and the wire know the same words."""
    assert set(framing.BREAKS) == set(vocabulary.FRAMING_BREAKS)
    assert set(SIGN_FAULTS) == set(vocabulary.SIGN_FAULTS)
    modes = {mode for usable in framing.BREAKS.values() for mode in usable}
    assert modes <= set(vocabulary.FRAMING_MODES)


def test_plain() -> None:
    """Plain bodies go as they are, with their digest."""
    request = send("plain")
    assert request.body == request.payload == BODY
    assert headers(request)["x-amz-content-sha256"] == hashlib.sha256(BODY).hexdigest()
    assert headers(request)["content-length"] == "24000"
    assert "content-encoding" not in headers(request)


def test_unsigned_payload() -> None:
    """An unsigned payload says so."""
    request = send("unsigned-payload")
    assert request.body == BODY
    assert headers(request)["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("unsigned-trailer", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("signed-chunks", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("signed-trailer", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
    ],
)
def test_chunked_modes(mode: str, says: str) -> None:
    """The aws-chunked modes announce themselves and carry the payload whole."""
    request = send(mode)
    parts = decoded(request)
    assert headers(request)["x-amz-content-sha256"] == says
    assert headers(request)["content-encoding"] == "aws-chunked"
    assert headers(request)["x-amz-decoded-content-length"] == "24000"
    assert [len(chunk.data) for chunk in parts.chunks] == [10_000, 10_000, 4000, 0]
    assert (parts.payload, parts.ended, parts.rest) == (BODY, True, b"")
    length = 0 if mode == "unsigned-trailer" else 64
    assert {len(chunk.signature) for chunk in parts.chunks} == {length}
    wanted = [] if mode == "signed-chunks" else ["x-amz-checksum-crc32"]
    assert [name for name, _ in parts.trailers if "checksum" in name] == wanted
    assert ("x-amz-trailer" in headers(request)) == bool(wanted)
    if wanted:
        assert parts.trailers[0] == ("x-amz-checksum-crc32", CRC32)
        assert headers(request)["x-amz-trailer"] == "x-amz-checksum-crc32"


@pytest.mark.parametrize("mode", CHUNKED)
def test_empty_payload(mode: str) -> None:
    """An empty payload is the empty chunk alone."""
    parts = decoded(send(mode, body=b""))
    assert [chunk.data for chunk in parts.chunks] == [b""]
    assert parts.ended


def test_trailer_defaults_to_crc32() -> None:
    """A trailer mode without an algorithm takes the SDKs' default."""
    frame = framing.plan(b"x", Framing(mode="unsigned-trailer"))
    assert frame.headers[1] == ("x-amz-trailer", "x-amz-checksum-crc32")


def test_content_encoding_of_the_caller_stays() -> None:
    """aws-chunked goes in front of the object's own encoding, once."""
    call = Call(
        operation="CreateMultipartUpload",
        members={"Bucket": "b", "Key": "k", "ContentEncoding": "gzip"},
        edits=Edits(framing=Framing(mode="signed-chunks")),
    )
    assert headers(prepare(call, ENDPOINT, MAIN).request)["content-encoding"] == "aws-chunked,gzip"


@pytest.mark.parametrize("mode", ["unsigned-trailer", "signed-trailer"])
@pytest.mark.parametrize(
    ("broken", "announced", "sent"),
    [
        ("wrong-trailer-value", "x-amz-checksum-crc32", "x-amz-checksum-crc32"),
        ("invalid-trailer-value", "x-amz-checksum-crc32", "x-amz-checksum-crc32"),
        ("missing-trailer", "x-amz-checksum-crc32", None),
        ("other-trailer", "x-amz-checksum-crc32", "x-amz-checksum-sha1"),
        ("unknown-trailer", "x-amz-checksum-sha10", "x-amz-checksum-sha10"),
        ("no-trailer-header", None, None),
    ],
)
def test_broken_trailers(mode: str, broken: str, announced: str | None, sent: str | None) -> None:
    """Each break of the trailer changes what is announced or sent, and nothing else."""
    request = send(mode, broken)
    parts = decoded(request)
    assert parts.payload == BODY
    assert headers(request).get("x-amz-trailer") == announced
    checksum = {name: value for name, value in parts.trailers if "checksum" in name}
    assert list(checksum) == ([sent] if sent else [])
    signed = mode == "signed-trailer" and broken != "no-trailer-header"
    assert ("x-amz-trailer-signature" in dict(parts.trailers)) == signed
    if broken == "wrong-trailer-value":
        value = base64.b64decode(checksum["x-amz-checksum-crc32"], validate=True)
        assert len(value) == 4
        assert value != zlib.crc32(BODY).to_bytes(4, "big")
    if broken == "invalid-trailer-value":
        with pytest.raises(binascii.Error):
            base64.b64decode(checksum["x-amz-checksum-crc32"], validate=True)
    if broken == "other-trailer":
        sha1 = hashlib.sha1(BODY, usedforsecurity=False).digest()
        assert base64.b64decode(checksum["x-amz-checksum-sha1"]) == sha1


def test_other_trailer_is_another_one_for_sha1_too() -> None:
    """Where SHA1 is announced, another algorithm comes."""
    frame = framing.plan(
        b"x", Framing(mode="unsigned-trailer", algorithm="SHA1", broken="other-trailer")
    )
    assert frame.trailer.startswith(b"x-amz-checksum-sha256:")


@pytest.mark.parametrize("mode", CHUNKED)
@pytest.mark.parametrize(
    ("broken", "length"),
    [
        ("short-decoded-length", "23999"),
        ("long-decoded-length", "24001"),
        ("no-decoded-length", None),
    ],
)
def test_broken_decoded_lengths(mode: str, broken: str, length: str | None) -> None:
    """The decoded length lies by one byte, or is left out; the body is whole."""
    request = send(mode, broken)
    assert headers(request).get("x-amz-decoded-content-length") == length
    assert decoded(request).payload == BODY


@pytest.mark.parametrize("mode", CHUNKED)
def test_bad_chunk_size(mode: str) -> None:
    """The first chunk's size is not a number; its data is there all the same."""
    parts = decoded(send(mode, "bad-chunk-size"))
    assert not all(c in "0123456789abcdef" for c in parts.chunks[0].size)
    assert parts.payload == BODY


@pytest.mark.parametrize("mode", CHUNKED)
def test_missing_final_chunk(mode: str) -> None:
    """The body ends behind the last chunk that has data."""
    parts = decoded(send(mode, "missing-final-chunk"))
    assert (parts.ended, parts.trailers, parts.payload) == (False, [], BODY)


@pytest.mark.parametrize("mode", CHUNKED)
def test_small_chunks(mode: str) -> None:
    """Chunks are below the least size that S3 takes."""
    parts = decoded(send(mode, "small-chunks"))
    assert [len(chunk.data) for chunk in parts.chunks] == [4096] * 5 + [3520, 0]


@pytest.mark.parametrize("mode", CHUNKED)
def test_no_content_encoding(mode: str) -> None:
    """The body is chunked and no header says so."""
    request = send(mode, "no-content-encoding")
    assert "content-encoding" not in headers(request)
    assert decoded(request).payload == BODY


@pytest.mark.parametrize("mode", ["plain", "unsigned-payload", *CHUNKED])
def test_transfer_chunked(mode: str) -> None:
    """HTTP's own chunking wraps whatever the mode makes of the body, without a length."""
    request = send(mode, "transfer-chunked")
    assert "content-length" not in headers(request)
    assert headers(request)["transfer-encoding"] == "chunked"
    size, _, rest = request.body.partition(b"\r\n")
    inner, end = rest[: int(size, 16)], rest[int(size, 16) :]
    assert end == b"\r\n0\r\n\r\n"
    assert (decode_chunks(inner).payload if mode in CHUNKED else inner) == BODY


def test_transfer_chunked_without_a_body() -> None:
    """An empty body is the last chunk alone."""
    assert send("plain", "transfer-chunked", b"").body == b"0\r\n\r\n"


def test_wrong_payload_hash() -> None:
    """The digest is one of other bytes, and well signed."""
    request = send("plain", "wrong-payload-hash")
    digest = headers(request)["x-amz-content-sha256"]
    assert len(bytes.fromhex(digest)) == 32
    assert digest != hashlib.sha256(BODY).hexdigest()
    assert request.body == BODY


@pytest.mark.parametrize("mode", ["signed-chunks", "signed-trailer"])
@pytest.mark.parametrize(
    ("broken", "body", "wrong"),
    [
        ("wrong-chunk-signature", BODY, 0),
        ("wrong-final-signature", BODY, -1),
        ("wrong-chunk-signature", b"", 0),
        ("wrong-final-signature", b"", -1),
    ],
)
def test_wrong_chunk_signatures(mode: str, broken: str, body: bytes, wrong: int) -> None:
    """One signature has one changed digit; the chain goes on from the right one."""
    request = send(mode, broken, body)
    stamp = headers(request)["x-amz-date"]
    previous = headers(request)["authorization"].rpartition("Signature=")[2]
    chunks = decoded(request).chunks
    off = []
    for index, chunk in enumerate(chunks):
        string = chunk_string(stamp, "us-east-1", previous, chunk.data)
        previous = sign(MAIN.secret_key, stamp, "us-east-1", string)
        changed = sum(a != b for a, b in zip(chunk.signature, previous, strict=True))
        off += [index] * changed
    assert off == [wrong % len(chunks)]


def test_wrong_trailer_signature() -> None:
    """The trailer's signature differs in one digit from the right one of the same moment."""
    request = send("signed-trailer", "wrong-trailer-signature")
    parts = decoded(request)
    stamp = headers(request)["x-amz-date"]
    line = f"x-amz-checksum-crc32:{CRC32}\n".encode()
    scope = f"{stamp[:8]}/us-east-1/s3/aws4_request"
    digest = hashlib.sha256(line).hexdigest()
    last = parts.chunks[-1].signature
    string = f"AWS4-HMAC-SHA256-TRAILER\n{stamp}\n{scope}\n{last}\n{digest}"
    right = sign(MAIN.secret_key, stamp, "us-east-1", string)
    sent = dict(parts.trailers)["x-amz-trailer-signature"]
    assert sum(a != b for a, b in zip(sent, right, strict=True)) == 1


@pytest.mark.parametrize(
    ("mode", "broken"),
    [
        (m, b)
        for b, usable in framing.BREAKS.items()
        for m in vocabulary.FRAMING_MODES
        if m not in usable
    ]
    + [("plain", "no-such-break")],
)
def test_breaks_that_a_mode_cannot_have_are_refused(mode: str, broken: str) -> None:
    """A break that would change nothing is a mistake of the scenario's, not a silent pass."""
    with pytest.raises(ValueError, match=broken):
        send(mode, broken)


def test_other_refusals() -> None:
    """Chunks hold something, and nobody signs for the anonymous."""
    with pytest.raises(ValueError, match="at least one byte"):
        framing.plan(b"", Framing(mode="signed-chunks", chunk_bytes=0))
    with pytest.raises(ValueError, match="anonymous"):
        framing.plan(b"", Framing(mode="signed-chunks"), anonymous=True)


def test_presigned_chunks_name_their_payload() -> None:
    """A presigned upload in chunks tells so in a signed header; a plain one does not."""
    members = {"Bucket": "b", "Key": "k", "Body": BODY}
    edits = Edits(sign="presigned", framing=Framing(mode="unsigned-trailer"))
    request = prepare(
        Call(operation="PutObject", members=members, edits=edits), ENDPOINT, MAIN
    ).request
    assert headers(request)["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert "x-amz-content-sha256" in request.target
