"""Launchers against stand-ins: what is started, with what, in which order, and that it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_servers import FakeVenv, mode, running, secrets_shown

from conformance.targets.launchers.ceph_conf import configuration
from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.registry import LAUNCHERS, launched

RCLONE = """
if sys.argv[1] == "version":
    print("rclone v1.75.2\\n- os/version: debian")
else:
    serve(after("--addr").removeprefix("http://").rpartition(":")[2], status=403)
"""
SWIFT_SERVER = """
lines = Path(sys.argv[1]).read_text().splitlines()
serve(next(line.split(" = ")[1] for line in lines if line.startswith("bind_port")))
"""
CEPH_DAEMON = """
if "--mkfs" not in sys.argv:
    print("daemon", flush=True)
    signal.pause()
"""
RADOSGW = """
if "--version" in sys.argv:
    print("ceph version 16.2.15 (abc) pacific (stable)")
else:
    conf = Path("ceph.conf").read_text()
    serve(conf.partition("endpoint=127.0.0.1:")[2].split()[0])
"""


@pytest.fixture
def rclone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeVenv:
    """Return a venv with a stand-in for rclone."""
    venv = FakeVenv(tmp_path / "venv", "rclone", monkeypatch)
    venv.program("rclone", RCLONE)
    return venv


@pytest.fixture
def swift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeVenv:
    """Return a venv with stand-ins for Swift's programs."""
    venv = FakeVenv(tmp_path / "venv", "swift", monkeypatch)
    venv.program("swift-ring-builder", "raise SystemExit(1 if 'rebalance' in sys.argv else 0)")
    for name in ("account", "container", "object", "proxy"):
        venv.program(f"swift-{name}-server", SWIFT_SERVER)
    return venv


@pytest.fixture
def ceph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeVenv:
    """Return a folder with stand-ins for Ceph's programs."""
    venv = FakeVenv(tmp_path / "venv", "ceph-rgw", monkeypatch)
    for name in ("monmaptool", "ceph", "radosgw-admin"):
        venv.program(name, "")
    venv.program("ceph-authtool", "Path('keyring').touch()")
    for name in ("ceph-mon", "ceph-osd"):
        venv.program(name, CEPH_DAEMON)
    venv.program("radosgw", RADOSGW)
    return venv


def test_rclone_listens_on_loopback_and_hides_its_keys(rclone: FakeVenv, tmp_path: Path) -> None:
    """Arguments can be read by anybody on the machine; the log is kept."""
    with launched("rclone", tmp_path / "kept") as server:
        assert server.version == "rclone 1.75.2"
        assert server.endpoint_url.startswith("http://127.0.0.1:")
        serving = next(call for call in rclone.calls() if call.words[0] == "serve")
        assert serving.pid in running(rclone)
    assert serving.pid not in running(rclone)
    assert serving.environment["RCLONE_AUTH_KEY"] == (
        f'"{server.main.access_key},{server.main.secret_key}"'
    )
    assert secrets_shown(rclone.calls(), server.main.secret_key) == []
    assert "asked" in (tmp_path / "kept" / "server.log").read_text()


def test_an_error_within_the_block_stops_the_server_too(rclone: FakeVenv) -> None:
    """A run that ends badly leaves nothing behind."""
    with pytest.raises(RuntimeError, match="mine"), launched("rclone"):
        raise RuntimeError("mine")
    assert not running(rclone)


def test_swift_s_four_servers_share_a_log_and_end_together(swift: FakeVenv, tmp_path: Path) -> None:
    """Three rings, three backends and a proxy; the second user has no rights of its own."""
    with launched("swift", tmp_path / "kept") as server:
        calls = swift.calls()
        proxy = next(call for call in calls if call.program == "swift-proxy-server")
        conf = Path(proxy.words[0])
        text = conf.read_text()
        assert mode(conf) == 0o600
        assert len(running(swift)) == 4
    assert not running(swift)
    rings = [call.words[:2] for call in swift.called("swift-ring-builder")]
    assert rings[::3] == [[f"{n}.builder", "create"] for n in ("account", "container", "object")]
    assert f"user_main_main = {server.main.secret_key} .admin" in text
    assert server.alt is not None
    assert f"user_main_alt = {server.alt.secret_key}\n" in text
    assert "bind_ip = 127.0.0.1" in text
    assert secrets_shown(calls, server.main.secret_key, server.alt.secret_key) == []


