"""Text for terminals: counts, durations, and what an endpoint said, made harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping


_LONGEST = 300


def harmless(text: str) -> str:
    """Return one line without control characters, however hostile the text; at most 300 long."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode()
        for c in text[: _LONGEST + 1]
    )
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def counted(counts: Mapping[Verdict, int]) -> str:
    """Return ``2 FAIL, 250 PASS``, the worst first."""
    parts = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts.get(verdict)]
    return ", ".join(parts) or "nothing"


def tests(number: int) -> str:
    """Return ``1 test`` or ``2 tests``."""
    return f"{number} test" if number == 1 else f"{number} tests"


def clock(seconds: float) -> str:
    """Return ``0:07`` or ``12:34``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def empty(option: str = "") -> str:
    """Say that an option has a value without any text: most likely a script's mistake."""
    return f"the value{' of ' if option else ''}{option} is empty (a variable that is not set?)"
