"""One run from the first check to the last report; used by the command and by pytest."""

from __future__ import annotations

import os
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from conformance.runs.counter_examples import write_counter_examples
from conformance.runs.errors import UsageError
from conformance.runs.folder import clear, default_folder, examples_folder, locked, writable
from conformance.runs.gc_tuning import frozen_gc
from conformance.runs.plan_of_run import drawn_seed, plan_of_run
from conformance.runs.preflight import EXIT_CODES, Health, bucket_health, check
from conformance.runs.probing import probed, probing
from conformance.runs.recorder import Failure, Recorder, Report
from conformance.runs.run_header import catalog_line, run_line
from conformance.runs.target import reached
from conformance.runs.unfinished_tests import left_out_line, lost_line
from conformance.runs.worker import sweep_run
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.times import utc_now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from conformance.catalog.model import Test
    from conformance.record import model
    from conformance.runs.display import Display, Ending
    from conformance.runs.options import RunOptions
    from conformance.runs.plan import Plan
    from conformance.runs.selection import Selection
    from conformance.runs.target import Target
    from conformance.runs.worker import EndedTest, EndedWorker


class Run:
    """One run: its checks of the target, its plan, its record and its reports.

    A context manager that cleans up and writes the end of the record in any case. After a `begin`
    that returns True the tests of `plan` may be run. With ``in_memory`` no file is written, and
    `record` is the only result. Raises `UsageError` from entering when the folder
    can't be written, or the target can't be started or has no key pair: then there is no record
    either, and nothing was sent.
    """

    def __init__(
        self,
        options: RunOptions,
        selection: Selection,
        display: Display,
        report: Report | None = None,
        *,
        in_memory: bool = False,
    ) -> None:
        self.options = options
        self.selection = selection
        self._folder = None if in_memory else options.out or default_folder(selection.profile.name)
        self.recorder = Recorder(
            self._folder, display, report, selection.baseline, selection.catalog
        )
        self.ending: Ending | None = None
        self._plan: Plan | None = None
        self._stack = ExitStack()
        self._target: Target | None = None
        self._health = Health("well")
        self._started = utc_now()
        self._failure: Failure | None = None
        self._interrupted = False
        self._unclean = False
        self._requests = 0
        self._sent = 0
        self._failures = 0
        self.stopped = False
        """Whether no more tests are to be run: enough have failed, or the record is lost."""

    def __enter__(self) -> Self:
        folder = self._folder
        with nullcontext() if folder is None else writable(folder), ExitStack() as stack:
            stack.enter_context(frozen_gc())
            if folder is not None:
                stack.enter_context(locked(folder))
            self._target = stack.enter_context(
                reached(self.selection.profile, self.options.target, os.environ, folder)
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._stack:
            if kind is not None and issubclass(kind, KeyboardInterrupt):
                self.interrupted()
            elif error is not None:
                self.our_fault(f"{type(error).__name__}: {error}")
            self._end()

    @property
    def target(self) -> Target:
        """The target; only within the block."""
        if self._target is None:
            raise RuntimeError("the run has not been entered")
        return self._target

    @property
    def folder(self) -> Path:
        """The folder of the run's files; RuntimeError when it keeps none."""
        if self._folder is None:
            raise RuntimeError("the run keeps no files")
        return self._folder

    @property
    def record(self) -> model.Record:
        """The whole record; after the block."""
        return self.recorder.record

    @property
    def plan(self) -> Plan:
        """What workers need to know; available after a successful `begin`."""
        if self._plan is None:
            raise RuntimeError("the run has no plan")
        return self._plan

    @property
    def exit_code(self) -> int:
        """The exit code; after the block."""
        return self.ending.exit_code if self.ending is not None else ExitCode.OUR_FAULT

    def collected(self, ids: Sequence[str]) -> None:
        """Begin the record with these tests, unless it has begun."""
        if self.recorder.opened:
            return
        wanted = set(ids)
        tests = [test for test in self.selection.tests if test.id in wanted]
        line = run_line(
            self.options,
            self.target,
            self.selection,
            tests,
            server=self._health.server,
            started=self._started,
            drawn=drawn_seed(self.options, self._plan),
        )
        try:
            if self._folder is not None:
                clear(self._folder)
            self.recorder.open(line, catalog_line(self.selection.catalog, tests))
        except OSError as error:
            raise UsageError(f"{self.folder} can't be written: {error.strerror}") from error

    def begin(self) -> bool:
        """Check the target and probe its capabilities; return whether tests can be run."""
        target = self.target
        self._health = check(target.endpoint, target.identities, self.options.bucket)
        if self._health.state != "well":
            self._fails_with(EXIT_CODES[self._health.state], self._health.text)
            self.recorder.problem(self._health.text)
            return False
        examples = None if self._folder is None else examples_folder(target.name)
        plan = self._plan = plan_of_run(self.options, self.selection, target, examples)
        with probing(plan) as context:
            made = bucket_health(context, target.endpoint.urls)
            if made.state == "well":
                decisions = probed(context, plan.tests, self.recorder)
                width = context.gate.width
                self._plan = replace(plan, decisions=decisions, first_in_flight=width)
        for problem in context.take_problems():
            self.recorder.problem(problem.text, problem.worker)
        if made.state != "well":
            self._health = made
            self._fails_with(EXIT_CODES[made.state], made.text)
            self.recorder.problem(made.text)
        return made.state == "well"

    @property
    def trouble(self) -> str:
        """Why `begin` failed."""
        return self._health.text

    @property
    def trouble_code(self) -> int:
        """The exit code that follows from it."""
        return self._failure.exit_code if self._failure is not None else 0

    def test_ended(self, ended: EndedTest) -> bool:
        """Record a test that ended; return whether further tests may run.

        That ends when the target is gone, and with as many failures as were asked for.
        """
        self._keep(ended.line)
        if ended.lost:
            self.target_lost(ended.lost)
        if self.recorder.lost:
            self.stopped = True
        return not ended.lost and not self._failed_enough(ended.line.id)

    def _failed_enough(self, test_id: str) -> bool:
        most = self.options.most_failures
        if most is None or self.stopped:
            return self.stopped
        verdict = self.recorder.test_line(test_id).verdict
        self._failures += verdict.failed(strict=self.options.strict)
        if self._failures >= most:
            self.stopped = True
            failed = f"{self._failures} failure{'s' * (self._failures > 1)}"
            self.recorder.problem(f"stopped after {failed}: the other tests were not run")
        return self.stopped

    def test_began(self, test_id: str) -> None:
        """Note that a test begins."""
        self.recorder.began(test_id)

    def _keep(self, line: model.TestLine) -> None:
        """Write a test to the record, and its counter-examples beside it."""
        self.recorder.test(line)
        if self._folder is not None:
            for problem in write_counter_examples(self._folder, line):
                self.recorder.problem(problem, line.worker)

    def test_lost(self, test_id: str, text: str, worker: str) -> None:
        """Record a test without a verdict, because its worker or pytest failed."""
        test = self.selection.by_id.get(test_id)
        if test is None:
            self.our_fault(f"{test_id or 'a test'} failed outside the suite: {text}")
        elif not self.recorder.has(test_id):
            self.recorder.test(lost_line(test, text, worker))

    def test_left_out(self, test: Test, why: str) -> None:
        """Record a test that did not fit the budget of the run."""
        self.recorder.test(left_out_line(test, why))

    def target_lost(self, text: str) -> None:
        """Note that the target no longer answers, so the remaining tests are not run."""
        if self._failure is None:
            self.recorder.problem(text)
            self.recorder.problem("what the run made may still be there: s3-conformance clean")
        self._fails_with(ExitCode.UNREACHABLE, text)

    def worker_ended(self, worker: EndedWorker) -> None:
        """Record what a worker reports at its end."""
        for line in worker.unfinished:
            self._keep(line)
        self._requests += worker.requests
        self._sent += worker.sent
        for text in worker.problems:
            self.recorder.problem(text, worker.name)

    def worker_died(self, name: str, error: str) -> None:
        """Note that a worker ended without cleaning up."""
        self._unclean = True
        self.recorder.problem(f"worker {name} ended before its time: {error}", name)

    def interrupted(self) -> None:
        """Note that the user stopped the run."""
        self._interrupted = self._unclean = True

    def our_fault(self, text: str) -> None:
        """Record an error that only a bug of the suite explains."""
        self._unclean = True
        self._fails_with(ExitCode.OUR_FAULT, text)
        self.recorder.problem(text)

    def _fails_with(self, code: int, why: str) -> None:
        """Note that the run could not be carried through; the worst reason stands."""
        if self._failure is None or code > self._failure.exit_code:
            self._failure = Failure(code, why)

    def _end(self) -> None:
        """Clean up what workers could not, and end the record."""
        if self.trouble_code == ExitCode.OUR_FAULT and not self.recorder.opened:
            return  # there is no record to end
        self.collected([test.id for test in self.selection.tests])
        if self._plan is not None and self._plan.late:
            seconds = self.options.target.run_timeout or 0.0
            self.recorder.problem(f"the time of the run, {seconds:g} s, is over")
        if self._plan is not None and self._unclean and self.trouble_code != ExitCode.UNREACHABLE:
            for text in sweep_run(self._plan):
                self.recorder.problem(text)
        self.ending = self.recorder.close(
            failure=self._failure,
            interrupted=self._interrupted,
            requests=self._requests,
            sent=self._sent,
        )
