"""The three files of a run are made from its record alone."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from conformance.record.errors import RecordError
from conformance.record.reader import read
from conformance.report import RENDERERS, write_reports

from .samples import CATALOG, a_test, record

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.model import Line


def test_a_record_cut_in_the_middle_of_a_line_still_gives_all_files(tmp_path: Path) -> None:
    """A killed run renders, says so, and leaves no half-written file."""
    made = record(a_test("a"), run={"selected": ("a", "b")})
    lines: list[Line] = [made.run, CATALOG, *made.tests]
    text = "".join(json.dumps(dataclasses.asdict(line)) + "\n" for line in lines)
    source = tmp_path / "record.jsonl"
    source.write_text(text + text[:100], encoding="utf-8")
    out = tmp_path / "new" / "folder"
    write_reports(read(source), out)
    assert {path.name for path in out.iterdir()} == set(RENDERERS)
    for name in RENDERERS:
        assert "cut short" in (out / name).read_text(encoding="utf-8")


def test_an_unreadable_record_writes_nothing(tmp_path: Path) -> None:
    """What is no record raises, and no report appears that could look like one."""
    source = tmp_path / "record.jsonl"
    source.write_text("no record\n", encoding="utf-8")
    with pytest.raises(RecordError):
        write_reports(read(source), tmp_path / "out")
    assert not (tmp_path / "out").exists()
