"""Which areas and tests of a run send most: the bytes of the bodies of their requests.

    python benchmarks/bytes.py RECORD [--tests 20] [--markdown]

Reads a record (of this release or later), adds up by folder of specs/scenarios, and lists the tests
that send most. ``--markdown`` prints the table of docs/explanation/speed.md.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.properties.law import AREA
from conformance.record.reader import read

if TYPE_CHECKING:
    from conformance.record.model import TestLine

_MIB = 2**20


def area(test: TestLine) -> str:
    """Return the area of a test: the folder of its scenario's file, or ``property``."""
    return AREA.rstrip("/") if test.id.startswith(AREA) else Path(test.file).parent.name


def measure() -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("record", type=Path)
    parser.add_argument("--tests", type=int, default=20, help="how many tests to list")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    tests = read(options.record).tests
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for test in tests:
        row = totals[area(test)]
        row[0] += 1
        row[1] += test.requests
        row[2] += test.sent
    rows = sorted(totals.items(), key=lambda one: -one[1][2])
    if options.markdown:
        print("| area | tests | requests | MiB |\n|---|--:|--:|--:|")
        for name, (count, requests, sent) in rows:
            print(f"| {name} | {count:,} | {requests:,} | {sent / _MIB:,.1f} |")
        return
    for name, (count, requests, sent) in rows:
        print(f"{sent / _MIB:8.1f} MiB  {requests:6,} requests  {count:5,} tests  {name}")
    print(f"{sum(test.sent for test in tests) / _MIB:8.1f} MiB in all\n")
    for test in sorted(tests, key=lambda one: -one.sent)[: options.tests]:
        print(f"{test.sent / _MIB:8.1f} MiB  {test.requests:6,} requests  {test.id}")


if __name__ == "__main__":
    measure()
