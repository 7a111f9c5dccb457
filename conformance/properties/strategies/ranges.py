"""Byte ranges of a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A range as a header says it, with the bytes that it means: ``first`` to before ``end``."""

    header: str
    first: int
    end: int


@st.composite
def byte_ranges(draw: st.DrawFn, size: int) -> ByteRange:
    """Give satisfiable ranges of a body of ``size`` bytes (1 or more), in all three forms."""
    first = draw(st.integers(0, size - 1))
    form = draw(st.sampled_from(("closed", "open", "suffix")))
    if form == "open":
        return ByteRange(f"bytes={first}-", first, size)
    if form == "suffix":
        length = draw(st.integers(1, size + 1))
        return ByteRange(f"bytes=-{length}", max(0, size - length), size)
    last = draw(st.integers(first, size + 1))
    return ByteRange(f"bytes={first}-{last}", first, min(last + 1, size))


def copy_ranges(size: int) -> SearchStrategy[tuple[int, int]]:
    """Give first and last byte for a copy, within the source, beyond it, and in wrong order."""
    return st.tuples(st.integers(0, size + 1), st.integers(0, size + 1))
