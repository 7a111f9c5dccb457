"""The accepted deviations of a target. Pure.

An entry names a finding, which any number of tests may show, or it names tests, or single checks of
them as ``test#step.strength.field``. In names of tests ``*`` means anything but a slash, in
names of checks for anything but a full stop; ``**`` means anything. All tests of a scenario
are ``scenario[*]``: its id alone may be a test's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from conformance.baseline.since import Since
from conformance.record.outcome import observed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from conformance.baseline.named_finding import NamedFinding
    from conformance.record.model import TestLine
    from conformance.vocabulary.verdicts import Verdict

CHECK_MARK: Final = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted deviation."""

    id: str
    """What it names; ``rule/kind`` for a finding."""
    allowed: tuple[Verdict, ...]
    """``is``: what each of its tests, or checks, comes to."""
    because: str
    finding: NamedFinding | None = None
    """The finding that it accepts, in whichever tests show it."""
    seen: str = ""
    """A test that shows the finding; empty where nobody wrote one."""
    bug: str = ""
    until: date | None = None
    """The last day on which it holds; None for ever."""
    line: int = 0
    """Where it begins in its file, from 1."""

    @property
    def tests(self) -> str:
        """The part of the id that matches tests."""
        return self.id.partition(CHECK_MARK)[0]

    @property
    def checks(self) -> str:
        """The part that names checks; empty when the entry is about tests as a whole."""
        return self.id.partition(CHECK_MARK)[2]

    @property
    def exact(self) -> bool:
        """Whether the id holds no wildcard."""
        return "*" not in self.id

    def names_test(self, test_id: str) -> bool:
        """Return whether a test of that id is meant."""
        if self.finding is not None:
            return False
        tests = self.tests
        if "*" not in tests:
            return tests == test_id
        return _pattern(tests, "/").fullmatch(test_id) is not None

    def names_check(self, check_id: str) -> bool:
        """Return whether a check of that id is meant, within a test that is."""
        return _pattern(self.checks, ".").fullmatch(check_id) is not None

    def expired(self, today: date) -> bool:
        """Return whether its last day is over."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A test that had a verdict when the baseline was made."""

    id: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A baseline file, read."""

    file: str
    sha256: str
    target: str
    """Empty for any."""
    entries: tuple[Entry, ...]
    judged: tuple[Judged, ...]
    since: Since = field(default_factory=Since)
    """The catalogue of which it was made."""


def members(entry: Entry, test: TestLine) -> Iterator[tuple[str, Verdict]]:
    """Yield what an entry accepts in a test that it matches: exact ids with their results."""
    if not entry.checks:
        yield test.id, observed(test)
        return
    if observed(test).not_run:
        return
    for check in test.checks:
        if check.verdict != "OBSERVED" and entry.names_check(check.id):
            yield f"{test.id}{CHECK_MARK}{check.id}", check.verdict.of_test


@lru_cache(maxsize=4096)
def _pattern(text: str, level: str) -> re.Pattern[str]:
    wild = {"**": ".*", "*": f"[^{re.escape(level)}]*"}
    pieces = re.split(r"(\*\*|\*)", text)
    return re.compile("".join(wild.get(piece, re.escape(piece)) for piece in pieces), re.DOTALL)
