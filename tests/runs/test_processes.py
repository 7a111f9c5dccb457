"""Tests spread over processes: as many in flight as was asked for, and what becomes of deaths."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3
import pytest

from conformance.record.reader import read
from conformance.reference.server import ReferenceServer
from conformance.reference.service import Service
from conformance.runs.display import Silence
from conformance.runs.options import RunOptions
from conformance.runs.processes import run_in_processes
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.targets.options import TargetOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request, Response

_WORKER: Final = re.compile("/(gw[01])/")
_LONGEST_WAIT_SECONDS: Final = 10.0


class InFlight:
    """Counts the requests of each worker that are in flight, and holds them up for company."""

    def __init__(self, company: int) -> None:
        self.most: Counter[str] = Counter()
        self._company = company
        self._now: Counter[str] = Counter()
        self._given_up: set[str] = set()
        self._changed = threading.Condition()

    def begin(self, worker: str) -> None:
        """Count a request; wait for others of the same worker, until that was in vain once."""
        with self._changed:
            self._now[worker] += 1
            self.most[worker] = max(self.most[worker], self._now[worker])
            self._changed.notify_all()
            if worker in self._given_up:
                return
            came = self._changed.wait_for(
                lambda: self.most[worker] >= self._company, _LONGEST_WAIT_SECONDS
            )
            if not came:
                self._given_up.add(worker)

    def end(self, worker: str) -> None:
        """Count a request as answered."""
        with self._changed:
            self._now[worker] -= 1


@pytest.mark.slow
@pytest.mark.parametrize(("concurrency", "in_flight"), [("1", 1), ("3", 3)])
def test_each_process_has_several_tests_in_flight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, concurrency: str, in_flight: int
) -> None:
    """``-n 2 --concurrency 3`` is three in each of two processes."""
    counted = InFlight(in_flight)
    handle = Service.handle

    def watched(self: Service, request: Request) -> Response:
        found = _WORKER.search(request.key or "")
        if found is None:
            return handle(self, request)
        counted.begin(found[1])
        try:
            return handle(self, request)
        finally:
            counted.end(found[1])

    monkeypatch.setattr(Service, "handle", watched)
    with ReferenceServer() as server:
        options = ("--select", "list-parts/**", "--concurrency", concurrency)
        ended = command(server, tmp_path, *options)
    assert ended.returncode == 0, ended.stdout
    assert counted.most == {"gw0": in_flight, "gw1": in_flight}
    tests = read(tmp_path / "record.jsonl").tests
    assert {test.verdict for test in tests} <= {"PASS", "SKIP"}


def command(
    server: ReferenceServer, out: Path, *options: str, patch: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command with two processes: forks of one in which ``patch`` was carried out."""
    script = f"{patch}\nfrom conformance.cli.main import main\nmain()"
    words = [sys.executable, "-c", script, "run", "--endpoint-url", server.endpoint_url]
    return subprocess.run(  # noqa: S603  # ourselves
        [*words, "-n", "2", "--out", str(out), *options],
        env=os.environ | keys_of(server),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def keys_of(server: ReferenceServer) -> dict[str, str]:
    """Return the environment that names the server's key pair."""
    account = server.account
    return {"AWS_ACCESS_KEY_ID": account.access_key, "AWS_SECRET_ACCESS_KEY": account.secret_key}


def buckets_at(server: ReferenceServer) -> list[str]:
    """Return the names of all buckets."""
    client = boto3.client("s3", **server.client_arguments())
    return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]


DIES: Final = """
import os
from conformance.runs.worker import Worker
before = Worker.line
def line(self, test):
    bad = test.id in ("list-parts/empty", "list-parts/order")
    return os._exit(7) if bad else before(self, test)
Worker.line = line
"""
NEVER_BEGINS: Final = """
import os
from conformance.runs.worker import Worker
Worker.__init__ = lambda *all, **more: os._exit(7)
"""
FAILS_TO_BEGIN: Final = """
from conformance.runs import worker_process
def limit_of(*all):
    raise LookupError("a fault of ours")
worker_process.limit_of = limit_of
"""


