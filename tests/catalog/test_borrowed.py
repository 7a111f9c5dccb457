"""Tests in directory buckets whose rules are known of general purpose buckets alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.borrowed import WORDS
from conformance.catalog.explain import explain
from conformance.catalog.load import load

if TYPE_CHECKING:
    from conformance.catalog.model import Step

CATALOG = load()
BORROWED = [test for test in CATALOG.tests if test.borrowed]


def strengths(steps: tuple[Step, ...]) -> set[str]:
    """Return the strengths of all expectations."""
    found = {one.strength for step in steps for one in step.expectations}
    return found.union(*(strengths(step.concurrently) for step in steps))


def test_they_recommend_and_say_so() -> None:
    """No check of them can fail; level and title show it."""
    assert len(BORROWED) > 200
    assert all("must" not in strengths(test.steps) for test in BORROWED)
    assert {test.level for test in BORROWED} <= {"SHOULD", "MAY"}
    assert all(test.title.endswith(WORDS) for test in BORROWED)


def test_no_variant_has_a_must_without_a_rule_of_its_own() -> None:
    """Every other variant in a directory bucket has a rule that a page gives for such buckets."""
    scopes = {"directory", "access-point", "outposts", "fsx"}
    for test in CATALOG.tests:
        if not test.other_bucket or not CATALOG.buckets[test.bucket].zone or test.borrowed:
            continue
        rules = [CATALOG.rules[name] for name in test.rules]
        assert any(scopes & set(rule.applies_to) for rule in rules), test.id


def test_a_field_has_one_expectation() -> None:
    """Where a step had a must and a should of one field, the must's expectation is kept."""
    for test in BORROWED:
        for step in test.steps:
            fields = [
                name for one in step.expectations if one.strength == "should" for name in one.fields
            ]
            assert len(fields) == len(set(fields)), test.id


@pytest.mark.parametrize("whole", [True, False])
def test_explain_names_it(*, whole: bool) -> None:
    """The explanation of the test, and of its scenario, says why it is no more than a SHOULD."""
    test = BORROWED[0]
    text = explain(CATALOG, test.scenario.id if whole else test.id)
    assert f"SHOULD, {WORDS}" in text
