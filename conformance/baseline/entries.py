"""The accepted deviations of a target, and what a test comes to in their light. Pure.

An entry names tests, or single checks of them as ``test#step.strength.field``. In names of tests
``*`` stands for anything but a slash, in names of checks for anything but a full stop; ``**``
stands for anything. All tests of a scenario are ``scenario[*]``: its id alone may be a test's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from conformance.baseline.since import Since
from conformance.record.outcome import ended_by, observed, out_of_budget, undone
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from conformance.record.model import CheckLine, FindingKind, TestLine

CHECK_MARK: Final = "#"
_BY_CHECKS: Final = frozenset({"FAIL", "WARN", "VARIANT"})
"""Failing verdicts that follow from checks alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One accepted deviation."""

    id: str
    allowed: tuple[Verdict, ...]
    """``is``: what each of its tests, or checks, comes to."""
    because: str
    bug: str = ""
    until: date | None = None
    """The last day on which it holds; None for ever."""
    line: int = 0
    """Where it begins in its file, from 1."""

    @property
    def tests(self) -> str:
        """The part of the id that names tests."""
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
        """Tell whether a test of that id is meant."""
        tests = self.tests
        if "*" not in tests:
            return tests == test_id
        return _pattern(tests, "/").fullmatch(test_id) is not None

    def names_check(self, check_id: str) -> bool:
        """Tell whether a check of that id is meant, within a test that is."""
        return _pattern(self.checks, ".").fullmatch(check_id) is not None

    def expired(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A test that came to a verdict when the baseline was made."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the baseline says; ``entry`` is None where none speaks of it."""

    kind: FindingKind
    id: str
    text: str
    entry: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestJudgement:
    """A test with the verdict that its baseline makes of it."""

    line: TestLine
    differences: tuple[Difference, ...] = ()
    used: frozenset[int] = frozenset()
    """Positions of the entries that spoke of the test, or of one of its checks."""


def bad_checks(test: TestLine, *, strict: bool) -> tuple[CheckLine, ...]:
    """Return the checks that make the test fail."""
    return tuple(check for check in test.checks if check.verdict.failed(strict=strict))


def judge_test(test: TestLine, baseline: Baseline, today: date, *, strict: bool) -> TestJudgement:
    """Return the test as XFAIL or XPASS where the baseline says so, and what differs from it.

    XFAIL stands for a failure that is accepted in all its parts, XPASS for a success where a
    failure was accepted. A fault of the suite itself is never accepted. Of a test that the run's
    budget did not reach nothing is said.
    """
    if out_of_budget(test):
        return TestJudgement(line=undone(test))
    return _TestJudge(undone(test), baseline, today, strict=strict).judgement()


