"""A server in a network of its own: reached through the relay, gone after, and only on loopback."""

from __future__ import annotations

import http.client
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from conformance.targets.launchers.namespace import confined, namespace_words
from conformance.targets.launchers.process import LaunchError, free_ports

if TYPE_CHECKING:
    from pathlib import Path

# Listens on all interfaces, as those servers do, and gives a body back.
ECHO = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.answer(b"ready")
    def do_PUT(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def a_namespace() -> None:
    """Skip where the system gives no network namespace."""
    try:
        namespace_words("x")
    except LaunchError as error:
        pytest.skip(str(error))


@pytest.mark.slow
@pytest.mark.usefixtures("a_namespace")
def test_bytes_go_both_ways_and_the_server_is_gone_after(tmp_path: Path) -> None:
    """Its own port is on no interface of this machine; ours is on loopback."""
    inner, port = free_ports(2)
    command = [sys.executable, "-c", ECHO, str(inner)]
    with confined(
        "echo", command, inner_port=inner, port=port, log=tmp_path / "log", cwd=tmp_path
    ) as server:
        server.wait_ready(port, "/")
        body = bytes(range(256)) * 8192
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(8)]
        for connection in connections:
            connection.request("PUT", "/", body)
        for connection in connections:
            assert connection.getresponse().read() == body
            connection.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", inner))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


@pytest.mark.slow
@pytest.mark.usefixtures("a_namespace")
def test_a_server_that_ends_ends_the_relay_with_its_log(tmp_path: Path) -> None:
    """The reason is in the server's own words."""
    inner, port = free_ports(2)
    command = [sys.executable, "-c", "raise SystemExit('no such flag')"]
    with (
        pytest.raises(LaunchError, match=r"echo ended while starting(.|\n)*no such flag"),
        confined(
            "echo", command, inner_port=inner, port=port, log=tmp_path / "log", cwd=tmp_path
        ) as server,
    ):
        server.wait_ready(port, "/")


def test_without_namespaces_the_server_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would listen on all interfaces."""
    monkeypatch.setattr("conformance.targets.launchers.namespace.shutil.which", lambda _: None)
    with pytest.raises(LaunchError, match="S3Mock listens on all interfaces"):
        namespace_words("S3Mock")
