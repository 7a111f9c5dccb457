"""Digests of one test as words."""

from __future__ import annotations

import pytest

from conformance.vocabulary.expected import Expected, read_expected


def test_words_read_back_as_they_were_written() -> None:
    """Also without requests and checks, as a property has them."""
    for one in (Expected("0123abcd", "00ff", ("1a2b", "3c4d")), Expected("0123abcd")):
        assert read_expected(str(one)) == one


@pytest.mark.parametrize("text", ["0123", "0123abcd 00f", "0123ABCD", "word", "0123abcd 00ff zzzz"])
def test_other_words_are_no_digests(text: str) -> None:
    """A record from a stranger may hold anything."""
    with pytest.raises(ValueError, match="hexadecimal"):
        read_expected(text)


def test_nothing_is_no_digest() -> None:
    """Records that are older than digests have an empty text."""
    assert read_expected("") is None
