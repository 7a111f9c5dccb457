"""Findings of nine servers, compared with what people wrote about the same records."""

from __future__ import annotations

import pytest

from benchmarks.findings_data import SERVERS, table
from benchmarks.findings_f1 import Score, compared, names, score
from conformance.catalog.load import load

AVERAGE = 0.80
EACH = 0.70


@pytest.mark.slow
def test_findings_are_what_people_see_in_the_same_records() -> None:
    """On each server and on average; precision and recall do not make up for each other."""
    catalog = load()
    scores = {server: score(server, catalog)[0] for server in SERVERS}
    low = {
        server: one
        for server, one in scores.items()
        if min(one.f1, one.precision, one.recall) < EACH
    }
    assert not low
    assert sum(one.f1 for one in scores.values()) / len(scores) >= AVERAGE


@pytest.mark.slow
def test_a_record_without_its_catalogue_is_nearly_as_good() -> None:
    """The rules of the record's tests must do for a test that is gone."""
    assert min(score(server, None)[0].f1 for server in SERVERS) >= EACH


def test_pairs_are_what_is_counted() -> None:
    """Of three tests in one row two are together: one pair of three, and nothing wrong."""
    rows = dict.fromkeys("abc", 1) | {"d": 2}
    assert compared(rows, {"a": "x", "b": "x", "c": "y", "d": "z"}) == Score(1.0, 1 / 3)
    assert compared(rows, dict.fromkeys("abcd", "x")) == Score(0.5, 1.0)
    assert compared(rows, {}) == Score(1.0, 0.0)


def test_a_page_names_tests_scenarios_and_patterns() -> None:
    """Brackets are no pattern, for they are part of an id."""
    assert names("a/b", "a/b[c]")
    assert names("a/b[c]", "a/b[c]")
    assert names("a/*", "a/b[c]")
    assert names("a/b[*]", "a/b[c]")
    assert not names("a/b[c]", "a/b[d]")
    assert not names("a", "a/b")


def test_only_tables_of_five_columns_are_rows() -> None:
    """What was not tested, and what is doubtful, stands in narrower ones."""
    page = "| a | b | c | tests | d |\n|-|-|-|-|-|\n| x | y | z | `t/u` (1) | w |\n| n | m |\n"
    assert table(page) == [{"does": "x", "tests": ["t/u"], "impact": "w"}]
