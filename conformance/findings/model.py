"""What a finding is: one rule, one kind of deviation, one place where it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from conformance.vocabulary.impacts import IMPACTS, Impact

if TYPE_CHECKING:
    from conformance.findings.failures import Failure, FindingVerdict
    from conformance.record.model import TestLine

Kind = Literal[
    "accepted",
    "refused",
    "wrong-error",
    "server-error",
    "no-answer",
    "lost",
    "wrong-bytes",
    "ignored",
    "missing",
    "wrong-value",
    "unreadable",
    "wording",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""Every kind of deviation; the list is closed."""


def known_impact(text: str) -> Impact:
    """Return the impact of that name; ``interop`` for one that nobody knows."""
    return next((one for one in IMPACTS if one == text), "interop")


IdsOfCheck: TypeAlias = Callable[[str, str], tuple[str, ...]]
"""From the ids of a test and of a check to ids of rules or sources; none where they are unknown."""


OperationOfCheck: TypeAlias = Callable[[str, str], str]
"""From the ids of a test and of a check to the S3 operation of its step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """What findings need to know of a rule."""

    id: str
    statement: str
    impact: Impact
    sources: tuple[str, ...]
    feature: str = ""
    """What it is a part of, in words that complete "does not look at …"; empty for itself alone."""
    same_as: str = ""
    """The rule that says the same of another operation; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """What is known of rules, sources and checks; the caller makes it, see `book`."""

    rules: Mapping[str, RuleFacts]
    rules_of: IdsOfCheck
    """One rule; or two: the first is broken when a request is rejected with another answer than it
    must be, the second when it is not rejected at all."""
    sources_of: IdsOfCheck
    """The sources that a check cites itself."""
    operation_of: OperationOfCheck
    """The operation of the step that a check belongs to; empty where it is unknown."""
    impacts: Mapping[str, Impact]
    """Test to the worst that it may show, as its scenario states it."""
    witnesses: Mapping[str, tuple[str, ...]]
    """Source to the authors who saw it; what is not in it has authors that are not known."""
    recorded: frozenset[str] = frozenset()
    """The sources whose answers were recorded."""
    tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Test to the rules that it shows, also of tests that no record holds."""
    at_once: frozenset[str] = frozenset()
    """The tests that send requests at the same time: who wins may differ from run to run."""

    def impact(self, rule: str, test: TestLine) -> Impact:
        """Return the worst impact of breaking a rule, limited by what a test can show."""
        stated = self.impacts.get(test.id) or known_impact(test.impact)
        of_rule = self.rules[rule].impact if rule in self.rules else stated
        return max(stated, of_rule, key=IMPACTS.index)


@dataclass(frozen=True, slots=True, order=True)
class FindingKey:
    """A rule with a kind of deviation: what a baseline entry may name in place of tests.

    It is what one test shows by itself, so that it does not depend on what else a run found.
    """

    rule: str
    kind: Kind

    def __str__(self) -> str:
        """Return ``rule/kind``, as a baseline has it."""
        return f"{self.rule}/{self.kind}"


def parse_key(text: str) -> FindingKey | None:
    """Return the key that ``rule/kind`` names; None for any other text."""
    rule, _, name = text.partition("/")
    kind = next((one for one in KINDS if one == name), None)
    return FindingKey(rule, kind) if rule and kind is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """What one test shows of one defect, before those of several tests are put together."""

    test: str
    rule: str
    kind: Kind
    where: str
    """The S3 operation or the feature in which it matters."""
    cause: tuple[str, ...]
    """What deviations of one root cause have in common."""
    impact: Impact
    failure: Failure
    key: FindingKey
    """Rule and kind as the test shows them by itself; putting tests together never changes it."""
    any_of: tuple[str, ...] = ()
    """The rules of a law, of which any may be the one that was broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One defect of a target, with the tests that show it."""

    id: str
    """``rule/kind/where``, with a code or field behind it where that is a part of the defect."""
    rule: str
    kind: Kind
    operation: str
    """The S3 operation or the feature in which it matters."""
    impact: Impact
    verdict: FindingVerdict
    title: str
    """What the rule says, then what the server did."""
    did: str
    """The second half of the title alone."""
    tests: tuple[str, ...]
    """Ids of the tests that show it; those of which it is the most specific finding first."""
    sources: tuple[str, ...]
    witnesses: int | None
    """Independent authors who saw Amazon S3 do it; None where that is not known."""
    lone_witness: str = ""
    """The only one of them, where nothing was recorded; empty otherwise."""
    target: str
    steps: tuple[str, ...]
    """Names of the steps in which it shows, as check ids begin with them."""
    keys: tuple[FindingKey, ...] = ()
    """What a baseline has to accept so that none of its tests fails for it."""
    impacts: Mapping[str, Impact] = field(default_factory=dict)
    """Test to what it shows of the defect, which is milder in some tests than in others."""

    def impact_in(self, tests: Iterable[str]) -> Impact:
        """Return the worst impact in the given tests; ``tests`` may contain others, too."""
        shown = [self.impacts.get(name, self.impact) for name in tests if name in self.tests]
        worst = min(shown, key=IMPACTS.index, default=self.impact)
        return max(worst, self.impact, key=IMPACTS.index)
