"""Made-up trials and findings, and a crew that knows its trials beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.prove.model import FaultlessRun, Finding, Proof, Red, Trial
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.prove.workers import Job

CHECK = "step.must.status"


class ScriptedCrew:
    """A crew whose trials are known beforehand."""

    def __init__(self, trials: Sequence[Trial], base: FaultlessRun) -> None:
        self._trials = {trial.fault: trial for trial in trials}
        self._base = base
        self.jobs: list[Job] = []
        """Those that were asked for last."""
        self.all_jobs: list[Job] = []

    def faultless_run(self, faults: Sequence[str], tests: Sequence[str]) -> FaultlessRun:
        """Return what was given."""
        del faults, tests
        return self._base

    def trials(self, jobs: Sequence[Job]) -> Iterator[Trial]:
        """Return what was given, for the jobs asked for."""
        self.jobs = list(jobs)
        self.all_jobs += jobs
        for job in jobs:
            yield self._trials[job.fault]


def base_of(faults: Sequence[str], tests: Sequence[str]) -> FaultlessRun:
    """Return a faultless run in which every test is green and every fault touches every test."""
    green = frozenset(tests)
    return FaultlessRun(
        green=green,
        not_green={},
        seconds=dict.fromkeys(green, 0.0),
        touched=dict.fromkeys(faults, green),
    )


def trial_of(fault: str, *red: Red, crashes: tuple[str, ...] = ()) -> Trial:
    """Return the trial of a fault over three tests."""
    return Trial(fault=fault, tests=3, red=red, crashes=crashes, seconds=0.0)


def red_of(*rules: str, verdict: Verdict = Verdict.FAIL, test: str = "a/b") -> Red:
    """Return a red test that shows rules."""
    return Red(test, test.partition("[")[0], rules, verdict, (CHECK,))


def found(fault: str, *red: Red, disturbed: tuple[str, ...] = ()) -> Finding:
    """Return a finding: caught by those tests, or escaped."""
    rule = fault.partition("/")[0]
    return Finding(
        fault=fault,
        rules=(rule,),
        result="caught" if red else "escaped",
        caught_by=red,
        green_rules=() if red else (rule,),
        disturbed=disturbed,
        tests=3,
    )


def proof_of(*findings: Finding, whole: bool = True) -> Proof:
    """Return the proof of those findings."""
    rules = tuple(dict.fromkeys(rule for one in findings for rule in one.rules))
    caught = {rule for one in findings if one.result == "caught" for rule in one.rules}
    return Proof(
        findings=findings,
        rules=rules,
        unproven=tuple(rule for rule in rules if rule not in caught),
        left_out={},
        asleep=None,
        whole=whole,
        seconds=1.0,
    )
