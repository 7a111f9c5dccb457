"""The tests that failed in an earlier record, for ``--last-failed``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.options import LATEST
from conformance.record.outcome import observed
from conformance.record.reader import read
from conformance.runs.errors import UsageError

if TYPE_CHECKING:
    from conformance.record.model import Record


def failed_in(record: Record, *, strict: bool = False) -> frozenset[str]:
    """Return the ids of the tests that failed, whatever a baseline made of them."""
    return frozenset(
        test.id
        for test in record.tests
        if observed(test).failed(strict=strict) or test.verdict.failed(strict=strict)
    )


def last_failed(named: str, target: str, *, strict: bool) -> frozenset[str]:
    """Return the tests that failed in a record, by default the latest one of the target.

    Raises `UsageError` where there is none, or nothing failed in it.
    """
    path = Path(named) if named != LATEST else latest_record(target)
    if path is None:
        raise UsageError(f"no record of {target} in reports/{target}: name one, --last-failed=FILE")
    failed = failed_in(read(path), strict=strict)
    if not failed:
        raise UsageError(f"nothing failed in {path}")
    return failed


def latest_record(target: str) -> Path | None:
    """Return the record that was begun last in ``reports/<target>``; None where there is none."""
    found = sorted(Path("reports", target).glob("*/record.jsonl"), key=lambda one: one.parent.name)
    return found[-1] if found else None
