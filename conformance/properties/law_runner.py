"""Runs one property: search, check of the saved counter-example, verdict, line of the record."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.engine.lines import line_of
from conformance.engine.runner import run_test
from conformance.engine.session import Lost
from conformance.engine.shown_values import shorten
from conformance.engine.verdicts import Conclusion, of_our_fault, without_answer
from conformance.findings.classify import impact_shown
from conformance.properties.interruption import Interrupted
from conformance.properties.law import FOLDER
from conformance.properties.scenario import file_name, found_id, read_back, scenario_text
from conformance.properties.search import Found, search
from conformance.properties.traffic import Traffic
from conformance.record.search_line import CounterExample, SearchLine
from conformance.vocabulary.times import timestamp
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.catalog.model import Scenario, Test
    from conformance.engine.worker_context import WorkerContext
    from conformance.properties.budget import Budget
    from conformance.properties.law import Law
    from conformance.properties.search import Failure
    from conformance.properties.traffic import Meter
    from conformance.record.model import TestLine

_NOT_RUN: Final[Mapping[str, Verdict]] = {
    "skip": Verdict.SKIP,
    "unsupported": Verdict.UNSUPPORTED,
    "fail": Verdict.FAIL,
    "unknown": Verdict.BLOCKED,
}
_PROOFS: Final = 3
"""Runs of a written scenario before it is called flaky, for each try of the law."""
_SHOWN_PROBLEMS: Final = 5
_LONGEST_REASON: Final = 200
"""Characters, so that the name of the file behind it is seen on a terminal, too."""


def run_law(
    law: Law,
    test: Test,
    context: WorkerContext,
    meter: Meter,
    budget: Budget,
    clock: Callable[[], float] = time.monotonic,
) -> TestLine:
    """Run a property and return its line; raises only `Interrupted`, for a KeyboardInterrupt.

    ``test`` is the law as `as_test` gives it, ``meter`` what the context sends through, ``clock``
    what the time in the budget is measured by. What the stories made is removed after each.
    """
    return _Trial(law, test, context, meter, budget, clock).line()


class _Trial:
    def __init__(
        self,
        law: Law,
        test: Test,
        context: WorkerContext,
        meter: Meter,
        budget: Budget,
        clock: Callable[[], float],
    ) -> None:
        self._law = law
        self._test = test
        self._context = context
        self._budget = budget
        self._search_clock = clock
        self._interruption = meter.interruption
        self._traffic = Traffic(meter)
        self._found = Found()
        self._started, self._clock = time.time(), time.perf_counter()

    def line(self) -> TestLine:
        """Try the law and conclude; whatever goes wrong becomes a line."""
        try:
            with (
                self._context.few_problems(_SHOWN_PROBLEMS, self._law.id),
                self._interruption.held(),
            ):
                return self._tried()
        except KeyboardInterrupt:
            raise Interrupted(self._how_far(), self._broken_off()) from None
        except Lost as lost:
            exchange = lost.exchange
            found = without_answer(str(lost), exchange.operation, str(exchange.fault))
            return self._concluding(replace(found, reason=shorten(found.reason)))
        except Exception as error:  # noqa: BLE001  # one broken law must not end the run
            found = of_our_fault(error)
            return self._concluding(replace(found, reason=shorten(found.reason)))

    def _tried(self) -> TestLine:
        reason = self._no_bucket()
        if reason:
            return self._line(Verdict.SKIP, reason)
        decision = self._context.capabilities.of_test(self._test)
        if decision.kind != "run":
            return self._line(_NOT_RUN[decision.kind], decision.reason)
        search(
            self._law,
            self._test,
            self._context,
            self._budget,
            self._traffic,
            self._found,
            self._search_clock,
        )
        return self._concluded()

    def _no_bucket(self) -> str:
        """Say why the law's kind of bucket can't be had at all; empty when it may be."""
        if self._law.bucket in self._context.catalog.buckets:
            return ""
        decision = self._context.capabilities.of_test(replace(self._test, scenario=self._plain()))
        return decision.reason or f"there is no bucket kind {self._law.bucket} yet"

    def _plain(self) -> Scenario:
        return replace(self._test.scenario, bucket="plain")

    def _concluded(self) -> TestLine:
        found = self._found
        proved = [self._proved(failure) for failure in found.failures.values()]
        examples = [example for example, _ in proved]
        lines = [line for _, line in proved]
        failing = next((line for line in lines if line.verdict == "FAIL"), None)
        told = self._effort(tuple(examples))
        if failing is not None:
            reason = self._failed(failing.reason, examples, lines.index(failing))
            return self._line(Verdict.FAIL, reason, cause=failing.cause, shown=failing, search=told)
        shown = lines[0] if lines else found.ended_by
        if shown is not None:
            return self._line(
                shown.verdict, shown.reason, cause=shown.cause, shown=shown, search=told
            )
        if not found.examples:
            return self._line(Verdict.SKIP, self._untried(), search=told)
        held = f"held for {self._tally()}{self._ended()}"
        if found.doubtful is not None:
            line = found.doubtful
            return self._line(
                line.verdict, f"{held}; {line.reason}", cause=line.cause, shown=line, search=told
            )
        return self._line(Verdict.PASS, held, search=told)

    def _failed(self, said: str, examples: Sequence[CounterExample], shown: int) -> str:
        """Return a reason that names the file of the failure that it is about."""
        others = len(examples) - 1
        more = f" (and {others} more cause{'s' * (others > 1)})" if others else ""
        said = said if len(said) <= _LONGEST_REASON else f"{said[: _LONGEST_REASON - 1]}…"
        return f"{said}{more}; {examples[shown].file}"

    def _tally(self) -> str:
        """Return how much was tried: ``20 examples, 95 requests``."""
        found = self._found
        cut = found.stopped and found.planned
        of = f" of {found.planned:,}" if cut else ""
        rounds = f" in {found.rounds:,} rounds" if found.rounds > 1 else ""
        return f"{found.examples:,}{of} examples{rounds}, {self._traffic.requests:,} requests"

    def _untried(self) -> str:
        """Say why no example was tried; of such a law nothing has been shown."""
        return f"not one example was tried: its {self._limit() or 'time'} leaves room for none"

    def _ended(self) -> str:
        left = self._found.large_left_out
        large = f"; no room for {left} of its large examples" if left else ""
        if limit := self._limit():
            return f"{large}; ended by its {limit}"
        return f"{large}; there are no more" if self._found.exhausted else large

    def _limit(self) -> str:
        """Return the limit that ended the search in words; empty when none did."""
        found = self._found
        if not found.stopped_by:
            return ""
        return f"{'time budget' if found.stopped_by == 'time' else 'limit'} of {found.stopped}"

    def _how_far(self) -> str:
        return f"interrupted in {self._law.id} after {self._tally()}"

    def _broken_off(self) -> TestLine | None:
        """Return the line of an interrupted law; None when it had found nothing yet.

        That it held so far is not a verdict.
        """
        failures = list(self._found.failures.values())
        if not failures:
            return None
        examples = [self._written(one) for one in failures]
        first = failures[0].line
        reason = self._failed(f"{first.reason} (interrupted, not made small)", examples, 0)
        told = self._effort(tuple(examples))
        return self._line(Verdict.FAIL, reason, cause=first.cause, shown=first, search=told)

    def _written(self, failure: Failure) -> CounterExample:
        """Write a failure as a scenario."""
        story = failure.story
        name = found_id(self._test, story)
        return CounterExample(
            id=name,
            file=f"{FOLDER}/{file_name(name)}",
            text=scenario_text(
                self._test, story, f"A counter-example to the property {self._law.name}"
            ),
            requests=story.requests,
            reason=failure.line.reason,
        )

    def _proved(self, failure: Failure) -> tuple[CounterExample, TestLine]:
        """Write a failure as a scenario and run that, as a user would."""
        example = self._written(failure)
        again = read_back(self._test, failure.story, example.text)
        line = failure.line
        runs = 0
        for runs in range(1, _PROOFS * self._law.tries + 1):
            line = run_test(replace(again, id=f"{example.id}/{runs}"), self._context)
            if line.verdict == "FAIL":
                break
        if line.verdict != "FAIL":
            line = self._not_repeated(failure.line, line, runs)
        return replace(example, reason=line.reason), line

    def _not_repeated(self, first: TestLine, last: TestLine, runs: int) -> TestLine:
        """Judge a failure that did not come again.

        Of requests at the same time one inexplicable outcome is proof enough. Without any, the
        endpoint answers the same story in two ways.
        """
        if self._law.tries > 1:
            return replace(first, reason=f"{first.reason} (not reproduced in {runs} more runs)")
        text = f"flaky: the same example failed and then {_came(last)}; at first {first.reason}"
        return replace(
            first,
            verdict=Verdict.ERROR,
            reason=shorten(text),
            cause=f"not the same twice: {first.cause}",
            fault="endpoint",
            fault_kind="flaky",
        )

    def _effort(self, examples: tuple[CounterExample, ...]) -> SearchLine:
        found = self._found
        return SearchLine(
            profile=self._budget.profile,
            seed=self._budget.seed,
            examples=found.examples,
            planned=found.planned,
            rounds=found.rounds,
            steps=found.steps,
            requests=self._traffic.requests,
            bytes=self._traffic.bytes,
            stopped_by=found.stopped_by,
            stopped=found.stopped,
            exhausted=found.exhausted,
            counter_examples=examples,
        )

    def _line(
        self,
        verdict: Verdict,
        reason: str,
        *,
        cause: str = "",
        shown: TestLine | None = None,
        search: SearchLine | None = None,
    ) -> TestLine:
        same = shown is not None and shown.verdict is verdict
        conclusion = Conclusion(
            verdict,
            reason,
            cause,
            fault=shown.fault if shown is not None and same else "",
            fault_kind=shown.fault_kind if shown is not None and same else "",
        )
        return self._concluding(conclusion, shown=shown, search=search)

    def _concluding(
        self,
        conclusion: Conclusion,
        *,
        shown: TestLine | None = None,
        search: SearchLine | None = None,
    ) -> TestLine:
        line = line_of(
            self._test,
            conclusion,
            sentences=shown.sentences if shown else (),
            checks=shown.checks if shown else (),
            exchanges=shown.exchanges if shown else (),
            worker=self._context.worker,
            started=timestamp(self._started),
            seconds=time.perf_counter() - self._clock,
            search=search,
            requests=self._traffic.requests,
            sent=self._traffic.sent,
        )
        line = replace(line, blocked_by=shown.blocked_by if shown is not None else "")
        return replace(line, impact=impact_shown(line, self._context.rule_book))


def _came(line: TestLine) -> str:
    return "passed" if line.verdict == "PASS" else f"came to {line.verdict}"
