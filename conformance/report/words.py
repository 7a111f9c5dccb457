"""The order and the names of verdicts and impacts in all reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.verdicts import NOT_RUN, NOT_RUN_MEANING, NOT_RUN_SYMBOL, Verdict

if TYPE_CHECKING:
    from conformance.vocabulary.verdicts import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWords:
    """How one verdict is shown. ``symbol`` tells kinds apart without colour."""

    name: str
    symbol: str
    kind: Kind
    meaning: str


VERDICTS: Final[dict[str, VerdictWords]] = {
    verdict.value: VerdictWords(
        name=verdict.value, symbol=verdict.symbol, kind=verdict.kind, meaning=verdict.meaning
    )
    for verdict in Verdict
} | {
    NOT_RUN: VerdictWords(
        name=NOT_RUN, symbol=NOT_RUN_SYMBOL, kind="unrun", meaning=NOT_RUN_MEANING
    )
}
"""In the order of reports: what needs attention first, what was not run last."""

IMPACTS: Final[dict[str, str]] = {
    "data-loss": "may lose data",
    "security": "may weaken security",
    "interop": "may break clients",
    "cosmetic": "cosmetic only",
}
"""Worst first, with the words that follow a number of tests."""

IMPACT_TITLES: Final[dict[str, str]] = {
    "data-loss": "May lose data",
    "security": "May weaken security",
    "interop": "May break clients",
    "cosmetic": "Cosmetic",
}


def impact_rank(impact: str) -> int:
    """Return 0 for the worst impact, rising; unknown impacts rank last."""
    return list(IMPACTS).index(impact) if impact in IMPACTS else len(IMPACTS)


def number(value: int, singular: str, plural: str = "") -> str:
    """Return ``1 test``, ``2 tests``, ``1,200 tests``."""
    noun = singular if value == 1 else plural or f"{singular}s"
    return f"{value:,} {noun}"


def duration(seconds: float) -> str:
    """Return seconds in the unit that reads best: ``120 ms``, ``4.2 s``, ``3 min 5 s``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 120:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(utc: str) -> str:
    """Return an ISO 8601 time in UTC as people read it: ``2026-01-02 03:04:05 UTC``."""
    if len(utc) < 19 or not utc.endswith("Z"):
        return utc
    return f"{utc[:10]} {utc[11:19]} UTC"
