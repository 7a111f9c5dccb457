"""Text for terminals: counts, durations, and what an endpoint said, made harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.vocabulary.errors import ConformanceError
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult


_LONGEST = 300


def escaped(text: str) -> str:
    """Return a text with each character that can't be seen as its backslash escape."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode()
        for c in text
    )


def harmless(text: str) -> str:
    """Return one line without control characters, however hostile the text; at most 300 long."""
    shown = escaped(text[: _LONGEST + 1])
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


class OptionError(ConformanceError, ValueError):
    """An option that can't be meant so; the text names it (or its variable) and says why."""


def not_empty(text: str, option: str) -> str:
    """Return what an option says.

    Raises `OptionError` for a text without any text: mostly a variable of a script's that is not
    set. An option that were left out instead would let a run test another endpoint, or touch
    another bucket, than the one that was meant.
    """
    if not text.strip():
        raise OptionError(f"the value of {option} is empty (a variable that is not set?)")
    return text


def split_url(url: str) -> SplitResult:
    """Take a URL apart; one that is none, as a stranger's record may hold, is empty."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
