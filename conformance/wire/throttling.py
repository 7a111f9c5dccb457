"""Throttling: which answers ask a client to retry later, and how long it waits.

S3 documents 503 SlowDown as an answer to repeat the request after ("Best practices design patterns"
of the user guide), so that it says nothing of the request itself. The waits grow, with jitter, and
are bounded; Retry-After is honoured within that bound.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.wire.model import Answer

_CODES: Final = frozenset(
    {
        "SlowDown",
        "ServiceUnavailable",
        "Busy",
        "TooManyRequests",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "Throttling",
        "ThrottlingException",
        "RequestTimeout",
    }
)
_FIRST_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 5.0
_MOST_REPEATS: Final = 12
_LEAST_SHARE: Final = 0.5
"""Of a wait that is kept whatever the jitter says."""


def throttles(answer: Answer, *, to_head: bool = False) -> bool:
    """Return whether an answer asks to retry later: 429, 408, or an error code for it.

    A 503 without such a code does so only with a Retry-After; else the endpoint broke down. To a
    HEAD no code can be given, so that any 503 does.
    """
    if answer.status in {408, 429} or answer.error_code in _CODES:
        return answer.status >= 400
    return answer.status == 503 and (to_head or answer.header("retry-after") is not None)


def waits(bound: float) -> Iterator[float]:
    """Yield the seconds to wait before each repeat, together at most ``bound``."""
    left, longest = bound, _FIRST_SECONDS
    for _ in range(_MOST_REPEATS):
        if left <= 0:
            return
        # Spreads clients, and is no secret.
        share = random.uniform(_LEAST_SHARE, 1.0)  # noqa: S311
        wait = min(left, longest * share)
        left -= wait
        yield wait
        longest = min(2 * longest, _LONGEST_SECONDS)


def asked_for(answer: Answer) -> float:
    """Return the seconds that Retry-After asks for, at most five; 0 when it names none."""
    text = (answer.header("retry-after") or "").strip()
    seconds = float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0
    return min(seconds, _LONGEST_SECONDS)
