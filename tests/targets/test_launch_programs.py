"""Launchers of servers in Go, Java and Rust against stand-ins: what they are started with."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_servers import FakeVenv, mode, running, secrets_shown

from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.registry import launched

if TYPE_CHECKING:
    from collections.abc import Callable

# What a Go program carries, as `go version -m` reads it, here in a text that does nothing.
GOFAKES3 = '''
"""
path\tgithub.com/johannesboyne/gofakes3/cmd/gofakes3
mod\tgithub.com/johannesboyne/gofakes3\tv1.2.0\th1:abc=
"""
serve(after("-host").partition(":")[2])
'''
GARAGE = """
if "--version" in sys.argv:
    print("garage cargo:2.5.0 [features: lmdb]")
elif "server" in sys.argv:
    text = Path(after("-c")).read_text().partition("[admin]")[2]
    serve(text.partition('api_bind_addr = "127.0.0.1:')[2].partition('"')[0])
"""
VERSITYGW = """
if "--cert" in sys.argv:
    signal.pause()
serve(after("--port").partition(":")[2])
"""
MINIO = """
certs = Path(after("--certs-dir"))
pair = (certs / "public.crt", certs / "private.key")
serve(after("--address").partition(":")[2], certificate=pair if pair[0].exists() else None)
"""
MINIO_MODULE = """
class StaticProvider:
    def __init__(self, *keys): self.keys = keys
class MinioAdmin:
    def __init__(self, **given):
        import os
        assert given["secure"] == ("SSL_CERT_FILE" in os.environ)
    def policy_add(self, *words, **named): pass
    def policy_set(self, *words, **named): pass
    def user_add(self, user, secret):
        from pathlib import Path
        Path(__file__).with_name("added").write_text(user)
"""
JAVA = """
if "-version" in sys.argv:
    print('openjdk version "17.0.15" 2025-04-15', file=sys.stderr)
elif "--properties" in sys.argv:
    lines = dict(line.split("=", 1) for line in Path(after("--properties")).read_text().split())
    serve(lines["s3proxy.endpoint"].rpartition(":")[2], status=403)
"""
OLD_JAVA = """print('java version "1.8.0_292"', file=sys.stderr)"""


@pytest.fixture
def jar(tmp_path: Path) -> Callable[[str, str, str], None]:
    """Return a function that puts an archive with a version into the server's own folder."""

    def put(name: str, member: str, text: str) -> None:
        (tmp_path / "venv" / "lib").mkdir(exist_ok=True)
        with zipfile.ZipFile(tmp_path / "venv" / "lib" / name, "w") as archive:
            archive.writestr(member, text)

    return put


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeVenv:
    """Return the folder of S3Proxy, with a stand-in for Java, which is on the path."""
    venv = FakeVenv(tmp_path / "venv", "s3proxy", monkeypatch)
    venv.program("java", JAVA)
    found = str(tmp_path / "venv" / "bin" / "java")
    monkeypatch.setattr("conformance.targets.launchers.java.shutil.which", lambda _: found)
    return venv


def test_gofakes3_says_its_version_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read from the program, and the objects are in memory."""
    venv = FakeVenv(tmp_path / "venv", "gofakes3", monkeypatch)
    venv.program("gofakes3", GOFAKES3)
    with launched("gofakes3") as server:
        assert server.version == "gofakes3 1.2.0"
        assert server.alt is None
        (call,) = venv.calls()
        assert call.words[:3] == ["-backend", "memory", "-host"]
        assert call.words[3].startswith("127.0.0.1:")
    assert not running(venv)


def test_versitygw_serves_one_folder_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP and TLS, and two ordinary users that no command line names with their secret."""
    venv = FakeVenv(tmp_path / "venv", "versitygw", monkeypatch)
    venv.program("versitygw", VERSITYGW)
    with launched("versitygw") as server:
        while len(calls := venv.calls()) < 2:
            pass
        assert [c.words[-1] for c in calls] == [calls[0].words[-1]] * 2
        folder = Path(calls[0].words[-1]).parent
        users = folder / "iam" / "users.json"
        accounts = json.loads(users.read_text())["accessAccounts"]
        assert mode(users) == 0o600
        assert server.alt is not None
        assert {a["role"] for a in accounts.values()} == {"userplus"}
        assert accounts[server.main.access_key]["secret"] == server.main.secret_key
        assert server.tls_endpoint_url.startswith("https://127.0.0.1:")
        assert sorted("--cert" in c.words for c in calls) == [False, True]
        assert calls[0].environment["ROOT_ACCESS_KEY_ID"] not in accounts
        assert secrets_shown(calls, server.main.secret_key, server.alt.secret_key) == []
    assert not running(venv)