@pytest.mark.slow
@pytest.mark.parametrize("concurrency", ["1", "3"])
def test_a_test_that_ends_its_process_is_lost_and_not_run_again(
    tmp_path: Path, concurrency: str
) -> None:
    """It is an ERROR of ours, with those in flight beside it; others run all the rest."""
    with ReferenceServer() as server:
        options = ("--select", "list-parts/**", "--concurrency", concurrency)
        ended = command(server, tmp_path, *options, patch=DIES)
        assert buckets_at(server) == []
    assert ended.returncode == 4, ended.stdout
    record = read(tmp_path / "record.jsonl")
    verdicts = {test.id: test.verdict for test in record.tests}
    assert set(verdicts) == set(record.run.selected)
    lost = {name for name, verdict in verdicts.items() if verdict == "ERROR"}
    assert {"list-parts/empty", "list-parts/order"} <= lost
    assert len(lost) <= 2 * (int(concurrency) + 1)  # one may have ended, and not said so
    assert sum("ended before its time: exit code 7" in one.text for one in record.problems) == 2


@pytest.mark.slow
def test_processes_that_always_die_end_the_run(tmp_path: Path) -> None:
    """What was not run is said, and it does not go on for ever."""
    with ReferenceServer() as server:
        ended = command(server, tmp_path, "--select", "list-parts/**", patch=NEVER_BEGINS)
        assert buckets_at(server) == []
    assert ended.returncode == 4, ended.stdout
    record = read(tmp_path / "record.jsonl")
    assert not record.tests
    assert any("died again and again: 5" in one.text for one in record.problems)


@pytest.mark.slow
def test_a_fault_of_ours_outside_of_a_test_is_told(tmp_path: Path) -> None:
    """With its traceback, and the run ends in 4."""
    with ReferenceServer() as server:
        ended = command(server, tmp_path, "--select", "abort/**", patch=FAILS_TO_BEGIN)
    assert ended.returncode == 4, ended.stdout
    problems = [one.text for one in read(tmp_path / "record.jsonl").problems]
    assert any("LookupError: a fault of ours" in text for text in problems)


@pytest.mark.slow
def test_processes_whose_run_was_killed_clean_up_and_end(tmp_path: Path) -> None:
    """They notice it by themselves, when a test ends: nobody reads what they send."""
    with ReferenceServer() as server:
        words = [sys.executable, "-m", "conformance.cli", "run", "-n", "2", "--out", str(tmp_path)]
        options = ("--endpoint-url", server.endpoint_url, "--select", "not property/**")
        with subprocess.Popen(  # noqa: S603  # ourselves
            [*words, *options], env=os.environ | keys_of(server), stdout=subprocess.DEVNULL
        ) as run:
            record = tmp_path / "record.jsonl"
            until(lambda: record.exists() and record.read_text("utf-8").count('"type":"test"') > 9)
            children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
            assert len(children) == 2
            run.kill()
        until(lambda: not any(Path(f"/proc/{one}").exists() for one in children))
        assert buckets_at(server) == []


def until(so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS * 6
    while not so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


@pytest.mark.slow
def test_processes_that_are_no_forks_do_the_same(tmp_path: Path) -> None:
    """Beside other threads, as here, and on macOS, they begin anew."""
    with ReferenceServer() as server:
        assert threading.active_count() > 1
        options = RunOptions(
            target=TargetOptions(
                endpoint_url=server.endpoint_url,
                access_key=server.account.access_key,
                secret_key=server.account.secret_key,
            ),
            select=("list-parts/**",),
            out=tmp_path,
            concurrency=None,
        )
        with Run(options, make_selection(options), Silence()) as run:
            assert run.begin()
            run_in_processes(run, 2)
        assert buckets_at(server) == []
    record = read(tmp_path / "record.jsonl")
    assert sorted(test.id for test in record.tests) == sorted(record.run.selected)
    assert {test.worker for test in record.tests} == {"gw0", "gw1"}
    assert {test.verdict for test in record.tests} <= {"PASS", "SKIP"}
    assert run.exit_code == 0
