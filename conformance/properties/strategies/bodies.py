"""Bodies: small ones wherever a rule allows, and one of 5 MiB that all stories share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

MINIMUM: Final = 5 * 1024**2
"""Bytes of every part but the last."""
WORDS: Final = ("a", "bb", "ccc", "dddd", "")
_LARGEST: Final = 70_000
"""Bytes; past the 64 KiB in which bodies are framed."""
_EDGES: Final = (1, 0, 2, 8_191, 8_192, 65_535, 65_536, 65_537)


@dataclass(frozen=True, slots=True)
class Body:
    """A body as the format writes it, with its size in bytes."""

    tree: Tree
    size: int

    @property
    def may_stand_before_others(self) -> bool:
        """Return whether it is large enough for a part that is not the last."""
        return self.size >= MINIMUM


def bodies() -> SearchStrategy[Body]:
    """Give bodies of a few bytes, all different to the eye; one is empty."""
    return st.sampled_from(WORDS).map(word)


def word(content: str) -> Body:
    """Return a body that is a text without dollar signs."""
    return Body(content, len(content.encode()))


def big_body(extra: int = 0) -> Body:
    """Return the body of 5 MiB (and ``extra`` bytes) that is generated once a process."""
    size: Tree = "5MiB" if not extra else MINIMUM + extra
    return Body({"random": size, "seed": "big"}, MINIMUM + extra)


def sizes() -> SearchStrategy[int]:
    """Give small sizes in bytes, more often where frames and buffers end."""
    return st.sampled_from(_EDGES) | st.integers(0, _LARGEST)


def sized(size: int, seed: str = "a") -> Body:
    """Return random bytes of a size."""
    return Body({"random": size, "seed": seed}, size)
