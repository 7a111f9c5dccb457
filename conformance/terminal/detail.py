"""How much a run shows: ``-q``, nothing said, or ``-v``."""

from __future__ import annotations

from typing import Final, Literal

Detail = Literal["quiet", "normal", "verbose"]

MANY: Final = 1_000_000
"""As many as there are: for what ``-v`` shows in full."""
EVERY: Final = {"quiet": 0, "normal": 5, "verbose": MANY}
"""Problems that get a line of their own, by detail; the others are counted."""
