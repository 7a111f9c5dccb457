"""Searches one property: Hypothesis generates stories, the engine runs them, failures shrink.

What a story came to is kept, so that Hypothesis always sees the same answer to the same story, even
from an endpoint that changes its mind: it can neither crash on that nor shrink towards it.

A soak goes on in rounds, each with a seed of its own. A cause that came to light in one is of no
interest to those behind it, which look for others.
"""

from __future__ import annotations

import re
import time
import zlib
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from conformance.engine.runner import run_test
from conformance.properties.determinism import without_local_constants
from conformance.properties.law import Terms
from conformance.properties.scenario import story_as_test
from conformance.properties.storage import storage_beside_bytecode
from conformance.properties.strategies.bodies import MINIMUM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.catalog.model import Test
    from conformance.engine.worker_context import WorkerContext
    from conformance.properties.budget import Budget
    from conformance.properties.law import Law
    from conformance.properties.story import Story
    from conformance.properties.traffic import Traffic
    from conformance.record.model import TestLine
    from conformance.record.search_line import Limit

MOST_CAUSES: Final = 3
"""Counter-examples of one law that are made small, each of another cause."""
_INDEX: Final = re.compile(r"\[\d+\]|-\d+(?=\.)")


class _Broken(Exception):  # noqa: N818  # what Hypothesis is told, not an error of ours
    """A story showed a fault; each cause has a class of its own, by which Hypothesis sorts."""


class _Halt(BaseException):
    """Ends the search at once; Hypothesis lets only what is no Exception pass."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The smallest story so far that shows one cause, and its result."""

    story: Story
    line: TestLine


@dataclass(slots=True)
class Found:
    """The result of a search."""

    examples: int = 0
    steps: int = 0
    """Requests of the stories, again for each try; clean-up not among them."""
    rounds: int = 0
    planned: int = 0
    """Examples that were to be made up; 0 when the time alone decides."""
    failures: dict[str, Failure] = field(default_factory=dict)
    """By cause, in the order of finding."""
    ended_by: TestLine | None = None
    """A story that said nothing of the law (ERROR, BLOCKED, UNSUPPORTED), after which no more
    was tried."""
    doubtful: TestLine | None = None
    """The first story that held with a WARN, VARIANT or DISPUTED."""
    stopped_by: Limit = ""
    """What the limit is on that ended the search early; empty when none did."""
    stopped: str = ""
    """That limit in words: ``40 requests``."""
    large_left_out: int = 0
    """Large stories of a soak for which a limit, or the time, left no room."""
    exhausted: bool = False
    """Whether a soak ended because a round brought no example that was not known."""


