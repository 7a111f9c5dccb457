"""Reads the baseline of a run or a record, and what is needed to compare the two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.baseline.file import load_baseline
from conformance.catalog.load import load
from conformance.findings.book import catalog_book, with_record
from conformance.properties.known_laws import known_laws
from conformance.properties.plan import law_tests
from conformance.runs.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.baseline.entries import Baseline
    from conformance.catalog.model import Catalog
    from conformance.findings.model import RuleBook
    from conformance.record.model import Record


def baseline_of(target: str, path: Path) -> Baseline:
    """Read a baseline that must be of this target; one without a target fits every target.

    Raises `SpecError` with every mistake in the file, and `UsageError` when it is of another
    target: its entries would accept what they never spoke of.
    """
    baseline = load_baseline(path)
    if baseline.target not in ("", target):
        raise UsageError(f"{path} is a baseline of {baseline.target}, and the target is {target}")
    return baseline


def baseline_book(record: Record, catalog: Catalog | None = None) -> RuleBook:
    """Return the facts about the rules of a record's tests, by default as shipped."""
    return with_record(rules_of_tests(load() if catalog is None else catalog), record)


def rules_of_tests(catalog: Catalog) -> RuleBook:
    """Return the facts about rules, and the rules that each test and each property shows."""
    book = catalog_book(catalog)
    laws = {test.id: test.rules for test in law_tests(catalog)}
    races = frozenset(law.id for law in known_laws().values() if law.races)
    return replace(book, tests={**book.tests, **laws}, at_once=book.at_once | races)
