"""``targets start``: a known server for other uses, until it is interrupted."""

from __future__ import annotations

import json
import signal
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from command_helpers import spawned

if TYPE_CHECKING:
    from pathlib import Path

    from command_helpers import Command


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_how_to_reach_the_server_and_stops_it(how: signal.Signals) -> None:
    """One line for machines; behind it nobody listens any more."""
    with spawned("targets", "start", "reference", "--json") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        address = ("127.0.0.1", urlsplit(said["endpoint_url"]).port)
        socket.create_connection(address).close()
        process.send_signal(how)
        assert process.wait(120) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    assert said["access_key"] != said["alt_access_key"]
    assert said["version"].startswith("s3-conformance reference ")
    assert said["tls_endpoint_url"].startswith("https://127.0.0.1:")


@pytest.mark.slow
def test_people_get_lines_for_their_shell() -> None:
    """What a client needs is exported, the rest is remarked."""
    with spawned("targets", "start", "reference") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().rstrip() for _ in range(9)]
        process.terminate()
    names = {line.removeprefix("export ").partition("=")[0] for line in lines if "export" in line}
    assert {
        "AWS_ENDPOINT_URL_S3",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "S3_CONFORMANCE_ALT_ACCESS_KEY",
        "S3_CONFORMANCE_ALT_SECRET_KEY",
    } == names
    assert all(line.startswith(("# ", "export ")) for line in lines)


def test_what_is_not_installed_is_a_mistake_of_usage(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message holds the command that installs it."""
    monkeypatch.setenv("S3_CONFORMANCE_RCLONE_VENV", str(tmp_path))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    result = command("targets", "start", "rclone")
    assert result.code == 2
    assert "pip install 's3-conformance[rclone]'" in result.err


def test_an_unknown_name_is_a_mistake_of_usage(command: Command) -> None:
    """The known ones are named."""
    result = command("targets", "start", "frob")
    assert result.code == 2
    assert "ceph-rgw" in result.err
