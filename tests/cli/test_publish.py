"""``targets publish``: what a run leaves to be published, and what is said of one that failed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.record.catalog_line import CatalogLine
from conformance.record.model import EndLine, ProblemLine, Record, RunLine
from conformance.record.reader import read
from conformance.record.writer import write_record
from conformance.report.published import BEGIN, END

if TYPE_CHECKING:
    from command_helpers import Command


class Runs:
    """Stands for the runs that the command starts."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.away: dict[str, tuple[int, str]] = {}
        """Target to the exit code and message of a run that judges nothing."""

    def __call__(self, command: list[str], *, cwd: str, **_more: object) -> object:
        """Leave what a run leaves in its folder, a path of this machine among it."""
        self.commands.append(command)
        name = command[command.index("--target") + 1]
        if name in self.away:
            code, said = self.away[name]
            return subprocess.CompletedProcess(command, code, stderr=said)
        folder = Path(cwd) / command[command.index("--out") + 1]
        run = RunLine(
            suite_version="1", catalog_digest="0" * 64, target=name, server=f"{name} 1.0",
            endpoint_url="http://127.0.0.1:9", region="us-east-1", addressing="path",
            command=tuple(command[3:]), started="2026-01-02T03:04:05.000Z", selected=(),
        )  # fmt: skip
        end = EndLine(verdicts={"FAIL": 2}, exit_code=1, ended="", seconds=1.0, requests=7)
        problem = ProblemLine(text=f"File {Path.home()}/x.py, {cwd}/log")
        made = Record(
            run=run, catalog=CatalogLine(rules=(), sources=()), capabilities=(), tests=(),
            problems=(problem,), end=end,
        )  # fmt: skip
        write_record(folder / "record.jsonl", made)
        (folder / "counter-examples").mkdir()
        (folder / "counter-examples" / "law.yaml").write_text(f"# {Path.home()}/y\n")
        return subprocess.CompletedProcess(command, 1, stderr="")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Put runs that take no time in place of real ones."""
    made = Runs()
    monkeypatch.setattr(subprocess, "run", made)
    return made


def test_a_run_becomes_a_folder_a_column_and_a_row(command: Command, runs: Runs) -> None:
    """Record, summary, badge, counter-examples; the matrix and the table that was asked for."""
    page = Path("page.md")
    page.write_text(f"mine\n{BEGIN}\n{END}\n")
    result = command("targets", "publish", "moto", "ceph-rgw", "--out", "to", "--table", "page.md")
    assert result.code == 0
    assert "moto: moto 1.0, 7 requests in 1 s" in result.out
    record = read(Path("to/moto/record.jsonl.gz"))
    assert record.run.command == ("run", "-n", "2", "--target", "moto", "--out", "moto")
    assert record.problems[0].text == "File …/x.py, …/log"
    assert Path("to/moto/counter-examples/law.yaml").read_text() == "# …/y\n"
    assert {path.name for path in Path("to/moto").iterdir()} == {
        "badge.json", "counter-examples", "record.jsonl.gz", "summary.md",
    }  # fmt: skip
    assert 'href="moto/summary.md"' in Path("to/matrix.html").read_text()
    assert page.read_text().startswith(f"mine\n{BEGIN}\n\n| target |")
    assert "| [moto](to/moto/summary.md) |" in page.read_text()
    workers = {words[-3]: words[words.index("-n") + 1] for words in runs.commands}
    assert workers == {"moto": "2", "ceph-rgw": "1"}


def test_a_server_that_can_t_be_run_is_named_with_the_reason(command: Command, runs: Runs) -> None:
    """Its older record stays, the others are run, and the exit code says that some are missing."""
    assert command("targets", "publish", "moto", "rclone", "--out", "to").code == 0
    before = Path("to/rclone/record.jsonl.gz").read_bytes()
    runs.away["rclone"] = (2, "rclone is not installed: pip install it\n")
    result = command("targets", "publish", "rclone", "moto", "--out", "to")
    assert result.code == 3
    assert "rclone was not published: rclone is not installed: pip install it" in result.err
    assert "Not run this time: rclone" in result.err
    assert "2 targets" in result.out
    assert Path("to/rclone/record.jsonl.gz").read_bytes() == before


def test_without_any_record_there_is_nothing_to_show(command: Command, runs: Runs) -> None:
    """A run that ends without a word has at least its exit code."""
    runs.away["moto"] = (4, "")
    result = command("targets", "publish", "moto", "--out", "to")
    assert result.code == 3
    assert "the run ended with exit code 4" in result.err
    assert not Path("to/matrix.html").exists()


def test_a_page_without_marks_is_not_touched(command: Command, runs: Runs) -> None:
    """Where a table belongs is for its author to say."""
    del runs
    Path("page.md").write_text("mine\n")
    result = command("targets", "publish", "moto", "--out", "to", "--table", "page.md")
    assert result.code == 2
    assert "page.md: no line" in result.err
    assert Path("page.md").read_text() == "mine\n"


def test_counter_examples_of_an_earlier_run_go_and_other_files_stay(
    command: Command, runs: Runs
) -> None:
    """A folder holds one run; what somebody else put there is theirs."""
    del runs
    folder = Path("to/moto/counter-examples")
    folder.mkdir(parents=True)
    (folder / "old.yaml").touch()
    (folder.parent / "notes.txt").touch()
    command("targets", "publish", "moto", "--out", "to")
    assert [path.name for path in folder.iterdir()] == ["law.yaml"]
    assert (folder.parent / "notes.txt").exists()


def test_the_record_of_an_earlier_version_stands_beside_the_newest(
    command: Command, runs: Runs
) -> None:
    """It has its version as its name, and leaves the newest, its summary and its badge alone."""
    del runs
    assert command("targets", "publish", "moto", "--out", "to").code == 0
    before = {path: path.read_bytes() for path in Path("to/moto").iterdir() if path.is_file()}
    result = command("targets", "publish", "moto", "--earlier", "--out", "to")
    assert result.code == 0
    assert read(Path("to/moto/earlier/moto-1.0.jsonl.gz")).problems[0].text == "File …/x.py, …/log"
    assert {path: path.read_bytes() for path in before} == before


def test_pages_are_made_again_without_a_run(command: Command, runs: Runs) -> None:
    """When a text of ours changed: summaries, badges, matrix; the record stays as it is."""
    assert command("targets", "publish", "moto", "--out", "to").code == 0
    before = {path: path.read_bytes() for path in Path("to").rglob("*") if path.is_file()}
    for name in ("moto/summary.md", "moto/badge.json", "matrix.html"):
        Path("to", name).write_text("old")
    runs.commands.clear()
    assert command("targets", "publish", "--only-pages", "--out", "to").code == 0
    assert runs.commands == []
    assert {path: path.read_bytes() for path in before} == before
