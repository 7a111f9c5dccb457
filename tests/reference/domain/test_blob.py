"""Bytes: digests, combined checksums, cuts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from conformance.reference.domain.blob import Blob, combine, cut, digest_of

DATA = bytes(range(256)) * 40


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_combined_checksums(algorithm: str) -> None:
    """The CRC of a whole is combined from its pieces, empty ones and none included."""
    edges = [0, 0, 1, 700, 700, 10_000, len(DATA)]
    blobs = [Blob(DATA[first:last]) for first, last in pairwise(edges)]
    assert combine(algorithm, blobs) == digest_of(algorithm, DATA)
    assert combine(algorithm, []) == digest_of(algorithm, b"")


def test_cutting_blobs() -> None:
    """Every cut over three blobs is what a slice of the whole would be."""
    blobs = [Blob(b"abc"), Blob(b""), Blob(b"defg"), Blob(b"h")]
    for first in range(9):
        for length in range(10):
            assert cut(blobs, first, length) == b"abcdefgh"[first : first + length]
    assert cut([Blob(DATA)], 0, len(DATA)) == DATA


def test_digests_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob remembers what it was asked."""
    blob = Blob(b"x")
    first = blob.digest("MD5")
    monkeypatch.setattr("conformance.reference.domain.blob.digest_of", None)
    assert blob.digest("MD5") is first
