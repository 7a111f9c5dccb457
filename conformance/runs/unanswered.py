"""A request on which the server closes the connection each time is a defect of the server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.findings.blocking import RULES
from conformance.findings.classify import impact_shown
from conformance.record.model import CheckLine
from conformance.record.outcome import ended_by
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from conformance.findings.model import RuleBook
    from conformance.record.model import TestLine

CLOSED: Final = "closed"
"""The wire's word for a connection that ended without an answer."""


def was_closed(line: TestLine) -> bool:
    """Return whether a test ended because the server closed the connection on a request."""
    return ended_by(line, "transport") and line.fault_kind == CLOSED


def asked_again(first: TestLine, again: TestLine, book: RuleBook) -> TestLine:
    """Return the result of a test whose connection was closed, after its repeat.

    The target answers other requests meanwhile. Closed again on the same request: FAIL. A failure
    of another kind is what the repeat shows. Answered as it must be: still ERROR, for nobody knows
    who closed the connection.
    """
    if was_closed(again) and _unanswered(again) == _unanswered(first):
        return _failed(again, book)
    if again.verdict is Verdict.FAIL:
        return again
    return replace(first, reason=f"{first.reason}; asked again, the test ended in {again.verdict}")


def _unanswered(line: TestLine) -> tuple[str, str]:
    """Return step and operation of the request that was not answered."""
    last = next((one for one in reversed(line.exchanges) if one.response is None), None)
    return (last.step, last.operation) if last is not None else ("", "")


def _failed(line: TestLine, book: RuleBook) -> TestLine:
    position = next(
        (at for at, one in enumerate(line.exchanges) if one.response is None), len(line.exchanges)
    )
    if position == len(line.exchanges):
        return line
    lost = line.exchanges[position]
    rules = book.rules_of(line.id, f"{lost.step}.must.answer") or line.rules
    rule = RULES.get(lost.operation, "") if lost.role == "given" else ""
    check = CheckLine(
        id=f"{lost.step}.must.answer",
        verdict=CheckVerdict.FAIL,
        expected="an answer",
        got=lost.fault or "no answer",
        note="so twice, while other requests were answered",
        exchange=position,
        rule=rule or (rules[-1] if rules else ""),
    )
    failed = replace(
        line,
        verdict=Verdict.FAIL,
        reason=f"{lost.step}: the connection was closed without an answer, twice, "
        "while other requests were answered",
        cause=f"{lost.operation}: no answer ({line.fault_kind})",
        fault="endpoint",
        checks=(*line.checks, check),
    )
    return replace(failed, impact=impact_shown(failed, book))
