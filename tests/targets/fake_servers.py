"""Stand-ins for other people's servers: small scripts in a folder that looks like a venv."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.targets.launchers.programs import venv_variable

if TYPE_CHECKING:
    import pytest

# Notes how it was called, then acts by the name it was called by.
_HEAD = """\
#!{python} -I
import json, os, signal, ssl, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
name = Path(sys.argv[0]).name
with Path({calls!r}).open("a") as file:
    file.write(json.dumps({{"program": name, "words": sys.argv[1:], "pid": os.getpid(),
                            "environment": dict(os.environ)}}) + "\\n")

def after(word):
    return sys.argv[sys.argv.index(word) + 1]

def serve(port, status=200, certificate=None):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
        def log_message(self, *words):
            print("asked", flush=True)
    server = HTTPServer(("127.0.0.1", int(port)), Handler)
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()

"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a stand-in."""

    program: str
    words: list[str]
    pid: int
    environment: dict[str, str]


class FakeVenv:
    """A virtual environment of stand-ins that a launcher takes for the server's own."""

    def __init__(self, folder: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._bin = folder / "bin"
        self._bin.mkdir(parents=True)
        self._calls = folder / "calls"
        self._calls.touch()
        (self._bin / "python").symlink_to(sys.executable)
        home = Path(sys.base_prefix) / "bin"
        settings = f"home = {home}\ninclude-system-site-packages = false\n"
        (folder / "pyvenv.cfg").write_text(settings, "utf-8")
        monkeypatch.setenv(venv_variable(server), str(folder))

    def program(self, name: str, code: str) -> None:
        """Install a program that does ``code``; ``serve`` and ``after`` are there for it."""
        path = self._bin / name
        path.unlink(missing_ok=True)
        head = _HEAD.format(python=sys.executable, calls=str(self._calls))
        path.write_text(head + code + "\n", "utf-8")
        path.chmod(0o755)

    def calls(self) -> list[Call]:
        """Return the calls so far; one that is still being written is not among them."""
        whole, _, _ = self._calls.read_text().rpartition("\n")
        return [Call(**json.loads(line)) for line in whole.splitlines()]

    def called(self, program: str) -> list[Call]:
        """Return the calls of one program."""
        return [call for call in self.calls() if call.program == program]


def running(venv: FakeVenv) -> set[int]:
    """Return the numbers of the processes that still run; a zombie does not."""
    found = set()
    for call in venv.calls():
        try:
            stat = Path(f"/proc/{call.pid}/stat").read_text()
        except FileNotFoundError:
            continue
        if stat.rsplit(")", 1)[1].split()[0] != "Z":
            found.add(call.pid)
    return found


def secrets_shown(calls: list[Call], *secrets: str) -> list[str]:
    """Return the calls whose arguments, which anybody on the machine may read, hold a secret."""
    return [c.program for c in calls if any(s in " ".join(c.words) for s in secrets)]


def mode(path: Path) -> int:
    """Return a file's permission bits."""
    return path.stat().st_mode & 0o777
