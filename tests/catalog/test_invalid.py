"""Every lint rule has a broken file and the exact message that it brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.catalog.lint.rules import LINT_RULES
from conformance.catalog.load import load
from conformance.catalog.problems import SpecError

from .conftest import ROOT, SPECS

INVALID = ROOT / "tests" / "invalid"


def load_broken(rule: str) -> str:
    """Load a rule's fixture, a scenario file or a whole catalogue, and return its mistakes."""
    file = Path("tests/invalid", f"{rule}.yaml")
    alone = file.exists()
    specs = SPECS.relative_to(ROOT) if alone else file.with_suffix("")
    with pytest.raises(SpecError) as raised:
        load([file] if alone else None, specs=specs)
    return str(raised.value)


@pytest.mark.parametrize("rule", sorted(LINT_RULES))
def test_broken_file_brings_its_message(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken file is reported with place, line, caret and hint, word for word."""
    monkeypatch.chdir(ROOT)
    said = load_broken(rule)
    assert f"error[{rule}]" in said
    assert f"{said}\n" == (INVALID / f"{rule}.txt").read_text(encoding="utf-8")


def test_rules_and_fixtures_match() -> None:
    """Every lint rule has its fixture and its message, and nothing else lies there."""
    broken = {path.stem for path in INVALID.iterdir() if path.suffix != ".txt"}
    messages = {path.stem for path in INVALID.glob("*.txt")}
    assert broken == set(LINT_RULES) | {"several-files"}
    assert messages == broken


def test_all_mistakes_of_all_files_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mistakes of several files and kinds come together, sorted by file and line."""
    monkeypatch.chdir(ROOT)
    with pytest.raises(SpecError) as raised:
        load(specs=Path("tests/invalid/several-files"))
    expected = (INVALID / "several-files.txt").read_text(encoding="utf-8")
    assert f"{raised.value}\n" == expected
    places = [(p.place.file, p.place.line, p.place.column) for p in raised.value.problems]
    assert places == sorted(places)
    assert len({file for file, _, _ in places}) == 6


def test_missing_paths_are_mistakes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that don't exist, empty folders and empty files never load as nothing."""
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("empty.yaml").touch()
    with pytest.raises(SpecError) as raised:
        load([Path("gone.yaml"), Path("empty"), Path("empty.yaml")], specs=SPECS)
    assert [(p.rule, str(p.place), p.text) for p in raised.value.problems] == [
        ("file-unreadable", "empty:1:1", "a folder without any *.yaml"),
        ("file-unreadable", "empty.yaml:1:1", "an empty file"),
        ("file-unreadable", "gone.yaml:1:1", "no such file or folder"),
    ]


def test_an_unread_file_of_facts_hides_no_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the rules can't be read, nothing is said of the rules that scenarios name."""
    monkeypatch.chdir(tmp_path)
    for file in SPECS.rglob("*.yaml"):
        copy = tmp_path / file.relative_to(SPECS)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (tmp_path / "rules" / "basic.yaml").write_text("format: 1\nabout: {\n", encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load(specs=tmp_path)
    assert [problem.rule for problem in raised.value.problems] == ["yaml-syntax"]
