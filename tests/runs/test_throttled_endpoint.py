"""An endpoint that refuses more than it can hold: no failures, and the record says what it cost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from conformance.record.reader import read
from conformance.reference.domain.messages import Request, Response
from conformance.reference.server import ReferenceServer
from conformance.reference.service import Service
from conformance.runs.display import Silence
from conformance.runs.loop import run_here
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.targets.options import TargetOptions

if TYPE_CHECKING:
    from pathlib import Path

_SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please slow down.</Message></Error>"


@pytest.mark.slow
@pytest.mark.parametrize("concurrency", [16, None])
def test_what_is_throttled_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, concurrency: int | None
) -> None:
    """Every third request is refused with 503 SlowDown the first time that it comes."""
    handle = Service.handle
    lock, count, refused = threading.Lock(), 0, 0

    def held(self: Service, request: Request) -> Response:
        nonlocal count, refused
        with lock:
            count += 1
            is_refused = count % 3 == 0 and refused < 30
            refused += is_refused
        if is_refused:
            return Response(
                status=503, headers=(("Content-Type", "application/xml"),), body=_SLOW_DOWN
            )
        return handle(self, request)

    monkeypatch.setattr(Service, "handle", held)
    with ReferenceServer() as server:
        options = RunOptions(
            target=TargetOptions(
                endpoint_url=server.endpoint_url,
                access_key=server.account.access_key,
                secret_key=server.account.secret_key,
            ),
            select=("abort/** or list-uploads/**",),
            out=tmp_path,
            concurrency=concurrency,
        )
        with Run(options, make_selection(options), Silence()) as run:
            assert run.begin()
            run_here(run)
    record = read(tmp_path / "record.jsonl")
    assert refused == 30
    assert {test.verdict for test in record.tests} <= {"PASS", "SKIP"}
    assert [one.text for one in record.problems if "throttled" in one.text]
    assert run.exit_code == 0
