"""The catalogue with which a baseline was made, and how its tests changed since. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from conformance.vocabulary.expected import read_expected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.vocabulary.expected import Expected

Change = Literal["same", "unknown", "changed", "new"]
"""What happened to a test's expectation; ``unknown`` where a side has no digest of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The catalogue with which a baseline was made, as its file says."""

    catalogue: str = ""
    """Its version; empty where nobody wrote it."""
    partial: bool = False
    """It was made of a part of the tests: one that it lacks need not be new."""
    expected: Mapping[str, Expected] = field(default_factory=dict)
    """By id of the test; empty where the file has no digests."""

    def change(self, test_id: str, expects: str) -> Change:
        """Return what happened to a test with these digests today."""
        now = digests(expects)
        if now is None or not self.expected:
            return "unknown"
        before = self.expected.get(test_id)
        if before is None:
            return "unknown" if self.partial else "new"
        return "same" if before.whole == now.whole else "changed"


def digests(expects: str) -> Expected | None:
    """Return the digests that a record has of a test; None for none, or for unknown words."""
    try:
        return read_expected(expects)
    except ValueError:
        return None
