"""Cases times axes: scenarios as read become tests with everything known put in place."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Final

from conformance.catalog.binding import Binder, Budget, TooLargeError
from conformance.catalog.borrowed import is_borrowed, softened
from conformance.catalog.case_titles import spelled, titled, used_in
from conformance.catalog.drafts import (
    CASE_WORDS,
    DEFAULT_BUCKET,
    DraftCase,
    DraftFile,
    DraftScenario,
)
from conformance.catalog.facts import LEVELS, DraftBucket, DraftCapability, Facts
from conformance.catalog.lint.dialects import EVERY, every_dialect, read_spoken
from conformance.catalog.lint.shape import words_of
from conformance.catalog.model import (
    BucketKind,
    Capability,
    Case,
    Level,
    Rule,
    Scenario,
    Step,
    Test,
    single_steps,
)
from conformance.catalog.sentences import step_sentences
from conformance.catalog.steps import Built, StepBuilder, bound_text
from conformance.catalog.witnesses import weakest
from conformance.catalog.yaml12 import Node, plain
from conformance.vocabulary.impacts import IMPACTS, Impact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Map

    from conformance.catalog.draft_steps import DraftStep
    from conformance.catalog.problems import Problems
    from conformance.vocabulary.dialects import Spoken

MOST_TESTS: Final = 10_000
"""Of one scenario; the largest that is shipped has some 150."""
_VALUES_OF_TEST: Final = 50
"""What a test takes beside its values, counted in values."""
_SMALLER: Final = "make the scenario of less: shorter lists, fewer axes"
_NO_CASE: Final[tuple[None]] = (None,)


def expand_file(
    draft: DraftFile, facts: Facts, problems: Problems
) -> Iterator[tuple[Scenario, DraftScenario, tuple[Test, ...]]]:
    """Yield each scenario of a file with its tests, and report names that nothing uses."""
    used: set[str] = set()
    keys: dict[int, tuple[Node, Node]] = {}
    budget = Budget()
    for scenario in draft.scenarios:
        expander = _Expander(draft, scenario, facts, problems, keys, budget)
        try:
            tests = tuple(expander.tests())
        except TooLargeError as error:
            problems.add(error.mark, "too-large", str(error), _SMALLER)
            return
        used |= expander.used - set(scenario.matrix)
        yield expander.scenario, scenario, tests
    for name, mark in draft.let_marks.items():
        if name not in used:
            problems.add(mark, "unused-let", f"nothing uses {name}", "leave it out")


def expand_capability(draft: DraftCapability, problems: Problems) -> Capability:
    """Bind and check the steps of a capability."""
    given, probe = _bind_all((draft.given, draft.probe), problems)
    return Capability(
        name=draft.name,
        about=draft.about,
        bucket=DEFAULT_BUCKET if draft.bucket is None else str(draft.bucket.value),
        given=given,
        probe=probe,
        prefers_tls=draft.prefers_tls,
        place=draft.mark.place,
    )


def expand_bucket(draft: DraftBucket, problems: Problems) -> BucketKind:
    """Bind and check the steps of a bucket kind."""
    (setup,) = _bind_all((draft.setup,), problems)
    return BucketKind(
        name=draft.name,
        about=draft.about,
        needs=words_of(draft.needs),
        zone=draft.zone,
        setup=setup,
        place=draft.mark.place,
    )


def _bind_all(
    groups: tuple[tuple[DraftStep, ...], ...], problems: Problems
) -> tuple[tuple[Step, ...], ...]:
    builder = StepBuilder(Binder((), problems), problems, {})
    return tuple(builder.build(group) for group in groups)


class _Expander:
    """Expands one scenario."""

    def __init__(
        self,
        file: DraftFile,
        draft: DraftScenario,
        facts: Facts,
        problems: Problems,
        keys: dict[int, tuple[Node, Node]],
        budget: Budget,
    ) -> None:
        self.budget = budget
        self.file = file
        self.draft = draft
        self.facts = facts
        self.problems = problems
        self.keys = keys
        self.built: Built = {}
        self.used: set[str] = set()
        self.axes = {
            axis: every_dialect(values, facts.dialects, problems) if _is_every(values) else values
            for axis, values in draft.matrix.items()
        }
        self.scenario = _scenario(file, draft, self.axes)

    def tests(self) -> Iterator[Test]:
        """Yield the tests of the scenario, and report variables that none of them uses."""
        axes = self.axes
        cases: tuple[DraftCase | None, ...] = self.draft.cases or _NO_CASE
        sizes = (len(cases), len(self._buckets()), *map(len, axes.values()))
        if (count := math.prod(sizes)) > MOST_TESTS:
            text = f"cases and axes come to {count:,} tests, at most {MOST_TESTS:,}"
            self.problems.add(self.draft.mark, "too-large", text, _SMALLER)
            return
        used: set[str] = set()
        for case, bucket in itertools.product(cases, self._buckets()):
            for values in itertools.product(*(axis.items() for axis in axes.values())):
                chosen = dict(zip(axes, (value for _, value in values), strict=True))
                variables: Map[str, Node] = case.variables if case else {}
                binder = Binder(
                    (variables, chosen, self.file.lets),
                    self.problems,
                    keys=self.keys,
                    budget=self.budget,
                )
                self.budget.spend(_VALUES_OF_TEST, self.draft.mark)
                names = [name for name, _ in values]
                yield self._test(case, names, binder, bucket)
                used |= binder.used
                self.used |= binder.used - set(variables)
        self._report_unused(used)

    def _buckets(self) -> tuple[str, ...]:
        """Return the kinds to run in; the first is the scenario's own, and no part of the id."""
        return ("", *self.scenario.also_in)

    def _report_unused(self, used: set[str]) -> None:
        for case in self.draft.cases[:1]:  # the others have the same variables
            for name in case.variables:
                if name not in used:
                    text = f"nothing uses the case variable {name}"
                    self.problems.add(case.marks[name], "unused-variable", text)
        for axis in self.axes:
            if axis not in used:
                text = f"nothing uses the axis {axis}"
                self.problems.add(self.draft.axis_marks[axis], "unused-variable", text)

    def _words(self, case: DraftCase | None, values: list[str]) -> Iterator[str]:
        """Yield the words for the case and the axes that the title does not name itself."""
        titles, title = self.draft.case_titles, self.draft.title
        used = used_in(str(title.value)) if title else frozenset()
        named = used.intersection(case.variables) if case else ()
        if case and (case.name in titles or (len(self.draft.cases) > 1 and not named)):
            yield spelled(case.name, titles)
        for axis, value in zip(self.axes, values, strict=True):
            name = f"{axis}={value}" if f"{axis}={value}" in titles else value
            if name in titles or (len(self.axes[axis]) > 1 and axis not in used):
                yield spelled(name, titles)

    def _test(self, case: DraftCase | None, values: list[str], binder: Binder, bucket: str) -> Test:
        words = {
            word: _unique(
                words_of(self.draft.words[word]), words_of(case.words[word]) if case else ()
            )
            for word in CASE_WORDS
        }
        known = None if "rules" in self.facts.unread else self.facts.rules
        spoken = self._spoken(binder)
        builder = StepBuilder(binder, self.problems, self.built, known, self.facts.dialects, spoken)
        title = self.draft.title
        given = builder.build(self.draft.given)
        steps = builder.build(self.draft.steps)
        names = [case.name] if case else []
        names += [*values, bucket] if bucket else values
        rules = [self.facts.rules[rule].rule for rule in words["rules"] if rule in self.facts.rules]
        kind = self.facts.buckets.get(bucket or self.scenario.bucket)
        borrowed = bool(bucket) and is_borrowed(rules, kind.zone if kind else "")
        if borrowed:
            steps = softened(steps)
        of_rules = _unique(*(rule.sources for rule in rules))
        found = weakest(steps, words["sources"], of_rules, self.facts.sources)
        return Test(
            id=f"{self.draft.id}[{','.join(names)}]" if names else self.draft.id,
            scenario=self.scenario,
            title=titled(
                bound_text(binder.bind(title)) if title else "",
                self._words(case, values),
                kind=kind.about if bucket and kind else "",
                borrowed=borrowed,
            ),
            rules=words["rules"],
            sources=words["sources"],
            needs=_unique(
                words["needs"], words_of(kind.needs) if kind else (), _transports((*given, *steps))
            ),
            catches=words["catches"],
            level=_softened_level(_level(rules, steps)) if borrowed else _level(rules, steps),
            impact=(case and case.impact) or self.draft.impact or _impact(rules),
            operations=_unique(_operations(steps)),
            given=given,
            steps=steps,
            form=bool(rules) and all(rule.form for rule in rules),
            other_bucket=bucket,
            borrowed=borrowed,
            dialect=_dialect(spoken, (*given, *steps)),
            left_out=_unique(tuple(builder.left_out)),
            # What a mistake has left in a step may be beyond words; the mistake is reported anyway.
            sentences=() if self.problems else step_sentences(given, steps),
            witnesses=found.names if found else None,
            lone_witness=found.lone if found else "",
        )

    def _spoken(self, binder: Binder) -> Spoken | None:
        node = self.draft.dialect
        if node is None:
            return None
        return read_spoken(binder.bind(node), self.facts.dialects, self.problems)


