"""What a record amounts to: counts, exit code, and the sentence that says why. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, get_args

from conformance.record.baseline_line import FindingKind
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.record.baseline_line import BaselineFinding
    from conformance.record.model import Fault, Record, TestLine

OUT_OF_BUDGET: Final = "budget"
"""The ``fault_kind`` of a test that was not run because the budget was used up."""
_NO_ANSWER: Final = frozenset({"refused", "dns"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended, in numbers and in one sentence."""

    exit_code: int
    counts: dict[Verdict, int]
    """Tests by verdict; verdicts that nobody has are left out."""
    sentence: str
    missing: tuple[str, ...]
    """Ids of selected tests that have no line."""


def observed(test: TestLine) -> Verdict:
    """Return the result of a test, whatever a baseline made of it."""
    return test.observed or test.verdict


def undone(test: TestLine) -> TestLine:
    """Return the test as it was before any baseline."""
    return replace(test, verdict=observed(test), observed=None)


def missing_tests(record: Record) -> tuple[str, ...]:
    """Return the ids of selected tests that have no line."""
    present = {test.id for test in record.tests}
    return tuple(name for name in record.run.selected if name not in present)


def out_of_budget(test: TestLine) -> bool:
    """Return whether a test was not run because the budget of the run was used up."""
    return test.fault_kind == OUT_OF_BUDGET and observed(test) is Verdict.SKIP


def within_budget(record: Record) -> Record:
    """Return the record as if its options had left out what its budget did not reach."""
    unrun = {test.id for test in record.tests if out_of_budget(test)}
    if not unrun:
        return record
    run = replace(
        record.run,
        selected=tuple(name for name in record.run.selected if name not in unrun),
        left_out=(*record.run.left_out, *sorted(unrun)),
    )
    tests = tuple(test for test in record.tests if test.id not in unrun)
    return replace(record, run=run, tests=tests)


def whole(record: Record) -> bool:
    """Return whether a run came to its end, with a line for every selected test."""
    ended = record.end is not None and not record.end.interrupted
    return ended and not missing_tests(record)


def outcome(record: Record, *, strict: bool | None = None) -> Outcome:
    """Judge a record; ``strict`` defaults to what the run was begun with.

    The exit code is 5 when nothing was selected, else 4 when a test ended by our own fault, else 3
    when the target could not be reached, else 1 when anything is not as expected: a finding of the
    baseline, a failing verdict, a selected test without a line, an interrupted run, or not one test
    carried through. 4 and 3 are also taken from the record's end, where the run gave up for a
    reason that no test of it shows.
    """
    counts: Counter[Verdict] = Counter(test.verdict for test in record.tests)
    missing = missing_tests(record)
    code, sentence = _judge(
        record, counts, missing, strict=record.run.strict if strict is None else strict
    )
    return Outcome(exit_code=code, counts=dict(counts), sentence=sentence, missing=missing)


def _judge(
    record: Record, counts: Counter[Verdict], missing: tuple[str, ...], *, strict: bool
) -> tuple[int, str]:
    if not record.run.selected and not record.tests:
        return ExitCode.NOTHING_SELECTED, "No test was selected."
    gave_up = _gave_up(record)
    if gave_up is not None:
        return gave_up
    if record.baseline is not None and record.baseline.findings:
        return (
            ExitCode.DIFFERS,
            f"Differs from the baseline: {findings_counted(record.baseline.findings)}.",
        )
    parts = [
        f"{counts[verdict]} {verdict}"
        for verdict in Verdict
        if verdict.failed(strict=strict) and counts[verdict]
    ]
    if record.run.flaky_fails and counts[Verdict.FLAKY]:
        parts.append(f"{counts[Verdict.FLAKY]} {Verdict.FLAKY}")
    if parts:
        return (
            ExitCode.DIFFERS,
            f"Not as expected: {', '.join(parts)} of {_tests(len(record.tests))}.",
        )
    if not whole(record):
        return ExitCode.DIFFERS, _cut_short(record, len(missing))
    if not any(counts[verdict] for verdict in Verdict if verdict.passed):
        return (
            ExitCode.DIFFERS,
            f"Nothing was shown: none of {_tests(len(record.tests))} was completed.",
        )
    return ExitCode.EXPECTED, f"As expected: {_tests(len(record.tests))}."


def _gave_up(record: Record) -> tuple[int, str] | None:
    """Return 4 or 3, and why; None for a run that could do its work."""
    ours = [test for test in record.tests if ended_by(test, "suite")]
    if ours:
        return (
            ExitCode.OUR_FAULT,
            f"{_tests(len(ours))} ended by a fault of the suite: {ours[0].reason}",
        )
    beyond = fault_beyond_tests(record)
    if beyond == ExitCode.OUR_FAULT:
        return ExitCode.OUR_FAULT, "The run, or a part of it, was ended by a fault of the suite."
    lost = _unreachable(record)
    if lost is not None:
        return ExitCode.UNREACHABLE, f"The target could not be reached: {lost.reason}"
    if beyond == ExitCode.UNREACHABLE:
        return ExitCode.UNREACHABLE, "The run, or a part of it, could not reach the target."
    return None


def _cut_short(record: Record, missing: int) -> str:
    if not missing:
        return "Cut short: the run did not come to its end, or a part is missing."
    total = max(len(record.run.selected), len(record.tests))
    return f"Cut short: {missing} of {_tests(total)} have no verdict."


def fault_beyond_tests(record: Record) -> int:
    """Return 4 or 3 when a run ended in it for what none of its tests shows; else 0.

    What a test shows is tested with the tests: a baseline may accept it.
    """
    code = record.end.exit_code if record.end is not None else ExitCode.EXPECTED
    if code == ExitCode.OUR_FAULT and not any(test.fault == "suite" for test in record.tests):
        return code
    if code == ExitCode.UNREACHABLE and not any(map(_shows_nobody, record.tests)):
        return code
    return ExitCode.EXPECTED


def findings_counted(findings: Iterable[BaselineFinding]) -> str:
    """Return ``2 new, 1 fixed``: findings by kind, in the order in which they are shown."""
    counts = Counter(one.kind for one in findings)
    return ", ".join(f"{counts[kind]} {kind}" for kind in get_args(FindingKind) if counts[kind])


def _unreachable(record: Record) -> TestLine | None:
    """Return a test that shows that nobody listens, or that nobody ever answered."""
    lost = [test for test in record.tests if ended_by(test, "transport")]
    for test in lost:
        if _shows_nobody(test):
            return test
    answered = any(
        exchange.response is not None for test in record.tests for exchange in test.exchanges
    )
    return lost[0] if lost and not answered else None


def _shows_nobody(test: TestLine) -> bool:
    """Return whether a test alone shows that nothing is listening."""
    return test.fault == "transport" and test.fault_kind in _NO_ANSWER


def ended_by(test: TestLine, fault: Fault) -> bool:
    """Return whether a test is ERROR, and who is to blame for it."""
    return test.verdict is Verdict.ERROR and test.fault == fault


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"