def search(
    law: Law,
    test: Test,
    context: WorkerContext,
    budget: Budget,
    traffic: Traffic,
    found: Found,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Test a property until its examples or budget are used up; results go into ``found``.

    Only KeyboardInterrupt comes through. Any other exception is a fault of ours: of a strategy, or
    of Hypothesis.
    """
    able = frozenset(name for name in law.uses if context.capabilities.of(name).kind == "run")
    seeker = _Seeker(law, test, context, budget, traffic, found, clock)
    stories = law.stories(Terms(able=able, actions=budget.actions))
    planned = max(1, round(budget.examples * law.share))
    found.planned = 0 if budget.rounds else planned
    with storage_beside_bytecode(), without_local_constants():
        while seeker.begins_round():
            if budget.rounds and not found.rounds:
                seeker.attempt_large(law.large)
            chosen = _settings(law, budget, planned, found.rounds)
            number = _seed(law, budget, found.rounds)
            # In this order: with a seed alone Hypothesis keeps no examples.
            _one_round(chosen(seed(number)(given(stories)(seeker.attempt))))
            found.rounds += 1


def _one_round(attempt: Callable[[], None]) -> None:
    try:
        attempt()
    except (_Halt, _Broken):
        pass
    except BaseExceptionGroup as group:
        if group.split(_Broken)[1] is not None:
            raise


def _settings(law: Law, budget: Budget, examples: int, number: int) -> settings:
    kept = budget.examples_folder
    reuse = (Phase.reuse,) if budget.reuse and not number else ()
    return settings(
        max_examples=examples,
        database=None if kept is None else DirectoryBasedExampleDatabase(kept / law.name),
        deadline=None,  # an endpoint may be slow; the wire has limits of its own
        # Without Phase.explain: it costs requests, and checks explain a failure already.
        phases=(*reuse, Phase.generate, Phase.shrink),
        verbosity=Verbosity.quiet,
        # Both would judge the machine and the network, and a verdict must not hang on these.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
        report_multiple_bugs=True,
    )


def _seed(law: Law, budget: Budget, number: int) -> int:
    """Return the seed of a round.

    It is the law's own: Hypothesis derives one from source code, which changes too easily.
    """
    name = f"{law.name} {number}" if number else law.name
    return zlib.crc32(name.encode()) ^ budget.seed


class _Seeker:
    """Runs stories, and remembers what came of each."""

    def __init__(
        self,
        law: Law,
        test: Test,
        context: WorkerContext,
        budget: Budget,
        traffic: Traffic,
        found: Found,
        clock: Callable[[], float],
    ) -> None:
        self.found = found
        self._law = law
        self._test = test
        self._context = context
        self._budget = budget
        self._traffic = traffic
        self._clock = clock
        self._begun = clock()
        self._known: dict[str, str] = {}
        """Digest of a story to the cause that it showed; empty when it held."""
        self._classes: dict[str, type[_Broken]] = {}
        self._old: frozenset[str] = frozenset()
        """Causes that an earlier round has made small."""
        self._new = 0
        """Stories of this round that were not known before."""
        self._shrunk = 0
        self._large = 0
        """Stories of this round with a large body."""

    def begins_round(self) -> bool:
        """Begin a round, unless nothing could come of it."""
        if self.found.rounds and not self._is_worth_another():
            return False
        if self.found.rounds and not self._new:
            self._known.clear()  # nobody else could use the time: all is sent again
        self._old = frozenset(self.found.failures)
        self._new = self._shrunk = self._large = 0
        return True

    def _is_worth_another(self) -> bool:
        found, budget = self.found, self._budget
        if not budget.rounds or found.ended_by is not None or found.stopped:
            return False
        if len(found.failures) >= MOST_CAUSES or self._time_is_over():
            return False
        found.exhausted = not self._new and not budget.last
        return not found.exhausted

    def attempt(self, story: Story) -> None:
        """Run a story, unless it was run before; `_Broken` when it shows a fault."""
        if story.digest not in self._known:
            self._check_limits(story)
            self._count_large(story)
            self._new += 1
            self._known[story.digest] = self._run(story)
        elif self._budget.rounds and self._time_is_over():
            raise _Halt
        cause = self._known[story.digest]
        if cause and cause not in self._old:
            raise self._classes[cause]

    def _count_large(self, story: Story) -> None:
        """Have another story generated in place of one large story too many.

        Once one shows a fault, as many are sent as it takes to make that small.
        """
        if story.cost().sent < MINIMUM or self.found.failures.keys() - self._old:
            return
        if self._large >= self._budget.large:
            reject()
        self._large += 1

    def attempt_large(self, stories: Sequence[Story]) -> None:
        """Run large stories, and count those for which no room is left.

        A cause that one shows is looked for in smaller stories, too.
        """
        for story in stories:
            done = self.found.examples
            _one_round(partial(self.attempt, story))
            self.found.large_left_out += self.found.examples == done

    def _time_is_over(self) -> bool:
        limit = self._budget.seconds
        return limit is not None and self._clock() - self._begun > limit

    def _check_limits(self, story: Story) -> None:
        """Halt before a story that could cost more than is left."""
        limit = self._limit(story)
        self.found.stopped_by, self.found.stopped = limit or ("", "")
        if limit is not None or self._shrunk >= self._budget.shrinks:
            raise _Halt

    def _limit(self, story: Story) -> tuple[Limit, str] | None:
        """Return what limit stands against a story, and the limit in words; None without one.

        That a soak lasts no longer than asked is no limit that cuts it short: then both are empty.
        """
        cost, budget = story.cost(), self._budget
        if self._traffic.requests + cost.requests * self._law.tries > budget.requests:
            return "requests", f"{budget.requests:,} requests"
        if self._traffic.bytes + cost.sent * self._law.tries > budget.bytes:
            return "bytes", f"{budget.bytes:,} bytes"
        if self._time_is_over():
            return ("", "") if budget.rounds else ("time", f"{budget.seconds:.1f} seconds")
        return None

    def _run(self, story: Story) -> str:
        self.found.examples += 1
        if self.found.failures.keys() - self._old:
            self._shrunk += 1
        test = story_as_test(self._test, story)
        for number in range(self._law.tries):
            if number and self._time_is_over():
                break
            self.found.steps += story.requests
            one = test if not number else replace(test, id=f"{test.id}/{number + 1}")
            line = run_test(one, self._context)
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
