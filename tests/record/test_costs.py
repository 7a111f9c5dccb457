"""The table of what the dearest tests cost, and the parts that it makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.catalog.load import load
from conformance.properties.known_laws import known_laws
from conformance.record.costs import LEAST, dear_tests, measured
from conformance.record.shard import Shard
from conformance.vocabulary.verdicts import Verdict

from .samples import make_line, record

_USUAL = 6
"""Requests of a test that the table leaves out, about."""


def test_the_table_names_tests_that_there_are() -> None:
    """A test that is gone is measured anew with the rest."""
    known = {test.id for test in load().tests} | known_laws().keys()
    gone = dear_tests().keys() - known
    assert len(gone) < len(dear_tests()) / 10


@pytest.mark.parametrize("count", [2, 3, 4])
def test_parts_cost_the_same(count: int) -> None:
    """The dearest ends within 15 per cent of the cheapest."""
    names = [*(test.id for test in load().tests), *known_laws()]
    sums = [
        sum(dear_tests().get(name, _USUAL) for name in names if Shard(index, count).holds(name))
        for index in range(1, count + 1)
    ]
    assert max(sums) < 1.15 * min(sums)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_part_has_one_of_the_longest_properties(count: int) -> None:
    """Far from the endpoint a part takes as long as the longest chain of requests in it."""
    longest = [name for name in dear_tests() if name.startswith("property/")][:count]
    parts = [
        index
        for name in longest
        for index in range(1, count + 1)
        if Shard(index, count).holds(name)
    ]
    assert sorted(parts) == list(range(1, count + 1))


def test_costs_are_read_off_records() -> None:
    """Requests and bytes count; of several records the most; cheap tests are left out."""
    line = make_line("a/cheap", Verdict.PASS)
    dear = replace(make_line("a/dear", Verdict.PASS), requests=40)
    large = replace(make_line("a/large", Verdict.PASS), requests=10, sent=5 * 2**20)
    first, second = record(line, dear, large), record(replace(dear, requests=50))
    assert measured([first, second]) == {"a/dear": 50, "a/large": 20}
    assert min(dear_tests().values()) >= LEAST
