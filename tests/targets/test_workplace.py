"""Where servers keep their data."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fake_servers import mode

from conformance.targets.launchers import data_folder as module
from conformance.targets.launchers.data_folder import takes_attributes, workplace

if TYPE_CHECKING:
    from pathlib import Path


def test_the_folder_is_ours_alone_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of key pairs lie in it."""
    monkeypatch.delenv("TMPDIR", raising=False)
    with workplace() as folder:
        assert mode(folder) == 0o700
        (folder / "sub").mkdir()
        (folder / "sub" / "file").write_text("x")
    assert not folder.exists()


def test_a_memory_file_system_with_room_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where it takes attributes, which Swift needs."""
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(module, "MEMORY", tmp_path)
    monkeypatch.setattr(module, "ROOM_BYTES", 1)
    monkeypatch.setattr(module, "takes_attributes", lambda _: True)
    with workplace() as folder:
        assert folder.parent == tmp_path


@pytest.mark.parametrize("reason", ["no room", "no attributes", "no folder", "TMPDIR"])
def test_otherwise_the_usual_folder_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reason: str
) -> None:
    """Containers have 64 MiB of shared memory, and a user may name the place."""
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(module, "MEMORY", tmp_path / "none" if reason == "no folder" else tmp_path)
    monkeypatch.setattr(module, "ROOM_BYTES", 1 << 70 if reason == "no room" else 1)
    monkeypatch.setattr(module, "takes_attributes", lambda _: reason != "no attributes")
    if reason == "TMPDIR":
        monkeypatch.setenv("TMPDIR", "/tmp")  # noqa: S108  # a value, nothing is written by it
    with workplace() as folder:
        assert folder.parent != tmp_path


def test_folders_of_killed_processes_are_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Those of running processes, and what only looks alike, stay."""
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    orphan = tmp_path / f"s3-conformance-of-{gone.pid}-abc"
    stays = {
        tmp_path / f"s3-conformance-of-{os.getpid()}-abc",
        tmp_path / "s3-conformance-of-nobody-abc",
        tmp_path / f"s3-conformance-of-{10**30}-abc",
        tmp_path / f"else-{gone.pid}-abc",
    }
    for folder in (orphan, *stays):
        (folder / "sub").mkdir(parents=True)
    with workplace() as own:
        assert set(tmp_path.iterdir()) == {*stays, own}


def test_attributes_are_tried_for_real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file system that refuses them is found out, and nothing is left behind."""

    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.setxattr", refuse)
    assert not takes_attributes(tmp_path)
    monkeypatch.setattr("os.setxattr", lambda *_: None)
    assert takes_attributes(tmp_path)
    assert not list(tmp_path.iterdir())
