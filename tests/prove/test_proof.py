"""The proof in small: one fault of each kind, and what is made of what they do."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.catalog.load import load
from conformance.cli.prove import command
from conformance.prove.model import Baseline, Proof, Red, Trial
from conformance.prove.proof import judged, prove
from conformance.prove.registry import rule_faults
from conformance.prove.report import as_json, collateral, line, render, summary
from conformance.prove.workers import Alone, Job, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.catalog.model import Catalog

OF_EACH_KIND = (
    "complete.order/sorted",
    "key.length/thousand",
    "part.etag/unquoted",
    "obj.tagging/forgotten",
    "life.complete-assembles/flipped-byte",
    "life.id-binds-parts/list-of-other-key",
    "list-parts.order/descending",
    "race.two-lists/both-told",
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Return the shipped catalogue."""
    return load(None)


class ScriptedCrew:
    """A crew whose trials are known beforehand."""

    def __init__(self, trials: Sequence[Trial], base: Baseline) -> None:
        self._trials = {trial.fault: trial for trial in trials}
        self._base = base
        self.jobs: list[Job] = []

    def baseline(self, faults: Sequence[str], tests: Sequence[str]) -> Baseline:
        """Return what was given."""
        del faults, tests
        return self._base

    def trials(self, jobs: Sequence[Job]) -> Iterator[Trial]:
        """Return what was given, for the jobs asked for."""
        self.jobs = list(jobs)
        for job in jobs:
            yield self._trials[job.fault]


def _trial(fault: str, *red: Red, crashes: tuple[str, ...] = ()) -> Trial:
    return Trial(fault=fault, tests=3, red=red, crashes=crashes, seconds=0.0)


def _red(rule: str, verdict: str = "FAIL", test: str = "a/b") -> Red:
    assert verdict in ("FAIL", "WARN")
    return Red(test, test, (rule,), "FAIL" if verdict == "FAIL" else "WARN", ("step.must.status",))


@pytest.mark.slow
def test_one_fault_of_each_kind_is_caught(catalog: Catalog) -> None:
    """The scenarios of its own rule catch one fault of each kind, planted for real."""
    known = rule_faults(catalog)
    faults = {name: known[name] for name in OF_EACH_KIND}
    assert len({fault.kind for fault in faults.values()}) == len(OF_EACH_KIND)
    worker = Worker(catalog)
    with worker.ground:
        proof = prove(catalog, faults, Alone(worker), every_rule=False)
    assert [one.fault for one in proof.escaped] == []
    assert proof.unproven == ()


def test_a_warn_proves_no_must(catalog: Catalog) -> None:
    """A WARN catches a fault of a recommendation, and none of a MUST."""
    known = rule_faults(catalog)
    strict, mild = known["part.etag/unquoted"], known["complete.invalid-part/no-part-number"]
    assert judged(strict, _trial(strict.id, _red("part.etag", "WARN")), catalog.rules).result == (
        "escaped"
    )
    red = _red("complete.invalid-part", "WARN")
    assert judged(mild, _trial(mild.id, red), catalog.rules).result == "caught"


def test_a_crash_of_the_reference_catches_nothing(catalog: Catalog) -> None:
    """A fault that breaks the reference itself is told apart from one that is caught."""
    fault = rule_faults(catalog)["part.etag/unquoted"]
    trial = _trial(fault.id, _red("part.etag"), crashes=("UploadPart: KeyError: 1",))
    finding = judged(fault, trial, catalog.rules)
    assert finding.result == "broken"
    assert "KeyError" in line(finding)


def test_disturbed_rules_are_those_of_other_tests(catalog: Catalog) -> None:
    """What a failing test shows beside the fault's own rule is not collateral."""
    fault = rule_faults(catalog)["part.etag/unquoted"]
    both = Red("a/b", "a/b", ("part.etag", "key.any"), "FAIL", ())
    other = _red("copy.range", test="c/d")
    finding = judged(fault, _trial(fault.id, both, other), catalog.rules)
    assert finding.result == "caught"
    assert finding.disturbed == ("copy.range",)


def _scripted(catalog: Catalog, *, whole: bool) -> tuple[Proof, ScriptedCrew]:
    known = rule_faults(catalog)
    names = ("part.etag/unquoted", "complete.order/sorted")
    tests = frozenset(test.id for test in catalog.tests)
    base = Baseline(
        green=tests,
        not_green={},
        seconds=dict.fromkeys(tests, 0.0),
        touched=dict.fromkeys(names, tests),
    )
    crew = ScriptedCrew(
        [_trial(names[0], _red("part.etag"), _red("copy.range")), _trial(names[1])], base
    )
    faults = {name: known[name] for name in names}
    return prove(catalog, faults, crew, whole=whole, every_rule=False), crew


def test_a_fault_meets_the_tests_of_its_rules(catalog: Catalog) -> None:
    """Without --all a fault meets the tests of its own rules, with it all, those first."""
    rules = {test.id: test.rules for test in catalog.tests}
    _, crew = _scripted(catalog, whole=False)
    assert all("part.etag" in rules[test] for test in crew.jobs[0].tests)
    _, crew = _scripted(catalog, whole=True)
    assert len(crew.jobs[0].tests) == len(rules)
    assert "part.etag" in rules[crew.jobs[0].tests[0]]


def test_escapes_and_unproven_rules_are_told(catalog: Catalog) -> None:
    """A fault that nothing noticed escapes, and leaves its rule unproven."""
    proof, _ = _scripted(catalog, whole=True)
    assert [one.fault for one in proof.escaped] == ["complete.order/sorted"]
    assert proof.unproven == ("complete.order",)
    assert not proof.proven
    told = as_json(proof)
    assert (told["faults"], told["caught"], told["rules_proven"]) == (2, 1, 1)
    assert json.loads(json.dumps(told)) == told
    found = collateral(proof)
    assert found is not None
    assert found.worst[0] == ("part.etag/unquoted", 1)
    assert collateral(replace(proof, whole=False)) is None
    assert "1 of 2 faults caught" in "\n".join(summary(proof))


@pytest.mark.parametrize("template", ["proof.html.j2", "proof.md.j2"])
def test_pages_name_rule_fault_and_threads(catalog: Catalog, template: str) -> None:
    """Both pages show each rule with its faults and what caught them."""
    proof, _ = _scripted(catalog, whole=False)
    page = render(template, catalog, rule_faults(catalog), proof, None)
    assert "part.etag" in page
    assert "unquoted" in page
    assert "escaped" in page


@pytest.mark.parametrize("option", ["--rule", "--fault"])
def test_unknown_ids_are_usage_errors(option: str) -> None:
    """An id that there is not ends in 2, and nothing is run."""
    outcome = CliRunner().invoke(command, [option, "complete.ordr"], standalone_mode=False)
    assert outcome.exception is not None
    assert getattr(outcome.exception, "code", None) == 2
