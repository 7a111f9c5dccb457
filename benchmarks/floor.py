"""How far a run is from the floor: a bare replay of its own requests over kept-alive sockets.

    python benchmarks/floor.py [--rounds 3] [--select EXPR]

With one worker and with two, in turn: the wall time of `s3-conformance run` as a user starts it
(interpreter, catalogue, probes, record and reports included), and that of a bare process which
sends the very bytes of such a run, one request after the other, and reads no more of the answers
than status and length; and of as many such processes, which share the requests, as the run has
workers. All face a fresh reference endpoint that gives the same ids again; how many answers of the
replay have another status than in the run is told, since a refusal costs less than what it refuses.
Figures are ratios within one invocation: of the best of all rounds on both sides, and of each round
by itself, whose median says more on a machine whose speed changes. Prints JSON.
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
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from conformance.cli.main import group
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.sharedctypes import Synchronized

    from conformance.wire.model import Call, Exchange, Identity

HERE = Path(__file__).parent
KEY, SECRET = "AKIABENCHMARK", secrets.token_urlsafe(30)
_TEST = re.compile(rb"s3-conformance(?:/|%2F)[0-9a-f]+(?:/|%2F)main(?:/|%2F)([a-z0-9-]+)")
_WORKERS = (1, 2)
Counted: TypeAlias = "Synchronized[int]"
Sent = tuple[str, bytes, int]
"""Scheme, the bytes of one request, and the status of its answer; 0 for none."""


@contextmanager
def reference(script: str = "frozen_reference.py", *words: str) -> Iterator[dict[str, str]]:
    """Start a fresh reference by a script of this folder and yield its JSON line."""
    command = [sys.executable, str(HERE / script), KEY, SECRET, *words]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
    ) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def second_identity(server: dict[str, str]) -> dict[str, str]:
    """Return the environment that names the endpoint's other key pair."""
    return {
        "S3_CONFORMANCE_ALT_ACCESS_KEY": server["alt_access_key"],
        "S3_CONFORMANCE_ALT_SECRET_KEY": server["alt_secret_key"],
    }


def arguments(
    server: dict[str, str], out: str, workers: int, select: str | None, *, recorded: bool = False
) -> list[str]:
    """Return the command line of the run that is measured, or recorded one request at a time."""
    words = ["run", "--target", "reference", "--endpoint-url", server["endpoint_url"]]
    words += ["--out", out, "-n", str(workers), "--concurrency", "1" if recorded else "auto"]
    words += ["--tls-endpoint-url", server["tls_endpoint_url"], "--ca-file", server["ca_file"]]
    return words + (["--select", select] if select else [])


def recorded(select: str | None) -> list[Sent]:
    """Run once with one worker and return what it sent, in order."""
    sent: list[Sent] = []
    exchanged = Wire._exchange  # noqa: SLF001 - sends for sessions with directory buckets, too

    def tapped(self: Wire, call: Call, identity: str, signer: Identity) -> Exchange:
        exchange = exchanged(self, call, identity, signer)
        request = exchange.request
        head = [f"{request.method} {request.target} HTTP/1.1"]
        head += [f"{name}: {value}" for name, value in request.headers if name != "Expect"]
        data = "\r\n".join([*head, "", ""]).encode("latin-1") + request.body
        status = exchange.answer.status if exchange.answer else 0
        sent.append((urlsplit(request.url).scheme, data, status))
        return exchange

    # The only place that sees every request.
    Wire._exchange = tapped  # type: ignore[method-assign] # noqa: SLF001 - see above
    with reference() as server, tempfile.TemporaryDirectory() as out, redirect_stdout(StringIO()):
        os.environ |= second_identity(server)
        words = arguments(server, out, 1, select, recorded=True)
        group.main(words, standalone_mode=False)
    Wire._exchange = exchanged  # type: ignore[method-assign] # noqa: SLF001 - as it was
    return sent


def shares(sent: list[Sent], workers: int) -> tuple[list[Sent], list[list[Sent]], list[Sent]]:
    """Split into what sets up, a share a worker (whole tests), and what is left for the end.

    With one worker everything stays in its order. Else what names no test (buckets, probes,
    sessions with directory buckets) comes first, and what removes buckets at the end.
    """
    if workers == 1:
        return [], [sent], []
    first: list[Sent] = []
    last: list[Sent] = []
    split: list[list[Sent]] = [[] for _ in range(workers)]
    places: dict[bytes, int] = {}
    for one in sent:
        found = _TEST.search(one[1][:4096])
        if found:
            place = places.setdefault(found[1], len(places) % workers)
            split[place].append(one)
        elif one[1].startswith(b"DELETE "):
            last.append(one)
        else:
            first.append(one)
    return first, split, last


