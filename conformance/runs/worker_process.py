"""A process that runs tests of a run for another one, which keeps the record."""

from __future__ import annotations

import signal
import threading
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from conformance.engine.limits import limit_of
from conformance.runs.crossing import pack_test, pack_worker
from conformance.runs.gc_tuning import freeze_gc
from conformance.runs.heap import give_back_large_blocks
from conformance.runs.loop import kept, runner_of
from conformance.runs.shared_queue import TakenTests
from conformance.runs.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from conformance.runs.plan import Plan

_STOPPING: Final = frozenset({signal.SIGINT, signal.SIGTERM})


class Message(StrEnum):
    """What a message says; what follows in it stands beside each."""

    BEGAN = "began"
    """A test began: its id."""
    TEST = "test"
    """A test ended: what `pack_test` returns."""
    LOST = "lost"
    """A test was lost by a fault of ours: its id and the traceback."""
    WORKER = "worker"
    """The last message: what `pack_worker` returns."""
    FAULT = "fault"
    """A fault of ours outside of a test: the traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What such a process is told when it starts; a worker's plan goes by memory or pipe alone."""

    plan: Plan
    name: str
    processes: int
    """How many run tests."""
    line: Connection
    """To the process that keeps the record, which sends one word when the tests may begin."""
    ends: tuple[Connection, Connection]
    """Where the tests are taken from, see `TakenTests`."""
    not_mine: tuple[Connection, ...] = ()
    """Ends of others that a fork has got, too: they would look open as long as it lives."""


class Interruption:
    """SIGTERM is how the other process stops this one: KeyboardInterrupt, but not in a message.

    Ctrl-C reaches the whole foreground group of a terminal, and is left to the other process.
    """

    def __init__(self) -> None:
        self._held = False
        self._came = False
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._comes)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)

    def _comes(self, _number: int, _frame: object) -> None:
        self._came = True
        if not self._held:
            raise KeyboardInterrupt

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let it wait for the end of the block; for the main thread, and not within itself."""
        self._held, before = True, self._came
        yield
        self._held = False
        if self._came and not before:
            raise KeyboardInterrupt

    def over(self) -> None:
        """Take no more notice of it."""
        self._held = True


@dataclass(slots=True)
class _Line:
    """Sends messages from any thread; nobody may listen any more."""

    connection: Connection
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, kind: Message, *what: Any) -> None:  # noqa: ANN401  # plain data
        """Send a message. OSError when nobody listens."""
        with self.lock:
            self.connection.send((kind, *what))

    def began(self, test_id: str) -> None:
        """Say that a test began; that nobody listens is found out by its end."""
        with suppress(OSError):
            self.say(Message.BEGAN, test_id)


def work(orders: Orders) -> None:
    """Run tests until none is left, or the other process stops this one or has ended."""
    interruption = Interruption()
    for connection in orders.not_mine:
        connection.close()
    freeze_gc()
    give_back_large_blocks()
    line = _Line(orders.line)
    with suppress(KeyboardInterrupt, OSError):
        try:
            _run_tests(orders, line, interruption)
        except Exception:  # noqa: BLE001  # whatever it is, it is a fault of ours
            line.say(Message.FAULT, traceback.format_exc())


def _run_tests(orders: Orders, line: _Line, interruption: Interruption) -> None:
    plan, processes = orders.plan, orders.processes
    limit = limit_of(plan.concurrency, processes, plan.first_in_flight)
    worker = Worker(plan, orders.name, workers=processes, limit=limit)
    runner = runner_of(worker, processes, TakenTests(plan.tests, orders.ends, line.began))
    try:
        orders.line.recv()
        while (test := runner.next()) is not None:
            ended = kept(runner, test)
            with interruption.held_back():
                if isinstance(ended, str):
                    line.say(Message.LOST, test.id, ended)
                    continue
                line.say(Message.TEST, pack_test(ended[0]))
            if ended[0].lost or plan.late:
                break
    except KeyboardInterrupt:
        worker.interrupt()
        raise
    finally:
        interruption.over()
        line.say(Message.WORKER, pack_worker(runner.close()[0]))
