"""Trials in several processes, each with a testbed of its own."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from conformance.faults.registry import all_faults
from conformance.prove.judgement import green_rules
from conformance.prove.testbed import FaultyTarget
from conformance.prove.trials import faultless_run, merged, trial
from conformance.runs.eventually import capped_waits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from conformance.catalog.model import Catalog
    from conformance.prove.model import FaultlessRun, Red, Trial


@dataclass(frozen=True, slots=True)
class Job:
    """One fault with the ids of the tests to run with it."""

    fault: str
    tests: tuple[str, ...]
    until: Literal["end", "red", "caught"] = "end"
    """Stop at the first FAIL, or when the red tests show each rule that the fault breaks."""


class Crew(Protocol):
    """What runs jobs."""

    def faultless_run(self, faults: Sequence[str], tests: Sequence[str]) -> FaultlessRun:
        """Run tests without a fault."""
        ...

    def trials(self, jobs: Sequence[Job]) -> Iterator[Trial]:
        """Run jobs; yield each result as soon as it is ready."""
        ...


class Worker:
    """One process's share: its catalogue, its faults, its testbed."""

    def __init__(self, catalog: Catalog) -> None:
        self.faults = all_faults(catalog)
        self._rules = catalog.rules
        # What a reference without a fault comes to, it comes to at once; one with a fault never.
        self.tests = {test.id: capped_waits(test, 0) for test in catalog.tests}
        self.testbed = FaultyTarget(catalog, self.faults)

    def faultless_run(self, faults: Sequence[str], tests: Sequence[str]) -> FaultlessRun:
        """Run tests without a fault."""
        self._decide()
        chosen = {name: self.faults[name] for name in faults}
        return faultless_run(self.testbed, [self.tests[name] for name in tests], chosen)

    def trial(self, job: Job) -> Trial:
        """Run one job."""
        self._decide()
        tests = [self.tests[name] for name in job.tests]
        return trial(self.testbed, job.fault, tests, enough=self._enough(job))

    def _enough(self, job: Job) -> Callable[[Sequence[Red]], bool]:
        if job.until == "red":
            return lambda reds: any(red.verdict == "FAIL" for red in reds)
        if job.until == "caught":
            fault = self.faults[job.fault]
            return lambda reds: not green_rules(fault, reds, self._rules)
        return lambda _reds: False

    def _decide(self) -> None:
        if not self.testbed.decided:
            self.testbed.decide(tuple(self.tests.values()))


class Alone:
    """A crew of this process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def faultless_run(self, faults: Sequence[str], tests: Sequence[str]) -> FaultlessRun:
        """Run tests without a fault."""
        return self._worker.faultless_run(faults, tests)

    def trials(self, jobs: Sequence[Job]) -> Iterator[Trial]:
        """Run jobs one after the other."""
        for job in jobs:
            yield self._worker.trial(job)


class Processes:
    """A crew of several processes."""

    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self._pool = pool
        self._count = count

    def faultless_run(self, faults: Sequence[str], tests: Sequence[str]) -> FaultlessRun:
        """Run tests without a fault, each process its share."""
        parts = [
            self._pool.submit(_faultless_run, tuple(faults), tuple(tests[share :: self._count]))
            for share in range(self._count)
        ]
        return merged([part.result() for part in parts])

    def trials(self, jobs: Sequence[Job]) -> Iterator[Trial]:
        """Run jobs, the longest first."""
        waiting: list[Future[Trial]] = [
            self._pool.submit(_trial, job)
            for job in sorted(jobs, key=lambda job: len(job.tests), reverse=True)
        ]
        for done in as_completed(waiting):
            yield done.result()


@contextmanager
def crew(catalog: Catalog, count: int) -> Iterator[Crew]:
    """Yield a crew of ``count`` processes; of one, it works in this one."""
    if count == 1:
        worker = Worker(catalog)
        with worker.testbed:
            yield Alone(worker)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        count, mp_context=context, initializer=_begin, initargs=(catalog,)
    ) as pool:
        try:
            yield Processes(pool, count)
        except BaseException:
            # What has not begun does not begin any more; what has ends with its fault.
            pool.shutdown(wait=True, cancel_futures=True)
            raise


_mine: list[Worker] = []
"""This process's worker, when it is one of a pool."""


def _begin(catalog: Catalog) -> None:
    worker = Worker(catalog)
    worker.testbed.__enter__()
    _mine.append(worker)


def _faultless_run(faults: Sequence[str], tests: Sequence[str]) -> FaultlessRun:
    return _mine[0].faultless_run(faults, tests)


def _trial(job: Job) -> Trial:
    return _mine[0].trial(job)
