"""The server around the face: ports, TLS, names, start and stop, and the command."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.reference.http.limits import Limits
from conformance.reference.server import ReferenceServer, Settings, SettingsError

from .talking import FakeService, connected, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .signing import Signer

NAMES = (
    "endpoint_url",
    "tls_endpoint_url",
    "ca_file",
    "region",
    "access_key",
    "secret_key",
    "alt_access_key",
    "alt_secret_key",
    "virtual_host_base",
)
COMMAND = (sys.executable, "-m", "conformance.reference")
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "s3.localhost", "bucket.s3.localhost"])
def test_tls_names(
    server: ReferenceServer, service: FakeService, signer: Signer, name: str
) -> None:
    """The certificate covers loopback and buckets in front of the base domain."""
    with connected(server, tls=True, name=name) as client:
        assert client.ask(signer.request("GET", "/key", host=name)).status == 200
    assert service.last.secure
    assert service.last.virtual_host == name.startswith("bucket")


def test_own_base_domain(service: FakeService, signer: Signer) -> None:
    """A configured base serves virtual hosts over TLS too, and the default one still does."""
    settings = Settings(
        region=signer.region,
        access_key=signer.access_key,
        secret_key=signer.secret_key,
        virtual_host_base="S3.Example.Test",
    )
    with (
        ReferenceServer(settings, handler=service, clock=lambda: signer.time) as server,
        connected(server, tls=True, name="bucket.s3.example.test") as client,
    ):
        for host in ("bucket.s3.example.test", "bucket.s3.localhost"):
            assert client.ask(signer.request("GET", "/key", host=host)).status == 200
            assert (service.last.bucket, service.last.key) == ("bucket", "key")


def test_plain_bytes_on_the_tls_port(server: ReferenceServer, signer: Signer) -> None:
    """A client that speaks no TLS there is dropped, and the next one served."""
    port = int(server.tls_endpoint_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        # How OpenSSL says goodbye, with an alert or a reset, is its own business.
        with suppress(ConnectionResetError):
            while sock.recv(4096):
                pass
    with connected(server, tls=True) as client:
        assert client.ask(signer.request("GET", "/b/k")).status == 200


def test_many_connections_at_once(server: ReferenceServer, signer: Signer) -> None:
    """Connections do not wait for each other."""
    request = signer.request("PUT", "/b/k", body=b"x" * 1000)

    def ask(number: int) -> int:
        with connected(server, tls=bool(number % 2)) as client:
            return sum(client.ask(request).status for _ in range(10))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(16))) == [2000] * 16


def test_further_connections_wait(service: FakeService, signer: Signer) -> None:
    """Beyond the limit a connection is served as soon as another ends."""
    with (
        serving(service, Limits(connections=1)) as server,
        connected(server) as first,
        connected(server) as second,
    ):
        assert first.ask(signer.request("GET", "/b/k")).status == 200
        second.send(signer.request("GET", "/b/k"))
        first.close()
        first.sock.close()
        assert second.answer("GET").status == 200


def test_stop_ends_everything(service: FakeService, signer: Signer) -> None:
    """After stop() the ports are free, connections cut, the CA file gone; twice does no harm."""
    with serving(service) as server, connected(server) as plain, connected(server, tls=True) as tls:
        for client in (plain, tls):
            assert client.ask(signer.request("GET", "/b/k")).status == 200
        assert server.ca_file.exists()
        server.stop()
        assert plain.closed()
        assert tls.closed()
        assert not server.ca_file.exists()
        for url in (server.endpoint_url, server.tls_endpoint_url):
            with socket.create_server(("127.0.0.1", int(url.rpartition(":")[2]))):
                pass
        server.stop()


def test_taken_port_leaves_nothing_behind(
    service: FakeService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start that fails closes what it had opened."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        for settings in (Settings(port=number), Settings(tls_port=number)):
            with pytest.raises(OSError, match=f"can't listen on 127.0.0.1 port {number}"):
                ReferenceServer(settings, handler=service)
    assert not list(tmp_path.iterdir())


def test_two_servers_share_nothing(service: FakeService) -> None:
    """Throw-away keys are new each time; account ids stay, so that profiles can name them."""
    with ReferenceServer(handler=service) as one, ReferenceServer(handler=service) as other:
        keys = {
            account.access_key
            for account in (one.account, one.alt_account, other.account, other.alt_account)
        }
        assert len(keys) == 4
        assert one.account.id == other.account.id != one.alt_account.id
        assert one.endpoint_url != other.endpoint_url


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "example.test", "::"])
def test_only_loopback(host: str) -> None:
    """Another host needs a word from the user."""
    with pytest.raises(SettingsError, match="other machines"):
        Settings(host=host)
    assert Settings(host=host, allow_remote=True).host == host


def test_half_a_key_pair() -> None:
    """Access key and secret key go together, and no repr shows the secret."""
    with pytest.raises(SettingsError, match="both"):
        Settings(access_key="a")
    assert "hush" not in repr(Settings(access_key="a", secret_key="hush"))


@pytest.fixture
def spawn() -> Iterator[list[subprocess.Popen[str]]]:
    """Collect processes that must not outlive the test."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        with process:
            process.kill()


