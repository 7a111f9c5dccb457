"""What a run says of the suite's own changes since its baseline was made."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from conformance.baseline.entries import CHECK_MARK
from conformance.baseline.expectations import counted, gone
from conformance.baseline.new_entries import accept_test
from conformance.baseline.text import entry_lines
from conformance.catalog.history.corrections import corrections_of
from conformance.record.baseline_line import SuiteChanges, SuiteFinding
from conformance.record.outcome import observed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.baseline.entries import Baseline
    from conformance.baseline.one_test import Difference
    from conformance.record.model import Record, TestLine

UPGRADE: Final = "s3-conformance baseline upgrade"
_INDENT: Final = "  "


def suite_changes(
    differences: Sequence[Difference], record: Record, baseline: Baseline, *, record_path: str
) -> SuiteChanges | None:
    """Return what the suite changed, with what follows for this server; None for nothing.

    ``differences`` are those that come of the suite alone.
    """
    counts = counted(baseline, record)
    lost = gone(baseline, record)
    if not (differences or lost or counts["changed"] or counts["new"] or counts["evidence"]):
        return None
    by_id = {test.id: test for test in record.tests}
    return SuiteChanges(
        since=baseline.since.catalogue,
        expects=counts["changed"],
        evidence=counts["evidence"],
        new=counts["new"],
        gone=len(lost),
        findings=tuple(
            _finding(one, by_id.get(one.id.partition(CHECK_MARK)[0]), strict=record.run.strict)
            for one in differences
        ),
        upgrade=f"{UPGRADE} {shlex.quote(baseline.file)} {shlex.quote(record_path)}",
    )


def _finding(one: Difference, test: TestLine | None, *, strict: bool) -> SuiteFinding:
    fails = test is not None and observed(test).acceptable(strict=strict)
    rows = corrections_of(test.id if test is not None else one.id)
    return SuiteFinding(
        kind=one.kind,
        id=one.id,
        line=one.entry.line if one.entry is not None else 0,
        text=one.text,
        fails=fails,
        corrections=tuple(str(row) for row in rows),
        accept=_accepting(one, test, strict=strict) if test is not None and fails else (),
    )


def _accepting(one: Difference, test: TestLine, *, strict: bool) -> tuple[str, ...]:
    """Return the lines that accept a test that fails now, as an update would write them."""
    entries = accept_test(test, checks=CHECK_MARK in one.id, reason="", strict=strict)
    wanted = [entry for entry in entries if CHECK_MARK not in one.id or entry.id == one.id]
    return tuple(line for entry in wanted for line in entry_lines(entry, _INDENT))
