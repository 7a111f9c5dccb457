"""Runs faults with tests, in one process."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from conformance.faults.model import FACE
from conformance.prove.model import FaultlessRun, Red, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.catalog.model import Test
    from conformance.faults.model import Fault, Seen
    from conformance.prove.testbed import FaultyTarget
    from conformance.record.model import TestLine


def faultless_run(
    testbed: FaultyTarget, tests: Sequence[Test], faults: Mapping[str, Fault]
) -> FaultlessRun:
    """Run tests without a fault, and return which of them each fault could change.

    A fault that touches no request of a test finds the same world and gets the same answers as
    none, so the test can't tell it from none.
    """
    by_operation: dict[str, list[Fault]] = defaultdict(list)
    verdicts: dict[str, str] = {}
    seconds: dict[str, float] = {}
    touched: dict[str, set[str]] = {name: set() for name in faults}
    for fault in faults.values():
        for operation in fault.operations:
            by_operation[operation].append(fault)
    with testbed.context() as context:
        for test in tests:
            line, seen = testbed.witness(test, context)
            verdicts[test.id], seconds[test.id] = line.verdict, line.seconds
            for name in _touching(seen, by_operation):
                touched[name].add(test.id)
    return FaultlessRun(
        green=frozenset(name for name, verdict in verdicts.items() if verdict == "PASS"),
        not_green={name: verdict for name, verdict in verdicts.items() if verdict != "PASS"},
        seconds=seconds,
        touched={name: frozenset(found) for name, found in touched.items()},
    )


def _touching(seen: Iterable[Seen], by_operation: Mapping[str, list[Fault]]) -> set[str]:
    found: set[str] = set()
    for one in seen:
        for fault in (*by_operation.get(one.operation, ()), *by_operation.get(FACE, ())):
            if fault.id not in found and fault.touches(one):
                found.add(fault.id)
    return found


def merged(parts: Sequence[FaultlessRun]) -> FaultlessRun:
    """Merge the runs of several parts of the tests."""
    touched: dict[str, frozenset[str]] = {}
    for part in parts:
        for fault, tests in part.touched.items():
            touched[fault] = touched.get(fault, frozenset()) | tests
    return FaultlessRun(
        green=frozenset().union(*(part.green for part in parts)),
        not_green={name: verdict for part in parts for name, verdict in part.not_green.items()},
        seconds={name: value for part in parts for name, value in part.seconds.items()},
        touched=touched,
    )


def trial(
    testbed: FaultyTarget,
    fault: str,
    tests: Sequence[Test],
    *,
    enough: Callable[[Sequence[Red]], bool] = lambda _reds: False,
) -> Trial:
    """Run tests with one fault, in separate buckets, until ``enough`` have failed."""
    started = time.perf_counter()
    red: list[Red] = []
    ran = 0
    with testbed.context() as context:
        for test in tests:
            line = testbed.run(test, context, fault)
            ran += 1
            if line.verdict in ("FAIL", "WARN"):
                red.append(_red(line))
                if enough(red):
                    break
    return Trial(
        fault=fault,
        tests=ran,
        red=tuple(red),
        crashes=testbed.crashes(fault),
        seconds=time.perf_counter() - started,
    )


def _red(line: TestLine) -> Red:
    failed = tuple(one.id for one in line.checks if one.verdict in ("FAIL", "WARN"))
    return Red(line.id, line.scenario, line.rules, line.verdict, failed)
