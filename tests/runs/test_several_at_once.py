"""One worker with several tests in flight: the verdicts, order and ends of a run of one by one."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.limits import Fixed
from conformance.engine.one_core import usable_cores
from conformance.record.reader import read
from conformance.reference.server import ReferenceServer
from conformance.runs.display import Silence
from conformance.runs.look_ahead import LookAhead
from conformance.runs.loop import run_here, run_tests, runner_of
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.runs.several_at_once import crowded_out
from conformance.runs.unfinished_tests import lost_line
from conformance.runs.worker import EndedTest, Worker
from conformance.targets.options import TargetOptions
from conformance.vocabulary.verdicts import Verdict
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.catalog.model import Test
    from conformance.record.model import Record, TestLine
    from conformance.runs.loop import TestRunner
    from conformance.runs.worker import EndedWorker
    from conformance.wire.model import Call, Exchange

_PATIENCE = 30.0


@pytest.fixture(scope="module")
def reference() -> Iterator[ReferenceServer]:
    """Serve the reference endpoint from this process."""
    with ReferenceServer() as server:
        yield server


def options(reference: ReferenceServer, out: Path, concurrency: int | None) -> RunOptions:
    """Return options for a hundred tests, races and listings among them."""
    account = reference.account
    return RunOptions(
        target=TargetOptions(
            endpoint_url=reference.endpoint_url,
            access_key=account.access_key,
            secret_key=account.secret_key,
        ),
        select=("race/** or list-uploads/** or bucket/** or upload-id/** or abort/**",),
        out=out,
        concurrency=concurrency,
    )


def carried_out(reference: ReferenceServer, out: Path, concurrency: int | None) -> Record:
    """Run them and return the record."""
    chosen = options(reference, out, concurrency)
    with Run(chosen, make_selection(chosen), Silence()) as run:
        assert run.begin()
        run_here(run)
    return read(out / "record.jsonl")


def seen(record: Record) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return what was found, test by test."""
    return [
        (one.id, one.verdict, [(check.id, check.verdict) for check in one.checks])
        for one in record.tests
    ]


@pytest.mark.slow
@pytest.mark.skipif(len(usable_cores()) < 2, reason="needs two cores")
def test_threads_of_tests_stay_on_one_core_and_the_callers_does_not(
    reference: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests of most tests leave from one core; the thread that called goes where it likes."""
    places: list[int] = []
    send = Wire.send

    def seen_from(self: Wire, call: Call, identity: str = "main") -> Exchange:
        if threading.current_thread().name.startswith("test_"):
            places.append(len(os.sched_getaffinity(0)))
        return send(self, call, identity)

    monkeypatch.setattr(Wire, "send", seen_from)
    carried_out(reference, tmp_path, 4)
    assert places.count(1) > len(places) / 2
    assert os.sched_getaffinity(0) == usable_cores()


@pytest.mark.slow
@pytest.mark.parametrize("concurrency", [8, None])
def test_the_record_is_that_of_one_test_after_the_other(
    reference: ReferenceServer, tmp_path: Path, concurrency: int | None
) -> None:
    """The same tests in the same order with the same checks, and nothing stays behind."""
    serial = carried_out(reference, tmp_path / "serial", 1)
    together = carried_out(reference, tmp_path / "together", concurrency)
    assert seen(together) == seen(serial)
    assert [one.id for one in together.tests] == list(together.run.selected)
    assert not together.problems
    assert together.end is not None
    assert together.end.sent > 0
    assert len(together.tests) > 60


def test_ctrl_c_ends_what_is_in_flight_and_keeps_what_has_ended(
    reference: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record holds the tests that ended ahead, and not the one that was broken off."""
    chosen = options(reference, tmp_path, 4)
    selection = make_selection(chosen)
    first, second = selection.tests[:2]
    second_ended, interrupted = threading.Event(), threading.Event()
    line, interrupt = Worker.line, Worker.interrupt

    def held(self: Worker, test: Test) -> TestLine:
        if test.id == first.id:
            interrupted.wait(_PATIENCE)
        found = line(self, test)
        if test.id == second.id:
            second_ended.set()
        return found

    def take(_: LookAhead[EndedTest], test: Test) -> EndedTest:
        assert test.id == first.id
        second_ended.wait(_PATIENCE)
        raise KeyboardInterrupt

    def interrupting(self: Worker) -> None:
        interrupt(self)
        interrupted.set()

    monkeypatch.setattr(Worker, "line", held)
    monkeypatch.setattr(Worker, "interrupt", interrupting)
    monkeypatch.setattr(LookAhead, "take", take)
    with suppress(KeyboardInterrupt), Run(chosen, selection, Silence()) as run:
        assert run.begin()
        run_here(run)
    record = read(tmp_path / "record.jsonl")
    verdicts = {one.id: one.verdict for one in record.tests}
    assert first.id not in verdicts
    assert verdicts[second.id] == "PASS"
    assert f"interrupted in {first.id}" in {one.text for one in record.problems}
    assert record.end is not None
    assert record.end.interrupted


def test_a_test_without_an_answer_is_run_again_alone(
    reference: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it comes to then counts: another test may have brought the endpoint down."""
    chosen = replace(options(reference, tmp_path, 4), select=("abort/**",))
    alone: list[str] = []
    run_one = Worker.run

    def line(_: Worker, test: Test) -> TestLine:
        lost = lost_line(test, "no answer", "main")
        return replace(lost, fault="transport", fault_kind="timeout")

    def again(self: Worker, test: Test) -> object:
        alone.append(test.id)
        monkeypatch.setattr(Worker, "line", before)
        return run_one(self, test)

    before = Worker.line
    monkeypatch.setattr(Worker, "line", line)
    monkeypatch.setattr(Worker, "run", again)
    with Run(chosen, make_selection(chosen), Silence()) as run:
        assert run.begin()
        runner = runner_of(Worker(run.plan, "main", limit=Fixed(4)))
        runner.offer(run.plan.tests[:1])
        run_tests((run,), _First(runner))
    assert alone == [run.plan.tests[0].id]
    assert read(tmp_path / "record.jsonl").tests[0].verdict == "PASS"


class _First:
    """Runs a plan's first test and then says that the target is gone."""

    def __init__(self, runner: TestRunner) -> None:
        self._runner = runner

    def run(self, test: Test) -> Sequence[EndedTest]:
        """Run a test."""
        (ended,) = self._runner.run(test)
        return (replace(ended, lost="enough"),)

    def close(self) -> Sequence[EndedWorker]:
        """Close the other."""
        return self._runner.close()


@pytest.mark.parametrize(
    ("verdict", "fault_kind", "crowded"),
    [
        (Verdict.PASS, "timeout", False),
        (Verdict.ERROR, "timeout", True),
        (Verdict.ERROR, "refused", True),
        (Verdict.ERROR, "closed", False),
        (Verdict.FAIL, "", False),
        (Verdict.SKIP, "", False),
    ],
)
def test_what_may_be_owed_to_others(
    reference: ReferenceServer, tmp_path: Path, verdict: Verdict, fault_kind: str, *, crowded: bool
) -> None:
    """Only what waited for an answer in vain, or got one that speaks of overload."""
    selection = make_selection(options(reference, tmp_path, 1))
    line = replace(lost_line(selection.tests[0], "", "main"), verdict=verdict)
    assert crowded_out(replace(line, fault_kind=fault_kind)) is crowded
