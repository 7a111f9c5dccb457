"""``coverage``: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.catalog import load as loading
from conformance.catalog.coverage import coverage

if TYPE_CHECKING:
    from command_helpers import Command

SMALL = Path(__file__).parents[1] / "catalog" / "specs"
HEAD = "format: 1\nabout: for a test\n"
TABLES = ("rules", "facts", "incompatibilities", "statements")


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a copy of the small catalogue in the place of the project's own."""
    folder = shutil.copytree(SMALL, tmp_path / "specs")
    monkeypatch.setattr(loading, "specs_root", lambda: folder)
    return folder


def excuse_all(specs: Path) -> None:
    """Excuse what the small catalogue leaves open."""
    (specs / "excuses.yaml").write_text(
        f"{HEAD}excuses:\n  - {{reason: nobody waits for it, rules: [life.later]}}\n"
    )


def test_open_rules_end_with_1(command: Command, specs: Path) -> None:
    """What is open is listed with its words, and the command says so by its code."""
    assert specs.is_dir()
    ended = command("coverage")
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert lines[0].split() == ["total", "asserted", "excused", "later", "open"]
    assert lines[1].split()[0] == "rules"
    assert lines[1].split()[-1] == "1"
    assert lines[lines.index("Open rules") + 1].startswith("  life.later  ")


def test_nothing_open_ends_with_0(command: Command, specs: Path) -> None:
    """Once everything is asserted or excused the command succeeds and gives the reasons."""
    excuse_all(specs)
    ended = command("coverage")
    assert ended.code == 0
    assert "Open" not in ended.out
    assert "\nExcused rules\n  life.later  nobody waits for it\n" in ended.out


def test_a_stale_excuse_ends_with_1(command: Command, specs: Path) -> None:
    """An excuse for what a scenario asserts is listed."""
    excuse_all(specs)
    text = (specs / "excuses.yaml").read_text()
    (specs / "excuses.yaml").write_text(text.replace("life.later", "life.later, life.create"))
    ended = command("coverage")
    assert ended.code == 1
    assert "\nExcused rules that are asserted\n  life.create  " in ended.out


def test_json(command: Command, specs: Path) -> None:
    """Scripts get totals, open ids, and for each id who shows it."""
    ended = command("coverage", "--json")
    assert ended.code == 1
    tree = json.loads(ended.out)
    assert list(tree) == [*TABLES, "later", "stale", "details"]
    assert tree["rules"] == {"total": 5, "asserted": 4, "excused": 0, "open": ["life.later"]}
    assert set(tree["facts"]) == {
        "total", "asserted", "excused", "open", "by-rule-alone", "grades",
    }  # fmt: skip
    assert tree["incompatibilities"]["asserted"] == 2
    assert tree["details"]["incompatibilities"]["D01"] == {
        "state": "asserted",
        "shown": ["create/answers"],
    }
    excuse_all(specs)
    ended = command("coverage", "--json")
    assert ended.code == 0
    excused = json.loads(ended.out)["details"]["rules"]["life.later"]
    assert excused == {"state": "excused", "shown": [], "reason": "nobody waits for it"}


def test_mistakes_end_with_2(command: Command, specs: Path) -> None:
    """A ledger that can't be read is no coverage."""
    (specs / "statements.yaml").write_text("format: 1\n")
    ended = command("coverage")
    assert ended.code == 2
    assert "error[missing-key]" in ended.err
    assert ended.out == ""


def test_of_the_project(command: Command) -> None:
    """The project's own numbers add up, and the code follows from them."""
    ended = command("coverage", "--json")
    tree = json.loads(ended.out)
    for name in TABLES:
        part = tree[name]
        later = len(tree["later"][name])
        assert part["total"] == part["asserted"] + part["excused"] + later + len(part["open"])
        assert part["total"] == len(tree["details"][name])
        assert later == 0, "`coverage --help` says that nothing is put off"
    assert tree["incompatibilities"]["total"] == 105
    assert ended.code == (0 if coverage(loading.load()).complete else 1)
