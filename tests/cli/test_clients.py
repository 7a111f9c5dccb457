"""``clients``: what it lists, refuses, and says of what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_helpers import record_in

from conformance.clients.manifest import shipped_clients

if TYPE_CHECKING:
    from pathlib import Path

    from command_helpers import Command


def test_the_list_names_every_client(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With version, registry and whether it can run; nothing is started or installed."""
    monkeypatch.setenv("S3_CONFORMANCE_CLIENTS", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    done = command("clients", "--list")
    assert done.code == 0
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == [*shipped_clients()]
    by_name = {line.split()[0]: line for line in lines}
    assert by_name["boto3"].endswith("boto3 1.44.8 (pypi): not installed")
    assert by_name["dotnet-v4"].endswith("not found: dotnet; not run since 2026-11-29")
    assert not (tmp_path / "cache").exists()


def test_an_unknown_client_is_refused_with_a_hint(command: Command) -> None:
    """Before anything is sent."""
    done = command("clients", "--client", "botto3")
    assert done.code == 2
    assert "no client is called botto3; did you mean boto3?" in done.err


@pytest.mark.parametrize("options", [("--update",), ("--drift", "--direct")])
def test_options_that_contradict_each_other_are_refused(
    command: Command, options: tuple[str, ...]
) -> None:
    """Drift is read from what the proxy saw, and only drift is written."""
    done = command("clients", *options)
    assert done.code == 2
    assert "--drift" in done.err


def test_what_is_missing_is_named_and_skipped(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is installed unasked; a run that showed nothing does not end in 0."""
    monkeypatch.setenv("S3_CONFORMANCE_CLIENTS", str(tmp_path / "cache"))
    done = command("clients", "--client", "boto3", "--out", "out")
    assert done.code == 1
    assert "16 tests" in done.out
    assert "Nothing was shown" in done.out
    record = record_in(tmp_path / "out")
    assert {test.verdict for test in record.tests} == {"SKIP"}
    assert "s3-conformance clients --client boto3 --install" in record.tests[0].reason
    assert not (tmp_path / "cache").exists()
