"""The proof for people and machines: lines, figures and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from conformance.prove.model import Finding, Proof, Red
    from conformance.prove.survey import Mutant, Survey

WORST: Final = 10
_SHOWN: Final = 3
"""Tests named in a line before the rest is counted."""


@dataclass(frozen=True, slots=True)
class Collateral:
    """How many other rules faults disturb."""

    median: float
    worst: tuple[tuple[str, int], ...]
    """Fault id and rules, the worst first."""


def collateral(proof: Proof) -> Collateral | None:
    """Return how many other rules a whole proof disturbed; None without tests of other rules.

    A rule counts as disturbed by a FAIL of a test that shows none of the fault's own rules.
    """
    if not proof.whole:
        return None
    return collateral_of({one.fault: one.disturbed for one in proof.findings})


def collateral_of(disturbed: Mapping[str, Collection[str]]) -> Collateral | None:
    """Return the statistics of the other rules that faults disturb; None without faults."""
    if not disturbed:
        return None
    counts = {fault: len(rules) for fault, rules in disturbed.items()}
    worst = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Collateral(median(counts.values()), tuple(worst[:WORST]))


def as_json(proof: Proof) -> dict[str, object]:
    """Return the proof as JSON for scripts."""
    found = collateral(proof)
    return {
        "faults": len(proof.findings),
        "caught": sum(one.result == "caught" for one in proof.findings),
        "escaped": [
            {
                "fault": one.fault,
                "rules": list(one.rules),
                "result": one.result,
                "tests": one.tests,
                "crashes": list(one.crashes),
            }
            for one in proof.escaped
        ],
        "rules": len(proof.rules),
        "rules_proven": len(proof.rules) - len(proof.unproven),
        "unproven": list(proof.unproven),
        "asleep": None if proof.asleep is None else list(proof.asleep),
        "collateral": None
        if found is None
        else {
            "median": found.median,
            "worst": [{"fault": fault, "rules": count} for fault, count in found.worst],
        },
        "left_out": dict(proof.left_out),
        "findings": [
            {
                "fault": one.fault,
                "rules": list(one.rules),
                "result": one.result,
                "caught_by": [
                    {"test": red.test, "checks": list(red.checks)} for red in one.caught_by
                ],
                "disturbed": list(one.disturbed),
            }
            for one in proof.findings
        ],
        "seconds": round(proof.seconds, 1),
    }


def survey_json(survey: Survey) -> dict[str, object]:
    """Return the mutations as JSON for scripts."""
    return {
        "mutations": len(survey.mutants),
        "caught": survey.count("caught"),
        "warned": survey.count("warned"),
        "excused": survey.count("excused"),
        "survived": [one.id for one in survey.mutants if one.fate == "survived"],
        "share": round(survey.share, 4),
        "idle_excuses": list(survey.idle),
        "seconds": round(survey.seconds, 1),
    }


def line(finding: Finding) -> str:
    """Return one finding: rule, fault, what caught it, what it disturbed."""
    rules = ", ".join(finding.rules)
    head = f"{finding.result:<11} {rules} ← {finding.fault}"
    if finding.result == "broken":
        return f"{head}: the reference crashed: {finding.crashes[0]}"
    told = _reds(finding.caught_by) or f"nothing in {finding.tests} tests"
    also = f"; also disturbed: {', '.join(finding.disturbed)}" if finding.disturbed else ""
    return f"{head}: {told}{also}"


def mutant_line(mutant: Mutant) -> str:
    """Return one line on a mutation and its result."""
    told = mutant.by or mutant.reason or f"nothing in {mutant.tests} tests"
    return f"{mutant.fate:<11} {mutant.id}: {told}"


def summary(proof: Proof) -> Iterator[str]:
    """Yield the figures of a proof, and what is left to fix."""
    caught = sum(one.result == "caught" for one in proof.findings)
    proven = len(proof.rules) - len(proof.unproven)
    faults, rules = len(proof.findings), len(proof.rules)
    yield f"{caught} of {faults} faults caught, {proven} of {rules} rules proven"
    if (found := collateral(proof)) is not None:
        yield f"unrelated rules that a fault turns red: {found.median:g} (median)"
        yield from (f"  {count:>3}  {fault}" for fault, count in found.worst if count)
    if proof.unproven:
        yield f"unproven: {', '.join(proof.unproven)}"
    if proof.asleep:
        yield f"scenarios that no fault of their rules turns red: {', '.join(proof.asleep)}"
    if proof.left_out:
        yield f"{len(proof.left_out)} tests are left out, for they are not green without a fault"
    yield f"{proof.seconds:.0f} s"


def survey_summary(survey: Survey) -> Iterator[str]:
    """Yield the figures of the mutations."""
    yield (
        f"{survey.count('caught', 'warned')} of {len(survey.mutants) - survey.count('excused')} "
        f"mutations that can matter are noticed ({survey.share:.1%}), "
        f"{survey.count('warned')} of them by a WARN; {survey.count('excused')} can't matter"
    )
    if survey.idle:
        yield f"reasons that excuse nothing any more: {', '.join(survey.idle)}"
    yield f"{survey.seconds:.0f} s"


def _reds(reds: Sequence[Red]) -> str:
    named = [f"{red.test} ({', '.join(red.checks[:2])})" for red in reds[:_SHOWN]]
    if len(reds) > _SHOWN:
        more = len(reds) - _SHOWN
        named.append(f"and {more} more test{'s' if more > 1 else ''}")
    return "; ".join(named)
