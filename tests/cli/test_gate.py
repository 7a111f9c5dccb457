"""The gate: what a baseline lets through, and each false green that it does not."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest
from command_helpers import BAD, GOOD, Command, Result, end_unread, record_in, spec

if TYPE_CHECKING:
    from pathlib import Path

SKIPPED = "ListParts: {}"


@pytest.fixture
def scenarios(tmp_path: Path) -> str:
    """Write two good and two bad tests: ``t[1]``, ``t[2]`` fail, ``u[1]``, ``u[2]`` hold."""
    spec(tmp_path / "specs" / "t.yaml", BAD, cases=2)
    good = spec(tmp_path / "specs" / "u.yaml", GOOD, cases=2)
    good.write_text(good.read_text("utf-8").replace("id: t", "id: u"), "utf-8")
    return "specs"


@pytest.fixture(autouse=True)
def _specs_folder(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()


@pytest.fixture
def gate(command: Command, at: tuple[str, ...], scenarios: str, tmp_path: Path) -> Gate:
    """Make a baseline of a first run."""
    made = Gate(command, at, scenarios, tmp_path)
    assert made.run("first", baseline=False).code == 1
    done = command("baseline", "init", "first/record.jsonl", "b.yaml", "--by", "test")
    assert done.out == "b.yaml: 1 entries, 4 judged tests\n", done.err
    return made


class Gate:
    """Runs against ``b.yaml`` and edits it."""

    def __init__(self, command: Command, at: tuple[str, ...], files: str, folder: Path) -> None:
        self.command = command
        self._at = at
        self._files = files
        self._file = folder / "b.yaml"

    def run(self, out: str, *more: str, baseline: bool = True) -> Result:
        """Run all tests."""
        held = ("--baseline", "b.yaml") if baseline else ()
        return self.command("run", *self._at, "--out", out, *held, *more, self._files)

    def edit(self, old: str, new: str) -> None:
        """Change the baseline as somebody with an editor does."""
        text = self._file.read_text("utf-8")
        assert old in text
        self._file.write_text(text.replace(old, new, 1), "utf-8")

    def mended(self, said: str) -> Result:
        """Run the first command that an output offers to mend the baseline with."""
        found = re.search(r"to accept: s3-conformance (.*)", said)
        assert found is not None
        return self.command(*shlex.split(found[1]))


def test_a_run_that_is_as_the_baseline_says_is_0(gate: Gate, tmp_path: Path) -> None:
    """Everything ran, and the delta comes before the counts."""
    result = gate.run("o")
    assert result.code == 0
    delta = result.out.index("As in b.yaml: nothing new, 2 tests fail as expected.")
    assert delta < result.out.index("4 tests in")
    record = record_in(tmp_path / "o")
    assert {test.id: test.verdict for test in record.tests} == {
        "t[1]": "XFAIL", "t[2]": "XFAIL", "u[1]": "PASS", "u[2]": "PASS",
    }  # fmt: skip
    assert record.end is not None
    assert record.end.exit_code == 0


FALSE_GREENS = {
    "new": (("  - id: t[*]\n", "  - id: t[1]\n"), "new        t[2]"),
    "fixed": (
        ("is: FAIL", "is: FAIL\n    because: x\n  - id: u[1]\n    is: FAIL"),
        "fixed      u[1]",
    ),
    "changed": (("is: FAIL", "is: BLOCKED"), "changed    t[1]"),
    "unmatched": (
        ("  - id: t[*]\n", "  - {id: 'u[3]', is: FAIL, because: x}\n  - id: t[*]\n"),
        "unmatched  u[3]",
    ),
    "expired": (("is: FAIL", 'is: FAIL\n    until: "2020-01-01"'), "expired    t[1]"),
    "overlap": (
        ("is: FAIL", "is: FAIL\n    because: x\n  - id: t[1]\n    is: [FAIL, WARN]"),
        "overlap    t[1]",
    ),
    "vanished": (("  - u[2]", "  - u[2]\n  - u[9]"), "vanished   u[9]"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FALSE_GREENS)
def test_each_false_green_is_1_and_its_command_mends_it(gate: Gate, kind: str) -> None:
    """The finding has its line; the one command that it brings makes the gate green again."""
    (old, new), words = FALSE_GREENS[kind]
    gate.edit(old, new)
    result = gate.run("o")
    assert result.code == 1
    assert words in result.out
    said = f"Differs from the baseline: {'2' if kind in ('changed', 'expired') else '1'} {kind}"
    assert said in result.out
    assert re.search(r"b\.yaml(:\d+)?: ", result.out)
    mended = gate.mended(result.out)
    assert mended.code == 0, mended.err
    assert gate.run("again").code == 0


def test_an_unmatched_entry_names_the_nearest_id_and_its_line(gate: Gate) -> None:
    """What was meant is one glance away."""
    gate.edit("  - id: t[*]\n", "  - {id: 'u[11]', is: FAIL, because: x}\n  - id: t[*]\n")
    result = gate.run("o")
    assert "b.yaml:7: there is no such test; the nearest is u[1]" in result.out


def test_a_part_of_the_tests_is_held_to_its_part_of_the_baseline(gate: Gate) -> None:
    """Entries about the rest say nothing; nothing vanishes because it was not selected."""
    assert gate.run("o", "--select", "u").code == 0
    assert gate.run("p", "--select", "t[1]").code == 0


def test_a_vanished_scenario_is_1(gate: Gate, tmp_path: Path) -> None:
    """A smaller catalogue is not a better server."""
    (tmp_path / "specs" / "u.yaml").unlink()
    result = gate.run("o")
    assert result.code == 1
    assert "vanished   u[1]" in result.out


def test_a_baseline_of_another_target_or_with_mistakes_is_2(gate: Gate, tmp_path: Path) -> None:
    """Nothing is sent: there is no record."""
    gate.edit("target: ", "target: moto # ")
    result = gate.run("o")
    assert result.code == 2
    assert "b.yaml is a baseline of moto" in result.err
    gate.edit("format: 1", "format: 1\nexpcted: []")
    result = gate.run("o")
    assert result.code == 2
    assert "error[unknown-key]" in result.err
    assert gate.run("o", "--baseline", "none.yaml").code == 2
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("baseline", "check", "b.yaml", "first/record.jsonl"),
        ("baseline", "update", "b.yaml", "first/record.jsonl"),
        ("merge", "first/record.jsonl", "--out", "o", "--baseline", "b.yaml"),
    ],
)
def test_a_record_of_another_target_is_2_and_changes_nothing(
    gate: Gate, command: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """As `run --baseline` does: its entries speak of another server."""
    gate.edit("is: FAIL", "is: BLOCKED")
    gate.edit("target: ", "target: moto # ")
    before = (tmp_path / "b.yaml").read_bytes()
    result = command(*words)
    assert result.code == 2
    assert "b.yaml is a baseline of moto, and the target is" in result.err
    assert (tmp_path / "b.yaml").read_bytes() == before
    assert not (tmp_path / "o").exists()


def test_an_update_is_written_though_nobody_reads_what_it_says(gate: Gate, tmp_path: Path) -> None:
    """`| head` closes the pipe, and loses no work."""
    gate.edit("is: FAIL", "is: BLOCKED")
    end_unread("baseline", "update", "b.yaml", "first/record.jsonl", folder=tmp_path)
    assert "is: FAIL" in (tmp_path / "b.yaml").read_text("utf-8")
    assert gate.run("o").code == 0


def test_init_keeps_a_file_that_is_there_and_refuses_half_a_run(
    gate: Gate, command: Command, tmp_path: Path
) -> None:
    """What people wrote is not lost, and half a run is no baseline."""
    before = (tmp_path / "b.yaml").read_bytes()
    assert command("baseline", "init", "first/record.jsonl", "b.yaml").code == 2
    assert (tmp_path / "b.yaml").read_bytes() == before
    whole = (tmp_path / "first" / "record.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "half.jsonl").write_text("".join(whole[:-2]), "utf-8")
    for arguments in (("init", "half.jsonl", "n.yaml"), ("update", "b.yaml", "half.jsonl")):
        result = command("baseline", *arguments)
        assert result.code == 2
        assert "cut short" in result.err
    assert gate.run("o").code == 0


def test_check_tells_the_same_as_the_run(gate: Gate, command: Command) -> None:
    """From a record alone, with annotations on the baseline's lines."""
    gate.edit("is: FAIL", "is: BLOCKED")
    assert command("baseline", "check", "b.yaml", "first/record.jsonl").code == 1
    result = command("baseline", "check", "b.yaml", "first/record.jsonl", "--github")
    lines = [line for line in result.out.splitlines() if line.startswith("::error ")]
    assert [line.partition("::changed")[0][:27] for line in lines] == [
        "::error file=b.yaml,line=7,"
    ] * 2
    update = command("baseline", "update", "b.yaml", "first/record.jsonl", "--dry-run")
    assert "changed  t[*]: FAIL" in update.out
    assert command("baseline", "check", "b.yaml", "first/record.jsonl").code == 1
    nothing = command("baseline", "update", "b.yaml", "first/record.jsonl", "--only", "u[1]")
    assert nothing.code == 2
    assert "nothing differs at u[1]" in nothing.err


