"""What every server answers to one rule or one test, side by side. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.findings.model import Finding
    from conformance.site.model import Server
    from conformance.site.survey import Survey

_GOOD: Final = frozenset({Verdict.PASS, Verdict.VARIANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one server showed."""

    server: Server
    symbol: str
    kind: str
    """A family of verdicts, for colours."""
    text: str
    reason: str
    findings: tuple[Finding, ...]


def answers_to_rule(survey: Survey, rule: str) -> tuple[Answer, ...]:
    """Return what each server shows of a rule, over all tests of it."""
    tests = survey.tests_of_rule.get(rule, ())
    return tuple(
        _answer(server, tests, survey.found.get((server.name, rule), ()))
        for server in survey.servers
    )


def answers_to_test(survey: Survey, test: str) -> tuple[Answer, ...]:
    """Return what each server shows in one test."""
    return tuple(
        _answer(server, (test,), survey.found.get((server.name, test), ()))
        for server in survey.servers
    )


def _answer(server: Server, tests: Iterable[str], found: tuple[Finding, ...]) -> Answer:
    run = server.latest
    outcomes = [run.outcomes[name] for name in tests if name in run.outcomes]
    if not outcomes:
        selected = set(run.run.selected)
        reached = any(name in selected for name in tests)
        text = "not reached before the run ended" if reached else "not part of that run"
        return Answer(server=server, symbol="?", kind="unrun", text=text, reason="", findings=found)
    counts = Counter(one.verdict for one in outcomes)
    worst = min(counts, key=lambda verdict: verdict.order)
    only = next(iter(counts)) if len(counts) == 1 else None
    reasons = dict.fromkeys(one.reason for one in outcomes if one.verdict == worst and one.reason)
    return Answer(
        server=server,
        symbol=worst.symbol,
        kind=worst.kind,
        text=_said(only, outcomes_of=len(outcomes), counts=counts),
        reason="" if worst in _GOOD or found else next(iter(reasons), ""),
        findings=found,
    )


def _said(only: Verdict | None, *, outcomes_of: int, counts: Counter[Verdict]) -> str:
    """Return a verdict where all tests have the same, else how many have which."""
    if only is not None:
        return only.value if outcomes_of == 1 else f"{outcomes_of} {only.value}"
    parts = sorted(counts.items(), key=lambda pair: pair[0].order)
    return ", ".join(f"{count} {verdict.value}" for verdict, count in parts)
