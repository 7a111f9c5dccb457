"""Part numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

HIGHEST: Final = 10_000
_BOUNDS: Final = (0, 1, 2, 9_999, 10_000, 10_001, -1, 2**31 - 1, 2**31)


def part_numbers() -> SearchStrategy[int]:
    """Give legal part numbers, 1 to 10,000, small ones more often."""
    return st.integers(1, 4) | st.sampled_from((9_999, HIGHEST)) | st.integers(1, HIGHEST)


def part_numbers_around_bounds() -> SearchStrategy[int]:
    """Give numbers on both sides of every bound, and any others near them."""
    return st.sampled_from(_BOUNDS) | st.integers(-20, 20) | st.integers(9_990, 10_010)


def is_legal(number: int) -> bool:
    """Return whether S3 accepts a part with that number."""
    return 1 <= number <= HIGHEST
