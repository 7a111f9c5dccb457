"""Conditions of a completion, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

Kind = Literal["none", "if-none-match", "if-match", "if-match-other"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, and whether an object stands at the key when it is tested."""

    kind: Kind
    exists: bool

    @property
    def status(self) -> int:
        """Return the status that the completion gets."""
        if self.kind == "if-none-match":
            return 412 if self.exists else 200
        if self.kind == "if-match":
            return 200 if self.exists else 404
        if self.kind == "if-match-other":
            return 412 if self.exists else 404
        return 200

    def members(self, etag: Tree) -> dict[str, Tree]:
        """Return the members of the request; ``etag`` is that of the object that may stand."""
        match self.kind:
            case "if-none-match":
                return {"IfNoneMatch": "*"}
            case "if-match":
                return {"IfMatch": etag}
            case "if-match-other":
                return {"IfMatch": {"wrong": etag}}
        return {}


def complete_conditions() -> SearchStrategy[Condition]:
    """Give every condition with and without an object."""
    kinds: tuple[Kind, ...] = ("none", "if-none-match", "if-match", "if-match-other")
    return st.builds(Condition, st.sampled_from(kinds), st.booleans())
