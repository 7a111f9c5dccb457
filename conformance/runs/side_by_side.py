"""Runs the same tests on two targets at once, step by step in turns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.record.options import OFF, PropertyOptions
from conformance.runs.display import Silence
from conformance.runs.errors import UsageError
from conformance.runs.folder import default_folder
from conformance.runs.interleaving import Turns
from conformance.runs.loop import run_tests
from conformance.runs.recorder import RECORD_NAME
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.runs.worker import Worker
from conformance.targets.options import TargetOptions
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.catalog.model import Test
    from conformance.record.model import TestLine
    from conformance.runs.options import RunOptions
    from conformance.runs.recorder import Report
    from conformance.runs.worker import EndedTest, EndedWorker


class SideBySide:
    """Two runs of the same tests; `runs` are entered and left by `carry_out`."""

    def __init__(self, options: RunOptions, other: TargetOptions, report: Report) -> None:
        plain = replace(options, properties=PropertyOptions(profile=OFF))
        first = make_selection(plain)
        second = make_selection(replace(plain, target=other))
        if not first.tests:
            raise UsageError("nothing was selected")
        self.names = (first.profile.name, second.profile.name)
        self.folder = options.out or default_folder(f"{self.names[0]}-against-{self.names[1]}")
        folders = (self.folder / "first", self.folder / "second")
        self.records = tuple(folder / RECORD_NAME for folder in folders)
        self.runs = tuple(
            Run(replace(plain, target=target, out=folder), selection, Silence(), report)
            for target, folder, selection in (
                (plain.target, folders[0], first),
                (other, folders[1], second),
            )
        )

    @property
    def exit_code(self) -> int:
        """The exit code if the two can't be compared (2 or more); 0 if they can."""
        codes = (run.exit_code for run in self.runs if run.exit_code > ExitCode.DIFFERS)
        return max(codes, default=ExitCode.EXPECTED)

    def carry_out(self, listener: Callable[[Sequence[TestLine]], None]) -> None:
        """Run every test on both sides, and tell ``listener`` both lines of each.

        Raises `UsageError` when a side can't be started.
        """
        with ExitStack() as stack:
            for run in self.runs:
                stack.enter_context(run)
            # Both are asked, so that each record says what is wrong with its side.
            well = [run.begin() for run in self.runs]
            if all(well):
                run_tests(self.runs, _Pair(self.runs), listener=listener)


def other_target(text: str, options: TargetOptions) -> TargetOptions:
    """Return the second target: a URL (with the same keys), a profile file, or a known name."""
    if "://" in text:
        return replace(
            options,
            target=None,
            profile=None,
            endpoint_url=text,
            tls_endpoint_url=None,
            ca_file=None,
            insecure=False,
        )
    if text.endswith((".yaml", ".yml")):
        return TargetOptions(profile=Path(text), transport=options.transport)
    return TargetOptions(target=text, transport=options.transport)


class _Pair:
    """Two workers that run each test at once, and its steps in turns."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._turns = Turns()
        self._workers = [
            Worker(
                run.plan,
                "main",
                around_step=partial(self._turns.turn, side),
            )
            for side, run in enumerate(runs)
        ]
        self._pool = ThreadPoolExecutor(len(runs))

    def run(self, test: Test) -> Sequence[EndedTest]:
        """Run a test on both sides."""
        self._turns.again()
        sides = [self._pool.submit(self._run, side, test) for side in range(len(self._workers))]
        wait(sides)  # also where one of them fails: the next test must not meet the other
        # What got no answer is asked again here, where nobody waits for a turn any more.
        return [
            worker.concluded(test, side.result())
            for worker, side in zip(self._workers, sides, strict=True)
        ]

    def close(self) -> Sequence[EndedWorker]:
        """Let both end what they are at, and remove what they made."""
        self._pool.shutdown()
        return [worker.close() for worker in self._workers]

    def _run(self, side: int, test: Test) -> TestLine:
        try:
            return self._workers[side].line(test)
        finally:
            self._turns.leave(side)
