"""Compares one answer with a step's expectations; reports every check, not only the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.engine import answers
from conformance.engine.equivalent import both
from conformance.engine.errors import EngineError, MissingValue
from conformance.engine.matchers import ABSENT, Comparison, compare, comparison, describe
from conformance.engine.step_results import AnswerKind, Check
from conformance.engine.usual import usual
from conformance.engine.values import Scope, dig, evaluate, evaluate_names
from conformance.vocabulary.verdicts import CheckVerdict
from conformance.wire import remarks

if TYPE_CHECKING:
    from conformance.catalog.model import Expectation, Step, Strength
    from conformance.engine.value import Value
    from conformance.record.model import Role
    from conformance.wire.model import Answer

_VERDICTS: Final[Mapping[str, Mapping[str, CheckVerdict]]] = {
    "must": {
        "same": CheckVerdict.PASS,
        "variant": CheckVerdict.VARIANT,
        "different": CheckVerdict.FAIL,
    },
    "should": {
        "same": CheckVerdict.PASS,
        "variant": CheckVerdict.VARIANT,
        "different": CheckVerdict.WARN,
    },
    "observe": {
        "same": CheckVerdict.OBSERVED,
        "variant": CheckVerdict.OBSERVED,
        "different": CheckVerdict.OBSERVED,
    },
    "disputed": {
        "same": CheckVerdict.PASS,
        "variant": CheckVerdict.DISPUTED,
        "different": CheckVerdict.DISPUTED,
    },
}
_SAYS_STATUS: Final = frozenset({"status", "code", "message", "error"})
_SUCCESS: Final = "2xx"
_SETS_UP: Final = frozenset({"given", "set-up"})
HTTP: Final = "http"
"""The field of a check of the answer as HTTP, whatever the operation."""
_NAMED: Final = frozenset({"headers", "error", "xml"})
_CHOICES: Final = frozenset({"any_of", "one_of"})


def check_answer(step: Step, name: str, answer: Answer, scope: Scope, *, role: Role) -> list[Check]:
    """Return the checks of one answer.

    A step that says nothing of status, code or message must answer 2xx, so that a refusal never
    passes for an empty answer; where a success is expected its body must be readable, too. This
    also applies to a ``given`` step that only observes. A ``given`` step that succeeds must also
    contain what its operation always returns, see `conformance.engine.usual`.
    """
    fields = answers.read(step.operation, answer)
    found: list[Check] = []
    implied = _implied(step, given=role != "step")
    if implied is not None:
        always = usual(step.operation).status if role in _SETS_UP else None
        found += _checks(
            name, implied, "status", _status(step.operation, answer, always or _SUCCESS)
        )
    for expectation in step.expectations:
        found += _held(step, name, expectation, answer, fields, scope)
    if role in _SETS_UP:
        found += _usual(step, name, answer, fields)
    strength = implied or _strongest(step)
    if answer.problem and strength and answers.succeeded(step.operation, answer, readable=False):
        unreadable = comparison(same=False, expected="a readable answer", actual=ABSENT)
        found += _checks(name, strength, "answer", (replace(unreadable, got=answer.problem),))
    if answer.misnamed and strength:
        # Clients read the members whatever the root is called, so this alone fails no test; the
        # scenarios of the documents' shapes hold servers to the names.
        other = comparison(same=False, expected="the documented root element", actual=ABSENT)
        found += _checks(name, "should", "root", (replace(other, got=answer.misnamed),))
    found += _remarked(name, answer)
    if step.note:
        found = [one if one.verdict == "PASS" else one.noted(step.note) for one in found]
    return found


def _usual(step: Step, name: str, answer: Answer, fields: Mapping[str, Value]) -> list[Check]:
    """Return a check for each field that a success lacks, and its operation always gives."""
    if not answers.succeeded(step.operation, answer, readable=False):
        return []
    found = [
        check
        for path in usual(step.operation).fields
        for check in _checks(name, "must", path, (_present(fields, path),))
    ]
    return [one for one in found if one.verdict is not CheckVerdict.PASS]


def _present(fields: Mapping[str, Value], path: str) -> Comparison:
    try:
        value = dig(fields, tuple(path.split(".")))
    except LookupError:
        value = None
    return comparison(value not in (None, ""), "present", _there(value))


def _remarked(name: str, answer: Answer) -> list[Check]:
    """Return a check for each oddity of the answer as HTTP: one is a warning, others are shown."""
    found: list[Check] = []
    for remark in answer.remarks:
        strength: Strength = "should" if remark == remarks.UNASKED_FOR else "observe"
        plain = comparison(same=False, expected="one whole HTTP/1.1 answer", actual=ABSENT)
        shown = replace(plain, got=remark, note=remarks.MEANING[remark])
        found += _checks(name, strength, HTTP, (shown,))
    return found


def not_run(step: Step, missing: MissingValue) -> Check:
    """Return the check that reports a step that could not be sent."""
    strength = _strongest(step) or "must"
    return Check(
        step=step.name,
        strength=strength,
        field="run",
        verdict=_VERDICTS[strength]["different"],
        expected="the step is run",
        got=f"not run: {missing}",
        answer=AnswerKind(operation=step.operation),
    )


def wants_status(step: Step, status: int) -> bool:
    """Return whether a step names a status, or its class, among those that it expects."""
    for expectation in step.expectations:
        wanted = expectation.fields.get("status")
        if isinstance(wanted, Mapping):
            wanted = wanted.get("any_of", wanted.get("one_of"))
        choices = wanted if isinstance(wanted, list) else [wanted]
        if any(str(choice) in {str(status), f"{status // 100}xx"} for choice in choices):
            return True
    return False


def _implied(step: Step, *, given: bool) -> Strength | None:
    """Return the strength with which a 2xx answer is assumed; None when it is not."""
    if any(_SAYS_STATUS & set(expectation.fields) for expectation in step.expectations):
        return None
    strengths = {expectation.strength for expectation in step.expectations}
    if given or not strengths or "must" in strengths:
        return "must"
    return "should" if "should" in strengths else None


def _strongest(step: Step) -> Strength | None:
    order: tuple[Strength, ...] = ("must", "should", "disputed", "observe")
    strengths = {expectation.strength for expectation in step.expectations}
    return next((strength for strength in order if strength in strengths), None)


def _held(
    step: Step,
    name: str,
    expectation: Expectation,
    answer: Answer,
    fields: Mapping[str, Value],
    scope: Scope,
) -> list[Check]:
    found: list[Check] = []
    document: answers.Document | None = None
    for field, tree in expectation.fields.items():
        try:
            read = evaluate_names if field in _NAMED else evaluate
            expected = read(tree, scope)
        except MissingValue as missing:
            lost = Comparison(
                path="", agreement="different", expected=describe(tree), got=str(missing)
            )
            found += _checks(name, expectation.strength, field, (lost,))
            continue
        if field == "status":
            results = _status(step.operation, answer, expected)
        elif field == "xml":
            document = document or answers.Document(answer.body)
            results = _xml(document, expected)
        else:
            results = _field(field, expected, fields, answer)
        found += _checks(name, expectation.strength, field, results)
    return found


def _field(
    field: str, expected: Value, fields: Mapping[str, Value], answer: Answer
) -> tuple[Comparison, ...]:
    expected, value = both(field, expected, fields.get(field), fields)
    if field in ("code", "message") and isinstance(expected, list):
        expected = {"any_of": expected}
        results = tuple(replace(one, path="") for one in compare(_there(value), expected))
    else:
        results = compare(_there(value), expected)
    if answer.problem and value is None:
        results = tuple(
            one if one.agreement != "different" else replace(one, note=answer.problem)
            for one in results
        )
    return results


def _there(value: Value) -> object:
    return ABSENT if value is None else value


def _status(operation: str, answer: Answer, expected: Value) -> tuple[Comparison, ...]:
    """Compare the status; a list holds the one of S3 first, ``4xx`` means a class."""
    counted, note = answers.status(operation, answer)
    equal = False
    if isinstance(expected, Mapping) and len(expected) == 1 and set(expected) <= _CHOICES:
        equal = "one_of" in expected
        (expected,) = expected.values()
    if isinstance(expected, Mapping):
        results = compare(counted, expected)
    else:
        choices = list(expected) if isinstance(expected, list) else [expected]
        results = (_status_among(counted, choices, equal=equal),)
    got = str(counted or answer.status)
    if counted == 0:
        got = note
        note = ""
    if not note and all(one.got == got for one in results):
        return results  # as nearly all are
    return tuple(
        replace(one, got=got, note="; ".join(filter(None, (one.note, note)))) for one in results
    )


def _status_among(counted: int, choices: list[Value], *, equal: bool) -> Comparison:
    expected = " or ".join(str(choice) for choice in choices)
    for index, choice in enumerate(choices):
        text = str(choice)
        same = str(counted // 100) == text[0] if text.endswith("xx") else str(counted) == text
        if same and index and not equal:
            note = f"allowed, though Amazon S3 answers {choices[0]!s}"
            return replace(comparison(True, expected, counted, note), agreement="variant")
        if same:
            return comparison(same=True, expected=expected, actual=counted)
    return comparison(same=False, expected=expected, actual=counted)


def _xml(document: answers.Document, expected: Value) -> tuple[Comparison, ...]:
    if not isinstance(expected, Mapping):
        raise EngineError("xml takes a map of XPath to matcher")
    found: list[Comparison] = []
    for expression, wanted in expected.items():
        several = isinstance(wanted, list) or (
            isinstance(wanted, Mapping) and "unordered" in wanted
        )
        value = document.find(expression, several=several)
        found += [
            replace(one, path=f".{expression}{one.path}", note=one.note or document.problem)
            for one in compare(value, wanted)
        ]
    return tuple(found)


def _checks(
    name: str, strength: Strength, field: str, results: tuple[Comparison, ...]
) -> list[Check]:
    return [
        Check(
            step=name,
            strength=strength,
            field=field + one.path,
            verdict=_VERDICTS[strength][one.agreement],
            expected=one.expected,
            got=one.got,
            note=one.note,
        )
        for one in results
    ]
