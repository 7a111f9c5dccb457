"""What a user may ask of the property tests, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OFF: Final = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyOptions:
    """What the user asked of the property tests."""

    profile: str = "quick"
    """A name in `PROFILES`, or ``off``."""
    seconds: float | None = None
    """Of the whole soak, when that is the profile."""
    seed: int | None = None
    """None for the one that is always used."""
    requests: int | None = None
    """For all laws together."""
    bytes: int | None = None
    """For all laws together."""
