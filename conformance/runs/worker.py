"""One process that runs tests: its wire, its context, and its clean-up."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.engine import sweep
from conformance.engine.guard import NAME_ROOT, Territory
from conformance.engine.lease import KEY_ROOT
from conformance.engine.request_gate import RequestGate, Stopped
from conformance.engine.runner import run_test
from conformance.engine.worker_context import WorkerContext
from conformance.properties.interruption import Interrupted
from conformance.record.outcome import ended_by
from conformance.runs.eventually import capped_waits
from conformance.runs.lease import LeaseKeeper
from conformance.runs.preflight import check
from conformance.runs.recovery import recovered
from conformance.runs.unanswered import asked_again, was_closed
from conformance.vocabulary.format import STAND_INS
from conformance.vocabulary.text import harmless
from conformance.wire import remarks
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Test
    from conformance.engine.request_gate import Limit
    from conformance.engine.session import AroundStep, Sender
    from conformance.properties.trials import Trials
    from conformance.record.model import TestLine
    from conformance.runs.plan import Plan
    from conformance.runs.preflight import Health


_ALONE: Final = "from now on each request has a connection of its own"
_NOISE_SECONDS: Final = 0.25
_FIRST_BAD: Final = 5
"""Tests that were run and did not pass, behind which noise is waited for."""


@dataclass(frozen=True, slots=True)
class EndedTest:
    """A test that ended, and whether the target was lost in it."""

    line: TestLine
    lost: str = ""
    """Says that the target is gone since this test; empty when it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedWorker:
    """What a worker reports at its end."""

    name: str
    problems: tuple[str, ...] = ()
    """What went wrong outside of a test."""
    requests: int = 0
    sent: int = 0
    """Bytes of all bodies that it sent."""
    unfinished: tuple[TestLine, ...] = ()
    """What interrupted tests had found by then, and tests that ended ahead of them."""


