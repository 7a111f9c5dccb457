"""Checksums and ETags against published check values and independent libraries."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import TYPE_CHECKING

import pytest
from awscrt import checksums as crt
from botocore.model import StringShape

from conformance.catalog.service import request_members
from conformance.wire import checksums

if TYPE_CHECKING:
    from collections.abc import Callable

CHECK = b"123456789"


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        ("CRC32", "cbf43926"),
        ("CRC32C", "e3069283"),
        ("CRC64NVME", "ae8b14860a799888"),
        ("SHA1", hashlib.sha1(CHECK, usedforsecurity=False).hexdigest()),
        ("SHA256", hashlib.sha256(CHECK).hexdigest()),
        ("SHA512", hashlib.sha512(CHECK).hexdigest()),
        ("MD5", hashlib.md5(CHECK, usedforsecurity=False).hexdigest()),
        ("XXHASH64", "8cb841db40e6ae83"),
        ("XXHASH3", "72dcb18b67a17dff"),
        ("XXHASH128", "33119477ede5dcd5e9716427681d5860"),
    ],
)
def test_digest_has_the_published_check_value(algorithm: str, value: str) -> None:
    """Each algorithm gives the check value of its definition over the nine digits."""
    assert checksums.digest_hex(CHECK, algorithm) == value
    assert checksums.digest_base64(CHECK, algorithm) == (
        base64.b64encode(bytes.fromhex(value)).decode()
    )


@pytest.mark.parametrize(
    ("algorithm", "compute"),
    [
        ("XXHASH64", crt.XXHash.compute_xxhash64),
        ("XXHASH3", crt.XXHash.compute_xxhash3_64),
        ("XXHASH128", crt.XXHash.compute_xxhash3_128),
    ],
)
@pytest.mark.parametrize("body", [b"", b"a" * 300, bytes(range(256)) * 400])
def test_xxhash_is_what_the_sdks_of_aws_send(
    algorithm: str, compute: Callable[[bytes], bytes], body: bytes
) -> None:
    """The bytes, and their order, are those of the library below AWS's own SDKs."""
    assert checksums.digest(body, algorithm) == compute(body)


def test_the_algorithms_are_those_of_the_model() -> None:
    """S3's service model names the same ones."""
    named = request_members("CreateMultipartUpload")["ChecksumAlgorithm"]
    assert isinstance(named, StringShape)
    assert set(checksums.CHECKSUM_ALGORITHMS) == set(named.enum)


def test_unknown_algorithm_is_refused() -> None:
    """An algorithm that S3 does not know is a mistake of the caller's."""
    with pytest.raises(ValueError, match="CRC16"):
        checksums.digest(b"", "CRC16")
    with pytest.raises(ValueError, match="CRC16"):
        checksums.object_checksum([b""], "CRC16", "COMPOSITE")
    with pytest.raises(ValueError, match="HALF"):
        checksums.object_checksum([b""], "CRC32", "HALF")


def test_large_digest_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest of a large body comes from the cache the second time, for an equal body too."""
    calls: list[int] = []

    def counting(pieces: tuple[bytes, ...]) -> bytes:
        calls.append(len(pieces[0]))
        return hashlib.sha256(pieces[0]).digest()

    monkeypatch.setitem(checksums._DIGESTS, "SHA256", counting)
    body = b"once a process" * 500
    first = checksums.digest(body, "SHA256")
    assert checksums.digest(bytes(bytearray(body)), "SHA256") == first
    assert calls == [len(body)]
    assert first == hashlib.sha256(body).digest()


def test_cache_is_bounded() -> None:
    """The cache forgets its oldest digests and still answers rightly."""
    cache = checksums._DigestCache()
    for number in range(checksums._CACHED_ENTRIES + 3):
        cache.get(b"%d" % number, "CRC32")
    assert len(cache._digests) == checksums._CACHED_ENTRIES
    assert cache.get(b"0", "CRC32") == zlib.crc32(b"0").to_bytes(4, "big")


def test_full_object_checksum_is_of_the_joined_parts() -> None:
    """FULL_OBJECT over parts equals the checksum of the whole."""
    parts = [b"a" * 5000, b"b" * 7, b""]
    for algorithm in ("CRC32", "CRC32C", "CRC64NVME"):
        whole = checksums.digest_base64(b"".join(parts), algorithm)
        assert checksums.object_checksum(parts, algorithm, "FULL_OBJECT") == whole
    assert checksums.object_checksum([CHECK], "CRC32", "FULL_OBJECT") == "y/Q5Jg=="


def test_composite_checksum_is_of_the_digests() -> None:
    """COMPOSITE is the digest of the parts' digests with their number behind it."""
    parts = [b"one", b"two", b"three"]
    joined = b"".join(hashlib.sha256(part).digest() for part in parts)
    wanted = base64.b64encode(hashlib.sha256(joined).digest()).decode() + "-3"
    assert checksums.object_checksum(parts, "SHA256", "COMPOSITE") == wanted


def test_etags() -> None:
    """ETags are quoted hex MD5, of the bytes or of the parts' MD5s."""
    assert checksums.etag(b"") == '"d41d8cd98f00b204e9800998ecf8427e"'
    digests = b"".join(hashlib.md5(p, usedforsecurity=False).digest() for p in (b"a", b"b"))
    joined = hashlib.md5(digests, usedforsecurity=False).hexdigest()
    assert checksums.multipart_etag([b"a", b"b"]) == f'"{joined}-2"'


def test_header_name() -> None:
    """A checksum's header is its algorithm in lower case."""
    assert checksums.header_name("CRC64NVME") == "x-amz-checksum-crc64nvme"
