"""What was found in one step, over all its requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.engine.checks import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check with what else is known of it."""

    check: Check
    operation: str
    exchange: int | None = None
    unsupported: bool = False
    """The answer was a 501, and none was expected."""
    broke: bool = False
    """The answer says nothing of the request; see `answers.says_nothing`."""
    said: str = ""
    """What the answer was in short: ``403 AccessDenied``."""
    refused: bool = False
    """The answer was a refusal: 501, or 4xx with an S3 error code."""

    @property
    def good(self) -> bool:
        """Whether nothing is amiss."""
        return self.check.verdict.allowed

    def with_note(self, note: str) -> Finding:
        """Return the finding with a further note, unless it is a good one."""
        if self.good:
            return self
        whole = f"{self.check.note}; {note}" if self.check.note else note
        return replace(self, check=replace(self.check, note=whole))


def merge(step: str, found: Sequence[Sequence[Finding]]) -> list[tuple[Finding, int]]:
    """Return the findings of a step's requests, each with the position of a request to show.

    Requests of a ``repeat`` that found the same are told of once: all that passed a check under
    the step's own name, others under the name of the first of them.
    """
    if len(found) == 1:
        return [(one, 0) for one in found[0]]
    groups: dict[tuple[str, ...], list[tuple[int, Finding]]] = {}
    for position, findings in enumerate(found):
        for one in findings:
            check = one.check
            same = (check.verdict,) if check.verdict == "PASS" else (check.verdict, check.got)
            key = (check.strength, check.field, *same)
            groups.setdefault(key, []).append((position, one))
    merged: list[tuple[Finding, int]] = []
    for group in groups.values():
        position, first = group[0]
        name = step if first.check.verdict == "PASS" else first.check.step
        told = Finding(
            check=replace(first.check, step=name),
            operation=first.operation,
            unsupported=first.unsupported,
            broke=first.broke,
            refused=first.refused,
            said=first.said,
        )
        note = f"so in {len(group)} of {len(found)} requests"
        whole = f"{told.check.note}; {note}" if told.check.note else note
        merged.append((replace(told, check=replace(told.check, note=whole)), position))
    return merged
