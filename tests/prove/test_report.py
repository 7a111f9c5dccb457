"""Lines, figures and JSON of the proof and of the mutations."""

from __future__ import annotations

import json
from dataclasses import replace

from conformance.prove.report import (
    as_json,
    collateral,
    line,
    mutant_line,
    summary,
    survey_json,
    survey_summary,
)
from conformance.prove.survey import Mutant, Survey

from .samples import CHECK, found, proof_of, red_of

CAUGHT = found("part.etag/unquoted", red_of("part.etag"), disturbed=("copy.range", "copy.self"))
ESCAPED = found("complete.order/sorted")
SURVEY = Survey(
    mutants=(
        Mutant(id="mutation/a", says="a", fate="caught", by="t/one", tests=1),
        Mutant(id="mutation/b", says="b", fate="warned", by="t/two", tests=2),
        Mutant(id="mutation/c", says="c", fate="excused", by="", tests=0, reason="it can't"),
        Mutant(id="mutation/d", says="d", fate="survived", by="", tests=4),
    ),
    idle=("mutation/old",),
    seconds=2.0,
)


def test_json_has_what_scripts_rely_on() -> None:
    """The figures, the escapes and what caught what, as plain JSON."""
    told = as_json(proof_of(CAUGHT, ESCAPED))
    assert json.loads(json.dumps(told)) == told
    assert (told["faults"], told["caught"], told["rules"], told["rules_proven"]) == (2, 1, 2, 1)
    assert told["escaped"] == [
        {
            "fault": "complete.order/sorted",
            "rules": ["complete.order"],
            "result": "escaped",
            "tests": 3,
            "crashes": [],
        }
    ]
    assert told["unproven"] == ["complete.order"]
    assert isinstance(told["findings"], list)
    assert told["findings"][0]["caught_by"] == [{"test": "a/b", "checks": [CHECK]}]


def test_collateral_is_counted_in_rules() -> None:
    """The median of the rules disturbed, and the worst faults; of part of the tests there is none.

    A fault that disturbs nothing counts, too.
    """
    figures = collateral(proof_of(CAUGHT, ESCAPED))
    assert figures is not None
    assert figures.median == 1.0
    assert figures.worst == (("part.etag/unquoted", 2), ("complete.order/sorted", 0))
    assert collateral(proof_of(CAUGHT, whole=False)) is None


def test_a_line_tells_fault_catch_and_collateral() -> None:
    """One line names the rule, the fault, the test with its checks, and what else turned red."""
    told = line(CAUGHT)
    for piece in ("part.etag", "part.etag/unquoted", "a/b", CHECK, "copy.range"):
        assert piece in told
    assert "nothing in 3 tests" in line(ESCAPED)
    broken = replace(ESCAPED, result="broken", crashes=("UploadPart: KeyError: 1",))
    assert "KeyError" in line(broken)


def test_many_catches_are_counted() -> None:
    """A line names three tests and counts the others."""
    many = found("part.etag/unquoted", *(red_of("part.etag", test=f"t/{n}") for n in range(5)))
    assert "and 2 more tests" in line(many)
    assert "t/3" not in line(many)


def test_summary_tells_what_is_left_to_mend() -> None:
    """The figures, the unproven rules, and the tests that could not take part."""
    proof = replace(proof_of(CAUGHT, ESCAPED), left_out={"x/y": "FAIL"}, asleep=("a/b", "c/d"))
    told = "\n".join(summary(proof))
    assert "1 of 2 faults caught, 1 of 2 rules proven" in told
    assert "unproven: complete.order" in told
    assert "1 tests are left out" in told
    assert "no fault of their rules turns red: a/b, c/d" in told
    assert not proof.proven


def test_share_leaves_out_what_can_not_matter() -> None:
    """Two of the three mutations that can matter are noticed."""
    told = survey_json(SURVEY)
    assert (told["caught"], told["warned"], told["excused"]) == (1, 1, 1)
    assert told["survived"] == ["mutation/d"]
    assert told["share"] == 0.6667
    assert "66.7%" in "\n".join(survey_summary(SURVEY))
    assert "mutation/old" in "\n".join(survey_summary(SURVEY))


def test_a_mutant_is_told_with_its_reason() -> None:
    """What noticed it, why it can survive, or in how many tests nothing did."""
    assert [mutant_line(one).rpartition(": ")[2] for one in SURVEY.mutants] == [
        "t/one",
        "t/two",
        "it can't",
        "nothing in 4 tests",
    ]
