"""Runs several tests of one worker at once, with the same results as one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.engine.one_core import OneCore
from conformance.findings.requests import status
from conformance.record.outcome import ended_by
from conformance.runs.claims import claims
from conformance.runs.lengths import length
from conformance.runs.look_ahead import LookAhead
from conformance.runs.worker import EndedTest
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.catalog.model import Test
    from conformance.record.model import TestLine
    from conformance.runs.shared_queue import TestSource
    from conformance.runs.worker import EndedWorker, Worker

_OVERLOADED: Final = (429, 503)
_UNHEARD: Final = ("timeout", "refused")
"""Faults of a connection to an endpoint that has too much to do."""


class SeveralAtOnce:
    """Runs offered tests before their results are requested.

    A test that failed and waited for an answer in vain, or got one that speaks of overload, is run
    again with nothing beside it, and that counts: it may have met what another test did. As many
    ``processes`` as that run tests on this machine. ``source`` gives tests that are not offered.
    """

    def __init__(
        self, worker: Worker, processes: int = 1, source: TestSource | None = None
    ) -> None:
        self._worker = worker
        self._began = _no_notice if source is None else source.began
        self._core = OneCore(processes)
        self._ahead = LookAhead[EndedTest](
            self._run_ahead,
            width=lambda: worker.gate.width,
            claims=claims,
            length=length,
            source=source,
            before=self._core.stay,
        )

    def _run_ahead(self, test: Test) -> EndedTest:
        self._began(test)
        return EndedTest(self._worker.line(test))

    def offer(self, tests: Iterable[Test]) -> None:
        """Accept tests whose results will be requested; tests offered before are ignored."""
        self._ahead.offer(tests)

    def next(self) -> Test | None:
        """Return a test of the source that has ended, for `run`; None when there is none left."""
        try:
            return self._ahead.wait_for_any()
        except KeyboardInterrupt:
            self._worker.interrupt()
            raise

    def run(self, test: Test) -> Sequence[EndedTest]:
        """Return how a test ended that was offered, or came by `next`."""
        try:
            ended = self._ahead.take(test)
            if crowded_out(ended.line):
                ended = self._ahead.alone(lambda: self._worker.run(test))
            elif ended_by(ended.line, "transport"):
                line = ended.line
                ended = self._ahead.alone(lambda: self._worker.concluded(test, line))
        except KeyboardInterrupt:
            self._worker.interrupt()
            raise
        return (ended,)

    def close(self) -> Sequence[EndedWorker]:
        """End what is in flight, and remove what the worker made.

        What ended ahead is among the unfinished, but for tests that no longer had an endpoint.
        """
        self._worker.gate.stop()
        ahead = [
            one.line
            for one in self._ahead.stop()
            if not crowded_out(one.line) and not ended_by(one.line, "transport")
        ]
        ended = self._worker.close()
        return (replace(ended, unfinished=(*ahead, *ended.unfinished)),)


def crowded_out(line: TestLine) -> bool:
    """Return whether a test's result may be caused by tests that ran at the same time."""
    if line.verdict is Verdict.PASS or line.verdict.not_run:
        return False
    return line.fault_kind in _UNHEARD or any(
        one.fault_kind in _UNHEARD or status(one) in _OVERLOADED for one in line.exchanges
    )


def _no_notice(test: Test) -> None:
    """Take no notice of a test that begins."""
