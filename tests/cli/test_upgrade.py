"""An upgrade of the suite: what it changes fails no gate, and what the server changes does."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_helpers import GOOD, Command, spec

from conformance.record.reader import read

if TYPE_CHECKING:
    from conformance.record.baseline_line import BaselineLine

DATA = Path(__file__).parents[1] / "data" / "upgrade"
OTHER = GOOD.replace("200", "201")


def held(path: Path) -> BaselineLine:
    """Return how a run differs from its baseline."""
    line = read(path / "record.jsonl").baseline
    assert line is not None
    return line


def test_a_changed_scenario_fails_no_gate_until_the_server_changes(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """It is a section of its own; `baseline upgrade` accepts it, and then it counts."""
    spec(tmp_path / "s.yaml", GOOD, cases=2)
    assert command("run", *at, "s.yaml", "--out", "one").code == 0
    assert command("baseline", "init", "one/record.jsonl", "b.yaml").code == 0
    assert OTHER != GOOD
    spec(tmp_path / "s.yaml", OTHER, cases=2)
    done = command("run", *at, "s.yaml", "--baseline", "b.yaml", "--out", "two")
    assert done.code == 0, done.out
    assert "What the suite changed: 2 tests expect something else" in done.out
    assert "your server now fails 2 of them" in done.out
    assert held(tmp_path / "two").findings == ()
    said = command("baseline", "upgrade", "b.yaml", "two/record.jsonl", "--dry-run")
    added = "added    life.create-returns-id/wrong-value: FAIL"
    assert (said.code, said.out.splitlines()[0]) == (0, added)
    assert command("baseline", "upgrade", "b.yaml", "two/record.jsonl").out == said.out
    done = command("run", *at, "s.yaml", "--baseline", "b.yaml", "--out", "three")
    assert done.code == 0, done.out
    assert "What the suite changed" not in done.out
    assert held(tmp_path / "three").as_expected == 2
    text = (tmp_path / "b.yaml").read_text("utf-8")
    (tmp_path / "b.yaml").write_text(text.replace("is: FAIL", "is: WARN"), "utf-8")
    done = command("baseline", "check", "b.yaml", "three/record.jsonl")
    assert (done.code, done.out.count("changed    t[")) == (1, 2)


@pytest.mark.slow
@pytest.mark.whole_run
def test_the_baseline_of_e4e4275_calls_nothing_new_on_the_same_moto(
    command: Command, tmp_path: Path
) -> None:
    """Moto as it was on 2026-11-22, with the catalogue of today: whatever fails is the suite's."""
    pytest.importorskip("moto")
    with gzip.open(DATA / "moto-e4e4275.yaml.gz", "rb") as file:
        (tmp_path / "b.yaml").write_bytes(file.read())
    options = ("--target", "moto", "--baseline", "b.yaml", "--retries", "0", "--out", "one")
    done = command("run", *options)
    line = held(tmp_path / "one")
    assert [one.id for one in line.findings if one.kind == "new"] == [], done.out
    assert line.suite is not None
    assert line.suite.since == "0.1.0"
    assert line.suite.expects > 0
