"""Compares the result of one test with a baseline. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.baseline.by_finding import acceptance
from conformance.baseline.entries import CHECK_MARK
from conformance.baseline.named_finding import deviations_of, rules_shown
from conformance.record.outcome import ended_by, out_of_budget, undone
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from conformance.baseline.by_finding import Acceptance
    from conformance.baseline.entries import Baseline, Entry
    from conformance.findings.model import Deviation, RuleBook
    from conformance.record.baseline_line import FindingKind
    from conformance.record.model import CheckLine, TestLine

_BY_CHECKS: Final = frozenset({"FAIL", "WARN", "VARIANT"})
"""Failing verdicts that follow from checks alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference from the baseline; ``entry`` is None if no entry concerns it."""

    kind: FindingKind
    id: str
    text: str
    entry: Entry | None = None
    findings: tuple[str, ...] = ()
    """What a failing test shows that is not accepted, each as ``rule/kind``."""
    tests: tuple[str, ...] = ()
    """Tests that would show it, when it is not about a test itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestJudgement:
    """A test with its verdict after comparison with the baseline."""

    line: TestLine
    differences: tuple[Difference, ...] = ()
    used: frozenset[int] = frozenset()
    """Positions of the entries that spoke of the test, or of one of its checks."""


def bad_checks(test: TestLine, *, strict: bool) -> tuple[CheckLine, ...]:
    """Return the checks that make the test fail."""
    return tuple(check for check in test.checks if check.verdict.failed(strict=strict))


def judge_test(
    test: TestLine, baseline: Baseline, today: date, book: RuleBook, *, strict: bool
) -> TestJudgement:
    """Return the test as XFAIL or XPASS where the baseline says so, and what differs from it.

    XFAIL stands for a failure that is accepted in all its parts, XPASS for a success where a
    failure was accepted. A fault of the suite itself is never accepted. An entry about a test as a
    whole decides alone; else entries by finding decide where they speak of anything that the test
    shows, with those about its checks; and else those about checks. Of a test that the run's
    budget did not reach nothing is said.
    """
    if out_of_budget(test):
        return TestJudgement(line=undone(test))
    return _TestJudge(undone(test), baseline, today, book, strict=strict).judgement()


class _TestJudge:
    def __init__(
        self, test: TestLine, baseline: Baseline, today: date, book: RuleBook, *, strict: bool
    ) -> None:
        self._test = test
        self._entries = tuple(enumerate(baseline.entries))
        self._book = book
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
            return self._flaky()
        ours = ended_by(test, "suite")
        whole = [] if ours else [one for one in self._named if not one[1].checks]
        parts = [] if ours else [one for one in self._named if one[1].checks]
        shown = deviations_of(test, self._book)
        said = acceptance(test, shown, self._entries, self._today)
        # Where no check was come to, nothing is said about how those of an entry are called.
        unchecked = test.verdict in {"BLOCKED", "ERROR"}
        self._used.update(at for at, one in self._named if unchecked or not one.checks)
        self._used.update(said.used)
        covered = self._parts(parts, reports_new=not whole and not said.speaks)
        verdict = self._verdict([one for _, one in whole], said, parts, covered)
        if verdict is None:
            verdict = test.verdict
            if self._fails(verdict) and not self._differences_of("new"):
                keys = _keys(shown)
                self._differ("new", test.id, f"{verdict}: {test.reason}", findings=keys)
        line = test
        if verdict != test.verdict:
            line = replace(test, verdict=verdict, observed=test.verdict)
        return TestJudgement(
            line=line, differences=tuple(self._differences), used=frozenset(self._used)
        )

    def _flaky(self) -> TestJudgement:
        """Return a test that is neither what an entry says nor its contrary: nothing differs."""
        rules = rules_shown(self._test)
        by_finding = {at for at, one in self._entries if one.finding and one.finding.rule in rules}
        used = {at for at, _ in self._named} | by_finding
        return TestJudgement(line=self._test, used=frozenset(used))

    def _verdict(
        self,
        whole: list[Entry],
        said: Acceptance,
        parts: list[tuple[int, Entry]],
        covered: Verdict | None,
    ) -> Verdict | None:
        """Return what the entries that count make of the test; None where none speaks of it."""
        if whole:
            return self._whole(whole)
        if said.speaks:
            return self._by_finding(said, parts)
        return covered

    def _by_finding(self, said: Acceptance, parts: list[tuple[int, Entry]]) -> Verdict:
        """Judge the test by what it shows: accepted only where all of it is."""
        test = self._test
        if not self._fails(test.verdict):
            return test.verdict
        missing = [one for one in said.missing if not self._checks_accepted(one, parts)]
        for entry in said.expired:
            text = f"accepted until {entry.until}, still {test.verdict}: {test.reason}"
            self._differ("expired", entry.id, text, entry)
        for entry in said.otherwise:
            wanted = " or ".join(entry.allowed)
            text = f"{entry.id} is expected to be {wanted}, now {test.verdict}: {test.reason}"
            self._differ("changed", test.id, text, entry)
        if missing:
            keys = _keys(missing)
            text = f"{test.verdict}, beside what is accepted: {', '.join(keys)}; {test.reason}"
            self._differ("new", test.id, text, findings=keys)
        accepted = not missing and not said.expired and not said.otherwise
        return Verdict.XFAIL if accepted else test.verdict

    def _checks_accepted(self, one: Deviation, parts: list[tuple[int, Entry]]) -> bool:
        """Return whether entries about checks accept each check that shows a deviation."""
        return all(
            any(
                entry.names_check(field.check.id)
                and not entry.expired(self._today)
                and field.check.verdict.of_test in entry.allowed
                for _, entry in parts
            )
            for field in one.failure.fields
        )

    def _differences_of(self, kind: FindingKind) -> list[Difference]:
        return [one for one in self._differences if one.kind == kind]

    def _fails(self, verdict: Verdict) -> bool:
        return verdict.acceptable(strict=self._strict)

    def _differ(
        self,
        kind: FindingKind,
        name: str,
        text: str,
        entry: Entry | None = None,
        findings: tuple[str, ...] = (),
    ) -> None:
        self._differences.append(
            Difference(kind=kind, id=name, text=text, entry=entry, findings=findings)
        )

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
            text = f"expected {wanted}, not tested: {came}, {reason}"
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
                text = f"its test was not tested: {test.verdict}, {test.reason}"
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


def _keys(shown: Sequence[Deviation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one.key) for one in shown if one.key.rule))