def replay(server: dict[str, str], sent: list[Sent], others: Counted) -> None:
    """Send requests one after the other and read the answers by their Content-Length or chunks."""
    different = 0
    context = ssl.create_default_context(cafile=server["ca_file"])
    urls = {"http": urlsplit(server["endpoint_url"]), "https": urlsplit(server["tls_endpoint_url"])}
    open_now: dict[str, socket.socket] = {}
    for scheme, data, expected in sent:
        url = urls[scheme]
        if scheme not in open_now:
            plain = socket.create_connection((url.hostname or "", url.port or 0))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secure = scheme == "https"
            open_now[scheme] = (
                context.wrap_socket(plain, server_hostname=url.hostname) if secure else plain
            )
        status, kept = _answered(open_now[scheme], data, bodiless=data.startswith(b"HEAD "))
        different += status != expected
        if not kept:
            open_now.pop(scheme).close()
    for one in open_now.values():
        one.close()
    with others.get_lock():
        others.value += different


def _answered(connection: socket.socket, data: bytes, *, bodiless: bool) -> tuple[int, bool]:
    """Send, read the answer, and return its status and whether the connection may be used again."""
    connection.sendall(data)
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(1 << 18)
        if not more:
            return 0, False
        head += more
    status = int(head[9:12])
    head, _, rest = head.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"\r\ntransfer-encoding: chunked" in lower and not bodiless:
        while not rest.endswith(b"0\r\n\r\n"):
            more = connection.recv(1 << 18)
            if not more:
                return status, False
            rest += more
    found = re.search(rb"\r\ncontent-length: *(\d+)", lower)
    missing = 0 if bodiless or not found else int(found[1]) - len(rest)
    while missing > 0:
        missing -= len(connection.recv(1 << 20))
    return status, b"\r\nconnection: close" not in lower


def replay_seconds(sent: list[Sent], workers: int) -> tuple[float, int]:
    """Replay against a fresh reference; return the seconds and how many statuses were others."""
    first, split, last = shares(sent, workers)
    spawning = multiprocessing.get_context("fork")
    others: Counted = spawning.Value("i")
    with reference() as server:
        began = time.perf_counter()
        replay(server, first, others)
        processes = [spawning.Process(target=replay, args=(server, one, others)) for one in split]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        replay(server, last, others)
        return time.perf_counter() - began, others.value


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
            command,
            cwd=HERE.parent,
            env=os.environ | second_identity(server),
            capture_output=True,
            text=True,
            check=False,
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
        "mebibytes_sent": round(sum(len(data) for _, data, _ in sent) / 2**20, 1),
    }
    runs: dict[int, list[float]] = {workers: [] for workers in _WORKERS}
    replays: dict[int, list[float]] = {workers: [] for workers in _WORKERS}
    tests, others = 0, dict.fromkeys(_WORKERS, 0)
    for _ in range(options.rounds):
        for workers in _WORKERS:
            seconds, tests = run_seconds(workers, options.select)
            runs[workers].append(seconds)
            seconds, others[workers] = replay_seconds(sent, workers)
            replays[workers].append(seconds)
    bare = min(replays[1])
    figures |= {"tests": tests, "bare_replay_seconds": round(bare, 2)}
    for workers in _WORKERS:
        best, shared = min(runs[workers]), min(replays[workers])
        pairs = zip(runs[workers], replays[workers], strict=True)
        ratios = [round(run / replay, 2) for run, replay in pairs]
        figures[f"run_with_{workers}"] = {
            "seconds": round(best, 2),
            "tests_a_second": round(tests / best, 1),
            "times_the_bare_replay": round(best / bare, 2),
            "replay_by_as_many_seconds": round(shared, 2),
            "times_the_replay_by_as_many": round(best / shared, 2),
            "in_each_round": ratios,
            "median_of_the_rounds": round(statistics.median(ratios), 2),
            "replayed_with_another_status": others[workers],
        }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    measure()
