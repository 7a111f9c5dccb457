"""``targets install``: what is said, what is run, and what `targets` shows then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from command_helpers import Command

GO = '#!/bin/sh\nmkdir -p "$GOBIN" && : > "$GOBIN/gofakes3" && chmod +x "$GOBIN/gofakes3"\n'
PACKAGE = "github.com/johannesboyne/gofakes3/cmd/gofakes3@v1.2.0"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the one folder of the path, with a stand-in for go; the cache is empty."""
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "go").write_text(GO)
    (folder / "go").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def shown(command: Command, name: str) -> list[str]:
    """Return the lines that `targets` has of a target."""
    texts = command("targets").out.split("\n\n")
    (text,) = (text for text in texts if text.startswith(f"{name}: "))
    return text.splitlines()


@pytest.mark.usefixtures("path")
def test_each_command_is_said_before_it_is_run(command: Command, tmp_path: Path) -> None:
    """What it does beside that is nothing; a second time there is nothing to do."""
    assert "  state       installable" in shown(command, "gofakes3")
    result = command("targets", "install", "gofakes3")
    place = tmp_path / "cache" / "s3-conformance" / "servers" / "gofakes3"
    assert result.code == 0
    assert f"$ GOBIN={place}/bin go install {PACKAGE}" in result.err
    assert f"gofakes3: installed into {place}" in result.out
    assert f"  state       installed: {place}" in shown(command, "gofakes3")
    assert not any("needs" in line for line in shown(command, "gofakes3"))
    again = command("targets", "install", "gofakes3")
    assert again.code == 0
    assert "has it already" in again.out
    assert "$" not in again.err


@pytest.mark.usefixtures("path")
def test_a_folder_of_one_s_own_comes_with_its_variable(command: Command, tmp_path: Path) -> None:
    """A shell takes the line as it is."""
    result = command("targets", "install", "gofakes3", "--into", "mine")
    assert result.code == 0
    line = result.out.splitlines()[-1]
    assert line.startswith("export S3_CONFORMANCE_GOFAKES3_VENV=/")
    assert line.endswith("/mine")
    assert not (tmp_path / "cache").exists()


@pytest.mark.usefixtures("path")
def test_a_dry_run_runs_nothing(command: Command, tmp_path: Path) -> None:
    """It shows what would be run, in order."""
    result = command("targets", "install", "minio", "--dry-run")
    assert result.code == 0
    lines = result.out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("$ ") for line in lines)
    assert not (tmp_path / "cache").exists()


def test_what_is_missing_is_said_and_a_failure_too(command: Command, path: Path) -> None:
    """A missing toolchain is 2, a client that fails is 3."""
    (path / "go").write_text("#!/bin/sh\nexit 7\n")
    result = command("targets", "install", "gofakes3")
    assert result.code == 3
    assert "gofakes3 was not installed: go ended with exit code 7" in result.err
    (path / "go").unlink()
    result = command("targets", "install", "gofakes3")
    assert result.code == 2
    assert "go is not on the path" in result.err
    assert "  state       missing toolchain: go" in shown(command, "gofakes3")


@pytest.mark.usefixtures("path")
def test_what_comes_with_the_package_can_t_be_installed(command: Command) -> None:
    """The names are those that have a recipe."""
    assert command("targets", "install", "reference").code == 2


@pytest.mark.usefixtures("path")
def test_data_says_what_a_target_is_and_whether_it_is_here(command: Command) -> None:
    """As JSON, for what makes tables of it."""
    rows = {row["name"]: row for row in json.loads(command("targets", "--json").out)}
    assert rows["minio"]["about"]["state"] == "archived"
    assert rows["minio"]["about"]["kind"] == "storage server"
    assert rows["minio"]["installation"] == {"state": "installable", "detail": ""}
    assert rows["aws"]["installation"] is None
    assert rows["gofakes3"]["about"]["released"] == "2026-07-09"
