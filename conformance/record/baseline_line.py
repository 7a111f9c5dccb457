"""The line of a record about its baseline: where the run differs from it, and the suite since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FindingKind = Literal["new", "changed", "fixed", "vanished", "unmatched", "expired", "overlap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineFinding:
    """One thing in which a run differs from its baseline; each fails the run."""

    kind: FindingKind
    id: str
    """The test, or the check as ``test#step.strength.field``, or the entry that is wrong."""
    line: int
    """Line of the baseline, from 1; 0 for what stands nowhere in it."""
    text: str
    """One sentence."""
    mend: str
    """The one command that brings the baseline up to date in this point."""
    findings: tuple[str, ...] = ()
    """What a failing test shows and nobody accepted, each as ``rule/kind``; not in old records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFinding:
    """One difference from a baseline that comes of changes of the suite; it fails no run."""

    kind: FindingKind
    id: str
    line: int
    """Line of the baseline, from 1; 0 for what stands nowhere in it."""
    text: str
    """One sentence."""
    fails: bool
    """Whether the server fails the test now."""
    corrections: tuple[str, ...] = ()
    """Rows of the changelog of expectations about the test."""
    accept: tuple[str, ...] = ()
    """The lines of a baseline that accept it; empty where an entry only has to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteChanges:
    """What became of the tests since a baseline was made."""

    since: str
    """The catalogue of the baseline."""
    expects: int
    """Tests that send or expect something else."""
    evidence: int
    """Tests of which only the level, or the grades of their sources, changed."""
    new: int
    gone: int
    findings: tuple[SuiteFinding, ...]
    upgrade: str
    """The command that rewrites the baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineLine:
    """The baseline that a run was held against, and what it found."""

    file: str
    sha256: str
    entries: int
    as_expected: int
    """Tests that are XFAIL because an entry says so."""
    findings: tuple[BaselineFinding, ...]
    suite: SuiteChanges | None = None
    """None where the suite did not change, or where that can't be known."""
    type: Literal["baseline"] = "baseline"
