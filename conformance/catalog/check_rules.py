"""Which rule a check shows, where a scenario shows several. Pure.

A step names its rules in ``rules``: the first is broken when a request is rejected with
another answer than it must be, the second (when there are two) when it is not rejected at all. A
step that names none shows the rule that cites its own sources, else the first rule of its test.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog, Rule, Step, Test

_REPEATED: Final = re.compile(r"\[\d+\]$")
_STRENGTH: Final = re.compile(r"\.(?:must|should|observe|disputed)\.")


def step_of(check: str) -> str:
    """Return the step of a check id, without the position of a repeated request."""
    return _REPEATED.sub("", _STRENGTH.split(check, maxsplit=1)[0])


def rules_of_step(test: Test, step: Step, citing: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the rules of one step's checks: one, or two as ``rules`` of a step holds them.

    ``citing`` maps a source to the rules that cite it, see `citing_rules`.
    """
    if step.rules:
        return step.rules
    cited = [rule for source in step.sources for rule in citing.get(source, ())]
    own = [rule for rule in cited if rule in test.rules]
    if own:
        return (Counter(own).most_common(1)[0][0],)
    alone = [citing[source] for source in step.sources if len(citing.get(source, ())) == 1]
    if alone:
        return (alone[0][0],)
    return test.rules[:1]


def citing_rules(rules: Mapping[str, Rule]) -> dict[str, tuple[str, ...]]:
    """Return the rules that cite each source, in the order of the catalogue."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules.values():
        for source in rule.sources:
            found[source] = (*found.get(source, ()), rule.id)
    return found


class CheckRules:
    """Looks up the rules and the sources of a check by the ids of its test and of itself."""

    def __init__(self, catalog: Catalog) -> None:
        self._tests = {test.id: test for test in catalog.tests}
        self._citing = citing_rules(catalog.rules)
        self._steps: dict[str, dict[str, Step]] = {}

    def rules(self, test: str, check: str) -> tuple[str, ...]:
        """Return one rule or two; none where the catalogue does not have the test or its step."""
        step = self._step(test, check)
        return () if step is None else rules_of_step(self._tests[test], step, self._citing)

    def sources(self, test: str, check: str) -> tuple[str, ...]:
        """Return the sources of the step, of the test where it names none; else none."""
        step = self._step(test, check)
        return () if step is None else step.sources or self._tests[test].sources

    def operation(self, test: str, check: str) -> str:
        """Return the operation of the step; empty where the catalogue does not have it."""
        step = self._step(test, check)
        return "" if step is None else step.operation

    def _step(self, test: str, check: str) -> Step | None:
        known = self._tests.get(test)
        if known is None:
            return None
        if test not in self._steps:
            self._steps[test] = {step.name: step for step in known.single_steps()}
        return self._steps[test].get(step_of(check))
