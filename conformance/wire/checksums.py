"""Digests and checksums of bodies, each computed once a process.

Amazon S3 knows ten checksum algorithms, five of them since April 2026. An object that was
uploaded in parts has a ``COMPOSITE`` checksum (the digest of the parts' digests, with ``-N``
behind it) or a ``FULL_OBJECT`` one (the digest of all bytes), see `object_checksum`.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, Literal

import xxhash
from awscrt import checksums as crt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ChecksumType = Literal["COMPOSITE", "FULL_OBJECT"]

_CACHED_FROM: Final = 1024
"""Bytes from which on a look-up is cheaper than the digest; so it is for none at all."""
_CACHED_ENTRIES: Final = 4096


def _crc(function: Callable[[bytes, int], int], width: int) -> Callable[[Sequence[bytes]], bytes]:
    """Return the digest function of one CRC; ``width`` is its length in bytes."""

    def digest(pieces: Sequence[bytes]) -> bytes:
        value = 0
        for piece in pieces:
            value = function(piece, value)
        return value.to_bytes(width, "big")

    return digest


def _hash(begin: Callable[[], Any]) -> Callable[[Sequence[bytes]], bytes]:
    """Return the digest function of what begins a hash; its digests are big-endian bytes."""

    def digest(pieces: Sequence[bytes]) -> bytes:
        state = begin()
        for piece in pieces:
            state.update(piece)
        value: bytes = state.digest()
        return value

    return digest


_DIGESTS: Final[dict[str, Callable[[Sequence[bytes]], bytes]]] = {
    "CRC32": _crc(crt.crc32, 4),
    "CRC32C": _crc(crt.crc32c, 4),
    "CRC64NVME": _crc(crt.crc64nvme, 8),
    "SHA1": _hash(lambda: hashlib.sha1(usedforsecurity=False)),
    "SHA256": _hash(hashlib.sha256),
    "SHA512": _hash(hashlib.sha512),
    "MD5": _hash(lambda: hashlib.md5(usedforsecurity=False)),
    "XXHASH64": _hash(xxhash.xxh64),
    "XXHASH3": _hash(xxhash.xxh3_64),
    "XXHASH128": _hash(xxhash.xxh3_128),
}

CHECKSUM_ALGORITHMS: Final = tuple(_DIGESTS)
"""What ``x-amz-checksum-algorithm`` may say."""


class _DigestCache:
    """Digests by algorithm, length and hash of the body, without keeping the body itself.

    Python computes the 64-bit hash of a bytes object once and keeps it in the object, so that a
    look-up costs nothing. Two bodies of a run that meet in length and keyed hash would get one
    digest; the chance is 2**-64 a pair.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digests: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()

    def get(self, data: bytes, algorithm: str) -> bytes:
        key = (algorithm, len(data), hash(data))
        with self._lock:
            known = self._digests.get(key)
            if known is not None:
                self._digests.move_to_end(key)
                return known
        value = _DIGESTS[algorithm]((data,))
        with self._lock:
            self._digests[key] = value
            if len(self._digests) > _CACHED_ENTRIES:
                self._digests.popitem(last=False)
        return value


_CACHE: Final = _DigestCache()


def digest(data: bytes, algorithm: str) -> bytes:
    """Return the raw digest of ``data``; of a large body it is computed once a process.

    Raises ValueError for an algorithm that S3 does not know.
    """
    if algorithm not in _DIGESTS:
        raise ValueError(f"unknown checksum algorithm {algorithm!r}")
    if 0 < len(data) < _CACHED_FROM:
        return _DIGESTS[algorithm]((data,))
    return _CACHE.get(data, algorithm)


def digest_base64(data: bytes, algorithm: str) -> str:
    """Return the digest as S3's headers and XML carry it: base64 of the big-endian bytes."""
    return base64.b64encode(digest(data, algorithm)).decode("ascii")


def digest_hex(data: bytes, algorithm: str) -> str:
    """Return the digest in lower-case hex."""
    return digest(data, algorithm).hex()


def header_name(algorithm: str) -> str:
    """Return the header (or trailer) that carries a checksum: ``x-amz-checksum-crc32``."""
    return f"x-amz-checksum-{algorithm.lower()}"


def object_checksum(
    parts: Sequence[bytes], algorithm: str, checksum_type: ChecksumType | str
) -> str:
    """Return the checksum of an object made of ``parts`` as S3 shows it.

    ``COMPOSITE`` gives base64 with ``-N``, N being the number of parts; ``FULL_OBJECT`` gives the
    plain base64 digest of the joined parts, which are not copied for it. Whether S3 offers the
    pair of algorithm and type is not asked here (CRC64NVME is never composite, only CRCs whole).
    """
    if algorithm not in _DIGESTS:
        raise ValueError(f"unknown checksum algorithm {algorithm!r}")
    if checksum_type == "COMPOSITE":
        joined = b"".join(digest(part, algorithm) for part in parts)
        return f"{digest_base64(joined, algorithm)}-{len(parts)}"
    if checksum_type == "FULL_OBJECT":
        if len(parts) == 1:
            return digest_base64(parts[0], algorithm)
        return base64.b64encode(_DIGESTS[algorithm](parts)).decode("ascii")
    raise ValueError(f"unknown checksum type {checksum_type!r}")


def etag(data: bytes) -> str:
    """Return the quoted ETag of a plain object or a part: the hex MD5 of its bytes."""
    return f'"{digest_hex(data, "MD5")}"'


def multipart_etag(parts: Sequence[bytes]) -> str:
    """Return the quoted ETag of a multipart object: MD5 of the parts' MD5s, ``-N`` behind it."""
    joined = b"".join(digest(part, "MD5") for part in parts)
    return f'"{digest_hex(joined, "MD5")}-{len(parts)}"'
