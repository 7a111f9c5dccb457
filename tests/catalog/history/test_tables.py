"""The kept digests of earlier catalogues."""

from __future__ import annotations

import pytest

from conformance.catalog.history.tables import (
    before_digests,
    history_of,
    read_table,
    table_of,
    write_table,
)

ROWS = [("a/b", "0123abcd 00ff 1a2b"), ("a/c[x]", "0123abce 00ff")]


def test_a_table_reads_back() -> None:
    """Version, commit, the catalogue's digest, and the digests by test."""
    table = read_table(write_table("1.0", "abc", "f00", ROWS))
    assert (table.version, table.commit, table.catalog_digest) == ("1.0", "abc", "f00")
    assert {name: str(words) for name, words in table.expected.items()} == dict(ROWS)


def test_a_table_may_be_based_on_another() -> None:
    """It then holds the differences alone."""
    base = read_table(write_table("1.0", "abc", "f00", ROWS))
    text = "version: 1.0\ncommit: def\ncatalogue: f01\nbase: x.txt\n\na/b 99999999 0000\n"
    table = read_table(text, {"x.txt": base})
    assert str(table.expected["a/b"]) == "99999999 0000"
    assert table.expected["a/c[x]"] == base.expected["a/c[x]"]


@pytest.mark.parametrize("text", ["version: 1\n\n", "version: 1\ncommit: a\ncatalogue: b\n\na/b\n"])
def test_a_broken_table_is_refused(text: str) -> None:
    """Without its head, or without digests."""
    with pytest.raises(ValueError, match=r"the table has no line|without digests"):
        read_table(text)


def test_the_catalogues_before_digests_are_kept() -> None:
    """That of e4e4275, and that of the records published at that time."""
    table = before_digests()
    assert table is not None
    assert (table.commit, len(table.expected)) == ("e4e4275", 1789)
    of_records = table_of("927e567426def943e3a9649e4ff554f9e796d68d54085d9900ac11f57bf9e184")
    assert of_records is not None
    assert of_records.expected.keys() == table.expected.keys()
    assert sum(table.expected[name] != words for name, words in of_records.expected.items()) == 13
    assert {one.commit for one, _ in history_of("abort/repeated")} == {"e4e4275", "8a890ec"}
