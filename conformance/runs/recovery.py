"""Waits for a server that we started, when it has ended and is being started again."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.runs.preflight import Health

RESTART_SECONDS: Final = 15.0
"""More than any of the known servers needs to be back."""
_PAUSE_SECONDS: Final = 0.1


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def recovered(
    ask: Callable[[], Health],
    *,
    seconds: float = RESTART_SECONDS,
    now: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = _pause,
) -> Health:
    """Check until the target is reachable or ``seconds`` have passed; return the last result.

    ``ask`` is asked at least twice, so that one slow question is not taken for the end.
    """
    until = now() + seconds
    health = ask()
    while health.state == "unreachable":
        pause(_PAUSE_SECONDS)
        late = now() >= until
        health = ask()
        if late:
            break
    return health
