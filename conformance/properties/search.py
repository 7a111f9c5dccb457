"""One law on one endpoint: Hypothesis makes stories up, the engine runs them, failures shrink.

What a story came to is kept, so that Hypothesis always sees the same answer to the same story, even
from an endpoint that changes its mind: it can neither crash on that nor shrink towards it.
"""

from __future__ import annotations

import re
import time
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from conformance.engine.runner import run_test
from conformance.properties.law import Terms
from conformance.properties.scenario import told
from conformance.properties.steady import without_local_constants

if TYPE_CHECKING:
    from conformance.catalog.model import Test
    from conformance.engine.bench import Bench
    from conformance.properties.budget import Budget
    from conformance.properties.law import Law
    from conformance.properties.meter import Meter
    from conformance.properties.story import Story
    from conformance.record.model import TestLine

MOST_CAUSES: Final = 3
"""Counter-examples of one law that are made small, each of another cause."""
_INDEX: Final = re.compile(r"\[\d+\]|-\d+(?=\.)")
_PHASES: Final = (Phase.reuse, Phase.generate, Phase.shrink)


class _Broken(Exception):  # noqa: N818  # what Hypothesis is told, not an error of ours
    """A story showed a fault; each cause has a class of its own, by which Hypothesis sorts."""


class _Halt(BaseException):
    """Ends the search at once; Hypothesis lets only what is no Exception pass."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The smallest story so far that shows one cause, and what came of it."""

    story: Story
    line: TestLine


@dataclass(slots=True)
class Found:
    """What a search came to."""

    examples: int = 0
    failures: dict[str, Failure] = field(default_factory=dict)
    """By cause, in the order of finding."""
    ended_by: TestLine | None = None
    """A story that said nothing of the law (ERROR, BLOCKED, UNSUPPORTED), after which no more
    was tried."""
    doubtful: TestLine | None = None
    """The first story that held with a WARN, VARIANT or DISPUTED."""
    stopped: str = ""
    """The limit that ended the search early."""


def search(law: Law, test: Test, bench: Bench, budget: Budget, meter: Meter) -> Found:
    """Try a law until its examples or its budget are spent; only KeyboardInterrupt comes through.

    Any other exception is a fault of ours: of a strategy, or of Hypothesis.
    """
    able = frozenset(name for name in law.uses if bench.decision(name).kind == "run")
    seeker = _Seeker(law, test, bench, budget, meter)
    stories = law.stories(Terms(able=able, actions=budget.actions))
    attempt = _with_settings(law, budget)(given(stories)(seeker.attempt))
    try:
        with without_local_constants():
            attempt()
    except (_Halt, _Broken):
        pass
    except BaseExceptionGroup as group:
        if group.split(_Broken)[1] is not None:
            raise
    return seeker.found


def _with_settings(law: Law, budget: Budget):  # type: ignore[no-untyped-def]  # noqa: ANN202  # Hypothesis names no type for a decorator
    kept = budget.examples_folder
    database = None if kept is None else DirectoryBasedExampleDatabase(kept / law.name)
    chosen = settings(
        max_examples=max(1, round(budget.examples * law.share)),
        database=database,
        deadline=None,  # an endpoint may be slow; the wire has limits of its own
        phases=_PHASES,  # to explain a failure costs requests, and checks do that already
        verbosity=Verbosity.quiet,
        # Both would judge the machine and the network, and a verdict must not hang on these.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
        report_multiple_bugs=True,
    )
    # A seed of the law's own: Hypothesis derives one from source code, which changes too easily.
    number = zlib.crc32(law.name.encode()) ^ budget.seed

    def decorate(function):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # likewise
        return chosen(seed(number)(function))  # in this order: a seed alone keeps no examples

    return decorate


class _Seeker:
    """Runs stories, and remembers what came of each."""

    def __init__(self, law: Law, test: Test, bench: Bench, budget: Budget, meter: Meter) -> None:
        self.found = Found()
        self._law = law
        self._test = test
        self._bench = bench
        self._budget = budget
        self._meter = meter
        self._begun = time.monotonic()
        self._known: dict[str, str] = {}
        """Digest of a story to the cause that it showed; empty when it held."""
        self._classes: dict[str, type[_Broken]] = {}
        self._shrunk = 0

    def attempt(self, story: Story) -> None:
        """Run a story, unless it was run before; `_Broken` when it shows a fault."""
        if story.digest not in self._known:
            self._check_limits(story)
            self._known[story.digest] = self._run(story)
        cause = self._known[story.digest]
        if cause:
            raise self._classes[cause]

    def _check_limits(self, story: Story) -> None:
        cost, budget = story.cost(), self._budget
        self.found.stopped = ""
        if self._meter.requests + cost.requests * self._law.tries > budget.requests:
            self.found.stopped = f"{budget.requests:,} requests"
        elif self._meter.bytes + cost.sent * self._law.tries > budget.bytes:
            self.found.stopped = f"{budget.bytes:,} bytes"
        elif budget.seconds is not None and time.monotonic() - self._begun > budget.seconds:
            self.found.stopped = f"{budget.seconds:.0f} seconds"
        elif self._shrunk >= budget.shrinks:
            raise _Halt
        if self.found.stopped:
            raise _Halt

    def _run(self, story: Story) -> str:
        self.found.examples += 1
        if self.found.failures:
            self._shrunk += 1
        test = told(self._test, story)
        for number in range(self._law.tries):
            one = test if not number else replace(test, id=f"{test.id}/{number + 1}")
            line = run_test(one, self._bench)
            if line.verdict == "FAIL":
                return self._failed(story, line)
            if line.verdict in {"ERROR", "BLOCKED", "UNSUPPORTED", "SKIP"}:
                self.found.ended_by = line
                raise _Halt
            if line.verdict != "PASS" and self.found.doubtful is None:
                self.found.doubtful = line
        return ""

    def _failed(self, story: Story, line: TestLine) -> str:
        cause = _cause(line)
        failures = self.found.failures
        if cause not in failures and len(failures) >= MOST_CAUSES:
            return ""  # more would cost requests, and the report names the worst already
        self._classes.setdefault(cause, type("Broken", (_Broken,), {}))
        if cause not in failures or story.weight < failures[cause].story.weight:
            failures[cause] = Failure(story, line)
        return cause


def _cause(line: TestLine) -> str:
    """Return what failed first: operation and field, with the answer where that is an error."""
    first = next(check for check in line.checks if check.verdict == "FAIL")
    name = _INDEX.sub("", first.id)
    said = f" {first.got}" if name.endswith((".status", ".code")) else ""
    return f"{name}{said}"
