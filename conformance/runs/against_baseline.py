"""Compares a run with its baseline while it goes on, and at its end."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from conformance.baseline.attribution import attributed
from conformance.baseline.comparison import judge, judged
from conformance.baseline.entries import CHECK_MARK
from conformance.baseline.expectations import followed
from conformance.baseline.one_test import judge_test
from conformance.catalog.load import load
from conformance.findings.book import with_record
from conformance.runs.baseline import rules_of_tests

if TYPE_CHECKING:
    from conformance.baseline.entries import Baseline
    from conformance.catalog.model import Catalog
    from conformance.findings.model import RuleBook
    from conformance.record.baseline_line import BaselineLine
    from conformance.record.model import Record, RunLine, TestLine

_RUN_AGAIN: Final = frozenset({"new", "changed", "fixed"})
"""Differences that count only when a second run shows them, too."""


class AgainstBaseline:
    """A baseline and what knows the rules of tests: ``catalog``, or the shipped one."""

    def __init__(self, baseline: Baseline, catalog: Catalog | None) -> None:
        self._baseline = baseline
        self._catalog = catalog
        self._today = datetime.now(UTC).date()

    @cached_property
    def _rules(self) -> RuleBook:
        return rules_of_tests(load() if self._catalog is None else self._catalog)

    def begin(self, run: RunLine) -> None:
        """Follow what was renamed since the baseline was made."""
        self._baseline = followed(self._baseline, run)

    def in_its_light(self, alone: Record) -> TestLine:
        """Return the only test of a record, as XFAIL or XPASS where the baseline says so."""
        (line,) = alone.tests
        strict = alone.run.strict
        book = with_record(self._rules, alone)
        judgement = judge_test(line, self._baseline, self._today, book, strict=strict)
        return attributed(judgement, self._baseline, strict=strict).line

    def to_repeat(self, record: Record) -> list[str]:
        """Return the tests whose results differ, to be run again before that counts."""
        book = with_record(self._rules, record)
        found = judge(record, self._baseline, self._today, book).differences
        names = (
            name
            for one in found
            if one.kind in _RUN_AGAIN
            for name in one.tests or (one.id.partition(CHECK_MARK)[0],)
        )
        return [*dict.fromkeys(names)]

    def line(self, record: Record, path: str) -> BaselineLine | None:
        """Return how a whole run differs; ``path`` is where its record will be."""
        book = with_record(self._rules, record)
        return judged(record, self._baseline, self._today, book, record_path=path).baseline
