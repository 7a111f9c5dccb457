"""From the checks of a test to its verdict, the reason in one line, and the key of its cause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import single_steps
from conformance.engine.check_sentences import sentence
from conformance.engine.shown_values import shorten
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.catalog.model import Step
    from conformance.engine.step_results import Check
    from conformance.record.model import Fault

_WORST_FIRST: Final[tuple[Verdict, ...]] = (
    Verdict.FAIL,
    Verdict.WARN,
    Verdict.VARIANT,
    Verdict.DISPUTED,
)
"""DISPUTED stands last: it never fails a run, and must not hide what a strict run fails."""

OTHER_MATTERS: Final = frozenset(
    {"RequestTimeTooSkewed", "ExpiredToken", "TokenRefreshRequired", "RequestExpired"}
)
"""Error codes about the clock, or about a session that has ended."""
_TIMES: Final = frozenset({"date", "x-amz-date"})
SAVED: Final = "<id>"
"""Stands in causes for a value that the target made up and a step saved."""
_WORD: Final = re.compile(r'"?<[a-z]+>"?')

_LONGEST_CAUSE: Final = 160
_FIELDS_OF_CAUSE: Final = 2
_LONGEST_PART: Final = 4096
"""Characters of a text that are looked at for a cause, so that a key of 1,024 bytes is whole."""
_VOLATILE: Final = (
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"<redacted:[0-9a-f]{8}>"), "<redacted>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-fA-F]{16,}\b"), "<hex>"),
    (
        # Only where such a run begins: what an endpoint sends may be one run from end to end.
        re.compile(
            r"(?<![A-Za-z0-9+/_.~=-])"
            r"(?=[A-Za-z0-9+/_.~=-]*\d)(?=[A-Za-z0-9+/_.~=-]*[A-Z])[A-Za-z0-9+/_.~=-]{20,}"
        ),
        "<id>",
    ),
)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The result of a test."""

    verdict: Verdict
    reason: str
    cause: str = ""
    fault: Fault = ""
    """Who broke the test; see `TestLine.fault`. Empty where the verdict says so."""
    fault_kind: str = ""
    more: int = 0
    """Checks beside the one in the reason that did not hold either."""


def of_steps(checks: Sequence[Check], own: Mapping[str, str]) -> Conclusion:
    """Conclude from the checks of tested steps: the worst of them decides.

    ``own`` maps what is peculiar to this test (its key, its bucket) to a word for it, so that one
    cause reads the same in all tests.
    """
    for verdict in _WORST_FIRST:
        worst = [one for one in checks if one.verdict.of_test is verdict]
        if worst:
            reason = shorten(sentence(worst))
            cause = cause_of(worst, own)
            return Conclusion(verdict=verdict, reason=reason, cause=cause, more=len(worst) - 1)
    held = sum(one.verdict == "PASS" for one in checks)
    if not held:
        return Conclusion(Verdict.PASS, "nothing was to hold; what came is shown")
    return Conclusion(Verdict.PASS, "the check holds" if held == 1 else f"all {held} checks hold")


def of_given(
    checks: Sequence[Check], own: Mapping[str, str], claimed: Sequence[str]
) -> Conclusion | None:
    """Conclude from a set-up; None if it succeeded.

    A failed one is BLOCKED; where the test needs nothing but what the target claims (``claimed``
    then names it), it is a FAIL: a claimed capability that can't be exercised.
    """
    failed = [one for one in checks if one.verdict == "FAIL"]
    if not failed:
        return None
    reason, cause = f"set-up: {shorten(sentence(failed))}", cause_of(failed, own)
    if claimed:
        return Conclusion(
            Verdict.FAIL,
            f"declared {', '.join(claimed)} can't be used; {reason}",
            cause,
            more=len(failed) - 1,
        )
    return Conclusion(Verdict.BLOCKED, reason, cause, more=len(failed) - 1)


def unsupported(checks: Iterable[Check], needs: Sequence[str]) -> Conclusion | None:
    """Conclude UNSUPPORTED if the first difference is an unexpected 501.

    So it is where a refusal was expected, too: a server that does not implement the operation never
    looked at the request.
    """
    amiss = [one for one in checks if not one.verdict.allowed]
    # A recommendation that was not followed before says nothing of an operation that is missing.
    failed = (one for one in amiss if one.verdict.of_test is Verdict.FAIL)
    first = next(failed, amiss[0] if amiss else None)
    if first is None or not first.answer.unsupported:
        return None
    what = f" ({', '.join(needs)})" if needs else ""
    reason = f"{first.step} answered 501: the target does not implement it{what}"
    return Conclusion(Verdict.UNSUPPORTED, reason, f"{first.answer.operation}: 501")


