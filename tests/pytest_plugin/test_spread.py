"""Tests spread over processes: each process has as many in flight as was asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from conformance.record.reader import read
from conformance.reference.server import ReferenceServer
from conformance.reference.service import Service

if TYPE_CHECKING:
    from pathlib import Path

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
        command = [sys.executable, "-m", "conformance.cli", "run", "--out", str(tmp_path)]
        command += ["--endpoint-url", server.endpoint_url, "--select", "list-parts/**", "-n", "2"]
        command += ["--concurrency", concurrency]
        keys = {
            "AWS_ACCESS_KEY_ID": server.account.access_key,
            "AWS_SECRET_ACCESS_KEY": server.account.secret_key,
        }
        ended = subprocess.run(  # noqa: S603  # ourselves
            command, env=os.environ | keys, capture_output=True, text=True, check=False, timeout=120
        )
    assert ended.returncode == 0, ended.stdout
    assert counted.most == {"gw0": in_flight, "gw1": in_flight}
    tests = read(tmp_path / "record.jsonl").tests
    assert {test.verdict for test in tests} <= {"PASS", "SKIP"}
