"""How much a search may spend: examples, requests, bytes, time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_MIB: Final = 1024**2
_ENDLESS: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What the search of one property may spend. The limits hold whatever an endpoint answers."""

    profile: str
    examples: int
    """To be made up in a round for a law whose share is 1; fewer when there are no more."""
    actions: int
    """Changes in one story of the machine, at most."""
    requests: int
    """Sent for one law, clean-up and shrinking included."""
    bytes: int
    """Sent and received for one law, bodies only."""
    shrinks: int
    """Stories that are run to make the counter-examples of one round smaller."""
    large: int = _ENDLESS
    """Stories with 5 MiB of bodies or more that are sent in one round before one shows a fault; in
    the place of further ones others are generated."""
    rounds: bool = False
    """Whether the law is tried again, with another seed each time, until its time is over."""
    pool: float | None = None
    """Seconds that all laws of one worker have together; None for no limit. See `Shares`."""
    seconds: float | None = None
    """For one law; None for no limit."""
    last: bool = False
    """Whether no other law is to come, to which the rest of the time could go."""
    seed: int = 0
    examples_folder: Path | None = None
    """Where Hypothesis keeps what it found worth trying again; None keeps nothing."""
    reuse: bool = False
    """Whether what is kept there is tried first; a search by a given seed is not to hang on it."""


PROFILES: Final[Mapping[str, Budget]] = {
    "quick": Budget(
        profile="quick",
        examples=20,
        actions=8,
        requests=1_500,
        bytes=192 * _MIB,
        shrinks=150,
        large=1,  # they are nine tenths of what a run of all properties sends
        pool=50.0,  # several times what a fast server needs, so that it decides nothing there
    ),
    "thorough": Budget(
        profile="thorough",
        examples=300,
        actions=25,
        requests=40_000,
        bytes=6_144 * _MIB,
        shrinks=600,
    ),
    "soak": Budget(
        profile="soak",
        examples=300,
        actions=40,
        requests=_ENDLESS,
        bytes=_ENDLESS * _MIB,
        shrinks=1_000,
        rounds=True,
    ),
}


def divided(
    budget: Budget, laws: int, *, requests: int | None = None, sent: int | None = None
) -> Budget:
    """Return what each of ``laws`` properties may spend when they share a budget.

    ``requests``, and ``sent`` bytes; each only ever lowers a limit.
    """
    among = max(1, laws)
    changed = budget
    if requests is not None:
        changed = replace(changed, requests=min(changed.requests, requests // among))
    if sent is not None:
        changed = replace(changed, bytes=min(changed.bytes, sent // among))
    return changed
