"""The order and the plain words in which every report speaks of verdicts and impacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["bad", "unjudged", "doubtful", "unrun", "good"]

NOT_RUN: Final = "NOT RUN"
"""Not a verdict: a selected test that has no line in the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictWords:
    """How one verdict is shown. ``symbol`` tells kinds apart without colour."""

    name: str
    symbol: str
    kind: Kind
    meaning: str


VERDICTS: Final[dict[str, VerdictWords]] = {
    words.name: words
    for words in (
        VerdictWords(name="FAIL", symbol="✗", kind="bad", meaning="a documented rule is broken"),
        VerdictWords(
            name="XPASS",
            symbol="✗",
            kind="bad",
            meaning="passes although the baseline expects a failure",
        ),
        VerdictWords(
            name="ERROR",
            symbol="!",
            kind="unjudged",
            meaning="the transport or this tool failed; nothing is said about the endpoint",
        ),
        VerdictWords(
            name="BLOCKED",
            symbol="⊘",
            kind="unjudged",
            meaning="a set-up step failed, so the rule could not be tried",
        ),
        VerdictWords(
            name="WARN", symbol="△", kind="doubtful", meaning="a recommendation is not followed"
        ),
        VerdictWords(
            name="DISPUTED",
            symbol="?",
            kind="doubtful",
            meaning="the sources contradict each other; shown, never a failure",
        ),
        VerdictWords(
            name="XFAIL",
            symbol="≈",
            kind="doubtful",
            meaning="fails as the baseline expects",
        ),
        VerdictWords(
            name="VARIANT",
            symbol="✓",
            kind="good",
            meaning="another allowed answer than the one of Amazon S3",
        ),
        VerdictWords(
            name="PASS", symbol="✓", kind="good", meaning="every check came out as documented"
        ),
        VerdictWords(
            name="UNSUPPORTED",
            symbol="○",
            kind="unrun",
            meaning="the endpoint or its profile says that it does not offer this",
        ),
        VerdictWords(
            name="SKIP",
            symbol="○",
            kind="unrun",
            meaning="needs a capability that is not claimed and was not found",
        ),
        VerdictWords(
            name=NOT_RUN,
            symbol="○",
            kind="unrun",
            meaning="selected, but the run ended before the test did",
        ),
    )
}
"""In the order of reports: what needs attention first, what was not run last."""

JUDGED: Final = frozenset({"FAIL", "XPASS", "WARN", "DISPUTED", "XFAIL", "VARIANT", "PASS"})
"""Verdicts that say something about the endpoint."""

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

EXIT_CODES: Final[dict[int, str]] = {
    0: "as expected",
    1: "differs from what was expected",
    2: "usage, scenario, profile or baseline error",
    3: "the endpoint could not be reached",
    4: "s3-conformance itself failed",
    5: "nothing was selected",
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
