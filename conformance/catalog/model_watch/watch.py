"""What happened to every member and enum value: asserted, excused with a reason, or open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from conformance.catalog.model_watch.evidence import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog
    from conformance.catalog.model_watch.members import Family

State = Literal["asserted", "excused", "open"]
STATES: Final[tuple[State, ...]] = ("asserted", "excused", "open")
MOST_EXCUSED: Final = 0.05
"""The share of members and values that may be excused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One member or enum value."""

    id: str
    group: str
    """The operation and side it belongs to, or the enumeration."""
    about: str
    """How it travels and what it is; empty for a value."""
    state: State
    sent: tuple[str, ...]
    """Ids of scenarios; empty for members of answers."""
    asserted: tuple[str, ...]
    """Ids of scenarios."""
    reason: str = ""
    """Why it is excused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """All of them."""

    botocore: str
    """The edition of the model."""
    entries: tuple[Watched, ...]
    stale: tuple[str, ...]
    """Excuses for what is asserted, or for what the model does not have."""

    def of(self, state: State) -> tuple[Watched, ...]:
        """Return those in that state."""
        return tuple(entry for entry in self.entries if entry.state == state)

    def groups(self) -> dict[str, tuple[Watched, ...]]:
        """Return them by group."""
        found: dict[str, list[Watched]] = {}
        for entry in self.entries:
            found.setdefault(entry.group, []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}

    @property
    def complete(self) -> bool:
        """Nothing is open, no excuse is out of date, and not too much is excused."""
        few = len(self.of("excused")) <= MOST_EXCUSED * len(self.entries)
        return few and not self.of("open") and not self.stale


def watch(catalog: Catalog, family: Family) -> Watch:
    """Hold a catalogue against an edition of the model."""
    found = evidence(catalog, family)
    excuses = {
        name: excuse for name, excuse in catalog.ledger.excuses.items() if excuse.of_the_model
    }

    def entry(name: str, group: str, about: str) -> Watched:
        sent, asserted = found.sent.get(name, ()), found.asserted.get(name, ())
        reason = excuses[name].reason if name in excuses else ""
        state: State = "asserted" if asserted else "excused" if reason else "open"
        return Watched(
            id=name,
            group=group,
            about=about,
            state=state,
            sent=sent,
            asserted=asserted,
            reason=reason,
        )

    entries = tuple(entry(*each) for each in _subjects(family))
    known = {each.id: each for each in entries}
    stale = tuple(name for name in excuses if name not in known or known[name].state == "asserted")
    return Watch(botocore=family.botocore, entries=entries, stale=stale)


def _subjects(family: Family) -> Iterator[tuple[str, str, str]]:
    """Yield id, group and description of all members and values."""
    for member in family.members.values():
        yield member.id, f"{member.operation} {member.side}", member.about
    for name, enum, _ in family.values():
        yield name, enum, ""
