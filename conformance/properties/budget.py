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
    """What one law may spend. The limits hold whatever an endpoint answers."""

    profile: str
    examples: int
    """To be made up for a law whose share is 1; fewer when there are no more."""
    actions: int
    """Changes in one story of the machine, at most."""
    requests: int
    """Sent for one law, clean-up and shrinking included."""
    bytes: int
    """Sent and received for one law, bodies only."""
    shrinks: int
    """Stories that are run to make counter-examples smaller."""
    seconds: float | None = None
    """For one law; None for no limit."""
    seed: int = 0
    examples_folder: Path | None = None
    """Where Hypothesis keeps what it found worth trying again; None keeps nothing."""


PROFILES: Final[Mapping[str, Budget]] = {
    "quick": Budget(
        profile="quick",
        examples=20,
        actions=8,
        requests=1_500,
        bytes=192 * _MIB,
        shrinks=150,
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
        examples=_ENDLESS,
        actions=40,
        requests=_ENDLESS,
        bytes=_ENDLESS * _MIB,
        shrinks=1_000,
    ),
}


def divided(
    budget: Budget,
    laws: int,
    *,
    seconds: float | None = None,
    requests: int | None = None,
    sent: int | None = None,
) -> Budget:
    """Return what each of ``laws`` laws may spend when all of them share what is given.

    ``seconds`` of work, ``requests``, and ``sent`` bytes; each only ever lowers a limit.
    """
    among = max(1, laws)
    changed = budget
    if seconds is not None:
        changed = replace(changed, seconds=seconds / among)
    if requests is not None:
        changed = replace(changed, requests=min(changed.requests, requests // among))
    if sent is not None:
        changed = replace(changed, bytes=min(changed.bytes, sent // among))
    return changed
