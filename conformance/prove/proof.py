"""The whole proof: runs faults with tests, and collects the results."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from conformance.prove.judgement import judged
from conformance.prove.model import Proof
from conformance.prove.workers import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from conformance.catalog.model import Catalog, Step, Test
    from conformance.faults.model import Fault
    from conformance.prove.model import FaultlessRun, Finding
    from conformance.prove.workers import Crew

_HOLDING: Final = frozenset({"must", "should"})


def prove(
    catalog: Catalog,
    faults: Mapping[str, Fault],
    crew: Crew,
    *,
    whole: bool = False,
    until_caught: bool = False,
    every_rule: bool = True,
    tell: Callable[[Finding], None] | None = None,
) -> Proof:
    """Run every fault with the tests of its own rules, or (``whole``) all tests it can change.

    Of every other scenario one test stands for all that show the same rules, the quickest.

    With ``every_rule`` a rule that no fault breaks is unproven too, unless it is excused, and a
    scenario that no fault turned red is asleep. ``until_caught`` leaves out what would change
    neither: a fault meets no more tests once it is caught, and a scenario no more faults once one
    turned it red; the findings are then not whole. ``tell`` is given each finding as it is made.
    The findings come in the order of ``faults``.
    """
    started = time.perf_counter()
    concerned = {rule for fault in faults.values() for rule in fault.rules}
    met = [t.id for t in catalog.tests if whole or not concerned.isdisjoint(t.rules)]
    base = crew.faultless_run(tuple(faults), met)
    jobs = [_job(fault, catalog.tests, base, whole=whole) for fault in faults.values()]
    found: dict[str, Finding] = {}
    for trial in crew.trials(_cut(jobs, catalog.tests) if until_caught else jobs):
        finding = judged(faults[trial.fault], trial, catalog.rules)
        found[finding.fault] = finding
        if tell is not None:
            tell(finding)
    rules = wanted(catalog, faults, every_rule=every_rule)
    findings = tuple(found[name] for name in faults)
    woken = {red.scenario for finding in findings for red in finding.caught_by}
    if until_caught and every_rule:
        woken |= _woken(asleep(catalog.tests, base.green, woken), catalog.tests, jobs, crew)
    return Proof(
        findings=findings,
        rules=rules,
        unproven=_unproven(rules, faults, findings),
        asleep=asleep(catalog.tests, base.green, woken) if every_rule else None,
        left_out=base.not_green,
        whole=whole,
        seconds=time.perf_counter() - started,
    )


def _job(fault: Fault, tests: Sequence[Test], base: FaultlessRun, *, whole: bool) -> Job:
    """Return the job of a fault: the tests of its rules first, the quick ones before the slow."""
    own = set(fault.rules)
    touched = base.touched[fault.id] & base.green
    met = [test for test in tests if test.id in touched]
    met.sort(key=lambda test: base.seconds[test.id])
    mine = [test.id for test in met if not own.isdisjoint(test.rules)]
    others: dict[tuple[str, tuple[str, ...]], str] = {}
    for test in met if whole else ():
        if own.isdisjoint(test.rules):
            others.setdefault((test.scenario.id, test.rules), test.id)
    return Job(fault.id, (*mine, *others.values()))


def _cut(jobs: Sequence[Job], tests: Sequence[Test]) -> list[Job]:
    """Return the jobs that end when the fault is caught.

    Each begins with tests of scenarios with which few others begin, so that most scenarios meet a
    fault of their own.
    """
    scenario = {test.id: test.scenario.id for test in tests}
    begun: Counter[str] = Counter()
    cut: list[Job] = []
    for job in sorted(jobs, key=lambda job: len(job.tests)):
        order = sorted(job.tests, key=lambda test: begun[scenario[test]])
        begun.update(scenario[test] for test in order[:1])
        cut.append(Job(job.fault, tuple(order), until="caught"))
    return cut


def _woken(
    sleeping: Collection[str], tests: Sequence[Test], jobs: Sequence[Job], crew: Crew
) -> set[str]:
    """Return which of the scenarios one of their rules' faults turns red, asked fault by fault."""
    scenario = {test.id: test.scenario.id for test in tests if test.scenario.id in sleeping}
    waiting: dict[str, list[Job]] = {name: [] for name in sleeping}
    for job in jobs:
        mine: dict[str, list[str]] = {}
        for test in job.tests:
            if test in scenario:
                mine.setdefault(scenario[test], []).append(test)
        for name, met in mine.items():
            waiting[name].append(Job(job.fault, tuple(met)))
    woken: set[str] = set()
    while ready := [rest.pop() for name, rest in waiting.items() if rest and name not in woken]:
        woken |= {red.scenario for trial in crew.trials(ready) for red in trial.red}
    return woken


def wanted(catalog: Catalog, faults: Mapping[str, Fault], *, every_rule: bool) -> tuple[str, ...]:
    """Return the rules to be proven: those of the faults, or ``every_rule`` that is not excused."""
    rules = {rule for fault in faults.values() for rule in fault.rules}
    if every_rule:
        rules |= catalog.rules.keys() - catalog.ledger.excuses.keys()
    return tuple(name for name in catalog.rules if name in rules)


def _unproven(
    rules: Sequence[str], faults: Mapping[str, Fault], findings: Sequence[Finding]
) -> tuple[str, ...]:
    """Return the rules that no fault proves; one of a mere recommendation proves nothing."""
    proven = {
        rule
        for finding in findings
        if finding.result == "caught" and not faults[finding.fault].should
        for rule in finding.rules
    }
    return tuple(rule for rule in rules if rule not in proven)


def asleep(
    tests: Sequence[Test], green: Collection[str], woken: Collection[str]
) -> tuple[str, ...]:
    """Return the scenarios with expectations that no fault of their rules made fail (``woken``).

    Only tests that are ``green`` without a fault count.
    """
    able = {
        test.scenario.id: None
        for test in tests
        if test.id in green and any(map(_holds, test.steps))
    }
    return tuple(name for name in able if name not in woken)


def _holds(step: Step) -> bool:
    """Return whether a step holds the answer to something, if it is only to success."""
    if step.concurrently:
        return any(map(_holds, step.concurrently))
    strengths = {one.strength for one in step.expectations}
    return not strengths or not strengths.isdisjoint(_HOLDING)
