"""Describes a failed check in one sentence: what the server did; what it must do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.verdicts import CheckVerdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.engine.step_results import Check

_ROOT: Final = re.compile(r"(<[^>]*>), not (<[^>]*>)")
_CODE: Final = re.compile(r'"(\w+)"')
_MATCHER: Final = re.compile(
    r"\.(?:absent|present|matches|any_of|one_of|length|gte?|lte?|unordered|contains|same_as"
    r"|bytes_of|not)$"
)
"""The end of a field that only names the matcher."""
_LABELS: Final = (("headers.", "header "), ("error.", "the error's "), ("xml.", ""))
_VERBS: Final = (
    ("contains ", "contain "), ("matches ", "match "), ("length ", "have length "),
    ("gte ", "be at least "), ("gt ", "be greater than "), ("lte ", "be at most "),
    ("lt ", "be less than "),
)  # fmt: skip
"""How expectations begin that are verbs themselves."""


def sentence(failed: Sequence[Check]) -> str:
    """Return the sentence for the first failed check of a test, with the name of its step."""
    first = failed[0]
    if first.field == "run":
        return f"{first.step} was {first.got}"
    strength = "must" if first.verdict is CheckVerdict.FAIL else "should"
    if first.field == "status":
        code = next(
            (one.expected for one in failed if (one.step, one.field) == (first.step, "code")), ""
        )
        return f"{first.step}: {_status(first, code, strength)}"
    return f"{first.step}: {_field(first, strength)}"


def _status(check: Check, code: str, strength: str) -> str:
    got, wanted = check.got[:1], check.expected[:1]
    named = _CODE.fullmatch(code)
    due = f"{check.expected} {named[1]}" if named else check.expected
    answered = check.answer.said or check.got
    if wanted in {"4", "5"}:
        did = {"2": f"accepted ({check.got})", "5": f"failed with {answered}"}
        return f"{did.get(got, f'rejected with {answered}')}; {strength} be rejected with {due}"
    if wanted == "2" and got in {"4", "5"}:
        verb = "failed" if got == "5" else "rejected"
        return f"{verb} with {answered}; {strength} succeed with {check.expected}"
    return f"answered {check.got}; {strength} answer {check.expected}"


def _field(check: Check, strength: str) -> str:
    if check.field == "root" and (found := _ROOT.fullmatch(check.got)):
        return f"root element is {found[1]}; {strength} be {found[2]}"
    if check.field == "answer":
        return f"{check.got}; {strength} be {check.expected}"
    label = _label(check.field)
    if check.expected == "absent":
        header = check.field.startswith("headers.")
        return f"{label} is {check.got}; {strength} {'not be sent' if header else 'be absent'}"
    did = f"{label} is {'missing' if check.got == 'absent' else check.got}"
    if check.expected.startswith("not "):
        return f"{did}; {strength} not be the same"
    for begins, verb in _VERBS:
        if check.expected.startswith(begins):
            return f"{did}; {strength} {verb}{check.expected.removeprefix(begins)}"
    return f"{did}; {strength} be {check.expected}"


def _label(field: str) -> str:
    name = _MATCHER.sub("", field)
    for begins, words in _LABELS:
        if name.startswith(begins):
            return f"{words}{name.removeprefix(begins)}"
    return name
