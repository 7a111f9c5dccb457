"""How a law was tried, as its test's line says it: what was spent, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Limit = Literal["", "time", "requests", "bytes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterExample:
    """An example against which a law does not hold, as small as the search could make it."""

    id: str
    """Of the scenario that repeats it."""
    file: str
    """Where that scenario is written, below the record's folder."""
    text: str
    """The scenario file itself; customer keys stand in it by their seeds alone."""
    requests: int
    reason: str
    """What did not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLine:
    """How a law was tried: what was spent, and what was found."""

    profile: str
    seed: int
    examples: int
    """Different ones that were run, those of shrinking among them."""
    planned: int = 0
    """How many were to be made up; 0 where the time alone decided, as in a soak."""
    rounds: int = 1
    """Searches, each with another seed; more than one in a soak."""
    steps: int = 0
    """Requests of the examples themselves; clean-up not among them."""
    requests: int
    bytes: int
    """Sent and received, bodies only."""
    stopped_by: Limit = ""
    """What the limit is on that ended the search before its time; empty when none did."""
    stopped: str = ""
    """Which limit ended the search before its examples were spent; empty when none did."""
    exhausted: bool = False
    """Whether a soak ended early because there were no more examples."""
    counter_examples: tuple[CounterExample, ...] = ()
