"""How many planted faults do the tests of `run --budget` catch? The curve over time.

    python -m benchmarks.budget_curve RECORD [15 30 60 120]

RECORD is a whole run of the reference with one worker: it says how long each test takes, and the
budget is dealt out by that clock, so that the load of a machine at one moment does not count. A
fault is caught where all tests of a scenario are run that catches it in the proof
(docs/reference/proof.jsonl, which does not say which of them does).
"""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.catalog.load import load
from conformance.faults.registry import rule_faults
from conformance.prove.kept import read as read_proof
from conformance.record.reader import read
from conformance.runs.tier import Budget, Spending, ordered

PROOF = Path(__file__).parents[1] / "docs" / "reference" / "proof.jsonl"


def main(arguments: list[str]) -> int:
    """Print one line a budget."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    catalog = load()
    took = {line.id: line.seconds for line in read(Path(arguments[0])).tests}
    print(f"all {len(took):,} tests: {sum(took.values()):.1f} s")
    rules = {fault.id: fault.rules[0] for fault in rule_faults(catalog).values()}
    caught = {name: set(one.caught_by) for name, one in read_proof(PROOF).faults.items()}
    caught = {name: tests for name, tests in caught.items() if tests}
    losses = {
        name
        for name in caught
        if (rule := catalog.rules.get(rules.get(name, name.partition("/")[0]))) is not None
        and rule.impact == "data-loss"
    }
    print("| budget | tests run | data-loss faults | all faults |")
    print("|---|--:|--:|--:|")
    for seconds in arguments[1:] or ["15", "30", "60", "120"]:
        now = 0.0
        spending = Spending(Budget.parse(f"{seconds}s"), clock=lambda: now, begun=0.0)  # noqa: B023 - asked within this round
        run: set[str] = set()
        for test in ordered(catalog.tests):
            if test.id in took and not spending.refuses(test):
                run.add(test.id)
                now += took[test.id]
        left = {test.scenario.id for test in catalog.tests if test.id not in run}
        whole = {test.scenario.id for test in catalog.tests} - left
        found = {name for name, scenarios in caught.items() if scenarios & whole}
        print(
            f"| {seconds} s | {len(run):,} | {len(found & losses)} of {len(losses)} "
            f"| {len(found):,} of {len(caught):,} |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
