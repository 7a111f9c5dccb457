"""``findings``: its form, its exit codes, and what records it takes."""

from __future__ import annotations

import gzip
import json
import shlex
from typing import TYPE_CHECKING

import pytest
from command_helpers import BAD, GOOD, Command, spec

from conformance.baseline.file import parse_baseline

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = {
    "id", "rule", "kind", "operation", "impact", "title", "tests", "sources", "witnesses",
    "target", "verdict", "contest",
}  # fmt: skip


@pytest.fixture
def bad(command: Command, at: tuple[str, ...], tmp_path: Path) -> Path:
    """Run one bad scenario and return its record."""
    command("run", *at, "--out", "bad", str(spec(tmp_path / "s.yaml", BAD)))
    return tmp_path / "bad" / "record.jsonl"


def test_a_record_without_findings_ends_in_0(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """And its array is empty."""
    command("run", *at, "--out", "good", str(spec(tmp_path / "s.yaml", GOOD)))
    result = command("findings", "good/record.jsonl", "--json")
    assert (result.code, json.loads(result.out)) == (0, [])
    assert command("findings", "good/record.jsonl").out == "no findings\n"


def test_the_array_has_the_fields_that_scripts_rely_on(command: Command, bad: Path) -> None:
    """Also of several records, gzipped ones and such as were cut short."""
    packed = bad.with_name("packed.gz")
    packed.write_bytes(gzip.compress(bad.read_bytes()))
    cut = bad.with_name("cut.jsonl")
    cut.write_bytes(bad.read_bytes()[:-40])
    result = command("findings", str(bad), str(packed), str(cut), "--json")
    assert result.code == 1
    rows = json.loads(result.out)
    assert len(rows) == 3
    for row in rows:
        assert row.keys() == FIELDS
        assert (row["verdict"], row["kind"]) == ("FAIL", "accepted")
        assert row["id"] == f"{row['rule']}/{row['kind']}/{row['operation']}"


def test_each_finding_has_a_line_to_run_and_an_entry_to_copy(command: Command, bad: Path) -> None:
    """The line is whole, and a baseline reads the entry."""
    out = command("findings", str(bad)).out
    (line,) = [one for one in out.splitlines() if "run it again: " in one]
    words = shlex.split(line.partition("run it again: ")[2])
    assert words[:3] == ["s3-conformance", "run", "--select"]
    entry = [one for one in out.splitlines() if one.startswith("    ")]
    baseline, _ = parse_baseline("b", "\n".join(["format: 1", "expected:", *entry]) + "\n")
    assert len(baseline.entries) == 1


def test_what_is_no_record_ends_in_2(command: Command, tmp_path: Path) -> None:
    """An unreadable file is never a record without findings."""
    (tmp_path / "x").write_text("{}")
    assert command("findings", "x", "--json").code == 2
    assert command("findings", "nothing-here", "--json").code == 2
