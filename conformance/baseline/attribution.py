"""Decides whether a difference from a baseline is due to the server, the suite, or both. Pure.

The suite changed a test when it is new or its digests are others than the baseline has. What
differs in such a test comes of the suite, unless something that the suite left alone shows it: a
check with the digest that it had before fails now, or a test whose requests are the same gets no
answer any more. Then both changed, and the server's part counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.baseline.entries import CHECK_MARK
from conformance.baseline.expectations import gone
from conformance.baseline.one_test import bad_checks
from conformance.baseline.since import digests
from conformance.record.outcome import ended_by, observed, undone
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.baseline.entries import Baseline
    from conformance.baseline.one_test import Difference, TestJudgement
    from conformance.record.model import CheckLine, Record, TestLine
    from conformance.vocabulary.expected import Expected

_ITS_OWN: Final = frozenset({"expired", "overlap"})
"""Kinds that are about the baseline itself, whatever server and suite do."""
_BOTH: Final = "; the suite changed this test, too, but not the part that shows it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributed:
    """Differences, separated by origin: server or suite."""

    line: TestLine
    """With a verdict that does not count against the run where only the suite made it fail."""
    server: tuple[Difference, ...]
    """Comes of the server, or of both."""
    suite: tuple[Difference, ...]


def attributed(judgement: TestJudgement, baseline: Baseline, *, strict: bool) -> Attributed:
    """Return the differences in one test, separated by origin."""
    test = judgement.line
    change = baseline.since.change(test.id, test.expects)
    if change == "new" and any(one.id == test.id for one in baseline.judged):
        change = "unknown"  # it was there, such as a scenario of the user's own
    ours = ended_by(test, "suite")
    if ours or change in {"same", "unknown"} or not judgement.differences:
        return Attributed(line=test, server=judgement.differences, suite=())
    before = baseline.since.expected.get(test.id)
    server, suite = [], []
    for one in judgement.differences:
        if one.kind in _ITS_OWN:
            server.append(one)
        elif before is not None and _shown_by_the_same(one, test, before, strict=strict):
            server.append(replace(one, text=f"{one.text}{_BOTH}"))
        else:
            suite.append(one)
    line = test if server else _accepted(test, strict=strict)
    return Attributed(line=line, server=tuple(server), suite=tuple(suite))


def of_no_test(
    differences: Iterable[Difference], baseline: Baseline, record: Record
) -> tuple[list[Difference], list[Difference]]:
    """Return those of the server, then those of the suite, among what no test of the record shows.

    An entry, or a judged test, that names nothing any more is the suite's change when the baseline
    knew the test, and today's catalogue does not; so is an entry about a check that is gone from
    tests that changed. A finding that no test shows any more is fixed by the suite where the test
    that the entry was seen in is gone, or is not checked for all that it was checked for.
    """
    lost = gone(baseline, record)
    by_id = {test.id: test for test in record.tests}
    server: list[Difference] = []
    suite: list[Difference] = []
    for one in differences:
        test = by_id.get(one.id)
        if one.kind == "vanished" and test is not None:
            by_suite = _not_run_by_suite(test, baseline)
        elif one.kind == "fixed" and one.entry is not None and one.entry.seen:
            seen = by_id.get(one.entry.seen)
            by_suite = one.entry.seen in lost if seen is None else _asked_less(seen, baseline)
        elif one.kind == "unmatched" and one.entry is not None:
            entry = one.entry
            named = [test for test in record.tests if entry.names_test(test.id)]
            by_suite = (
                any(entry.names_test(name) for name in lost)
                if not named
                else all(
                    baseline.since.change(test.id, test.expects) in {"changed", "new"}
                    for test in named
                )
            )
        else:
            by_suite = one.id in lost
        (suite if by_suite else server).append(one)
    return server, suite


def _asked_less(test: TestLine, baseline: Baseline) -> bool:
    """Return whether a check that a test had when the baseline was made is not made any more."""
    before, now = baseline.since.expected.get(test.id), digests(test.expects)
    changed = baseline.since.change(test.id, test.expects) == "changed"
    return changed and (before is None or now is None or not _all_made(before, now))


def _all_made(before: Expected, now: Expected) -> bool:
    """Return whether every check of before is still made."""
    return bool(before.checks) and set(before.checks) <= set(now.checks)


def _not_run_by_suite(test: TestLine, baseline: Baseline) -> bool:
    before, now = baseline.since.expected.get(test.id), digests(test.expects)
    changed = baseline.since.change(test.id, test.expects) == "changed"
    return changed and before is not None and now is not None and before.requests != now.requests


def _shown_by_the_same(one: Difference, test: TestLine, before: Expected, *, strict: bool) -> bool:
    """Return whether a difference is shown by a part of the test that is as it was before."""
    now = digests(test.expects)
    same_requests = now is not None and now.requests == before.requests
    came = observed(test)
    if came.not_run or came in {Verdict.ERROR, Verdict.BLOCKED}:
        return same_requests
    check = one.id.partition(CHECK_MARK)[2]
    if check:
        shown = [line for line in test.checks if line.id == check]
    elif one.kind == "fixed" or not _worse(one, came):
        # It fails no more, or less: the server's doing where every check that it had is still made.
        return now is not None and _all_made(before, now)
    else:
        shown = [line for line in bad_checks(test, strict=strict) if line.verdict.of_test is came]
    return any(_as_before(line, before) for line in shown)


def _worse(one: Difference, came: Verdict) -> bool:
    """Return whether a failing test is worse than its entry expected it to be."""
    if one.entry is None:
        return True
    return all(_RANK.get(came, 0) > _RANK.get(allowed, 0) for allowed in one.entry.allowed)


_RANK: Final = {Verdict.VARIANT: 1, Verdict.WARN: 2, Verdict.FAIL: 3}


def _as_before(check: CheckLine, before: Expected) -> bool:
    return bool(check.expects) and check.expects in before.checks


def _accepted(test: TestLine, *, strict: bool) -> TestLine:
    """Return the test with a verdict that does not count against the run."""
    plain = undone(test)
    if not plain.verdict.acceptable(strict=strict):
        return plain
    return replace(plain, verdict=Verdict.XFAIL, observed=plain.verdict)
