"""Compares what tests expected when a baseline was made with what they expect now. Pure.

A baseline keeps the version of its catalogue and the digests of its tests. With those of a record
they show what happened to each test since then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.baseline.since import digests
from conformance.catalog.history.renamed import renames

if TYPE_CHECKING:
    from conformance.baseline.entries import Baseline
    from conformance.record.model import Record, RunLine, TestLine
    from conformance.vocabulary.expected import Expected


def gone(baseline: Baseline, record: Record) -> tuple[str, ...]:
    """Return the tests of a baseline that today's catalogue does not have.

    Of scenario files of the user's own nothing is gone: a run has those that it was given.
    """
    if not record.run.catalog_version or not any(test.expects for test in record.tests):
        return ()
    known = _known(record.run)
    return tuple(name for name in baseline.since.expected if name not in known)


def counted(baseline: Baseline, record: Record) -> Counter[str]:
    """Count the record's tests by what happened to them.

    ``changed`` are those that send or expect something else, ``evidence`` those of which only the
    level or the grades of the sources changed.
    """
    found: Counter[str] = Counter()
    for test in record.tests:
        change = baseline.since.change(test.id, test.expects)
        if change == "changed" and not _expects_otherwise(test, baseline.since.expected[test.id]):
            found["evidence"] += 1
        else:
            found[change] += 1
    return found


def _expects_otherwise(test: TestLine, before: Expected) -> bool:
    now = digests(test.expects)
    if now is None:
        return False
    parts = (now.requests, now.checks) != (before.requests, before.checks)
    # Of a property nothing is known but its whole.
    return parts or not now.checks


def followed(baseline: Baseline, run: RunLine) -> Baseline:
    """Return the baseline with today's ids in place of renamed ones.

    An id that the run still has stays as it is.
    """
    known, table = _known(run), renames()
    if not table.pairs:
        return baseline

    def now(name: str) -> str:
        return name if name in known else table.now(name)

    since = baseline.since
    return replace(
        baseline,
        entries=tuple(replace(one, id=entry_now(one.id, known)) for one in baseline.entries),
        judged=tuple(replace(one, id=now(one.id)) for one in baseline.judged),
        since=replace(
            since, expected={now(name): digest for name, digest in since.expected.items()}
        ),
    )


def entry_now(name: str, known: frozenset[str]) -> str:
    """Return the id of an entry with today's names of its tests."""
    test, mark, check = name.partition("#")
    return name if test in known else f"{renames().now(test)}{mark}{check}"


def _known(run: RunLine) -> frozenset[str]:
    return frozenset((*run.selected, *run.left_out))


def known_tests(record: Record) -> frozenset[str]:
    """Return the ids of all tests of the catalogue with which a record was made."""
    return _known(record.run)
