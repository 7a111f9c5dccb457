"""The proof in small: one fault of each kind, and what is made of what they do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.faults.registry import rule_faults
from conformance.prove.judgement import judged
from conformance.prove.proof import prove
from conformance.prove.workers import Alone
from conformance.vocabulary.verdicts import Verdict

from .samples import ScriptedCrew, base_of, red_of, trial_of

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.prove.model import Proof
    from conformance.prove.workers import Worker

OF_EACH_KIND = (
    "complete.order/sorted",
    "key.length/thousand",
    "part.etag/unquoted",
    "obj.tagging/forgotten",
    "life.complete-assembles/flipped-byte",
    "life.id-binds-parts/list-of-other-key",
    "list-parts.order/descending",
    "race.two-lists/neither",
)


@pytest.mark.slow
def test_one_fault_of_each_kind_is_caught(catalog: Catalog, worker: Worker) -> None:
    """The scenarios of its own rule catch one fault of each kind, planted for real."""
    known = rule_faults(catalog)
    faults = {name: known[name] for name in OF_EACH_KIND}
    assert len({fault.kind for fault in faults.values()}) == len(OF_EACH_KIND)
    proof = prove(catalog, faults, Alone(worker), every_rule=False)
    assert [one.fault for one in proof.escaped] == []
    assert proof.unproven == ()


@pytest.mark.slow
def test_stopping_when_a_fault_is_caught_changes_no_result(
    catalog: Catalog, worker: Worker
) -> None:
    """Fewer tests lead to the same results, whether a fault is caught or escapes."""
    known = rule_faults(catalog)
    faults = {name: known[name] for name in OF_EACH_KIND}
    etag = "part.etag/unquoted"
    faults[etag] = replace(known[etag], rules=("part.etag", "key.any"))
    whole, brief = (
        prove(catalog, faults, Alone(worker), until_caught=cut, every_rule=False)
        for cut in (False, True)
    )
    assert [one.result for one in brief.findings] == [one.result for one in whole.findings]
    assert {one.result for one in whole.findings} == {"caught", "escaped"}
    assert brief.unproven == whole.unproven
    assert sum(one.tests for one in brief.findings) < sum(one.tests for one in whole.findings)


def test_a_scenario_meets_faults_until_one_turns_it_red(catalog: Catalog) -> None:
    """What no fault turned red on the way to being caught is asked about by itself."""
    known, caught = rule_faults(catalog), "part.etag/unquoted"
    faults = {caught: known[caught]}
    base = base_of((caught,), [test.id for test in catalog.tests])
    crew = ScriptedCrew((trial_of(caught, red_of("part.etag", test="upload-part/etag")),), base)
    proof = prove(catalog, faults, crew, until_caught=True)
    asked = {test for job in crew.all_jobs[1:] for test in job.tests}
    assert asked
    assert not any(test.startswith("upload-part/etag[") for test in asked)
    assert proof.asleep is not None
    assert "upload-part/etag" not in proof.asleep


def test_a_warn_proves_no_must(catalog: Catalog) -> None:
    """A WARN catches a fault of a recommendation, and none of a MUST."""
    known = rule_faults(catalog)
    strict, mild = known["part.etag/unquoted"], known["complete.invalid-part/no-part-number"]
    warned = trial_of(strict.id, red_of("part.etag", verdict=Verdict.WARN))
    assert judged(strict, warned, catalog.rules).result == "escaped"
    warned = trial_of(mild.id, red_of("complete.invalid-part", verdict=Verdict.WARN))
    assert judged(mild, warned, catalog.rules).result == "caught"


def test_a_crash_of_the_reference_catches_nothing(catalog: Catalog) -> None:
    """A fault that breaks the reference itself is told apart from one that is caught."""
    fault = rule_faults(catalog)["part.etag/unquoted"]
    trial = trial_of(fault.id, red_of("part.etag"), crashes=("UploadPart: KeyError: 1",))
    finding = judged(fault, trial, catalog.rules)
    assert (finding.result, finding.crashes) == ("broken", trial.crashes)


def test_a_fault_that_meets_no_test_is_unexercised(catalog: Catalog) -> None:
    """A fault that no test of its rule can touch is told apart from one that none noticed."""
    fault = rule_faults(catalog)["part.etag/unquoted"]
    trial = replace(trial_of(fault.id), tests=0)
    assert judged(fault, trial, catalog.rules).result == "unexercised"


def test_every_rule_of_a_fault_has_to_turn_red(catalog: Catalog) -> None:
    """A fault of two rules escapes while one of them stays green."""
    fault = replace(rule_faults(catalog)["part.etag/unquoted"], rules=("part.etag", "key.any"))
    finding = judged(fault, trial_of(fault.id, red_of("part.etag")), catalog.rules)
    assert (finding.result, finding.green_rules) == ("escaped", ("key.any",))


def test_disturbed_rules_are_those_of_other_tests(catalog: Catalog) -> None:
    """What a failing test shows beside the fault's own rule is not collateral, nor is a WARN."""
    fault = rule_faults(catalog)["part.etag/unquoted"]
    trial = trial_of(
        fault.id,
        red_of("part.etag", "key.any"),
        red_of("copy.range", test="c/d"),
        red_of("copy.self", test="e/f", verdict=Verdict.WARN),
    )
    finding = judged(fault, trial, catalog.rules)
    assert finding.result == "caught"
    assert finding.disturbed == ("copy.range",)


