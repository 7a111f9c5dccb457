"""Published records are gzipped, and come from strangers."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from conformance.record import reader
from conformance.record.errors import RecordError
from conformance.record.reader import read
from conformance.record.to_json import dump

from .samples import ALL_LINES

if TYPE_CHECKING:
    from pathlib import Path

_LINES = b"\n".join([*map(dump, ALL_LINES), b""])


def test_a_gzipped_record_reads_the_same(tmp_path: Path) -> None:
    """Whatever its name, a gzipped record is the record."""
    plain, packed = tmp_path / "record.jsonl", tmp_path / "record"
    plain.write_bytes(_LINES)
    packed.write_bytes(gzip.compress(_LINES))
    assert read(packed) == read(plain)


@pytest.mark.parametrize("cut", [3, 20, -9])
def test_a_damaged_one_is_refused(tmp_path: Path, cut: int) -> None:
    """A file that does not unpack is told so, not half read."""
    packed = tmp_path / "record.jsonl.gz"
    packed.write_bytes(gzip.compress(_LINES)[:cut])
    with pytest.raises(RecordError, match="can't be unpacked"):
        read(packed)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks beyond all measure is not unpacked."""
    monkeypatch.setattr(reader, "LARGEST", 1000)
    packed = tmp_path / "record.jsonl.gz"
    packed.write_bytes(gzip.compress(b" " * 1_000_000))
    with pytest.raises(RecordError, match="unpacks to more than 1,000 bytes"):
        read(packed)
