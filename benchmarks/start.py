"""What a command costs before it does anything: CPU seconds, and the time to the first request.

    python -m benchmarks.start [--rounds 5]

Each command runs several times and the best counts, as CPU seconds of the command and everything
that it starts, beside those of an interpreter that does nothing: on a busy machine both grow. The
one test runs on an endpoint that is there already; a relay before it notes the first connection.
Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.floor import KEY, SECRET, reference

HERE = Path(__file__).parent
TEST = "test:abort/frees-upload"
SCENARIOS = "specs/scenarios/races/races.yaml"


class Relay:
    """Passes connections on to a port, and knows when the first one came."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.first: float | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            here, _ = self._listener.accept()
            if self.first is None:
                self.first = time.perf_counter()
            there = socket.create_connection(("127.0.0.1", self._port))
            for source, sink in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket) -> None:
        while data := source.recv(1 << 16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def cpu_seconds(command: list[str]) -> float:
    """Run a command and return its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome = subprocess.run(command, cwd=HERE.parent, capture_output=True, check=False)  # noqa: S603 - ours
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if outcome.returncode:
        raise SystemExit(outcome.stderr.decode()[-2000:])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    ours = [sys.executable, "-m", "conformance.cli"]
    commands = {
        "nothing": [sys.executable, "-c", "pass"],
        "--version": [*ours, "--version"],
        "list": [*ours, "list", "--select", TEST],
        "explain": [*ours, "explain", "race/abort-complete"],
        "lint of one file": [*ours, "lint", SCENARIOS],
    }
    firsts: list[float] = []
    with reference() as server:
        out = tempfile.mkdtemp()
        port = urlsplit(server["endpoint_url"]).port or 0
        words = ["run", "--select", TEST, "--out", out, "--endpoint-url"]
        best = {name: float("inf") for name in (*commands, "run of one test")}
        for _ in range(options.rounds):
            for name, command in commands.items():
                best[name] = min(best[name], cpu_seconds(command))
            relay = Relay(port)
            began = time.perf_counter()
            spent = cpu_seconds([*ours, *words, f"http://127.0.0.1:{relay.port}"])
            best["run of one test"] = min(best["run of one test"], spent)
            firsts.append((relay.first or 0.0) - began)
        shutil.rmtree(out)
    figures: dict[str, object] = {
        name: {"cpu_seconds": round(spent, 2), "times_nothing": round(spent / best["nothing"], 1)}
        for name, spent in best.items()
    }
    figures["seconds_to_the_first_request"] = round(min(firsts), 2)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    measure()
