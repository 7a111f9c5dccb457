"""Fixtures of the command's tests: the command itself, the reference, servers that misbehave."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from command_helpers import ACCESS_KEY, SECRET_KEY, Command, Result
from scripted_server import Behaviour, ScriptedServer

from conformance.cli import main
from conformance.reference.server import ReferenceServer, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of the test's own, with no credentials but those that it gives."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("AWS_", "S3_CONFORMANCE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in this process and return how it ended."""

    def call(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["s3-conformance", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Result(ended.value.code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def reference() -> Iterator[ReferenceServer]:
    """Serve the reference endpoint from this process."""
    with ReferenceServer(
        Settings(access_key=ACCESS_KEY, secret_key=SECRET_KEY, access_points=True)
    ) as server:
        yield server


@pytest.fixture
def at(reference: ReferenceServer) -> tuple[str, ...]:
    """Return the options that lead to the reference over plain HTTP."""
    keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
    return ("--endpoint-url", reference.endpoint_url, *keys)


@pytest.fixture
def scripted() -> Iterator[Callable[[Behaviour], ScriptedServer]]:
    """Start servers that behave as told, and stop them after the test."""
    with ExitStack() as stack:
        yield lambda behaviour: stack.enter_context(ScriptedServer(behaviour))
