"""From the body to the payload: hashes, lengths and trailers in every mode."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from conformance.reference.http.authentication import UNSIGNED, UNSIGNED_TRAILER, Proof
from conformance.reference.http.head import parse
from conformance.reference.http.payload import assemble, intake

from .signing import head
from .talking import framed

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Payload, S3Error

GIB5 = 5 * 1024**3
CRC = "x-amz-checksum-crc32"


def take(body: bytes, payload_hash: str, *headers: tuple[str, str], limit: int = GIB5) -> Payload:
    """Assemble the payload of a PUT with that body."""
    parsed = parse(head("PUT", "/b/k", [("host", "h"), *headers]))
    proof = Proof(caller=None, signed="none", payload_hash=payload_hash)
    return assemble(parsed, proof, body, body_bytes=limit)


def problem(payload: Payload) -> S3Error:
    """Return what is wrong with it; nothing of the data may have got through."""
    assert payload.problem is not None
    assert payload.data == b""
    return payload.problem


def streamed(body: bytes, decoded: object, trailer: str | None = CRC) -> Payload:
    """Assemble an unsigned aws-chunked body."""
    headers = [("x-amz-decoded-content-length", str(decoded))]
    if trailer is not None:
        headers.append(("x-amz-trailer", trailer))
    return take(body, UNSIGNED_TRAILER, *headers)


def test_plain_bodies() -> None:
    """An unsigned body is taken as it is, a signed one when its digest fits, in either case."""
    digest = sha256(b"body").hexdigest()
    for payload_hash in (UNSIGNED, digest, digest.upper()):
        payload = take(b"body", payload_hash)
        assert (payload.data, payload.streaming, payload.problem) == (b"body", False, None)


def test_wrong_payload_hash() -> None:
    """Another digest is refused with both (UP-030)."""
    error = problem(take(b"body", "0" * 64))
    assert (error.status, error.code) == (400, "XAmzContentSHA256Mismatch")
    assert error.fields == (
        ("ClientComputedContentSHA256", "0" * 64),
        ("S3ComputedContentSHA256", sha256(b"body").hexdigest()),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-amz-checksum-crc32", "AAAAAA=="),
        ("x-amz-checksum-crc32c", "AAAAAA=="),
        ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
        ("x-amz-checksum-sha1", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("x-amz-checksum-sha256", "A" * 43 + "="),
    ],
)
def test_trailers_that_s3_knows(name: str, value: str) -> None:
    """Five checksums may trail; what they are worth is the operation's business (TRL-010)."""
    payload = streamed(framed(b"a", trailer=[f"{name}:{value}"]), 1, name.upper())
    assert payload.problem is None
    assert (payload.data, payload.streaming) == (b"a", True)
    assert payload.trailers.get(name) == value


def test_no_trailer_announced() -> None:
    """Without x-amz-trailer none comes, and that is fine (TRL-005); one that comes is not."""
    assert streamed(framed(b"a"), 1, None).problem is None
    error = problem(streamed(framed(b"a", trailer=[f"{CRC}:AAAAAA=="]), 1, None))
    assert error.code == "MalformedTrailerError"


@pytest.mark.parametrize(
    "name", ["x-amz-checksum-sha10", "x-amz-meta-a", f"{CRC},x-amz-checksum-sha1", ""]
)
def test_unsupported_trailer(name: str) -> None:
    """x-amz-trailer names exactly one of the five (TRL-001, TRL-010)."""
    error = problem(streamed(framed(b"a", trailer=[f"{CRC}:AAAAAA=="]), 1, name))
    assert (error.status, error.code) == (400, "InvalidRequest")
    assert error.message == "The value specified in the x-amz-trailer header is not supported"


@pytest.mark.parametrize("value", ["AAAA", "AAAAAAAA", "!", "", "AAAAAA", "äöü="])
def test_invalid_trailer_value(value: str) -> None:
    """A checksum is base64 of its algorithm's length (TRL-002)."""
    error = problem(streamed(framed(b"a", trailer=[f"{CRC}:{value}"]), 1))
    assert (error.status, error.code) == (400, "InvalidRequest")
    assert error.message == "Value for x-amz-checksum-crc32 trailing header is invalid."