class Worker:
    """Runs tests; owns buckets of its own, which `close` removes. Threads may share it.

    ``limit`` says how many requests may be on their way at once, by default one. ``through`` puts a
    sender before the wire, ``around_step`` something around each step of a test.
    """

    def __init__(
        self,
        plan: Plan,
        name: str,
        *,
        workers: int = 1,
        limit: Limit | None = None,
        through: Callable[[Sender], Sender] | None = None,
        around_step: AroundStep = nullcontext,
    ) -> None:
        self.plan = plan
        self.name = name
        self._wire = Wire(plan.endpoint, plan.identities, plan.until)
        self.gate = RequestGate(limit)
        self._unfinished: list[TestLine] = []
        self._lost = False
        self._interrupted = False
        self._bad = 0
        self._laws: Trials | None = None
        sender: Sender = self._wire if through is None else through(self._wire)
        if plan.budget is not None:
            # Loading Hypothesis and the laws takes as long as running 200 tests.
            from conformance.properties.trials import Trials  # noqa: PLC0415

            self._laws = Trials(plan.budget, plan.tests, workers, sender, self._lanes)
        self._context = make_context(plan, sender, name, around_step, self.gate)
        # What stands before the wire counts requests, or their price, and would not see renewals.
        alone = through is None
        self._lease = LeaseKeeper(plan, self._context.lease_key) if alone else None

    def _lanes(self) -> int:
        """Return how many laws may be tried at once: the long tests have half of the threads."""
        return max(1, self.gate.expected_width // 2)

    def is_law(self, test: Test) -> bool:
        """Return whether a test of the plan is a property."""
        return self._laws is not None and self._laws.has(test)

    def run(self, test: Test) -> EndedTest:
        """Run a test and say how it ended, and whether the target did with it; see `line`.

        A test on which the connection was closed is run again, once the target answers others.
        """
        return self.concluded(test, self.line(test))

    def concluded(self, test: Test, line: TestLine) -> EndedTest:
        """Return how a test with this line ended; a missing answer is investigated, see `run`."""
        lost = self.lost(line)
        if lost or not was_closed(line):
            return EndedTest(line, lost)
        again = self.line(test)
        lost = self.lost(again)
        return EndedTest(line if lost else asked_again(line, again, self._context.rule_book), lost)

    def interrupt(self) -> None:
        """End the tests and requests in flight."""
        self._interrupted = True
        self.gate.stop()
        self._wire.interrupt()

    def line(self, test: Test) -> TestLine:
        """Run a test and return its line; only KeyboardInterrupt and its like come through.

        Which test was interrupted, and how far it had come, is then noted as a problem.
        """
        try:
            if self._laws is not None and self._laws.has(test):
                return self._laws.run(test, self._context)
            return self._without_noise(capped_waits(test, self.plan.profile.settle_seconds))
        except Interrupted as interrupted:
            if interrupted.line is not None:
                self._unfinished.append(interrupted.line)
            self._context.problem(interrupted.text)
            raise KeyboardInterrupt from None
        except Stopped:
            if self._interrupted:
                self._context.problem(f"interrupted in {test.id}")
            raise
        except KeyboardInterrupt:
            self._context.problem(f"interrupted in {test.id}")
            raise
        finally:
            if self._lease is not None:
                self._lease.hold(self._context.lease_bucket)

    def _without_noise(self, test: Test) -> TestLine:
        """Run a test; once more where bytes may have come that were taken for its answers.

        From then on each request has a connection of its own.
        """
        before = self._wire.noisy()
        line = run_test(test, self._context)
        bad = not (line.verdict.passed or line.verdict.not_run)
        self._bad += bad
        # Such bytes may still be on their way; a server that sends some does so soon.
        patience = _NOISE_SECONDS if bad and self._bad <= _FIRST_BAD else 0.0
        if before or not self._wire.noisy(patience):
            return line
        self._context.problem(f"{remarks.MEANING[remarks.UNASKED_FOR]} in {test.id}; {_ALONE}")
        return run_test(test, self._context) if bad else line

    def lost(self, line: TestLine) -> str:
        """Return why the target counts as lost after a test without an answer; empty if not.

        One that we started may be on its way back: that is waited for, and noted as a problem. One
        that answers a question, but has left a row of requests without an answer, is asked to take
        the plainest of writes.
        """
        if not ended_by(line, "transport"):
            return ""
        health = self._health()
        if health.state != "unreachable":
            return self._hangs(line)
        if self.plan.profile.launcher is not None:
            health = recovered(self._health)
            if health.state != "unreachable":
                self._context.problem(f"the target had ended in {line.id}, and was started again")
                self._context.target_is_back()
                self._wire.lost.clear()
                return ""
        self._lost = True
        return f"the target is gone since {line.id}: {health.text}"

    def _hangs(self, line: TestLine) -> str:
        """Say that the target answers questions and no writes; empty when it does, or may."""
        row = self._wire.lost
        if row.length < self.plan.endpoint.limits.lost_answers:
            return ""
        length = row.length
        exchange = self._context.write()
        if exchange.answer is not None:
            row.clear()
            return ""
        self._lost = True
        return (
            f"{length} answers in a row did not come, up to {line.id}, and none to a plain "
            f"{exchange.operation} behind them: {exchange.fault}: {harmless(exchange.fault_text)}"
        )

    def _health(self) -> Health:
        return check(self.plan.endpoint, self.plan.identities, self.plan.bucket)

    def close(self) -> EndedWorker:
        """Remove what the worker made.

        A target that is gone is not asked again: each of the requests would wait in vain.
        """
        if self._lease is not None:
            self._lease.end()
        if not self._lost:
            self._context.close()
        self._wire.close()
        if self._wire.throttled:
            self._context.problem(self._wire.throttled)
        return EndedWorker(
            name=self.name,
            problems=tuple(problem.text for problem in self._context.take_problems()),
            requests=self._wire.requests_sent,
            sent=self._wire.bytes_sent,
            unfinished=tuple(self._unfinished),
        )


def make_context(
    plan: Plan,
    sender: Sender,
    name: str,
    around_step: AroundStep = nullcontext,
    gate: RequestGate | None = None,
) -> WorkerContext:
    """Return a context for one worker of the plan."""
    return WorkerContext(
        sender=sender,
        around_step=around_step,
        gate=gate,
        break_off=sender.interrupt if isinstance(sender, Wire) else lambda: None,
        catalog=plan.catalog,
        claims=plan.profile,
        endpoint=plan.endpoint,
        identities=plan.identities,
        run_id=plan.run_id,
        worker=name,
        lent=plan.bucket,
        decisions=plan.decisions,
        values={str(name): value for name, value in plan.profile.values.items()},
    )


def sweep_run(plan: Plan) -> list[str]:
    """Remove everything with the name of a run; return what could not be removed."""
    bucket_prefix, key_prefix = f"{NAME_ROOT}{plan.run_id}-", f"{KEY_ROOT}{plan.run_id}/"
    lent, values = plan.bucket, plan.profile.values
    stand_ins = {value for name, value in values.items() if name in STAND_INS and lent is None}
    territory = Territory(
        bucket_prefix=bucket_prefix,
        key_prefix=key_prefix,
        lent=lent,
        stand_ins=frozenset(stand_ins),
    )
    with Wire(plan.endpoint, plan.identities) as wire:
        found = sweep.plan(
            wire,
            bucket_prefix=bucket_prefix,
            key_prefix=key_prefix,
            lent=lent,
            stand_ins=sorted(stand_ins),
        )
        return [*found.problems, *sweep.apply(wire, found, territory)]
