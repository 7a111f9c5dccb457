"""Ranks scenarios for ``run --budget`` by the faults that they catch in the proof.

    python -m conformance.prove.telling RECORD

RECORD is a whole run of the reference with one worker, which says how long each test takes. Writes
``specs/telling.json``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog.load import load
from conformance.faults.registry import rule_faults
from conformance.prove.kept import read
from conformance.record.reader import read as read_record
from conformance.runs.tier import TABLE
from conformance.vocabulary.impacts import IMPACTS
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog
    from conformance.prove.kept import KeptProof

PROOF: Final = Path("docs/reference/proof.jsonl")
_LEAST: Final = 0.001
"""Seconds; no test counts as quicker."""


def table(
    catalog: Catalog, kept: KeptProof, rule_of: Mapping[str, str], seconds: Mapping[str, float]
) -> list[list[object]]:
    """Return scenario, milliseconds and number of faults that it is the first to catch, in order.

    The worst impact comes first; within it always the scenario that catches most of what no
    earlier one catches, for the time of all its tests. The proof does not say which of them does.
    """
    known = {test.scenario.id for test in catalog.tests}
    open_faults: dict[str, dict[str, set[str]]] = {impact: {} for impact in IMPACTS}
    for name, fault in kept.faults.items():
        rule = catalog.rules.get(rule_of.get(name, name.partition("/")[0]))
        impact = rule.impact if rule is not None else "cosmetic"
        for scenario in fault.caught_by:
            if scenario in known:
                open_faults[impact].setdefault(scenario, set()).add(name)
    everything: dict[str, set[str]] = {}
    for by_test in open_faults.values():
        for test, names in by_test.items():
            everything.setdefault(test, set()).update(names)
    rows: list[list[object]] = []
    caught: set[str] = set()
    for impact in IMPACTS:
        left = {test: names - caught for test, names in open_faults[impact].items()}
        while any(left.values()):
            best = max(
                sorted(left),
                key=lambda name: len(left[name]) / max(seconds.get(name, 0.01), _LEAST),
            )
            new = everything[best] - caught
            rows.append([best, round(seconds.get(best, 0.01) * 1000, 1), len(new)])
            caught |= everything[best]
            left = {test: names - caught for test, names in left.items() if names - caught}
    return rows


def main(arguments: list[str]) -> int:
    """Write the table; return the exit code."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    catalog = load()
    record = read_record(Path(arguments[0]))
    seconds: dict[str, float] = {}
    for line in record.tests:
        seconds[line.scenario] = seconds.get(line.scenario, 0.0) + line.seconds
    rule_of = {fault.id: fault.rules[0] for fault in rule_faults(catalog).values()}
    rows = table(catalog, read(PROOF), rule_of, seconds)
    about = (
        "The scenarios that catch the planted faults of the proof, in the order in which a run"
        " with a budget takes them: scenario, milliseconds of all its tests on the reference,"
        " faults that no earlier one catches"
    )
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    head = f'"about": {json.dumps(about)},\n "suite": "{record.run.suite_version}"'
    text = f'{{{head},\n "tests": [\n{lines}\n]}}\n'
    (specs_root() / TABLE).write_text(text, encoding="utf-8")
    print(f"{len(rows)} scenarios, {sum(map(_milliseconds, rows)) / 1000:.1f} s on the reference")
    return 0


def _milliseconds(row: list[object]) -> float:
    return row[1] if isinstance(row[1], float) else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