def test_versitygw_says_when_the_file_system_won_t_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would end with a text of its own otherwise."""
    venv = FakeVenv(tmp_path / "venv", "versitygw", monkeypatch)
    venv.program("versitygw", VERSITYGW)
    monkeypatch.setattr("conformance.targets.launchers.versitygw.takes_attributes", lambda _: False)
    with pytest.raises(LaunchError, match="needs extended attributes"), launched("versitygw"):
        pass
    assert not venv.calls()


@pytest.mark.parametrize(("name", "scheme"), [("minio", "http"), ("minio-tls", "https")])
def test_minio_gets_a_key_for_sse_and_a_second_user(
    name: str, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user is made by the Python package of the same folder; updates are not looked for."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    venv = FakeVenv(tmp_path / "venv", "minio", monkeypatch)
    venv.program("minio", MINIO)
    site = tmp_path / "venv" / "lib" / python_name() / "site-packages" / "minio"
    site.mkdir(parents=True)
    (site / "__init__.py").touch()
    (site / "credentials.py").write_text(MINIO_MODULE)
    (site / "minioadmin.py").write_text(MINIO_MODULE)
    with launched(name) as server:
        (call,) = venv.calls()
        assert server.endpoint_url.startswith(f"{scheme}://")
        assert (server.ca_file is None) == (scheme == "http")
        assert call.environment["MINIO_KMS_SECRET_KEY"].startswith("conformance-key:")
        assert call.environment["MINIO_UPDATE"] == "off"
        assert server.alt is not None
        assert (site / "added").read_text() == server.alt.access_key
        assert secrets_shown(venv.calls(), server.main.secret_key, server.alt.secret_key) == []
    assert not running(venv)


def test_garage_imports_a_second_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own command line, once the server is healthy; its Region is its own."""
    venv = FakeVenv(tmp_path / "venv", "garage", monkeypatch)
    venv.program("garage", GARAGE)
    with launched("garage") as server:
        assert server.version == "Garage 2.5.0"
        assert server.region == "garage"
        assert server.alt is not None
        keys = [call.words[2:] for call in venv.calls() if "key" in call.words]
        assert keys[0][:3] == ["key", "import", "--yes"]
        assert server.alt.access_key in keys[0]
        settings = Path(next(c.words[1] for c in venv.calls() if "server" in c.words))
        assert mode(settings) == 0o600
        assert settings.read_text().count("127.0.0.1") == 4
        assert secrets_shown(venv.calls(), server.main.secret_key) == []
    assert not running(venv)


def test_garage_says_why_it_took_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is the program's own."""
    venv = FakeVenv(tmp_path / "venv", "garage", monkeypatch)
    wrong = "if 'key' in sys.argv:\n    raise SystemExit('bad key')\n"
    venv.program("garage", wrong + GARAGE)
    with pytest.raises(LaunchError, match="Garage took no second key: bad key"), launched("garage"):
        pass
    assert not running(venv)


def test_s3proxy_is_configured_by_a_file(
    java: FakeVenv, jar: Callable[[str, str, str], None]
) -> None:
    """Its key pair is in a file that only we may read; the version is in the archive."""
    name = "s3proxy-4.1.0-jar-with-dependencies.jar"
    jar(name, "META-INF/maven/org.gaul/s3proxy/pom.properties", "version=4.1.0\n")
    with launched("s3proxy") as server:
        assert server.version == "S3Proxy 4.1.0"
        serving = java.calls()[-1]
        settings = Path(serving.words[-1])
        assert mode(settings) == 0o600
        assert f"s3proxy.credential={server.main.secret_key}" in settings.read_text()
        assert secrets_shown(java.calls(), server.main.secret_key) == []
    assert not running(java)


def test_an_old_java_is_named(java: FakeVenv, jar: Callable[[str, str, str], None]) -> None:
    """The server's own message speaks of class file versions."""
    jar("s3proxy-4.1.0-jar-with-dependencies.jar", "x", "")
    java.program("java", OLD_JAVA)
    with pytest.raises(LaunchError, match=r"Java 17 or newer; .* is 8"), launched("s3proxy"):
        pass


def test_without_java_that_is_said(
    java: FakeVenv, jar: Callable[[str, str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive alone does nothing."""
    jar("s3proxy-4.1.0-jar-with-dependencies.jar", "x", "")
    monkeypatch.setattr("conformance.targets.launchers.java.shutil.which", lambda _: None)
    with pytest.raises(LaunchError, match="Java 17 or newer, and no java"), launched("s3proxy"):
        pass
    assert not java.calls()


def test_s3s_fs_says_its_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an option of its own."""
    venv = FakeVenv(tmp_path / "venv", "s3s-fs", monkeypatch)
    code = "print('s3s-fs 0.14.1') if '--version' in sys.argv else serve(after('--port'), 403)"
    venv.program("s3s-fs", code)
    with launched("s3s-fs") as server:
        assert server.version == "s3s-fs 0.14.1"
    assert not running(venv)


def python_name() -> str:
    """Return the folder of packages in a virtual environment's ``lib``."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"
