"""What a failed rule means to users, the worst first."""

from __future__ import annotations

from typing import Final, Literal, get_args

Impact = Literal["data-loss", "security", "interop", "cosmetic"]
IMPACTS: Final[tuple[Impact, ...]] = get_args(Impact)
"""Every impact, the worst first."""
