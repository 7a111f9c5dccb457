"""The findings that baseline entries name in place of tests. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.findings.classify import classify
from conformance.record.outcome import observed
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.findings.model import Deviation, FindingKey, Kind, RuleBook
    from conformance.record.model import TestLine

_VALUES: Final = frozenset({"missing", "wrong-value"})
"""One deviation, as findings see it: which of the two comes may depend on the order of a list."""


@dataclass(frozen=True, slots=True, order=True)
class NamedFinding:
    """A rule with a kind of deviation from it; in one operation or feature, where one is given.

    A value that is left out and one that is wrong are the same.
    """

    rule: str
    kind: Kind
    operation: str = ""

    def __str__(self) -> str:
        """Return ``rule/kind`` or ``rule/kind/operation``: the name for options and reports."""
        return "/".join(part for part in (self.rule, self.kind, self.operation) if part)

    def means(self, one: Deviation) -> bool:
        """Return whether a test's deviation is this finding."""
        here = not self.operation or self.operation in {one.where, one.failure.operation}
        same = self.kind == one.key.kind or {self.kind, one.key.kind} <= _VALUES
        return here and same and self.rule == one.key.rule


def named(key: FindingKey) -> NamedFinding:
    """Return the finding of a key, in any operation or feature."""
    kind: Kind = "wrong-value" if key.kind in _VALUES else key.kind
    return NamedFinding(key.rule, kind)


def deviations_of(test: TestLine, book: RuleBook) -> tuple[Deviation, ...]:
    """Return what a failed test shows; nothing for one that ended in any other way."""
    verdict = observed(test)
    if verdict is not Verdict.FAIL and verdict is not Verdict.WARN:
        return ()
    return classify(test, book, verdict)


def rules_shown(test: TestLine) -> frozenset[str]:
    """Return the rules that a test can show to be broken."""
    return frozenset(test.rules) | {check.rule for check in test.checks if check.rule}


def nameable(found: Collection[Deviation]) -> bool:
    """Return whether entries by finding can accept a test: it has deviations, each of a rule."""
    return bool(found) and all(one.key.rule for one in found)
