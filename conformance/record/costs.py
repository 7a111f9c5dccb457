"""What the dearest tests cost, measured once: a table that keeps parts of a run equally long.

    python -m conformance.record.costs RECORD...

A cost is in requests; 512 KiB of bodies count as one. It is read off records, of several the most
for each test, and written to ``specs/costs.json``, which release and catalogue go with.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.record.model import Record, TestLine

LEAST: Final = 15
"""Below it a test is like most others, and a hash spreads it well enough."""
_A_REQUEST: Final = 512 * 1024
_FILE: Final = "costs.json"


@cache
def dear_tests() -> Mapping[str, int]:
    """Return the costs of the dearest tests by id, the dearest first."""
    found: dict[str, int] = json.loads((specs_root() / _FILE).read_text(encoding="utf-8"))
    return found


def measured(records: Iterable[Record]) -> dict[str, int]:
    """Return the table that records show."""
    costs: dict[str, int] = {}
    for test in (test for record in records for test in record.tests):
        costs[test.id] = max(costs.get(test.id, 0), _cost(test))
    dear = [(name, cost) for name, cost in costs.items() if cost >= LEAST]
    return dict(sorted(dear, key=lambda one: (-one[1], one[0])))


def _cost(test: TestLine) -> int:
    requests, sent = test.requests, test.sent
    if not requests and test.search is not None:
        requests, sent = test.search.requests, test.search.bytes
    return round(requests + sent / _A_REQUEST)


if __name__ == "__main__":
    from conformance.record.reader import read

    table = measured(read(Path(name)) for name in sys.argv[1:])
    (specs_root() / _FILE).write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
