"""How far the entries that name findings accept what one test shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.record.outcome import observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from conformance.baseline.entries import Entry
    from conformance.findings.model import Deviation
    from conformance.record.model import TestLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What entries by finding say about one test."""

    used: frozenset[int]
    """Positions of the entries that name something that the test shows."""
    missing: tuple[Deviation, ...]
    """What no entry names."""
    expired: tuple[Entry, ...]
    """Entries that would accept something, had their last day not passed."""
    otherwise: tuple[Entry, ...]
    """Entries that name something of the test, and expect another result of it."""

    @property
    def speaks(self) -> bool:
        """Whether any entry is about the test."""
        return bool(self.used)


def acceptance(
    test: TestLine,
    shown: Sequence[Deviation],
    entries: Iterable[tuple[int, Entry]],
    today: date,
) -> Acceptance:
    """Return what numbered entries say about a test that shows these deviations."""
    verdict = observed(test)
    used: set[int] = set()
    missing: list[Deviation] = []
    expired: dict[str, Entry] = {}
    otherwise: dict[str, Entry] = {}
    by_finding = [(at, one) for at, one in entries if one.finding is not None]
    for deviation in shown:
        about = [
            (at, one) for at, one in by_finding if one.finding and one.finding.means(deviation)
        ]
        used.update(at for at, _ in about)
        agreeing = [one for _, one in about if verdict in one.allowed]
        if any(not one.expired(today) for one in agreeing):
            continue
        if agreeing:
            expired[agreeing[0].id] = agreeing[0]
        elif about:
            otherwise[about[0][1].id] = about[0][1]
        else:
            missing.append(deviation)
    return Acceptance(
        used=frozenset(used),
        missing=tuple(missing),
        expired=tuple(expired.values()),
        otherwise=tuple(otherwise.values()),
    )
