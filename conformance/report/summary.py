"""Summarises a record in sentences and counts, for all reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.record.outcome import findings_counted
from conformance.report.words import (
    IMPACTS,
    VERDICTS,
    impact_rank,
    number,
)
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.verdicts import NOT_RUN, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.findings.model import Finding
    from conformance.record.baseline_line import BaselineFinding
    from conformance.record.model import Record, TestLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Tests with the same result for the same reason."""

    text: str
    verdict: str
    impact: str
    """The worst among its tests."""
    tests: tuple[TestLine, ...]
    rules: tuple[str, ...]
    finding: Finding | None = None
    """The finding that it is; None for tests of which none could be made."""

    @property
    def reason(self) -> str:
        """Return the first test's reason where it says more than the cause; else empty."""
        return self.reason_of(self.tests[0])

    def reason_of(self, test: TestLine) -> str:
        """Return a test's reason where it says more than the cause; else empty."""
        return "" if test.reason in self.text else test.said

    @property
    def mix(self) -> str:
        """Say how many of the tests have which impact; empty when all have the same."""
        return "" if len({test.impact for test in self.tests}) == 1 else _impacts(self.tests)

    @property
    def rank(self) -> int:
        """Return 0 for the worst impact, rising."""
        return impact_rank(self.impact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A record in short. All texts are plain, unescaped."""

    warning: str
    """Why the rest is not the whole truth (cut short, interrupted, …); empty when it is."""
    sentence: str
    """The verdict in plain English."""
    further: tuple[str, ...]
    """Sentences on what else there is to say: warnings, and what was not tested."""
    counts: dict[str, int]
    """Tests a verdict, in the order of reports, without zeros; `NOT_RUN` among them."""
    failures: tuple[Cause, ...]
    """FAIL, one for each finding, by impact, then by number of tests."""
    unexpected: tuple[Cause, ...]
    """XPASS: the baseline has to be brought up to date."""
    untested: tuple[Cause, ...]
    """ERROR and BLOCKED."""
    recommendations: tuple[Cause, ...]
    """WARN: a SHOULD that is not followed."""
    not_run: tuple[str, ...]
    """Ids of tests that were selected and have no line, in the order of selection."""

    delta: str
    """How the run differs from its baseline; empty when it does not, or has none."""
    strict: bool
    """The run took an allowed other answer and a missed SHOULD for failures."""

    @property
    def judged(self) -> int:
        """Count the tests with a verdict on the endpoint."""
        return sum(count for name, count in self.counts.items() if _tested(name))

    @property
    def good(self) -> bool:
        """Return whether nothing failed, and the run is complete and has tested something."""
        bad = any(VERDICTS[name].kind in {"bad", "untested"} for name in self.counts)
        bad = bad or (self.strict and bool({"WARN", "VARIANT"} & self.counts.keys()))
        return not (self.warning or bad or self.delta) and self.judged > 0


def summarize(record: Record, found: Sequence[Finding] | None = None) -> Summary:
    """Summarise a record; never raises, even if parts of the record are missing.

    ``found`` are its findings; by default those that can be made of the record alone.
    """
    if found is None:
        found = findings_of(record)
    ended = {test.id for test in record.tests}
    not_run = tuple(dict.fromkeys(id_ for id_ in record.run.selected if id_ not in ended))
    verdicts = Counter(test.verdict for test in record.tests)
    counts: dict[str, int] = {name: verdicts[name] for name in Verdict if verdicts[name]}
    if not_run:
        counts[NOT_RUN] = len(not_run)
    failures = _found(record.tests, Verdict.FAIL, found)
    return Summary(
        warning=_warning(record, len(not_run)),
        sentence=_sentence(record, counts, failures),
        further=tuple(_further(counts, strict=record.run.strict)),
        counts=counts,
        failures=failures,
        unexpected=_causes(record.tests, "XPASS"),
        untested=_causes(record.tests, "ERROR", "BLOCKED"),
        recommendations=_found(record.tests, Verdict.WARN, found),
        not_run=not_run,
        delta=_delta(record),
        strict=record.run.strict,
    )


def _tested(name: str) -> bool:
    return name != NOT_RUN and Verdict(name).tested


def findings_of(record: Record) -> tuple[Finding, ...]:
    """Return the findings that can be made of a record alone."""
    return findings(record, book_of(record, None))


def by_test(found: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Return the findings that each test shows, the most specific first."""
    shown: dict[str, tuple[Finding, ...]] = {}
    for one in found:
        for test in one.tests:
            shown[test] = (*shown.get(test, ()), one)
    return shown


def _delta(record: Record) -> str:
    baseline = record.baseline
    if baseline is None or not baseline.findings:
        return ""
    return f"Differs from {baseline.file}: {findings_counted(baseline.findings)}."


def _warning(record: Record, missing: int) -> str:
    total = len(record.tests) + missing
    ended = f"{len(record.tests):,} of {number(total, 'selected test')} ended"
    if record.end is None:
        return f"This run was cut short: {ended}, and the rest of this page is about those only."
    if record.end.interrupted and not missing:
        ended = f"{number(len(record.tests), 'test')} ended"
        return f"This run did not end, or a part of it is missing: {ended}."
    if record.end.interrupted:
        return f"This run was interrupted: {ended}, and the rest of this page is about those only."
    if record.end.exit_code == ExitCode.UNREACHABLE:
        return f"The endpoint could not be reached: {ended}."
    if record.end.exit_code == ExitCode.OUR_FAULT:
        return f"s3-conformance itself failed during this run: {ended}."
    if missing:
        return f"This run is incomplete: {ended}."
    return ""


def _sentence(record: Record, counts: dict[str, int], failed: Sequence[Cause]) -> str:
    target = record.run.target
    total = sum(counts.values())
    judged = sum(count for name, count in counts.items() if _tested(name))
    if not judged:
        return f"Nothing can be said about {target}: none of {number(total, 'test')} was completed."
    tests = number(judged, "test" if judged == total else "completed test")
    failures = counts.get("FAIL", 0)
    if failures:
        levels = {test.level for test in record.tests if test.verdict == "FAIL"}
        broken = "a MUST" if levels == {"MUST"} else "a documented rule"
        verb = "shows" if failures == 1 else "show"
        said = f"{failures:,} of {tests} {verb} that {target} breaks {broken}"
        return f"{said}: {number(len(failed), 'finding')} ({_impacts(failed)})."
    if counts.get("PASS", 0) == total:
        return (
            f"All {tests} pass on {target}." if total > 1 else f"The one test passes on {target}."
        )
    if counts.get("XFAIL"):
        return (
            f"None of {tests} shows that {target} breaks a MUST beyond what the baseline accepts."
        )
    return f"None of {tests} shows that {target} breaks a MUST."


def _impacts(failed: Iterable[TestLine | Cause]) -> str:
    found = Counter(one.impact for one in failed)
    parts = []
    for impact in sorted(found, key=impact_rank):
        words = IMPACTS.get(impact, impact)
        copula = ("is " if found[impact] == 1 else "are ") if impact == "cosmetic" else ""
        parts.append(f"{found[impact]:,} {copula}{words}")
    return ", ".join(parts)


def _further(counts: dict[str, int], *, strict: bool) -> Iterable[str]:
    verbs = {
        "XFAIL": ("fails as the baseline expects", "fail as the baseline expects"),
        "XPASS": (
            "passes although the baseline expects a failure",
            "pass although the baseline expects a failure",
        ),
        "WARN": ("does not follow a SHOULD", "do not follow a SHOULD"),
        "VARIANT": (
            "got an allowed answer that differs from Amazon S3's",
            "got an allowed answer that differs from Amazon S3's",
        ),
        "DISPUTED": (
            "has sources that contradict each other",
            "have sources that contradict each other",
        ),
    }
    for name, (one, many) in verbs.items():
        if count := counts.get(name):
            yield f"{number(count, 'test')} {one if count == 1 else many}."
    if strict and (counts.get("WARN") or counts.get("VARIANT")):
        yield "The run was strict: WARN and VARIANT count as failures."
    untested = {
        "BLOCKED": "blocked because a set-up step failed",
        "ERROR": "ended by an error of the connection or of this tool",
        "SKIP": "skipped because the server lacks the feature",
        "UNSUPPORTED": "not supported by the endpoint or its profile",
        NOT_RUN: "not run to the end",
    }
    parts = [f"{counts[name]:,} {words}" for name, words in untested.items() if counts.get(name)]
    if parts:
        count = sum(counts.get(name, 0) for name in untested)
        yield f"{number(count, 'test has', 'tests have')} no verdict: {', '.join(parts)}."


def _found(
    tests: Sequence[TestLine], verdict: Verdict, found: Sequence[Finding]
) -> tuple[Cause, ...]:
    """Return a cause for each finding, and for what came to none as `_causes` does.

    Tests that a baseline accepts are no failures of this run.
    """
    lines = {test.id: test for test in tests if test.verdict is verdict}
    causes = []
    for one in found:
        members = tuple(lines[name] for name in one.tests if name in lines)
        if one.verdict is verdict and members:
            causes.append(
                Cause(
                    text=one.title,
                    verdict=verdict,
                    impact=one.impact,
                    tests=members,
                    rules=(one.rule,),
                    finding=one,
                )
            )
    shown = {test.id for cause in causes for test in cause.tests}
    rest = [test for test in lines.values() if test.id not in shown]
    return tuple(sorted([*causes, *_causes(rest, verdict)], key=_place))


def _place(cause: Cause) -> tuple[int, int]:
    return impact_rank(cause.impact), -len(cause.tests)


def _causes(tests: Iterable[TestLine], *verdicts: str) -> tuple[Cause, ...]:
    groups: dict[tuple[str, str], list[TestLine]] = {}
    for test in tests:
        if test.verdict in verdicts:
            text = test.cause or test.reason or "no reason recorded"
            groups.setdefault((test.verdict, text), []).append(test)
    causes = [
        Cause(
            text=text,
            verdict=verdict,
            impact=min((test.impact for test in members), key=impact_rank),
            tests=tuple(members),
            rules=tuple(dict.fromkeys(rule for test in members for rule in test.rules)),
        )
        for (verdict, text), members in groups.items()
    ]
    return tuple(sorted(causes, key=_place))


def beyond_tests(record: Record) -> tuple[BaselineFinding, ...]:
    """Return what differs from the baseline and is not a failed test of the record already."""
    if record.baseline is None:
        return ()
    strict = record.run.strict
    failed = {test.id for test in record.tests if test.verdict.failed(strict=strict)}
    found = record.baseline.findings
    return tuple(one for one in found if one.id.partition("#")[0] not in failed)
