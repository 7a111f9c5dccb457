"""Runs that do not end by themselves: signals, and workers that die."""

from __future__ import annotations

import os
import re
import signal
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_helpers import (
    ACCESS_KEY,
    GOOD,
    SECRET_KEY,
    WEAK,
    Command,
    record_in,
    spawned,
    spec,
)

from conformance.reference.server import ReferenceServer, Settings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.http.exchange import Face

KEYS = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)


class Gate:
    """A reference endpoint that halts from one request on until it is let go."""

    def __init__(self, at: int) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()
        self._at = at
        self._count = 0
        self._lock = threading.Lock()
        settings = Settings(access_key=ACCESS_KEY, secret_key=SECRET_KEY)
        self.server = ReferenceServer(settings, shape=self._before)

    def _before(self, face: Face) -> Face:
        """Stand between the face and its model."""
        self._model = face.handler
        return replace(face, handler=self)

    def handle(self, request: Request) -> Response:
        """Answer as the reference does, but halted requests late."""
        if request.method == "POST":
            with self._lock:
                self._count += 1
                halted = self._count >= self._at
            if halted:
                self.reached.set()
                self.go.wait(120)
        return self._model.handle(request)


@contextmanager
def gate(at: int) -> Iterator[Gate]:
    """Serve a gate that halts at the given POST and all behind it."""
    halting = Gate(at)
    with halting.server:
        try:
            yield halting
        finally:
            halting.go.set()


def run_at(
    halting: Gate, file: Path, workers: str, concurrency: str = "auto"
) -> subprocess.Popen[str]:
    """Start a run against the gate."""
    url = halting.server.endpoint_url
    words = ("-n", workers, "--concurrency", concurrency, "--out", "o")
    return spawned("run", "--endpoint-url", url, *KEYS, *words, str(file))


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("how", ["ctrl-c", "sigint", "sigterm"])
def test_an_interrupted_run_cleans_up_and_reports(
    command: Command, tmp_path: Path, workers: str, how: str
) -> None:
    """Whoever is hit by the signal: exit 1, a record that says so, reports, and nothing left."""
    file = spec(tmp_path / "s.yaml", GOOD, cases=300)  # more than end before all have heard of it
    with gate(at=10) as halting, run_at(halting, file, workers) as process:
        assert halting.reached.wait(120)
        if how == "ctrl-c":  # the terminal tells the whole foreground group
            os.killpg(process.pid, signal.SIGINT)
        else:
            os.kill(process.pid, signal.SIGINT if how == "sigint" else signal.SIGTERM)
        halting.go.set()
        out, _ = process.communicate(timeout=240)
        assert process.returncode == 1
        assert "Interrupted." in out
        assert out.splitlines()[-1] == "Report: o/report.html"
        left = command("clean", "--endpoint-url", halting.server.endpoint_url, *KEYS)
        assert left.out == "nothing to clean\n"
    record = record_in(tmp_path / "o")
    assert record.end is not None
    assert record.end.interrupted
    assert record.end.exit_code == 1
    assert 0 < len(record.tests) < 300
    assert "interrupted" in (tmp_path / "o" / "report.html").read_text("utf-8").lower()


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("how", ["ctrl-c", "sigint"])
def test_an_interrupted_law_ends_cleanly(
    command: Command, tmp_path: Path, workers: str, how: str
) -> None:
    """No traceback, one line a law on how far it came, its requests counted, and nothing left."""
    soak = ("--select", "property/metadata or property/tags", "--properties", "soak")
    alone = ("--concurrency", "1")  # one property at a time in each process
    with gate(at=60) as halting:
        url = halting.server.endpoint_url
        options = ("--endpoint-url", url, *KEYS, "-n", workers, "--out", "o")
        with spawned("run", *options, *alone, *soak, "--for", "10m") as process:
            assert halting.reached.wait(60)
            if how == "ctrl-c":
                os.killpg(process.pid, signal.SIGINT)
            else:
                os.kill(process.pid, signal.SIGINT)
            halting.go.set()
            out, err = process.communicate(timeout=240)
        assert (process.returncode, err.partition("reading the catalogue\n")[2]) == (1, "")
        left = command("clean", "--endpoint-url", url, *KEYS)
        assert left.out == "nothing to clean\n"
    said = [line for line in out.splitlines() if "interrupted in property/" in line]
    assert len(said) == int(workers)
    record = record_in(tmp_path / "o")
    assert [problem.text in out for problem in record.problems] == [True] * int(workers)
    assert not record.tests
    assert record.end is not None
    assert record.end.interrupted
    told = sum(int(re.findall(r"([\d,]+) requests", line)[0].replace(",", "")) for line in said)
    assert record.end.requests > told > 60


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.slow
@pytest.mark.parametrize("concurrency", ["1", "4"])
def test_workers_that_die_lose_their_tests_and_hide_nothing(
    command: Command, tmp_path: Path, concurrency: str
) -> None:
    """Those in flight are an ERROR of ours and the run ends in 4; new workers take the rest."""
    file = spec(tmp_path / "s.yaml", GOOD, cases=20)
    with gate(at=7) as halting, run_at(halting, file, "2", concurrency) as process:
        assert halting.reached.wait(120)
        workers = children_of(process.pid)
        assert len(workers) == 2
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        halting.go.set()
        out, _ = process.communicate(timeout=240)
        left = command("clean", "--endpoint-url", halting.server.endpoint_url, *KEYS)
        assert left.out == "nothing to clean\n"
    assert "ended before its time" in out
    record = record_in(tmp_path / "o")
    assert sorted(test.id for test in record.tests) == sorted(record.run.selected)
    lost = [test for test in record.tests if test.verdict == "ERROR"]
    assert 1 <= len(lost) <= 2 * (int(concurrency) + 1)  # one may have ended, and not said so
    assert all("died while running it" in test.reason for test in lost)
    assert {test.verdict for test in record.tests} <= {"PASS", "ERROR"}
    assert record.end is not None
    assert record.end.exit_code == process.returncode == 4