@pytest.mark.parametrize(
    "trailer",
    [[], ["x-amz-checksum-sha1:AAAA"], [f"{CRC}:AAAAAA==", "x-amz-checksum-sha1:AAAA"]],
    ids=["missing", "another", "a second"],
)
def test_other_trailers_than_announced(trailer: list[str]) -> None:
    """Exactly the announced trailer comes (TRL-004)."""
    error = problem(streamed(framed(b"a", trailer=trailer), 1))
    assert (error.status, error.code) == (400, "MalformedTrailerError")


@pytest.mark.parametrize("decoded", ["one", "-1", "1.0", "9" * 30])
def test_unreadable_decoded_length(decoded: object) -> None:
    """A decoded length that is not a number counts as none (SW-017)."""
    error = problem(streamed(framed(b"a"), decoded, None))
    assert (error.status, error.code) == (411, "MissingContentLength")


@pytest.mark.parametrize("decoded", [0, 2])
def test_wrong_decoded_length(decoded: object) -> None:
    """The payload has the announced length (TRL-009)."""
    error = problem(streamed(framed(b"a"), decoded, None))
    assert (error.status, error.code) == (400, "IncompleteBody")
    assert error.message == (
        "You did not provide the number of bytes specified by the Content-Length HTTP header"
    )


def test_missing_decoded_length() -> None:
    """Without a decoded length nobody knows what is to come."""
    error = problem(take(framed(b"a"), UNSIGNED_TRAILER))
    assert (error.status, error.code) == (411, "MissingContentLength")


def test_decoded_length_beyond_the_limit() -> None:
    """Framing is no way around the largest payload (UP-027)."""
    error = problem(streamed(framed(b"a"), GIB5 + 1, None))
    assert error.code == "EntityTooLarge"
    assert error.fields == (
        ("ProposedSize", str(GIB5 + 1)),
        ("MaxSizeAllowed", "5368709120"),
    )


def test_signed_chunks_of_nobody() -> None:
    """An anonymous client has no key to sign chunks with."""
    error = problem(
        take(
            framed(b"a"),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            ("x-amz-decoded-content-length", "1"),
        )
    )
    assert (error.status, error.code) == (403, "AccessDenied")


def plan(method: str, payload_hash: str, *headers: tuple[str, str]) -> tuple[int | None, str]:
    """Return how much is to be read, and the code of the problem if there is one."""
    parsed = parse(head(method, "/b/k", [("host", "h"), *headers]))
    proof = Proof(caller=None, signed="none", payload_hash=payload_hash)
    found = intake(parsed, proof, body_bytes=GIB5, framing_bytes=1000)
    return found.length, found.problem.code if found.problem else ""


def test_what_is_read_of_a_body() -> None:
    """The head alone decides how much is read, and whether it is wanted (UP-027, UP-028, A11)."""
    chunked = ("Transfer-Encoding", "chunked")
    assert plan("PUT", UNSIGNED, ("Content-Length", "7")) == (7, "")
    assert plan("PUT", UNSIGNED, ("Content-Length", str(GIB5))) == (GIB5, "")
    assert plan("PUT", UNSIGNED, ("Content-Length", str(GIB5 + 1)))[1] == "EntityTooLarge"
    assert plan("PUT", UNSIGNED_TRAILER, ("Content-Length", str(GIB5 + 1)))[1] == ""
    assert plan("PUT", UNSIGNED_TRAILER, ("Content-Length", str(GIB5 + 1001)))[1] != ""
    declared = ("x-amz-decoded-content-length", str(GIB5 + 1))
    assert plan("PUT", UNSIGNED_TRAILER, ("Content-Length", "7"), declared)[1] == "EntityTooLarge"
    assert plan("PUT", UNSIGNED_TRAILER, chunked, declared)[1] == "EntityTooLarge"
    assert plan("PUT", UNSIGNED, ("Content-Length", "7"), declared) == (7, "")
    assert plan("PUT", UNSIGNED) == (0, "MissingContentLength")
    assert plan("PUT", UNSIGNED, ("x-amz-copy-source", "b/k")) == (0, "")
    assert plan("POST", UNSIGNED) == (0, "")
    assert plan("PUT", UNSIGNED_TRAILER) == (0, "IncompleteBody")
    assert plan("GET", UNSIGNED) == (0, "")
    assert plan("DELETE", UNSIGNED) == (0, "")
    assert plan("PUT", UNSIGNED_TRAILER, chunked) == (None, "")
    assert plan("PUT", UNSIGNED, chunked) == (None, "NotImplemented")
