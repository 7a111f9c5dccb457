"""What a run reports while it goes on: the interface of displays, how a run ended, and silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.findings.model import Finding
    from conformance.record.baseline_line import BaselineLine
    from conformance.record.model import ProblemLine, RunLine, TestLine
    from conformance.vocabulary.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended, for whoever shows it."""

    exit_code: int
    sentence: str
    counts: dict[Verdict, int]
    seconds: float
    requests: int = 0
    sent: int = 0
    """Bytes of all bodies."""
    longest: tuple[TestLine, ...] = ()
    """The tests that took longest, the longest first."""
    folder: Path
    """Where the record and the reports are; the empty path when the run keeps no files."""
    reports: bool
    """The reports could be written beside the record."""
    baseline: BaselineLine | None = None
    """How the run compares with its baseline, when it has one."""
    findings: tuple[Finding, ...] = ()
    """What the run shows, the worst first."""


class Display(Protocol):
    """Listens to a run."""

    def begin(self, run: RunLine) -> None:
        """Take notice of the run that begins, its target and its tests."""

    def began(self, test_id: str) -> None:
        """Take notice of a test that begins."""

    def test(self, line: TestLine) -> None:
        """Take notice of a test that ended."""

    def problem(self, line: ProblemLine) -> None:
        """Take notice of something that went wrong outside a test."""

    def end(self, ending: Ending) -> None:
        """Take notice of the end; nothing follows."""


class Silence:
    """Shows nothing; for whoever shows the run in another way."""

    def begin(self, run: RunLine) -> None:
        """Show nothing."""

    def began(self, test_id: str) -> None:
        """Show nothing."""

    def test(self, line: TestLine) -> None:
        """Show nothing."""

    def problem(self, line: ProblemLine) -> None:
        """Show nothing."""

    def end(self, ending: Ending) -> None:
        """Show nothing."""
