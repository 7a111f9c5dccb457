"""Selects the tests that fit a budget: the worst impact and the most informative first.

The order is data, ``specs/telling.json``, made from the proof: `conformance.prove.telling`.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import single_steps
from conformance.runs.errors import UsageError
from conformance.runs.traffic import traffic
from conformance.vocabulary.impacts import IMPACTS
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.catalog.model import Test

TABLE: Final = "telling.json"
_PART: Final = re.compile(r"(\d+)\s*(s|m|h|requests?|B|KiB|MiB|GiB)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_BYTES: Final = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_PER_REQUEST: Final = 0.004
_PER_BYTE: Final = 1 / (60 * 1024**2)
_WAITS: Final = 0.05
"""Seconds for a test with ``eventually``, against an endpoint that settles at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a run may spend on its tests; None for no bound."""

    seconds: float | None = None
    requests: int | None = None
    bytes: int | None = None
    """Sent, bodies only."""
    text: str = ""

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read ``60s``, ``2000requests``, ``50MiB``, or several joined by commas.

        Raises ValueError for anything else.
        """
        found: dict[str, float] = {}
        for part in text.split(","):
            match = _PART.fullmatch(part.strip())
            if match is None or not int(match[1]):
                raise ValueError(
                    f"{part.strip()!r} is not a budget such as 60s, 2m, 2000requests or 50MiB"
                )
            number, unit = int(match[1]), match[2]
            if unit in _SECONDS:
                name, value = "seconds", number * _SECONDS[unit]
            elif unit in _BYTES:
                name, value = "bytes", number * _BYTES[unit]
            else:
                name, value = "requests", number
            if name in found:
                raise ValueError(f"{text!r} names two budgets of {name}")
            found[name] = value
        return cls(
            seconds=found.get("seconds"),
            requests=None if "requests" not in found else int(found["requests"]),
            bytes=None if "bytes" not in found else int(found["bytes"]),
            text=text,
        )


@cache
def telling() -> Mapping[str, tuple[int, float]]:
    """Return, for each scenario that catches faults, its rank and the seconds of its tests."""
    path = specs_root() / TABLE
    try:
        rows = json.loads(path.read_text("utf-8"))["tests"]
        return {str(name): (at, float(ms) / 1000) for at, (name, ms, _) in enumerate(rows)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} can't be read: {error}") from error


def ordered(tests: Iterable[Test]) -> tuple[Test, ...]:
    """Return the tests, the most informative first.

    Those of the scenarios in the table come in its order; then the others by impact, the quickest
    first.
    """
    table = telling()
    last = len(table)

    def place(test: Test) -> tuple[int, int, float]:
        rank = table.get(test.scenario.id, (last, 0.0))[0]
        return rank, IMPACTS.index(test.impact), expected_seconds(test)

    return tuple(sorted(tests, key=place))


def expected_seconds(test: Test) -> float:
    """Return about how long a test takes on the reference."""
    found = traffic(test)
    waits = any(step.eventually for step in single_steps(test.steps))
    seconds = found.requests * _PER_REQUEST + (found.sent + found.received) * _PER_BYTE
    return seconds + (_WAITS if waits else 0.0)


@dataclass(slots=True)
class Spending:
    """Decides before each test whether the budget has room for it.

    Requests and bytes are counted by what tests are worked out to send, so that two runs choose
    the same; time is counted by the clock, from ``begun``.
    """

    budget: Budget
    clock: Callable[[], float] = time.monotonic
    begun: float = field(default_factory=time.monotonic)
    requests: int = 0
    bytes: int = 0
    _slowness: float = 1.0
    _last: tuple[float, float] | None = None

    def refuses(self, test: Test) -> str:
        """Return why a test is not run; empty when it is, and then it is counted."""
        budget, wanted = self.budget, traffic(test)
        now = self.clock() - self.begun
        self._learn(now)
        if budget.seconds is not None:
            seconds = expected_seconds(test)
            if now + seconds * self._slowness > budget.seconds:
                return f"not run: the budget of {budget.text} has no more room"
            self._last = (now, seconds)
        if budget.requests is not None and self.requests + wanted.requests > budget.requests:
            return f"not run: the budget of {budget.text} has no more room"
        if budget.bytes is not None and self.bytes + wanted.sent > budget.bytes:
            return f"not run: the budget of {budget.text} has no more room"
        self.requests += wanted.requests
        self.bytes += wanted.sent
        return ""

    def _learn(self, now: float) -> None:
        """Follow how much slower than the reference the target is."""
        if self._last is None:
            return
        begun, expected = self._last
        seen = (now - begun) / max(expected, 0.001)
        self._slowness += 0.1 * (min(seen, 1000.0) - self._slowness)
        self._last = None
