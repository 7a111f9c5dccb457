"""One request of a step with its answer: what was checked, and what the step saves of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.engine import answers
from conformance.engine.checks import check_answer, wants_status
from conformance.engine.step_results import AnswerKind

if TYPE_CHECKING:
    from conformance.engine.requests import Prepared
    from conformance.engine.step_results import Check
    from conformance.engine.value import Value
    from conformance.record.model import Role
    from conformance.wire.model import Answer, Exchange


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """One request that was sent, with its answer and what was found in it."""

    prepared: Prepared
    exchange: Exchange
    checks: tuple[Check, ...]
    """Empty where no answer came."""
    saved: dict[str, Value]
    lost: dict[str, str]
    """Names that got no value, with the reason."""

    @property
    def kind(self) -> AnswerKind:
        """What kind of answer came."""
        exchange, answer = self.exchange, self.exchange.answer
        operation = self.prepared.call.operation
        if answer is None:
            return AnswerKind(operation=operation)
        status = answers.status(operation, answer)[0]
        to_head = exchange.request.method == "HEAD"
        broke = answers.says_nothing(operation, answer, to_head=to_head)
        return AnswerKind(
            operation=operation,
            unsupported=status == 501 and not wants_status(self.prepared.step, 501),
            broke=broke,
            refused=not broke and status >= 400,
            said=answers.summary(operation, answer),
        )

    @property
    def was_lost(self) -> bool:
        """Whether an answer was waited for that did not come."""
        return self.exchange.answer is None and self.exchange.fault != "cut"


def checked(prepared: Prepared, exchange: Exchange, role: Role) -> CheckedRequest:
    """Return a request with what its answer shows; without an answer there is nothing to check."""
    answer = exchange.answer
    if answer is None:
        return CheckedRequest(prepared, exchange, (), {}, {})
    saved, lost = _saved(prepared, answer) if prepared.step.save else ({}, {})
    scope = prepared.scope.with_names(saved) if saved else prepared.scope
    checks = check_answer(prepared.step, prepared.name, answer, scope, role=role)
    return CheckedRequest(prepared, exchange, tuple(checks), saved, lost)


def _saved(prepared: Prepared, answer: Answer) -> tuple[dict[str, Value], dict[str, str]]:
    """Return the values that a step saves, and the reasons why others are not there."""
    operation = prepared.call.operation
    saved: dict[str, Value] = {}
    lost: dict[str, str] = {}
    fields = answers.read(operation, answer)
    for name, path in prepared.step.save.items():
        try:
            saved[name] = answers.saved(fields, path)
        except LookupError as error:
            came = answers.summary(operation, answer)
            lost[name] = f"{prepared.name} answered {came}, and {error} in it"
    return saved, lost
