"""``coverage``: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.loaders import Loader

from conformance.catalog import load as loading
from conformance.catalog.coverage import coverage
from conformance.catalog.model_watch import kept
from conformance.catalog.model_watch.kept import installed_family, kept_family

if TYPE_CHECKING:
    from command_helpers import Command

SMALL = Path(__file__).parents[1] / "catalog" / "specs"
HEAD = "format: 1\nabout: for a test\n"
TABLES = ("rules", "facts", "incompatibilities", "statements")


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a copy of the small catalogue in the place of the project's own."""
    folder = shutil.copytree(SMALL, tmp_path / "specs")
    for reader in (loading, kept):
        monkeypatch.setattr(reader, "specs_root", lambda: folder)
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
    assert list(tree) == [*TABLES, "model", "later", "stale", "details", "recorded"]
    assert tree["recorded"]["facts"] == 0, "no source of the small catalogue has a request"
    assert tree["model"] == {"members": 0, "asserted": 0, "excused": 0, "open": []}
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
    recorded = tree["recorded"]
    assert recorded["facts"] == recorded["identical"] > 30
    assert recorded["requests"]["total"] == recorded["requests"]["identical"] > 200
    assert (recorded["open"], recorded["stale"]) == ([], [])
    model = tree["model"]
    assert model["members"] == model["asserted"] + model["excused"] + len(model["open"])
    assert model["members"] == len(tree["details"]["model"]) > 300
    complete = coverage(loading.load()).complete and not model["open"]
    assert ended.code == (0 if complete else 1)


def test_model_names_what_sends_and_asserts(command: Command) -> None:
    """Each member has its line, with the scenarios that send and assert it."""
    ended = command("coverage", "--model")
    heading = ended.out.index("\nUploadPart request\n")
    lines = ended.out[heading:].splitlines()
    line = next(line for line in lines if line.startswith("  ChecksumSHA1  "))
    assert "sent by " in line
    assert "asserted by " in line


def test_model_against_the_installed_one(command: Command) -> None:
    """What the installed botocore adds is told, and decides the code."""
    ended = command("coverage", "--model", "--against", "installed")
    same = kept_family() == installed_family()
    assert ("No difference" in ended.out) == same
    assert ended.code == (0 if same else 1)


@pytest.mark.parametrize("as_json", [False, True])
def test_model_against_a_file(command: Command, tmp_path: Path, *, as_json: bool) -> None:
    """A newer model's members and values are listed, as text and for scripts."""
    model = Loader().load_service_model("s3", "service-2")
    upload = model["shapes"]["UploadPartRequest"]["members"]
    upload["New"] = {"shape": "PartNumber", "location": "header", "locationName": "x-amz-new"}
    model["shapes"]["StorageClass"]["enum"].append("TEPID")
    file = tmp_path / "service-2.json"
    file.write_text(json.dumps(model))
    options = ("--json",) if as_json else ()
    ended = command("coverage", "--model", "--against", str(file), *options)
    assert ended.code == 1
    if as_json:
        added = json.loads(ended.out)["added"]
        assert added["UploadPart request New"] == "header x-amz-new, integer"
        assert added["StorageClass TEPID"] == ""
    else:
        assert "  UploadPart request New  header x-amz-new, integer\n" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--against", "installed"), "--against needs --model"),
        (("--model", "--against", "gone.json"), "can't be read"),
        (("--model", "--against", __file__), "is not a service-2.json"),
    ],
)
def test_against_what_is_no_model(
    command: Command, arguments: tuple[str, ...], message: str
) -> None:
    """A file that is no model ends with 2."""
    ended = command("coverage", *arguments)
    assert ended.code == 2
    assert message in ended.err
