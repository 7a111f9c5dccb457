"""What a test or a check can come to, and how verdicts are ordered."""

from __future__ import annotations

from typing import Final, Literal

Verdict = Literal[
    "PASS",
    "VARIANT",
    "WARN",
    "FAIL",
    "BLOCKED",
    "SKIP",
    "UNSUPPORTED",
    "DISPUTED",
    "ERROR",
    "XFAIL",
    "XPASS",
]
CheckVerdict = Literal["PASS", "VARIANT", "WARN", "FAIL", "DISPUTED", "OBSERVED"]

VERDICT_ORDER: Final[tuple[Verdict, ...]] = (
    "FAIL", "ERROR", "BLOCKED", "XPASS", "WARN", "VARIANT", "DISPUTED", "XFAIL", "UNSUPPORTED",
    "SKIP", "PASS",
)  # fmt: skip
QUIET: Final[frozenset[Verdict]] = frozenset({"PASS", "SKIP", "UNSUPPORTED", "XFAIL"})
"""Verdicts that are counted but get no line of their own."""
