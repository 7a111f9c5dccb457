"""What another edition of the service model has beside the kept one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.catalog.model_watch.members import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The differences of two editions, by the ids of members and values."""

    kept: str
    """The botocore of the kept edition."""
    other: str
    """That of the other one; empty when it is not known."""
    added: Mapping[str, str]
    """Id to how it travels and what it is; empty for a value."""
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[str, str]]
    """Id to what it was and what it is."""

    @property
    def none(self) -> bool:
        """The two say the same."""
        return not (self.added or self.removed or self.changed)


def drift(kept: Family, other: Family) -> Drift:
    """Compare two editions."""
    old, new = dict(_told(kept)), dict(_told(other))
    return Drift(
        kept=kept.botocore,
        other=other.botocore,
        added={name: about for name, about in new.items() if name not in old},
        removed=tuple(name for name in old if name not in new),
        changed={
            name: (old[name], about)
            for name, about in new.items()
            if name in old and old[name] != about
        },
    )


def _told(family: Family) -> Iterator[tuple[str, str]]:
    for member in family.members.values():
        yield member.id, member.about
    for name, _, _ in family.values():
        yield name, ""
