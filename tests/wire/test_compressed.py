"""Compressed documents: read where they were asked for, and within bounds."""

from __future__ import annotations

import gzip

import pytest

from conformance.wire.compressed import document_of

DOCUMENT = b"<ListPartsResult/>"
ASKED = (("Accept-Encoding", "zstd,gzip;q=0.5"),)
ANSWERED = (("Content-Encoding", "GZIP"),)


def test_a_document_is_read_where_gzip_was_asked_for() -> None:
    """In any case of the names, and with a weight."""
    packed = gzip.compress(DOCUMENT)
    assert document_of(packed, ASKED, ANSWERED, most=100) == DOCUMENT
    assert document_of(DOCUMENT, ASKED, (), most=100) == DOCUMENT


@pytest.mark.parametrize("asked", [(), (("Accept-Encoding", "identity"),)])
def test_compression_that_nobody_asked_for_stays(asked: tuple[tuple[str, str], ...]) -> None:
    """The client would get coded bytes."""
    packed = gzip.compress(DOCUMENT)
    assert document_of(packed, asked, ANSWERED, most=100) == packed


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"a" * 1000),
        gzip.compress(DOCUMENT)[:-3],
        gzip.compress(DOCUMENT) + b"more",
        DOCUMENT,
        b"",
    ],
    ids=["grows", "cut", "followed", "plain", "empty"],
)
def test_what_is_no_whole_gzip_within_the_bound_stays(body: bytes) -> None:
    """A hostile endpoint can't fill the memory."""
    assert document_of(body, ASKED, ANSWERED, most=100) == body


def test_another_coding_stays() -> None:
    """One after the other is another one, too."""
    packed = gzip.compress(DOCUMENT)
    for coding in ("zstd", "gzip, zstd", "br"):
        answered = (("Content-Encoding", coding),)
        assert document_of(packed, ASKED, answered, most=100) == packed