class _TestJudge:
    def __init__(self, test: TestLine, baseline: Baseline, today: date, *, strict: bool) -> None:
        self._test = test
        self._today = today
        self._strict = strict
        self._named = [
            (at, one) for at, one in enumerate(baseline.entries) if one.names_test(test.id)
        ]
        self._differences: list[Difference] = []
        self._used: set[int] = set()

    def judgement(self) -> TestJudgement:
        test = self._test
        if test.verdict is Verdict.FLAKY:
            # Neither what an entry says nor its contrary: nothing differs.
            return TestJudgement(line=test, used=frozenset(at for at, _ in self._named))
        ours = ended_by(test, "suite")
        whole = [] if ours else [one for one in self._named if not one[1].checks]
        parts = [] if ours else [one for one in self._named if one[1].checks]
        # Where no check was come to, nothing is said about how those of an entry are called.
        unchecked = test.verdict in {"BLOCKED", "ERROR"}
        self._used.update(at for at, one in self._named if unchecked or not one.checks)
        covered = self._parts(parts, reports_new=not whole)
        verdict = self._whole([one for _, one in whole]) if whole else covered
        if verdict is None:
            verdict = test.verdict
            if self._fails(verdict) and not any(d.kind == "new" for d in self._differences):
                self._differ("new", test.id, f"{verdict}: {test.reason}")
        line = test
        if verdict != test.verdict:
            line = replace(test, verdict=verdict, observed=test.verdict)
        return TestJudgement(
            line=line, differences=tuple(self._differences), used=frozenset(self._used)
        )

    def _fails(self, verdict: Verdict) -> bool:
        return verdict.acceptable(strict=self._strict)

    def _differ(self, kind: FindingKind, name: str, text: str, entry: Entry | None = None) -> None:
        self._differences.append(Difference(kind=kind, id=name, text=text, entry=entry))

    def _whole(self, entries: list[Entry]) -> Verdict:
        """Judge the test by the entries that are about all of it."""
        test = self._test
        entry, expired = self._first(entries, test.id)
        came = test.verdict
        if came in entry.allowed and not expired:
            return Verdict.XFAIL if self._fails(came) else came
        return self._different(entry, test.id, came, test.reason)

    def _different(self, entry: Entry, name: str, came: Verdict, reason: str) -> Verdict:
        """Note why an entry does not hold, and return the verdict that stands then."""
        wanted = " or ".join(entry.allowed)
        if came in entry.allowed:
            text = f"accepted until {entry.until}, still {came}: {reason}"
            self._differ("expired", name, text, entry)
        elif came.not_run:
            text = f"expected {wanted}, not judged: {came}, {reason}"
            self._differ("vanished", name, text, entry)
        elif self._fails(came):
            self._differ("changed", name, f"expected {wanted}, now {came}: {reason}", entry)
        else:
            self._differ("fixed", name, f"expected {wanted}, now {came}", entry)
            return Verdict.XPASS
        return came

    def _parts(self, entries: list[tuple[int, Entry]], *, reports_new: bool) -> Verdict | None:
        """Judge the checks by the entries about single ones; None when they decide nothing."""
        test = self._test
        if test.verdict.not_run:
            for at, entry in entries:
                self._used.add(at)
                text = f"its test was not judged: {test.verdict}, {test.reason}"
                self._differ("vanished", f"{test.id}{CHECK_MARK}{entry.checks}", text, entry)
            return None
        verdicts, left = self._checked(entries)
        by_checks = self._fails(test.verdict) and test.verdict in _BY_CHECKS
        if reports_new and verdicts and by_checks:
            for check in left:
                name = f"{test.id}{CHECK_MARK}{check.id}"
                self._differ("new", name, f"expected {check.expected}, got {check.got}")
        if not self._fails(test.verdict):
            return Verdict.XPASS if Verdict.XPASS in verdicts else None
        if any(map(self._fails, verdicts)):
            return test.verdict
        return Verdict.XFAIL if by_checks and Verdict.XFAIL in verdicts and not left else None

    def _checked(self, entries: list[tuple[int, Entry]]) -> tuple[set[Verdict], list[CheckLine]]:
        """Return what the named checks come to, and the failing ones that nobody names."""
        left: list[CheckLine] = []
        verdicts: set[Verdict] = set()
        for check in self._test.checks:
            speaking = [(at, one) for at, one in entries if one.names_check(check.id)]
            self._used.update(at for at, _ in speaking)
            if speaking and check.verdict != "OBSERVED":
                verdicts.add(self._part(check, [one for _, one in speaking]))
            elif check.verdict.failed(strict=self._strict):
                left.append(check)
        return verdicts, left

    def _part(self, check: CheckLine, entries: list[Entry]) -> Verdict:
        """Judge one check: XFAIL, XPASS, or the verdict that it has."""
        name = f"{self._test.id}{CHECK_MARK}{check.id}"
        entry, expired = self._first(entries, name)
        came = check.verdict.of_test
        if came in entry.allowed and not expired:
            return Verdict.XFAIL if self._fails(came) else came
        reason = f"expected {check.expected}, got {check.got}"
        return self._different(entry, name, came, reason)

    def _first(self, entries: list[Entry], name: str) -> tuple[Entry, bool]:
        """Return the entry that counts, and whether it has expired; note those that disagree."""
        living = [one for one in entries if not one.expired(self._today)]
        first = (living or entries)[0]
        for other in living[1:]:
            if set(other.allowed) != set(first.allowed):
                text = (
                    f"line {first.line} expects {' or '.join(first.allowed)} of {name}, "
                    f"this line {' or '.join(other.allowed)}"
                )
                self._differ("overlap", other.id, text, other)
        return first, not living


def members(entry: Entry, test: TestLine) -> Iterator[tuple[str, Verdict]]:
    """Yield what an entry means in a test that it names: exact ids with what they came to."""
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
