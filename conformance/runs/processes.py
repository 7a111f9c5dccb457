"""Spreads the tests of a run over several processes; this one keeps the record.

The processes take tests by themselves from a `SharedQueue` and send what happened to each. Here it
is handed to the `Run`, as the one loop of `loop.py` does.
"""

from __future__ import annotations

import multiprocessing
import selectors
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from conformance.runs.crossing import unpack_test, unpack_worker
from conformance.runs.shared_queue import SharedQueue
from conformance.runs.worker_process import Message, Orders, work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from conformance.runs.run import Run

_ROUNDS: Final = 4
"""How often processes are started for the tests that those which died have left."""
_CLEAN_UP_SECONDS: Final = 30.0
"""For the clean-up of interrupted processes; what they leave is then removed by name."""


def run_in_processes(run: Run, number: int) -> None:
    """Run the plan's tests in so many processes; KeyboardInterrupt comes through.

    Those that it stops clean up and report first. A process that dies loses the tests that it was
    running, each an ERROR of ours; the rest is run by others.
    """
    tests = [test.id for test in run.plan.tests]
    with SharedQueue(run.plan.tests) as queue:
        processes = _Processes(run, queue)
        for _ in range(_ROUNDS):
            processes.run_round(tests, number)
            tests = [test.id for test in run.plan.tests if not run.recorder.has(test.id)]
            if not tests or not processes.died or processes.stopping:
                return
        run.our_fault(f"processes died again and again: {len(tests)} tests were not run")


@dataclass(slots=True)
class _Process:
    """A process that runs tests, as seen from here."""

    name: str
    process: BaseProcess
    line: Connection
    running: set[str] = field(default_factory=set)
    """Ids of the tests that began and have not ended."""
    has_reported: bool = False
    """It sent its last message."""


class _Processes:
    """The processes of a run."""

    def __init__(self, run: Run, queue: SharedQueue) -> None:
        self._run = run
        self._queue = queue
        self._selector = selectors.DefaultSelector()
        self._all: list[_Process] = []
        self._started = 0
        self.died = False
        """Whether a process of the last round died."""
        self.stopping = False
        """Whether no more tests are to begin."""

    def run_round(self, tests: Sequence[str], number: int) -> None:
        """Start up to ``number`` processes for these tests, and listen until all have ended."""
        self.died = False
        try:
            for _ in range(min(number, len(tests))):
                self._start(number)
            self._run.collected(tests)  # what fails here, such as a full disk, ends the run
            self._queue.fill(tests)
            for one in self._all:
                with suppress(OSError):  # it has died
                    one.line.send(None)
            self._listen()
        except BaseException:
            self._interrupt()
            self._listen(_CLEAN_UP_SECONDS)
            raise
        finally:
            for one in [*self._all]:
                one.process.kill()
                self._gone(one)

    def _start(self, number: int) -> None:
        forks = sys.platform == "linux" and threading.active_count() == 1
        # A fork has all that was loaded at once; other threads, or macOS, could leave it stuck.
        context = (
            multiprocessing.get_context("fork") if forks else multiprocessing.get_context("spawn")
        )
        name = f"gw{self._started}"
        here, there = context.Pipe()
        orders = Orders(
            plan=self._run.plan,
            name=name,
            processes=number,
            line=there,
            ends=self._queue.ends,
            not_mine=(here, *(one.line for one in self._all)) if forks else (),
        )
        process = context.Process(target=work, args=(orders,), name=name, daemon=True)
        with _unheard():
            process.start()
        there.close()
        self._started += 1
        self._all.append(one := _Process(name, process, here))
        self._selector.register(here, selectors.EVENT_READ, one)

    def _listen(self, seconds: float | None = None) -> None:
        """Hand over what the processes send until all have ended, or the time is over."""
        until = None if seconds is None else time.monotonic() + seconds
        while self._all:
            left = None if until is None else until - time.monotonic()
            ready = self._selector.select(left)
            if not ready and left is not None and left <= 0:
                return
            for key, _ in ready:
                self._hear(key.data)

    def _hear(self, one: _Process) -> None:
        try:
            kind, *what = one.line.recv()
        except (EOFError, OSError):
            self._gone(one)
            return
        self._take(one, kind, *what)
        if self._run.plan.late:
            self._stop()

    def _take(self, one: _Process, kind: Message, *what: Any) -> None:  # noqa: ANN401  # plain data
        """Hand one message to the run; see `worker_process` for the kinds."""
        match kind:
            case Message.BEGAN:
                one.running.add(what[0])
                self._run.test_began(what[0])
            case Message.TEST:
                ended = unpack_test(what[0])
                one.running.discard(ended.line.id)
                if self._run.test_ended(ended) or self.stopping:
                    return
                if self._run.stopped:
                    self._interrupt()
                else:  # the others find out that the target is gone, and ask it no more either
                    self._stop()
            case Message.LOST:
                one.running.discard(what[0])
                self._run.test_lost(what[0], what[1], one.name)
            case Message.WORKER:
                one.has_reported = True
                self._run.worker_ended(unpack_worker(what[0]))
            case Message.FAULT:
                self._run.our_fault(what[0])

    def _gone(self, one: _Process) -> None:
        """Take a process off that ended; if before its time, its tests are lost."""
        self._all.remove(one)
        self._selector.unregister(one.line)
        one.line.close()
        one.process.join()
        if one.has_reported:
            return
        self.died = True
        if not self.stopping:
            for test_id in sorted(one.running):
                text = f"worker {one.name} died while running it"
                self._run.test_lost(test_id, text, one.name)
        self._run.worker_died(one.name, _how(one.process.exitcode))

    def _stop(self) -> None:
        self.stopping = True
        self._queue.stop()

    def _interrupt(self) -> None:
        """Have all processes clean up, report and end."""
        self._stop()
        for one in self._all:
            one.process.terminate()


def _how(code: int | None) -> str:
    """Return how a process ended, from its exit code."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


@contextmanager
def _unheard() -> Iterator[None]:
    """Let signals that stop a run wait: a process that starts is not ready for them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