def _scripted(
    catalog: Catalog, *, whole: bool = False, every_rule: bool = False
) -> tuple[Proof, ScriptedCrew]:
    """Prove two faults, the second of which nothing notices."""
    known = rule_faults(catalog)
    caught, escapes = "part.etag/unquoted", "complete.order/sorted"
    base = base_of((caught, escapes), [test.id for test in catalog.tests])
    trials = (trial_of(caught, red_of("part.etag"), red_of("copy.range")), trial_of(escapes))
    crew = ScriptedCrew(trials, base)
    faults = {name: known[name] for name in (caught, escapes)}
    return prove(catalog, faults, crew, whole=whole, every_rule=every_rule), crew


def test_a_fault_meets_the_tests_of_its_rules(catalog: Catalog) -> None:
    """Without --all a fault meets the tests of its own rules and no others."""
    own = {test.id for test in catalog.tests if "part.etag" in test.rules}
    _, crew = _scripted(catalog)
    assert set(crew.jobs[0].tests) == own


def test_with_all_one_test_stands_for_a_scenario(catalog: Catalog) -> None:
    """With --all a fault meets, behind those of its rules, one test of each further scenario.

    Cases that show other rules than the rest of their scenario are not left out.
    """
    tests = {test.id: test for test in catalog.tests}
    own = {name for name, test in tests.items() if "part.etag" in test.rules}
    _, crew = _scripted(catalog, whole=True)
    met = crew.jobs[0].tests
    assert set(met[: len(own)]) == own
    further = [(tests[name].scenario.id, tests[name].rules) for name in met[len(own) :]]
    assert len(set(further)) == len(further)
    assert set(further) == {
        (test.scenario.id, test.rules) for name, test in tests.items() if name not in own
    }


def test_escapes_and_unproven_rules_are_told(catalog: Catalog) -> None:
    """A fault that nothing noticed escapes, and leaves its rule unproven."""
    proof, _ = _scripted(catalog, whole=True)
    assert [one.fault for one in proof.escaped] == ["complete.order/sorted"]
    assert proof.unproven == ("complete.order",)
    assert not proof.proven


def test_a_rule_without_a_fault_is_unproven_unless_excused(catalog: Catalog) -> None:
    """Of the whole catalogue every rule has to be proven but those that are excused by name."""
    proof, _ = _scripted(catalog, every_rule=True)
    assert "dir.ops" in proof.unproven
    assert "part.etag" not in proof.unproven
    assert set(catalog.rules) - set(proof.rules) == {"xml.complete-in-200", "wire.unasked-for"}


def test_a_scenario_that_no_fault_of_its_rules_turns_red_is_asleep(catalog: Catalog) -> None:
    """One that could not run without a fault is not told twice; of a part of the faults none is."""
    name = "part.etag/unquoted"
    faults = {name: rule_faults(catalog)[name]}
    woken = next(test for test in catalog.tests if "part.etag" in test.rules)
    lost = next(test.scenario.id for test in catalog.tests if "complete.order" in test.rules)
    base = base_of((name,), [test.id for test in catalog.tests if test.scenario.id != lost])
    trials = [trial_of(name, red_of("part.etag", test=woken.id))]
    proof = prove(catalog, faults, ScriptedCrew(trials, base))
    assert proof.asleep is not None
    holding = {
        test.scenario.id
        for test in catalog.tests
        if any(one.strength == "must" for step in test.steps for one in step.expectations)
    }
    assert holding - {woken.scenario.id, lost} <= set(proof.asleep)
    assert {woken.scenario.id, lost}.isdisjoint(proof.asleep)
    assert prove(catalog, faults, ScriptedCrew(trials, base), every_rule=False).asleep is None


def test_tests_that_are_not_green_are_left_out(catalog: Catalog) -> None:
    """A test that fails without a fault meets none, and is told."""
    known = rule_faults(catalog)
    name = "part.etag/unquoted"
    tests = [test.id for test in catalog.tests if "part.etag" in test.rules]
    base = base_of((name,), tests)
    base = replace(base, green=base.green - {tests[0]}, not_green={tests[0]: "FAIL"})
    crew = ScriptedCrew([trial_of(name)], base)
    proof = prove(catalog, {name: known[name]}, crew, every_rule=False)
    assert tests[0] not in crew.jobs[0].tests
    assert proof.left_out == {tests[0]: "FAIL"}