@pytest.mark.slow
def test_a_killed_run_leaves_a_record_that_still_renders(command: Command, tmp_path: Path) -> None:
    """SIGKILL leaves no end line; report makes pages that say so, and clean finds the rest."""
    file = spec(tmp_path / "s.yaml", GOOD, cases=300)  # more than end before all have heard of it
    with gate(at=10) as halting, run_at(halting, file, "1") as process:
        assert halting.reached.wait(120)
        process.kill()
        process.communicate(timeout=240)
        halting.go.set()
        assert record_in(tmp_path / "o").end is None
        assert not (tmp_path / "o" / "report.html").exists()
        assert command("report", "o/record.jsonl").code == 0
        assert "<title>" in (tmp_path / "o" / "report.html").read_text("utf-8")
        url = ("--endpoint-url", halting.server.endpoint_url)
        spared = command("clean", *url, *KEYS, "--yes")
        assert spared.code == 0
        assert spared.out.startswith("left    ")  # it may live: its lease is young, or missing
        named = ("--run", spared.out.split()[1].rstrip(":"))
        listed = command("clean", *url, *KEYS, *named)
        assert listed.code == 0
        assert "bucket  s3-conformance-" in listed.out
        assert "nothing was deleted" in listed.out
        assert command("clean", *url, *KEYS, *named).out == listed.out
        assert command("clean", *url, *KEYS, *named, "--yes").code == 0
        assert command("clean", *url, *KEYS).out == "nothing to clean\n"


def test_a_reader_that_goes_away_does_not_end_the_run(at: tuple[str, ...], tmp_path: Path) -> None:
    """``run | head -1`` closes the pipe; the tests, the record and the code are not less for it."""
    file = spec(tmp_path / "s.yaml", WEAK, cases=5)
    with spawned("run", *at, "--out", "o", str(file)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("s3-conformance ")
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read().splitlines()
        assert [line for line in said if not line.endswith("reading the catalogue")] == []
        assert process.wait(60) == 0
    record = record_in(tmp_path / "o")
    assert len(record.tests) == 5
    assert record.end is not None
    assert record.end.exit_code == 0
