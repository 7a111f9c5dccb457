"""Renamed ids: read, checked, followed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.history.renamed import renames
from conformance.catalog.load import load
from conformance.catalog.problems import SpecError
from conformance.catalog.renames import Renames

from .conftest import SPECS

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "format: 1\nabout: renamed\nrenamed:\n"


def test_a_scenario_takes_its_cases_with_it() -> None:
    """A pair with brackets is of one test; chains are followed, and end."""
    table = Renames({"a/b": "a/c", "a/c": "a/d", "x": "y[z]", "l": "m", "m": "l"})
    assert table.now("a/b") == "a/d"
    assert table.now("a/b[one]") == "a/d[one]"
    assert table.now("a/b[*]") == "a/d[*]"
    assert table.now("x") == "y[z]"
    assert table.now("x[one]") == "x[one]"
    assert table.now("other") == "other"
    assert table.now("l") in {"l", "m"}


def test_the_lint_finds_all_mistakes(tmp_path: Path) -> None:
    """An old id that a test has, a new one that none has, a second row, no reason."""
    specs = tmp_path / "specs"
    shutil.copytree(SPECS, specs)
    test = load(specs=SPECS).tests[0].id
    rows = [
        f"  - {{from: '{test}', to: '{test}x', why: none}}",
        "  - {from: old, to: nowhere, why: none}",
        f"  - {{from: old, to: '{test}', why: none}}",
        f"  - {{from: older, to: '{test}', why: ''}}",
    ]
    (specs / "renamed.yaml").write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    with pytest.raises(SpecError) as caught:
        load(specs=specs)
    rules = {problem.rule for problem in caught.value.problems}
    assert rules >= {"duplicate-id", "missing-key", "not-renamed", "unknown-test"}


def test_the_shipped_table_leads_to_tests_of_today() -> None:
    """Its lint is that of the whole catalogue."""
    tests = {test.id for test in load().tests}
    assert renames().pairs
    assert all(renames().now(old) in tests for old in renames().pairs)