def of_feature(checks: Sequence[Check], own: Mapping[str, str], reason: str) -> Conclusion:
    """Conclude from the steps of a feature that is applied, rejected or ignored.

    ``reason`` is why the profile says that it is ignored; empty when it does not.
    """
    first = next((one for one in checks if one.verdict.of_test is Verdict.FAIL), None)
    if first is None:
        return Conclusion(Verdict.PASS, "it is honoured")
    text = f"{first.step}: {first.field} is {first.got}"
    if first.answer.refused:
        return Conclusion(Verdict.PASS, shorten(f"it is refused, as it may be: {text}"))
    if first.answer.broke:
        cause = cause_of([first], own)
        return Conclusion(Verdict.BLOCKED, shorten(f"no answer to what was asked: {text}"), cause)
    cause = cause_of([first], own)
    if reason:
        return Conclusion(
            Verdict.DISPUTED, shorten(f"ignored, as the profile says: {reason}"), cause
        )
    more = f"{text}, expected {first.expected}"
    return Conclusion(Verdict.FAIL, shorten(f"accepted, and without effect: {more}"), cause)


def cause_of(worst: Sequence[Check], own: Mapping[str, str]) -> str:
    """Return the key that groups equal causes: operation, fields, expected and got in short."""
    step = worst[0].step
    same = [one for one in worst if one.step == step][:_FIELDS_OF_CAUSE]
    parts = [
        f"{one.field} is {_plain(one.got[:_LONGEST_PART], own)}, "
        f"expected {_plain(one.expected[:_LONGEST_PART], own)}"
        for one in same
    ]
    text = f"{worst[0].answer.operation}: {'; '.join(parts)}"
    return text if len(text) <= _LONGEST_CAUSE else text[: _LONGEST_CAUSE - 1] + "…"


def _plain(text: str, own: Mapping[str, str]) -> str:
    """Put words in the place of what is peculiar to a test; what has a name of its own first."""
    longest_first = sorted(own, key=len, reverse=True)
    for value in longest_first:
        if own[value] != SAVED:
            text = text.replace(value, own[value])
    text = _without_volatile(text)
    for value in longest_first:
        rest = _without_volatile(value)
        if own[value] == SAVED and not _WORD.fullmatch(rest):
            text = text.replace(rest, SAVED)
    return text


def _without_volatile(text: str) -> str:
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return text


def without_answer(text: str, operation: str, fault: str) -> Conclusion:
    """Conclude from a request to which no answer came; ``fault`` is the wire's word for it."""
    cause = f"{operation}: no answer ({fault})"
    return Conclusion(Verdict.ERROR, f"no answer to {text}", cause, "transport", fault)


def of_another_matter(checks: Sequence[Check], steps: Iterable[Step]) -> Conclusion | None:
    """Conclude from an error about clocks or sessions, which tells nothing about the request.

    None unless the first check that failed is of such an answer, to one of the ``steps`` that
    leaves date and signature alone: where a step sets them itself, such an answer is its result.
    """
    first = next((one for one in checks if one.verdict.of_test is Verdict.FAIL), None)
    code = first.answer.said.partition(" ")[2] if first is not None and first.answer.broke else ""
    if first is None or code not in OTHER_MATTERS:
        return None
    name = first.step.partition("[")[0]
    if any(_sets_its_time(step) for step in single_steps(steps) if step.name == name):
        return None
    text = f"{first.step} was answered with {first.answer.said}, whatever was asked for"
    return Conclusion(Verdict.ERROR, text, f"{first.answer.operation}: {code}", "endpoint", code)


def _sets_its_time(step: Step) -> bool:
    headers = step.edits.get("headers")
    names = {name.lower() for name in headers} if isinstance(headers, dict) else set()
    return "sign" in step.edits or not names.isdisjoint(_TIMES)


def of_scenario(error: Exception) -> Conclusion:
    """Conclude from a scenario with a request that can't, or must not, be sent."""
    kind = type(error).__name__
    text = " ".join(str(error).split())
    return Conclusion(
        Verdict.ERROR,
        shorten(f"the scenario can't be run: {text}"),
        f"the scenario can't be run: {kind}",
        "set-up",
        kind,
    )


def of_our_fault(error: Exception) -> Conclusion:
    """Conclude from an exception that only a bug of the suite explains."""
    kind = type(error).__name__
    text = " ".join(f"{kind}: {error}".split())
    cause = f"fault of the suite: {kind}"
    return Conclusion(Verdict.ERROR, f"fault of the suite: {text}", cause, "suite", kind)