def test_an_expired_entry_stays_until_somebody_decides(gate: Gate, command: Command) -> None:
    """Updating everything does not renew what has run out."""
    gate.edit("is: FAIL", 'is: FAIL\n    until: "2020-01-01"')
    result = command("baseline", "update", "b.yaml", "first/record.jsonl")
    assert result.code == 1
    assert "left     t[1]: expired" in result.out
    renewed = command("baseline", "update", "b.yaml", "first/record.jsonl", "--until", "2999-01-01")
    assert renewed.code == 0
    assert gate.run("o").code == 0


def test_machines_get_the_findings_as_events(gate: Gate) -> None:
    """One ``finding`` event each, before the end."""
    gate.edit("  - id: t[*]\n", "  - id: t[1]\n")
    events = [json.loads(line) for line in gate.run("o", "--json").out.splitlines()]
    assert [event["event"] for event in events][-2:] == ["finding", "end"]
    assert (events[-2]["kind"], events[-2]["id"]) == ("new", "t[2]")
    assert events[-2]["mend"].startswith("s3-conformance baseline update b.yaml o/record.jsonl")


def test_shards_of_a_run_merge_and_are_held_to_the_baseline_as_one(
    gate: Gate, command: Command, tmp_path: Path
) -> None:
    """Each part alone is green, the merged record is the whole, and a missing part is 1."""
    records = []
    for index in (1, 2, 3):
        result = gate.run(f"s{index}", "--shard", f"{index}/3")
        if result.code != 5:
            assert result.code == 0
            records.append(f"s{index}/record.jsonl")
    missing_baseline = command("merge", *records, "--out", "m")
    assert missing_baseline.code == 2
    assert "say which counts with --baseline" in missing_baseline.err
    merged = command("merge", *records, "--out", "m", "--baseline", "b.yaml")
    whole = {test.id: test.verdict for test in record_in(tmp_path / "first").tests}
    known = {test.id: test.observed or test.verdict for test in record_in(tmp_path / "m").tests}
    assert known == whole
    assert (merged.code == 0) == (len(records) == 3)
    part = command("merge", *records[:1], "--out", "n", "--baseline", "b.yaml")
    assert part.code == 1
    assert "is missing" in part.out
    twice = command("merge", records[0], f"./{records[0]}", "--out", "p", "--baseline", "b.yaml")
    assert twice.code == 2
    assert "is given twice" in twice.err
    assert not (tmp_path / "p").exists()
    end = '"type":"end"'
    path = tmp_path / records[0]
    *lines, last = path.read_text("utf-8").splitlines()
    assert end in last.replace(" ", "")
    gone = json.dumps({**json.loads(last), "exit_code": 3})
    path.write_text("\n".join((*lines, gone, "")), "utf-8")
    ended = command("merge", *records, "--out", "q", "--baseline", "b.yaml")
    assert ended.code == 3
    assert "ended in 3, and so does the whole" in ended.out
