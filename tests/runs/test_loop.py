"""The one loop: what ends it, and that workers clean up whatever did."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.record.reader import read
from conformance.reference.server import ReferenceServer
from conformance.runs.display import Silence
from conformance.runs.loop import run_serially, run_tests
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.runs.unfinished_tests import lost_line
from conformance.runs.worker import EndedTest, EndedWorker
from conformance.targets.options import TargetOptions
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from conformance.catalog.model import Test
    from conformance.engine.session import Sender
    from conformance.record.model import Record
    from conformance.wire.model import Call, Exchange


@pytest.fixture(scope="module")
def reference() -> Iterator[ReferenceServer]:
    """Serve the reference endpoint from this process."""
    with ReferenceServer() as server:
        yield server


@contextmanager
def begun(reference: ReferenceServer, out: Path) -> Iterator[Run]:
    """Yield a run of a few tests of the reference, ready for its loop."""
    account = reference.account
    options = RunOptions(
        target=TargetOptions(
            endpoint_url=reference.endpoint_url,
            access_key=account.access_key,
            secret_key=account.secret_key,
        ),
        select=("life.create-returns-id",),
        out=out,
    )
    with Run(options, make_selection(options), Silence()) as run:
        assert run.begin()
        yield run


def ended(run: Run) -> Record:
    """Return the record of a run that has ended."""
    record = read(run.folder / "record.jsonl")
    assert record.end is not None
    return record


def passed(test: Test) -> EndedTest:
    """Return a test that ended well."""
    return EndedTest(
        replace(lost_line(test, "", "main"), verdict=Verdict.PASS, reason="", cause="")
    )


class Scripted:
    """Runs no test, and does what it was told for each instead."""

    def __init__(self, does: Callable[[Test], EndedTest], sides: int = 1) -> None:
        self.asked: list[str] = []
        self.closed = 0
        self._does = does
        self._sides = sides

    def run(self, test: Test) -> Sequence[EndedTest]:
        """Do what was told, on each side."""
        self.asked.append(test.id)
        return [self._does(test) for _ in range(self._sides)]

    def close(self) -> Sequence[EndedWorker]:
        """Count that it was closed."""
        self.closed += 1
        return [EndedWorker(name="main", problems=("left: a bucket",), requests=7)] * self._sides


def test_a_run_goes_through_its_tests_in_their_order(
    reference: ReferenceServer, tmp_path: Path
) -> None:
    """Each test once, in the order of the selection, and the requests are counted."""
    with begun(reference, tmp_path) as run:
        run_serially(run)
    record = ended(run)
    assert run.exit_code == 0
    assert [test.id for test in record.tests] == list(record.run.selected)
    assert len(record.tests) > 3
    assert record.end is not None
    assert record.end.requests > len(record.tests)
    assert not record.problems


def test_what_stands_before_the_wire_sees_every_request(
    reference: ReferenceServer, tmp_path: Path
) -> None:
    """Those of tests, of set-up and of clean-up: as many as the record counts."""
    sent: list[str] = []

    class Counting:
        def __init__(self, sender: Sender) -> None:
            self._sender = sender

        def send(self, call: Call, identity: str = "main") -> Exchange:
            sent.append(call.operation)
            return self._sender.send(call, identity)

    with begun(reference, tmp_path) as run:
        run_serially(run, through=Counting)
    record = ended(run)
    assert record.end is not None
    assert len(sent) == record.end.requests
    assert {"CreateBucket", "CreateMultipartUpload", "DeleteBucket"} <= set(sent)


def test_a_reason_against_the_next_test_ends_the_loop(
    reference: ReferenceServer, tmp_path: Path
) -> None:
    """The reason is in the record, the rest has no verdict, and the run is not as expected."""
    runner = Scripted(passed)
    with begun(reference, tmp_path) as run:
        third = run.plan.tests[2].id
        run_tests((run,), runner, may_begin=lambda test: "enough" if test.id == third else "")
    record = ended(run)
    assert len(record.tests) == len(runner.asked) == 2
    assert [problem.text for problem in record.problems] == ["enough", "left: a bucket"]
    assert run.exit_code == ExitCode.DIFFERS
    assert runner.closed == 1


def test_a_lost_target_ends_the_loop(reference: ReferenceServer, tmp_path: Path) -> None:
    """Nothing is sent in vain; every side keeps the test in which one was lost."""
    runner = Scripted(lambda test: replace(passed(test), lost="it is gone"), sides=2)
    heard: list[int] = []
    with begun(reference, tmp_path / "1") as one, begun(reference, tmp_path / "2") as two:
        run_tests((one, two), runner, listener=lambda lines: heard.append(len(lines)))
    assert (len(runner.asked), runner.closed, heard) == (1, 1, [2])
    for run in (one, two):
        record = ended(run)
        assert len(record.tests) == 1
        assert run.exit_code == ExitCode.UNREACHABLE
        assert record.end is not None
        assert record.end.requests == 7


def test_a_fault_of_ours_costs_one_test(reference: ReferenceServer, tmp_path: Path) -> None:
    """It is an ERROR with the traceback, the others are run, and the run ends in 4."""

    def does(test: Test) -> EndedTest:
        if test is run.plan.tests[1]:
            raise LookupError("ours")
        return passed(test)

    with begun(reference, tmp_path) as run:
        run_tests((run,), Scripted(does))
    tests = ended(run).tests
    assert [test.verdict for test in tests[:3]] == ["PASS", "ERROR", "PASS"]
    assert "LookupError: ours" in tests[1].reason
    assert len(tests) == len(run.plan.tests)
    assert run.exit_code == ExitCode.OUR_FAULT


def test_ctrl_c_closes_the_worker_and_comes_through(
    reference: ReferenceServer, tmp_path: Path
) -> None:
    """What an interrupted test had found is kept, and the record says that it was interrupted."""

    class Interrupted(Scripted):
        def close(self) -> Sequence[EndedWorker]:
            found = replace(passed(run.plan.tests[1]).line, verdict=Verdict.FAIL)
            return [replace(super().close()[0], unfinished=(found,))]

    def does(test: Test) -> EndedTest:
        if test is run.plan.tests[1]:
            raise KeyboardInterrupt
        return passed(test)

    runner = Interrupted(does)
    with pytest.raises(KeyboardInterrupt), begun(reference, tmp_path) as run:
        run_tests((run,), runner)
    record = ended(run)
    assert runner.closed == 1
    assert [test.verdict for test in record.tests] == ["PASS", "FAIL"]
    assert record.end is not None
    assert record.end.interrupted
