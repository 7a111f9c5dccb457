"""What a run shows of findings at its end, and of tests while it goes on: a screen, not a log."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from conformance.findings.model import IMPACTS
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.text import harmless
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.findings.model import Finding
    from conformance.record.model import TestLine

SHOWN: Final = 10
"""Findings at the end of a run, and tests while it goes on, that get a line of their own."""
_WIDTH: Final = 10
_INDENT: Final = 11


def finding_lines(found: Sequence[Finding], record: Path) -> tuple[str, ...]:
    """Return the ten worst findings of failed tests, and how to list the others; none for none."""
    failed = [one for one in found if one.verdict is Verdict.FAIL]
    if not failed:
        return ()
    counts = Counter(one.impact for one in failed)
    parts = [f"{counts[impact]} {impact}" for impact in IMPACTS if counts[impact]]
    noun = "finding" if len(failed) == 1 else "findings"
    lines = [f"{len(failed)} {noun} ({', '.join(parts)}):"]
    lines += [harmless(f"{one.impact:<{_WIDTH}} {one.title}") for one in failed[:SHOWN]]
    rest = f"and {len(failed) - SHOWN} more" if len(failed) > SHOWN else "more about them"
    lines.append(f"{rest}: s3-conformance findings {harmless(str(record))}")
    lines.append(contest_line())
    return tuple(lines)


class AttentionLines:
    """The lines of tests that need attention: the first ten in full, the others only counted."""

    def __init__(self) -> None:
        self._seen = 0

    def of(self, line: TestLine) -> tuple[str, ...]:
        """Return the lines of a test as it ends; none for one that is as expected."""
        if line.verdict.quiet:
            return ()
        self._seen += 1
        if self._seen > SHOWN + 1:
            return ()
        if self._seen > SHOWN:
            return ("more tests need attention; the findings follow at the end",)
        shown = [f"{line.verdict:<{_INDENT}} {line.id}", f"{'':<{_INDENT}} {harmless(line.said)}"]
        if line.verdict is Verdict.FAIL:
            shown.append(f"{'':<{_INDENT}} {contest_line(line.id)}")
        return tuple(shown)
