"""The checks of one step: each comparison with its context, over all its requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Strength
    from conformance.vocabulary.verdicts import CheckVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKind:
    """What kind of answer a check is about."""

    operation: str = ""
    unsupported: bool = False
    """The answer was a 501, and none was expected."""
    broke: bool = False
    """The answer says nothing of the request; see `answers.says_nothing`."""
    refused: bool = False
    """The answer was a refusal: 501, or 4xx with an S3 error code."""
    said: str = ""
    """What the answer was in short: ``403 AccessDenied``."""


_UNKNOWN: Final = AnswerKind()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One comparison of one step with its context, before it is recorded."""

    step: str
    """The step's name, with ``[n]`` behind it for the n-th request of a ``repeat`` (from 0)."""
    strength: Strength
    field: str
    """Field with the path below it: ``Parts[0].ETag``, ``headers.etag``, ``status``."""
    verdict: CheckVerdict
    expected: str
    got: str
    note: str = ""
    exchange: int | None = None
    """Position of the exchange to show among those of the test."""
    answer: AnswerKind = _UNKNOWN
    """Unknown until the step has ended."""

    @property
    def good(self) -> bool:
        """Whether the check passed."""
        return self.verdict.allowed

    def with_note(self, note: str) -> Check:
        """Return the check with a further note, unless it is a good one."""
        return self if self.good else self.noted(note)

    def noted(self, note: str) -> Check:
        """Return the check with a further note."""
        return replace(self, note=f"{self.note}; {note}" if self.note else note)

    def shown_by(self, exchange: int | None, answer: AnswerKind) -> Check:
        """Return the check with the exchange that shows it, and the kind of its answer."""
        return Check(  # each check goes through here, and `replace` takes three times as long
            step=self.step,
            strength=self.strength,
            field=self.field,
            verdict=self.verdict,
            expected=self.expected,
            got=self.got,
            note=self.note,
            exchange=exchange,
            answer=answer,
        )

    @property
    def id(self) -> str:
        """Return ``step.strength.field``, as the record and baselines name it."""
        return f"{self.step}.{self.strength}.{self.field}"


def merge(step: str, found: Sequence[Sequence[Check]]) -> list[tuple[Check, int]]:
    """Return the checks of a step's requests, each with the position of a request to show.

    Requests of a ``repeat`` that found the same are told of once: all that passed a check under
    the step's own name, others under the name of the first of them.
    """
    if len(found) == 1:
        return [(one, 0) for one in found[0]]
    groups: dict[tuple[str, ...], list[tuple[int, Check]]] = {}
    for position, checks in enumerate(found):
        for one in checks:
            same = (one.verdict,) if one.verdict == "PASS" else (one.verdict, one.got)
            groups.setdefault((one.strength, one.field, *same), []).append((position, one))
    merged: list[tuple[Check, int]] = []
    for group in groups.values():
        position, first = group[0]
        shown = replace(first, step=step) if first.verdict == "PASS" else first
        merged.append((shown.noted(f"so in {len(group)} of {len(found)} requests"), position))
    return merged