def serve(
    started: list[subprocess.Popen[str]], *options: str, stdin: int | None = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Start the command."""
    process = subprocess.Popen(  # noqa: S603  # our own command
        (*COMMAND, *options),
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started.append(process)
    return process


def first_line(process: subprocess.Popen[str]) -> str:
    """Return the first line that the process prints."""
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_until_a_signal(spawn: list[subprocess.Popen[str]], number: signal.Signals) -> None:
    """One JSON line when ready, exit 0 at a signal, no CA file left."""
    options = (
        "--json",
        "--access-key",
        "AKIAMINE",
        "--secret-key",
        "mine",
        "--region",
        "eu-west-3",
    )
    process = serve(spawn, *options)
    facts = json.loads(first_line(process))
    assert tuple(facts) == NAMES
    assert (facts["access_key"], facts["secret_key"]) == ("AKIAMINE", "mine")
    assert facts["region"] == "eu-west-3"
    assert Path(facts["ca_file"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (0, "", "")
    assert not Path(facts["ca_file"]).exists()


def test_command_for_people(spawn: list[subprocess.Popen[str]]) -> None:
    """Without --json the same facts come as lines."""
    process = serve(spawn)
    assert first_line(process) == "The reference endpoint is ready.\n"
    assert process.stdout is not None
    shown = [process.stdout.readline().split() for _ in NAMES]
    assert tuple(name for name, _ in shown) == NAMES
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 0


def test_command_ends_with_its_input(spawn: list[subprocess.Popen[str]]) -> None:
    """With --until-parent-exits the end of a piped standard input is the end."""
    process = serve(spawn, "--json", "--until-parent-exits", stdin=subprocess.PIPE)
    ca_file = json.loads(first_line(process))["ca_file"]
    assert process.stdin is not None
    process.stdin.write("not the end\n")
    process.stdin.close()
    assert process.wait(timeout=120) == 0
    assert not Path(ca_file).exists()


def test_command_ends_with_its_parent() -> None:
    """Even a parent that is killed, and gave no pipe, takes the server along."""
    launcher = (
        "import os, subprocess, sys\n"
        f"server = subprocess.Popen({[*COMMAND, '--json', '--until-parent-exits']!r},"
        " stdin=subprocess.DEVNULL)\n"
        "sys.stdin.read()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    with subprocess.Popen(  # noqa: S603  # our own command
        (sys.executable, "-c", launcher),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        facts = json.loads(first_line(parent))
        # The server holds this pipe too, so its end is the server's end.
        out, _ = parent.communicate(timeout=120)
    assert (parent.returncode, out) == (-signal.SIGKILL, "")
    assert not Path(facts["ca_file"]).exists()


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        (("--host", "192.0.2.1"), 2, "other machines"),
        (("--access-key", "a"), 2, "both"),
        (("--port", "70000"), 2, "range"),
        (("--no-such",), 2, "No such option"),
    ],
)
def test_command_misused(
    spawn: list[subprocess.Popen[str]], options: tuple[str, ...], code: int, text: str
) -> None:
    """A wrong option is said clearly, with exit code 2."""
    process = serve(spawn, *options)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (code, "")
    assert text in err


def test_command_on_a_taken_port(spawn: list[subprocess.Popen[str]]) -> None:
    """A port in use is one line and exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        process = serve(spawn, "--port", str(number))
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err == f"error: can't listen on 127.0.0.1 port {number}: Address already in use\n"