def test_a_ring_that_can_t_be_made_is_reported(swift: FakeVenv) -> None:
    """Before any server is started."""
    swift.program("swift-ring-builder", "print('no such device'); raise SystemExit(2)")
    with (
        pytest.raises(LaunchError, match=r"ring account could not be made:\nno such device"),
        launched("swift"),
    ):
        pass
    assert {call.program for call in swift.calls()} == {"swift-ring-builder"}


def test_swift_says_when_the_file_system_won_t_do(
    swift: FakeVenv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would fail at the first object otherwise, in a log."""
    monkeypatch.setattr("conformance.targets.launchers.swift.takes_attributes", lambda _: False)
    with pytest.raises(LaunchError, match="needs extended attributes"), launched("swift"):
        pass
    assert not swift.calls()


def test_ceph_is_made_in_order(ceph: FakeVenv) -> None:
    """Keys and map, monitor, store, gateway, users; every daemon is gone after."""
    with launched("ceph-rgw") as server:
        calls = ceph.calls()
        assert server.version == "Ceph RGW 16.2.15"
        assert server.tls_endpoint_url.startswith("https://127.0.0.1:")
        assert server.ca_file is not None
        assert "BEGIN CERTIFICATE" in server.ca_file.read_text()
        assert "PRIVATE" not in server.ca_file.read_text()
        assert mode(server.ca_file.with_name("tls-pair.pem")) == 0o600
        assert len(running(ceph)) == 3
    assert not running(ceph)
    steps = [(c.program, "--mkfs" in c.words) for c in calls if c.program != "ceph-authtool"]
    daemons = [("ceph-mon", False), ("ceph-osd", False), ("radosgw", False)]
    # A daemon notes its own start, at some time; what is waited for keeps its order.
    assert {step for step in steps if step in daemons} == set(daemons)
    assert [step for step in steps if step not in daemons] == [
        ("monmaptool", False),
        ("ceph-mon", True),
        ("ceph", False),
        ("ceph-osd", True),
        ("radosgw-admin", False),
        ("radosgw-admin", False),
    ]
    users = [call.words for call in calls if call.program == "radosgw-admin"]
    assert [words[words.index("--uid") + 1] for words in users] == ["main", "alt"]


def test_ceph_stops_what_it_began_when_a_step_fails(ceph: FakeVenv) -> None:
    """The message is the program's own."""
    ceph.program("radosgw-admin", "print('could not create user'); raise SystemExit(22)")
    with (
        pytest.raises(LaunchError, match=r"radosgw-admin .* failed:\ncould not create user"),
        launched("ceph-rgw"),
    ):
        pass
    assert ceph.called("radosgw")
    assert not running(ceph)


def test_ceph_keeps_to_loopback(tmp_path: Path) -> None:
    """Every address of the cluster's configuration."""
    text = configuration(
        tmp_path, fsid="f", http=1, tls=2, mon=3, certificate=tmp_path / "pair.pem"
    )
    assert "public addr = 127.0.0.1\ncluster addr = 127.0.0.1" in text
    assert "endpoint=127.0.0.1:1 ssl_endpoint=127.0.0.1:2" in text
    assert "mon host = [v2:127.0.0.1:3]" in text


@pytest.mark.parametrize("name", sorted(set(LAUNCHERS) - {"reference"}))
def test_what_is_missing_is_said_with_the_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty venv nothing is found, and nothing is installed by itself."""
    server = {"moto-auth": "moto", "minio-tls": "minio"}.get(name, name)
    FakeVenv(tmp_path / "venv", server, monkeypatch)
    monkeypatch.setattr("conformance.targets.launchers.programs.shutil.which", lambda _: None)
    with pytest.raises(LaunchError, match="install ") as caught, launched(name):
        pass
    assert LAUNCHERS[name].install in str(caught.value)
