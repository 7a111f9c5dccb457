"""Immutable bytes whose digests are computed once, and slices over many of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import xxhash
from awscrt import checksums

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _crc(function: Callable[[bytes], int], width: int) -> Callable[[bytes], bytes]:
    return lambda data: function(data).to_bytes(width, "big")


_DIGESTS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "CRC32": _crc(checksums.crc32, 4),
    "CRC32C": _crc(checksums.crc32c, 4),
    "CRC64NVME": _crc(checksums.crc64nvme, 8),
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "SHA1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "SHA256": lambda data: hashlib.sha256(data).digest(),
    "SHA512": lambda data: hashlib.sha512(data).digest(),
    "XXHASH64": lambda data: xxhash.xxh64(data).digest(),
    "XXHASH3": lambda data: xxhash.xxh3_64(data).digest(),
    "XXHASH128": lambda data: xxhash.xxh3_128(data).digest(),
}

_COMBINE: Final[dict[str, tuple[Callable[[int, int, int], int], int]]] = {
    "CRC32": (checksums.combine_crc32, 4),
    "CRC32C": (checksums.combine_crc32c, 4),
    "CRC64NVME": (checksums.combine_crc64nvme, 8),
}


def digest_of(algorithm: str, data: bytes) -> bytes:
    """Return the raw digest; ``algorithm`` is MD5 or a checksum algorithm in capitals."""
    return _DIGESTS[algorithm](data)


class Blob:
    """Bytes that remember their digests; copies of an object share one."""

    __slots__ = ("_digests", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._digests: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self.data)

    def digest(self, algorithm: str) -> bytes:
        """Return the raw digest; ``algorithm`` is MD5 or a checksum algorithm in capitals.

        Two threads that ask at once may both compute it, to the same value.
        """
        found = self._digests.get(algorithm)
        if found is None:
            found = self._digests[algorithm] = digest_of(algorithm, self.data)
        return found


def combine(algorithm: str, blobs: Sequence[Blob]) -> bytes:
    """Return the CRC of the blobs' concatenation, from their own CRCs (CRC algorithms only)."""
    function, width = _COMBINE[algorithm]
    value = 0
    for blob in blobs:
        if len(blob):
            value = function(value, int.from_bytes(blob.digest(algorithm), "big"), len(blob))
    return value.to_bytes(width, "big")


def cut(blobs: Sequence[Blob], first: int, length: int) -> bytes:
    """Return ``length`` bytes of the blobs' concatenation from offset ``first``.

    A single whole blob is handed out without a copy.
    """
    pieces: list[bytes | memoryview] = []
    for blob in blobs:
        if length <= 0:
            break
        size = len(blob)
        if first >= size:
            first -= size
            continue
        taken = min(size - first, length)
        whole = taken == size
        pieces.append(blob.data if whole else memoryview(blob.data)[first : first + taken])
        length -= taken
        first = 0
    if len(pieces) == 1 and isinstance(pieces[0], bytes):
        return pieces[0]
    return b"".join(pieces)
