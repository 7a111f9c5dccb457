"""Decides from the tests run with a fault whether the fault was caught."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.prove.model import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.catalog.model import Rule
    from conformance.faults.model import Fault
    from conformance.prove.model import Red, Result, Trial


def judged(fault: Fault, trial: Trial, rules: Mapping[str, Rule]) -> Finding:
    """Return the result of a fault: caught if tests of every rule that it breaks failed."""
    own = set(fault.rules)
    caught_by = tuple(red for red in trial.red if not own.isdisjoint(red.rules))
    green = green_rules(fault, caught_by, rules)
    disturbed = dict.fromkeys(
        rule
        for red in trial.red
        if own.isdisjoint(red.rules) and red.verdict == "FAIL"
        for rule in red.rules
    )
    result: Result = "caught"
    if trial.crashes:
        result = "broken"
    elif green:
        result = "escaped" if trial.tests else "unexercised"
    return Finding(
        fault=fault.id,
        rules=fault.rules,
        result=result,
        caught_by=caught_by,
        green_rules=green,
        disturbed=tuple(disturbed),
        tests=trial.tests,
        crashes=trial.crashes,
    )


def green_rules(fault: Fault, reds: Sequence[Red], rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """Return the rules that a fault breaks, but that none of the failed tests shows."""
    return tuple(
        rule for rule in fault.rules if not any(_shows(red, rule, fault, rules) for red in reds)
    )


def _shows(red: Red, rule: str, fault: Fault, rules: Mapping[str, Rule]) -> bool:
    """Return whether a red test shows that the rule is broken.

    A WARN does so only for a rule that is not a MUST, or a fault that breaks a recommendation.
    """
    if rule not in red.rules:
        return False
    return red.verdict == "FAIL" or fault.should or rules[rule].level != "MUST"
