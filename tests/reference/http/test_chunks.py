"""The aws-chunked framing: what is taken apart, and every way to break it."""

from __future__ import annotations

import pytest

from conformance.reference.domain.messages import S3Error
from conformance.reference.http.authentication import Seed
from conformance.reference.http.canonical import signing_key
from conformance.reference.http.chunks import unframe

from .signing import ACCESS_KEY, NOW, REGION, SECRET_KEY, Signer
from .talking import framed

BIG = b"b" * 8192
SEED = "5eed" * 16


def begin() -> tuple[Signer, Seed]:
    """Return a signer after its request's head, and what the server knows of it."""
    signer = Signer()
    signer.previous = SEED
    seed = Seed(
        access_key=ACCESS_KEY,
        timestamp=signer.timestamp,
        scope=signer.scope,
        signature=SEED,
        key=signing_key(SECRET_KEY, f"{NOW:%Y%m%d}", REGION, "s3"),
    )
    return signer, seed


def refused(body: bytes, seed: Seed | None = None) -> S3Error:
    """Return the error that the framing is refused with."""
    with pytest.raises(S3Error) as caught:
        unframe(body, seed=seed)
    return caught.value


@pytest.mark.parametrize("chunks", [(), (b"",), (b"a",), (BIG, b"tail"), (BIG, BIG * 3, BIG)])
def test_unsigned_chunks(chunks: tuple[bytes, ...]) -> None:
    """The payload is the chunks joined, with or without a trailer behind them."""
    chunks = tuple(filter(None, chunks))
    assert unframe(framed(*chunks), seed=None).data == b"".join(chunks)
    body = framed(*chunks, trailer=["X-Amz-Checksum-CRC32: AAAAAA== "])
    assert unframe(body, seed=None).trailers == (("x-amz-checksum-crc32", "AAAAAA=="),)


@pytest.mark.parametrize("ending", [b"", b"\r\n", b"\r\n\r\n"])
def test_last_line_ends_may_be_missing_or_doubled(ending: bytes) -> None:
    """SDKs end the body differently; none of them means anything by it."""
    assert unframe(b"1\r\na\r\n0\r\n" + ending, seed=None).data == b"a"


def test_signed_chunks() -> None:
    """A chain of good signatures gives the payload."""
    signer, seed = begin()
    body = signer.chunk(BIG) + signer.chunk(b"tail") + signer.chunk(b"") + b"\r\n"
    assert unframe(body, seed=seed).data == BIG + b"tail"


def test_signed_trailer() -> None:
    """A trailer's signature goes on from the last chunk's, and is no trailer itself."""
    signer, seed = begin()
    body = signer.chunk(b"a") + signer.chunk(b"")
    body += signer.trailer("x-amz-checksum-crc32", "AAAAAA==") + b"\r\n"
    assert unframe(body, seed=seed).trailers == (("x-amz-checksum-crc32", "AAAAAA=="),)


@pytest.mark.parametrize("broken", [0, 1, 2, 3])
def test_one_wrong_signature_anywhere(broken: int) -> None:
    """First, middle, final and trailer signature are each verified (TRL-006)."""
    signer, seed = begin()
    pieces = [signer.chunk(BIG), signer.chunk(b"tail"), signer.chunk(b"")]
    pieces.append(signer.trailer("x-amz-checksum-crc32", "AAAAAA=="))
    marker, at = b"signature=", pieces[broken].find(b"signature")
    digit = at + len(marker)
    old = pieces[broken]
    pieces[broken] = (
        old[:digit] + (b"0" if old[digit : digit + 1] != b"0" else b"1") + old[digit + 1 :]
    )
    error = refused(b"".join(pieces), seed)
    assert (error.status, error.code) == (403, "SignatureDoesNotMatch")
    assert ("AWSAccessKeyId", ACCESS_KEY) in error.fields


def test_chunks_out_of_order_or_changed() -> None:
    """Swapped chunks and changed bytes break the chain."""
    signer, seed = begin()
    first, second, last = signer.chunk(BIG), signer.chunk(BIG[::-1] + b"x"), signer.chunk(b"")
    assert unframe(first + second + last, seed=seed).data.endswith(b"x")
    for body in (second + first + last, first + second.replace(b"bx", b"by") + last):
        assert refused(body, seed).code == "SignatureDoesNotMatch"


def test_unsigned_chunks_where_signed_ones_are_due() -> None:
    """A chunk without a signature does not pass for a signed one."""
    _, seed = begin()
    assert refused(framed(b"a"), seed).code == "SignatureDoesNotMatch"


def test_unsigned_trailer_where_a_signed_one_is_due() -> None:
    """A trailer without its signature is malformed."""
    signer, seed = begin()
    body = signer.chunk(b"a") + signer.chunk(b"") + b"x-amz-checksum-crc32:AAAAAA==\r\n\r\n"
    assert refused(body, seed).code == "MalformedTrailerError"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"0",
        b"\r\n",
        b"zz\r\na\r\n0\r\n\r\n",
        b"-1\r\na\r\n0\r\n\r\n",
        b"0x1\r\na\r\n0\r\n\r\n",
        b"1\r\na\r\n",
        b"1\r\na",
        b"1\r\n",
        b"2\r\na\r\n0\r\n\r\n",
        b"1\r\nab\r\n0\r\n\r\n",
        b"1;other=x\r\na\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\na\r\n0\r\n\r\n",
        b"1" * 300 + b"\r\n",
        b"plain text that nobody framed",
    ],
)
def test_broken_framing(body: bytes) -> None:
    """Sizes that are none, ends that come early or late: IncompleteBody (A08)."""
    error = refused(body)
    assert (error.status, error.code) == (400, "IncompleteBody")


def test_small_chunks() -> None:
    """Only the last chunk with data may be below 8 KiB (TRL-007)."""
    error = refused(framed(BIG, b"b" * 8191, b"tail"))
    assert (error.status, error.code) == (403, "InvalidChunkSizeError")
    assert error.fields == (("Chunk", "2"), ("BadChunkSize", "8191"))


@pytest.mark.parametrize(
    "trailer",
    ["no colon", ": no name", "x" * 20000 + ":y", "a:\udcff"],
    ids=["colon", "name", "size", "utf"],
)
def test_malformed_trailers(trailer: str) -> None:
    """What follows the last chunk is header lines of reasonable size (TRL-004)."""
    body = b"0\r\n" + trailer.encode("utf-8", "surrogateescape") + b"\r\n\r\n"
    error = refused(body)
    assert (error.status, error.code) == (400, "MalformedTrailerError")