def _softened_level(level: Level) -> Level:
    return "SHOULD" if level == "MUST" else level


def _is_every(values: Map[str, Node]) -> bool:
    return "every" in values and set(values) <= set(EVERY)


def _dialect(spoken: Spoken | None, steps: tuple[Step, ...]) -> str:
    """Return the one dialect that a test speaks; empty when it speaks none, or several."""
    names = {one.spoken.name for one in single_steps(steps) if one.spoken is not None}
    if spoken is not None:
        return spoken.name
    return names.pop() if len(names) == 1 else ""


def _transports(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return the transports that steps ask for, which are capabilities of the same names."""
    edits = [one.edits for one in single_steps(steps)]
    return _unique(tuple(str(one["transport"]) for one in edits if "transport" in one))


def _scenario(file: DraftFile, draft: DraftScenario, axes: Map[str, Map[str, Node]]) -> Scenario:
    words = {word: words_of(nodes) for word, nodes in draft.words.items()}
    kinds = words_of(draft.buckets)
    cases = tuple(
        Case(
            name=case.name,
            variables={name: plain(node) for name, node in case.variables.items()},
            needs=words_of(case.words["needs"]),
            rules=words_of(case.words["rules"]),
            sources=words_of(case.words["sources"]),
            catches=words_of(case.words["catches"]),
            place=case.mark.place,
        )
        for case in draft.cases
    )
    return Scenario(
        id=draft.id,
        title=bound_text(draft.title) if draft.title else "",
        why=draft.why,
        rules=words["rules"],
        sources=words["sources"],
        needs=words["needs"],
        catches=words["catches"],
        impact=draft.impact,
        bucket=kinds[0] if kinds else DEFAULT_BUCKET,
        also_in=kinds[1:],
        cases=cases,
        ignored=str(draft.ignored.value) if draft.ignored is not None else "",
        given_once=draft.given_once,
        matrix={axis: tuple(values) for axis, values in axes.items()},
        case_titles=draft.case_titles,
        about=file.about,
        place=draft.mark.place,
    )


def _unique(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(itertools.chain(*groups)))


def _operations(steps: tuple[Step, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for step in steps:
        names.extend(_operations(step.concurrently) if step.concurrently else (step.operation,))
    return tuple(name for name in names if name)


def _level(rules: list[Rule], steps: tuple[Step, ...]) -> Level:
    """Return the level of the strongest rule, or of the strongest expectation if that is less.

    A test that only recommends, or only looks, is not a MUST, whatever the rule that it shows is.
    """
    of_rules: Level = min((rule.level for rule in rules), key=LEVELS.index, default="MAY")
    levels: tuple[Level, Level] = (of_rules, _strongest(steps))
    return max(levels, key=LEVELS.index)


def _strongest(steps: Iterable[Step]) -> Level:
    strengths = {
        expectation.strength
        for step in steps
        for each in (step, *step.concurrently)
        for expectation in each.expectations
        if expectation.fields
    }
    if "must" in strengths:
        return "MUST"
    return "SHOULD" if strengths & {"should", "disputed"} else "MAY"


def _impact(rules: list[Rule]) -> Impact:
    return min((rule.impact for rule in rules), key=IMPACTS.index, default="cosmetic")
