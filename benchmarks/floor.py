"""How far a run is from the floor: a bare replay of its own requests over kept-alive sockets.

    python benchmarks/floor.py [--rounds 3] [--select EXPR]

With one worker and with two, in turn: the wall time of `s3-conformance run` as a user starts it
(interpreter, catalogue, probes, record and reports included), and that of as many bare processes
which send the very bytes of such a run and read the answers without looking at them. Both face a
fresh reference endpoint that gives the same ids again. Figures are ratios within one invocation;
the best of the rounds counts on both sides. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.cli.main import group
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.wire.model import Call, Exchange

HERE = Path(__file__).parent
KEY, SECRET = "AKIABENCHMARK", secrets.token_urlsafe(30)
_TEST = re.compile(rb"s3-conformance(?:/|%2F)[0-9a-f]+(?:/|%2F)main(?:/|%2F)([a-z0-9-]+)")
Sent = tuple[str, bytes]
"""Scheme, and the bytes of one request."""


@contextmanager
def reference() -> Iterator[dict[str, str]]:
    """Start a fresh frozen reference and yield its JSON line."""
    command = [sys.executable, str(HERE / "frozen_reference.py"), KEY, SECRET]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
    ) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def arguments(server: dict[str, str], out: str, workers: int, select: str | None) -> list[str]:
    """Return the command line of the run that is measured."""
    words = ["run", "--endpoint-url", server["endpoint_url"], "--out", out, "-n", str(workers)]
    words += ["--tls-endpoint-url", server["tls_endpoint_url"], "--ca-file", server["ca_file"]]
    return words + (["--select", select] if select else [])


def recorded(select: str | None) -> list[Sent]:
    """Run once with one worker and return what it sent, in order."""
    sent: list[Sent] = []
    send = Wire.send

    def tapped(self: Wire, call: Call, identity: str = "main") -> Exchange:
        exchange = send(self, call, identity)
        request = exchange.request
        head = [f"{request.method} {request.target} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in request.headers if name != "Expect"]
        data = "\r\n".join([*head, "", ""]).encode("latin-1") + request.body
        sent.append((urlsplit(request.url).scheme, data))
        return exchange

    Wire.send = tapped  # type: ignore[method-assign] # the only place that sees every request
    with reference() as server, tempfile.TemporaryDirectory() as out, redirect_stdout(StringIO()):
        group.main(arguments(server, out, 1, select), standalone_mode=False)
    Wire.send = send  # type: ignore[method-assign] # as it was
    return sent


def shares(sent: list[Sent], workers: int) -> tuple[list[Sent], list[list[Sent]], list[Sent]]:
    """Split into what sets up, a share a worker (whole tests), and what is left for the end."""
    first, last, split = [], [], [[] for _ in range(workers)]
    places: dict[bytes, int] = {}
    for one in sent:
        found = _TEST.search(one[1][:4096])
        if found:
            place = places.setdefault(found[1], len(places) % workers)
            split[place].append(one)
        elif one[1].startswith(b"PUT "):
            first.append(one)
        else:
            last.append(one)
    return first, split, last


def replay(server: dict[str, str], sent: list[Sent]) -> None:
    """Send requests one after the other and read the answers by their Content-Length."""
    context = ssl.create_default_context(cafile=server["ca_file"])
    urls = {"http": urlsplit(server["endpoint_url"]), "https": urlsplit(server["tls_endpoint_url"])}
    open_now: dict[str, socket.socket] = {}
    for scheme, data in sent:
        url = urls[scheme]
        if scheme not in open_now:
            plain = socket.create_connection((url.hostname or "", url.port or 0))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secure = scheme == "https"
            open_now[scheme] = (
                context.wrap_socket(plain, server_hostname=url.hostname) if secure else plain
            )
        if not _answered(open_now[scheme], data, bodiless=data.startswith(b"HEAD ")):
            open_now.pop(scheme).close()
    for one in open_now.values():
        one.close()


def _answered(connection: socket.socket, data: bytes, *, bodiless: bool) -> bool:
    """Send, read the answer, and tell whether the connection may be used again."""
    connection.sendall(data)
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(1 << 18)
        if not more:
            return False
        head += more
    head, _, rest = head.partition(b"\r\n\r\n")
    lower = head.lower()
    found = re.search(rb"\r\ncontent-length: *(\d+)", lower)
    missing = 0 if bodiless or not found else int(found[1]) - len(rest)
    while missing > 0:
        missing -= len(connection.recv(1 << 20))
    return b"\r\nconnection: close" not in lower


def replay_seconds(sent: list[Sent], workers: int) -> float:
    """Replay against a fresh reference and return the seconds that it took."""
    first, split, last = shares(sent, workers)
    spawning = multiprocessing.get_context("fork")
    with reference() as server:
        began = time.perf_counter()
        replay(server, first)
        processes = [spawning.Process(target=replay, args=(server, share)) for share in split]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        replay(server, last)
        return time.perf_counter() - began


def run_seconds(workers: int, select: str | None) -> tuple[float, int]:
    """Run as a user does and return the seconds that it took, and the number of tests."""
    with reference() as server, tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "conformance.cli",
            *arguments(server, out, workers, select),
        ]
        began = time.perf_counter()
        outcome = subprocess.run(  # noqa: S603 - ourselves
            command, cwd=HERE.parent, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - began
        if outcome.returncode:
            raise SystemExit(f"the run ended with {outcome.returncode}:\n{outcome.stdout[-2000:]}")
        lines = (Path(out) / "record.jsonl").read_text().splitlines()
    return seconds, sum(json.loads(line)["type"] == "test" for line in lines)


def measure() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--select")
    options = parser.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    sent = recorded(options.select)
    figures: dict[str, object] = {
        "requests": len(sent),
        "mebibytes_sent": round(sum(len(data) for _, data in sent) / 2**20, 1),
    }
    for workers in (1, 2):
        runs, floors, tests = [], [], 0
        for _ in range(options.rounds):
            seconds, tests = run_seconds(workers, options.select)
            runs.append(seconds)
            floors.append(replay_seconds(sent, workers))
        best, floor = min(runs), min(floors)
        figures[f"workers_{workers}"] = {
            "tests": tests,
            "run_seconds": round(best, 2),
            "floor_seconds": round(floor, 2),
            "times_the_floor": round(best / floor, 2),
            "tests_a_second": round(tests / best, 1),
        }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    measure()
