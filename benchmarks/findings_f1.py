"""How well findings put together what people put together: pairwise F1 on nine published records.

    python -m benchmarks.findings_f1

The measure is the hand-written tables of docs/explanation/findings, as they were at one commit (see
`findings_data`). Of the tests that failed and stand in exactly one row, every pair is looked at: is
it one finding, and is it one row? Precision is the part of the pairs of one finding that share a
row, recall the part of the pairs of one row that share a finding. Printed for the rules as the
catalogue knows them and for what the record says alone.
"""

from __future__ import annotations

import fnmatch
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.findings_data import DATA, SERVERS
from conformance.catalog.load import load
from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.record.reader import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.catalog.model import Catalog
    from conformance.findings.model import Finding
    from conformance.record.model import Record


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall over pairs of tests."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(server: str, catalog: Catalog | None) -> tuple[Score, int]:
    """Return how well the findings of a server's record fit its page, and how many they are."""
    record = read(DATA / f"{server}.jsonl.gz")
    found = [one for one in findings(record, book_of(record, catalog)) if one.verdict == "FAIL"]
    return compared(_rows(server, record), first_findings(found)), len(found)


def compared(rows: Mapping[str, int], groups: Mapping[str, str]) -> Score:
    """Compare two ways of putting tests together; a test without a group is one by itself."""
    both = ours = theirs = 0
    for one, other in itertools.combinations(rows, 2):
        row = rows[one] == rows[other]
        group = groups.get(one, one) == groups.get(other, other)
        both += row and group
        ours += group
        theirs += row
    return Score(both / ours if ours else 1.0, both / theirs if theirs else 1.0)


def first_findings(found: Iterable[Finding]) -> dict[str, str]:
    """Map each test to the first finding that names it."""
    first: dict[str, str] = {}
    for finding in found:
        for test in finding.tests:
            first.setdefault(test, finding.id)
    return first


def names(reference: str, test: str) -> bool:
    """Tell whether a reference of a page (a test, a scenario, a pattern) means a test."""
    scenario = test.partition("[")[0]
    if reference in {test, scenario}:
        return True
    pattern = reference.replace("[", "[[]")
    return "*" in reference and any(fnmatch.fnmatchcase(one, pattern) for one in (test, scenario))


def _rows(server: str, record: Record) -> dict[str, int]:
    """Map each failed test that stands in exactly one row to the number of that row."""
    table = json.loads((DATA / f"{server}.rows.json").read_text(encoding="utf-8"))
    rows: dict[str, set[int]] = defaultdict(set)
    for test in record.tests:
        if test.verdict != "FAIL":
            continue
        for number, row in enumerate(table):
            if any(names(reference, test.id) for reference in row["tests"]):
                rows[test.id].add(number)
    return {test: min(numbers) for test, numbers in rows.items() if len(numbers) == 1}


def main() -> None:
    """Print a line for each server, and the averages."""
    print(f"{'':12}  {'rules of the catalogue':32}  rules of the record alone")
    ways = (load(), None)
    totals: list[list[Score]] = [[], []]
    for server in SERVERS:
        cells = []
        for way, total in zip(ways, totals, strict=True):
            found, count = score(server, way)
            total.append(found)
            cells.append(
                f"P {found.precision:.2f}  R {found.recall:.2f}  F1 {found.f1:.2f}  {count:3}"
            )
        print(f"{server:12}  {cells[0]:32}  {cells[1]}")
    averages = [sum(one.f1 for one in total) / len(total) for total in totals]
    print(f"{'average':12}  {f'F1 {averages[0]:.3f}':32}  F1 {averages[1]:.3f}")


if __name__ == "__main__":
    main()
