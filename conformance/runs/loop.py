"""The one loop over the tests of a run: in order, until they are done or something ends it.

It serves a run with one worker, with one test in flight or several, two runs side by side, a
replay, and a run with a spending limit. Where tests are spread over processes, by `processes.py` or
by pytest, another loop takes this one's place, and hands `Run` the same: what happened to each
test, and of each worker.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Protocol

from conformance.engine.limits import limit_of
from conformance.runs.several_at_once import SeveralAtOnce
from conformance.runs.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.catalog.model import Test
    from conformance.engine.session import Sender
    from conformance.record.model import TestLine
    from conformance.runs.run import Run
    from conformance.runs.shared_queue import TestSource
    from conformance.runs.worker import EndedTest, EndedWorker


class TestRunner(Protocol):
    """What runs tests: one worker, ahead of time or not, or several that run each test at once."""

    def run(self, test: Test) -> Sequence[EndedTest]:
        """Run a test; return how it ended for each of the runs."""

    def close(self) -> Sequence[EndedWorker]:
        """Clean up; return how that went for each of the runs."""


class OneWorker:
    """Runs tests by one worker; those that are not offered come from ``source``."""

    def __init__(self, worker: Worker, source: TestSource | None = None) -> None:
        self._worker = worker
        self._source = source

    def offer(self, tests: Iterable[Test]) -> None:
        """Run nothing ahead of time."""

    def next(self) -> Test | None:
        """Return the next test of the source, for `run`: long ones first; None without one left."""
        if self._source is None:
            return None
        test = self._source.take(long=True) or self._source.take(long=False)
        if test is not None:
            self._source.began(test)
        return test

    def run(self, test: Test) -> Sequence[EndedTest]:
        """Run a test."""
        return (self._worker.run(test),)

    def close(self) -> Sequence[EndedWorker]:
        """Remove what the worker made."""
        return (self._worker.close(),)


def run_here(run: Run) -> None:
    """Run the plan's tests by one worker of this process, as many at once as its options say."""
    limit = limit_of(run.plan.concurrency, first=run.plan.first_in_flight)
    runner = runner_of(Worker(run.plan, "main", limit=limit))
    runner.offer(run.plan.tests)
    run_tests((run,), runner)


def runner_of(
    worker: Worker, processes: int = 1, source: TestSource | None = None
) -> OneWorker | SeveralAtOnce:
    """Return what runs tests by a worker, ahead of time where it may have several in flight.

    ``processes`` says how many run tests on this machine, and ``source`` where tests come from that
    nobody offers.
    """
    several = worker.gate.expected_width > 1
    return SeveralAtOnce(worker, processes, source) if several else OneWorker(worker, source)


def run_serially(
    run: Run,
    *,
    through: Callable[[Sender], Sender] | None = None,
    may_begin: Callable[[Test], str] | None = None,
    leaves_out: Callable[[Test], str] | None = None,
) -> None:
    """Run the plan's tests one after the other, by one worker of this process; see `run_tests`."""
    worker = Worker(run.plan, "main", through=through)
    run_tests((run,), OneWorker(worker), may_begin=may_begin, leaves_out=leaves_out)


def run_tests(
    runs: Sequence[Run],
    runner: TestRunner,
    *,
    may_begin: Callable[[Test], str] | None = None,
    leaves_out: Callable[[Test], str] | None = None,
    listener: Callable[[Sequence[TestLine]], None] | None = None,
) -> None:
    """Run the tests of the first run's plan, and pass each of the runs its results.

    ``may_begin`` is asked before a test begins, and says why neither it nor any other may: then the
    loop ends, as it does when a target is gone or the time of the run is over. ``listener`` is
    given the lines of each test.
    ``leaves_out`` says why one test alone is not run: it becomes a SKIP.
    Clean-up follows in any case, also behind KeyboardInterrupt, which comes through: `Run` takes it
    as its block ends.
    """
    for run in runs:
        run.collected([test.id for test in run.selection.tests])
    try:
        for test in _allowed(runs, may_begin, leaves_out):
            ended = kept(runner, test)
            if isinstance(ended, str):
                for run in runs:
                    run.test_lost(test.id, ended, "main")
                continue
            # Every run takes its test, also when the target of another is gone.
            goes_on = [run.test_ended(one) for run, one in zip(runs, ended, strict=True)]
            if listener is not None:
                listener([one.line for one in ended])
            if not all(goes_on) or runs[0].plan.late:
                break
    finally:
        for run, worker in zip(runs, runner.close(), strict=True):
            run.worker_ended(worker)


def _allowed(
    runs: Sequence[Run],
    may_begin: Callable[[Test], str] | None,
    leaves_out: Callable[[Test], str] | None,
) -> Iterator[Test]:
    """Yield the tests up to one that may not begin, without those that are left out."""
    for test in runs[0].plan.tests:
        reason = may_begin(test) if may_begin is not None else ""
        if reason:
            for run in runs:
                run.recorder.problem(reason)
            return
        if leaves_out is not None and (why := leaves_out(test)):
            for run in runs:
                run.test_left_out(test, why)
            continue
        for run in runs:
            run.test_began(test.id)
        yield test


def kept(runner: TestRunner, test: Test) -> Sequence[EndedTest] | str:
    """Run a test; return a traceback in place of an exception, which must not end the run."""
    try:
        return runner.run(test)
    except Exception:  # noqa: BLE001  # whatever it is, it is a fault of ours in one test
        return traceback.format_exc()
