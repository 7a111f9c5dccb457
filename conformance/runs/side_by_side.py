"""Runs the same tests on two targets at once, step by step in turns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from conformance.properties.options import OFF, PropertyOptions
from conformance.runs.display import Silence
from conformance.runs.errors import UsageError
from conformance.runs.interleaving import InterleavedContext, Turns
from conformance.runs.recorder import RECORD_NAME
from conformance.runs.run import Run, default_folder
from conformance.runs.selection import make_selection
from conformance.runs.worker import Worker, make_context
from conformance.targets.credentials import KeyFlags

if TYPE_CHECKING:
    from conformance.catalog.model import Test
    from conformance.engine.worker_context import WorkerContext
    from conformance.record.model import TestLine
    from conformance.runs.options import RunOptions, TargetOptions
    from conformance.runs.plan import Plan
    from conformance.runs.recorder import Report
    from conformance.wire.client import Wire


class Listener(Protocol):
    """Is told what came out on both sides."""

    def __call__(self, first: TestLine, second: TestLine) -> None:
        """Take notice of a test that ended on both."""


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
        """What keeps the two from being compared: 2 and more; 0 when nothing does."""
        return max((run.exit_code for run in self.runs if run.exit_code > 1), default=0)

    def carry_out(self, listener: Listener) -> None:
        """Run every test on both sides. Raises `UsageError` when one can't be started."""
        with ExitStack() as stack:
            for run in self.runs:
                stack.enter_context(run)
            # Both are asked, so that each record says what is wrong with its side.
            well = [run.begin() for run in self.runs]
            if all(well):
                self._tests(listener)

    def _tests(self, listener: Listener) -> None:
        for run in self.runs:
            run.collected([test.id for test in run.selection.tests])
        turns = Turns()
        workers = [_worker(run.plan, turns, side) for side, run in enumerate(self.runs)]
        try:
            with ThreadPoolExecutor(2) as pool:
                for test in self.runs[0].plan.tests:
                    turns.again()
                    sides = [
                        pool.submit(_ended, worker, test, turns, side)
                        for side, worker in enumerate(workers)
                    ]
                    lines = [side.result() for side in sides]
                    for run, line in zip(self.runs, lines, strict=True):
                        run.took(line)
                    listener(*lines)
                    if self._lost(workers, lines):
                        return
        finally:
            for run, worker in zip(self.runs, workers, strict=True):
                run.worker_ended(worker.name, worker.close(), worker.requests_sent)

    def _lost(self, workers: list[Worker], lines: list[TestLine]) -> bool:
        """Tell whether a side is gone; both end then."""
        gone = False
        for run, worker, line in zip(self.runs, workers, lines, strict=True):
            if text := worker.lost(line):
                run.target_lost(text)
                gone = True
        return gone


def other_target(text: str, options: TargetOptions) -> TargetOptions:
    """Return the second target: a URL (with the same keys), a profile file, or a known name."""
    bare = replace(
        options,
        target=None,
        profile=None,
        endpoint_url=None,
        tls_endpoint_url=None,
        ca_file=None,
        insecure=False,
    )
    if "://" in text:
        return replace(bare, endpoint_url=text)
    own_keys = replace(bare, keys=KeyFlags(), region=None, addressing=None)
    if text.endswith((".yaml", ".yml")):
        return replace(own_keys, profile=Path(text))
    return replace(own_keys, target=text)


def _worker(plan: Plan, turns: Turns, side: int) -> Worker:
    def make(of: Plan, wire: Wire, name: str) -> WorkerContext:
        context = make_context(of, wire, name, InterleavedContext)
        if isinstance(context, InterleavedContext):
            context.sit_down(turns, side)
        return context

    return Worker(plan, "main", make)


def _ended(worker: Worker, test: Test, turns: Turns, side: int) -> TestLine:
    try:
        return worker.run(test)
    finally:
        turns.leave(side)
