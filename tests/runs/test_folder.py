"""What a new record does to the folder of an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.properties.laws import ALL
from conformance.report import RENDERERS
from conformance.runs.folder import REPORTS, clear

if TYPE_CHECKING:
    from pathlib import Path

FOUND = f"{ALL[0].name}-0123abcd.yaml"


def filled(folder: Path) -> set[str]:
    """Put in the folder what a run leaves, and what a user may have there; return the latter."""
    examples = folder / "counter-examples"
    examples.mkdir()
    mine = {"notes.txt", "scenarios.yaml", "counter-examples/mine.yaml"}
    for name in (*REPORTS, *mine, f"counter-examples/{FOUND}"):
        (folder / name).write_text("x", "utf-8")
    return mine


def names(folder: Path) -> set[str]:
    """Return the files in the folder and below."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_an_earlier_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Its counter-examples and log would be taken for those of the new run."""
    mine = filled(tmp_path)
    (tmp_path / "record.jsonl").touch()
    clear(tmp_path)
    assert names(tmp_path) == {*mine, "record.jsonl"}
    (tmp_path / "counter-examples" / "mine.yaml").unlink()
    clear(tmp_path)
    assert not (tmp_path / "counter-examples").exists()


def test_without_a_record_nothing_is_touched(tmp_path: Path) -> None:
    """A folder in which no run was is the user's."""
    mine = filled(tmp_path)
    clear(tmp_path)
    assert names(tmp_path) == {*mine, *REPORTS, f"counter-examples/{FOUND}"}


def test_a_folder_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """A link leads to what may be kept on purpose."""
    kept, folder = tmp_path / "kept", tmp_path / "o"
    kept.mkdir()
    folder.mkdir()
    (kept / FOUND).touch()
    (folder / "record.jsonl").touch()
    (folder / "counter-examples").symlink_to(kept)
    clear(folder)
    assert (kept / FOUND).exists()


def test_every_report_is_known() -> None:
    """A report of a new kind does not outlive its record either."""
    assert set(RENDERERS) <= set(REPORTS)
