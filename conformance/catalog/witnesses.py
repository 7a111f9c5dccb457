"""How many independent authors support an expectation, and who they are.

A witness is an author, not a test: ten tests of one suite are one witness. S3's own documentation
is one too, under the name ``aws``. Sources that nobody saw (the inferred ones) add none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.model import Source, Step

OWN_WORD: Final = "aws"
"""S3's documentation and service model: what it promises, whether or not anybody saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """The support of one expectation."""

    names: tuple[str, ...]
    """Of the authors, each once."""
    recorded: bool
    """Whether an answer of S3 was recorded, word for word."""

    @property
    def lone(self) -> str:
        """The only one who says so, when that is neither a recording nor S3's own word."""
        alone = len(self.names) == 1 and not self.recorded and self.names != (OWN_WORD,)
        return self.names[0] if alone else ""


def support(sources: Iterable[Source]) -> Support:
    """Return the support of an expectation that cites these sources."""
    known = tuple(sources)
    return Support(
        names=tuple(dict.fromkeys(name for source in known for name in source.witnesses)),
        recorded=any(source.grade == "recorded" for source in known),
    )


def weakest(
    steps: Iterable[Step],
    cited: tuple[str, ...],
    of_rules: tuple[str, ...],
    sources: Mapping[str, Source],
) -> Support | None:
    """Return the support of a test's least supported ``must``; None without a ``must``.

    A step's own sources count before those that its scenario or case cites, and these before the
    sources of the rules. Ids that ``sources`` does not have are left out.
    """
    supports = [
        support(sources[name] for name in step.sources or cited or of_rules if name in sources)
        for step in _flat(steps)
        if any(one.strength == "must" and one.fields for one in step.expectations)
    ]
    return min(supports, key=lambda one: (len(one.names), not one.lone), default=None)


def in_words(names: tuple[str, ...], lone: str = "") -> str:
    """Say where the evidence is from: ``evidence from argmin alone, not recorded``."""
    if lone:
        return f"evidence from {lone} alone, not recorded"
    if not names:
        return "inferred, without evidence"
    if names == (OWN_WORD,):
        return "evidence from S3's documentation"
    return f"evidence from {', '.join(names)}"


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield from _flat(step.concurrently) if step.concurrently else (step,)
