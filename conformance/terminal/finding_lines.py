"""What a run shows of findings at its end, and of tests while it goes on: a screen, not a log."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from conformance.terminal.detail import MANY
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.impacts import IMPACTS
from conformance.vocabulary.text import harmless
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.findings.model import Finding
    from conformance.record.model import TestLine
    from conformance.terminal.detail import Detail

SHOWN: Final = 10
"""Findings at the end of a run that get a line of their own."""
SHOWN_TESTS: Final = 5
"""Tests while it goes on that do."""
_WIDTH: Final = 10
_INDENT: Final = 11


def finding_lines(
    found: Sequence[Finding], record: Path, detail: Detail = "normal"
) -> tuple[str, ...]:
    """Return the ten worst findings of failed tests, and how to list the others; none for none.

    With ``-v`` all of them, with ``-q`` none but their number.
    """
    failed = [one for one in found if one.verdict is Verdict.FAIL]
    if not failed:
        return ()
    counts = Counter(one.impact for one in failed)
    parts = [f"{counts[impact]} {impact}" for impact in IMPACTS if counts[impact]]
    noun = "finding" if len(failed) == 1 else "findings"
    counted = f"{len(failed)} {noun} ({', '.join(parts)})"
    if detail == "quiet":
        return (f"{counted}: s3-conformance findings {harmless(str(record))}",)
    shown = MANY if detail == "verbose" else SHOWN
    lines = [f"{counted}:"]
    lines += [harmless(f"{one.impact:<{_WIDTH}} {one.title}{_lone(one)}") for one in failed[:shown]]
    rest = f"and {len(failed) - shown} more" if len(failed) > shown else "more about them"
    lines.append(f"{rest}: s3-conformance findings {harmless(str(record))}")
    lines.append(contest_line())
    return tuple(lines)


def _lone(finding: Finding) -> str:
    """Say so where one author alone saw Amazon S3 do what the finding asks for."""
    return f" (one witness: {finding.lone_witness})" if finding.lone_witness else ""


class AttentionLines:
    """The lines of tests that need attention: the first few in full, the others only counted.

    ``most`` is how many; with ``-v`` every test has a line, with ``-q`` none.
    """

    def __init__(self, detail: Detail = "normal", most: int = SHOWN_TESTS) -> None:
        self._seen = 0
        self._detail = detail
        self._most = MANY if detail == "verbose" else most

    def of(self, line: TestLine) -> tuple[str, ...]:
        """Return the lines of a test as it ends; none for one that is as expected."""
        if self._detail == "quiet":
            return ()
        if line.verdict.quiet:
            if self._detail == "normal":
                return ()
            return (f"{line.verdict:<{_INDENT}} {line.id} ({line.seconds:.2f} s)",)
        self._seen += 1
        if self._seen > self._most + 1:
            return ()
        if self._seen > self._most:
            return ("more tests need attention; the findings follow at the end",)
        more = [harmless(text) for text in (line.title, line.said) if text]
        shown = [f"{line.verdict:<{_INDENT}} {line.id}"]
        shown += [f"{'':<{_INDENT}} {text}" for text in more]
        if line.verdict is Verdict.FAIL:
            shown.append(f"{'':<{_INDENT}} {contest_line(line.id)}")
        return tuple(shown)
