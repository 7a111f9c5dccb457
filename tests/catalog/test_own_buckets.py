"""Buckets that tests make themselves, outside the kinds that are shared."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from conformance.catalog.load import load

if TYPE_CHECKING:
    from conformance.catalog.model import Test


def _left_behind(test: Test) -> set[str]:
    """Return the buckets that a test makes and does not delete when all goes well."""
    made: set[str] = set()
    for step in test.single_steps():
        if step.operation == "CreateBucket":
            made.add(str(step.members.get("Bucket")))
        elif step.operation == "DeleteBucket":
            made.discard(str(step.members.get("Bucket")))
    return made


def test_each_test_makes_a_bucket_of_its_own() -> None:
    """A second CreateBucket of one name answers 409, or 200 without what it asked for."""
    makers: dict[str, list[str]] = defaultdict(list)
    for test in load().tests:
        for name in _left_behind(test):
            makers[name].append(test.id)
    assert {name: tests for name, tests in makers.items() if len(tests) > 1} == {}
