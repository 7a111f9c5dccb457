"""What happened to recorded requests, compared with the differences that are known and argued."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.catalog.model import KnownDifference
    from conformance.recordings.compare import Difference


@dataclass(frozen=True, slots=True)
class ReplayedRequest:
    """What happened to one recorded request."""

    name: str
    group: str
    """What it is counted with: the operation under test, or the source."""
    differences: tuple[Difference, ...]
    """In what the answers differ; ``set-up`` or ``transport`` where there is none to compare."""

    @property
    def identical(self) -> bool:
        """The endpoint answered as S3 did."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of difference with those that show it."""

    aspect: str
    recorded: str
    own: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcomes of one replay, sorted into what is known and what is new."""

    outcomes: tuple[ReplayedRequest, ...]
    known: tuple[tuple[KnownDifference, tuple[ReplayedRequest, ...]], ...]
    """Each known difference that was met, with the outcomes that it accounts for."""
    new: tuple[ReplayedRequest, ...]
    """Outcomes with a difference that no known one accounts for; with those alone."""
    stale: tuple[KnownDifference, ...]
    """Known differences that nothing shows any more."""

    @property
    def identical(self) -> int:
        """How many answers were the recorded ones."""
        return sum(outcome.identical for outcome in self.outcomes)

    @property
    def as_expected(self) -> bool:
        """Every difference is argued, and every argued difference is still there."""
        return not self.new and not self.stale

    def causes(self) -> tuple[Cause, ...]:
        """Return the new differences by what differs, the most frequent first."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for outcome in self.new:
            for one in outcome.differences:
                found[one.aspect, one.recorded, one.own].append(outcome.name)
        causes = [Cause(*what, tuple(names)) for what, names in found.items()]
        return tuple(sorted(causes, key=lambda cause: (-len(cause.names), cause.aspect)))

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return group to how many answers were identical, and how many there are."""
        counted: dict[str, tuple[int, int]] = {}
        for outcome in self.outcomes:
            same, every = counted.get(outcome.group, (0, 0))
            counted[outcome.group] = (same + outcome.identical, every + 1)
        return counted


def facts(found: Comparison) -> dict[str, bool]:
    """Return by group whether every one of its answers was the recorded one."""
    return {name: same == every for name, (same, every) in found.counts().items()}


def compare_with_known(
    outcomes: Iterable[ReplayedRequest], known: Sequence[KnownDifference], *, of: Sequence[str] = ()
) -> Comparison:
    """Sort outcomes into known and new.

    ``of`` are the names that a known difference can be about here; one about none of them counts
    neither as met nor as stale.
    """
    met: dict[int, list[ReplayedRequest]] = defaultdict(list)
    everything = tuple(outcomes)
    new = []
    for outcome in everything:
        left = []
        for difference in outcome.differences:
            accounting = [
                index
                for index, one in enumerate(known)
                if _is_about(one, outcome.name) and _covers(one, difference)
            ]
            for index in accounting[:1]:
                if outcome not in met[index]:
                    met[index].append(outcome)
            if not accounting:
                left.append(difference)
        if left:
            new.append(ReplayedRequest(outcome.name, outcome.group, tuple(left)))
    names = of or tuple(outcome.name for outcome in everything)
    return Comparison(
        outcomes=everything,
        known=tuple((known[index], tuple(found)) for index, found in sorted(met.items())),
        new=tuple(new),
        stale=tuple(
            one
            for index, one in enumerate(known)
            if index not in met and any(_is_about(one, name) for name in names)
        ),
    )


def _is_about(known: KnownDifference, name: str) -> bool:
    return fnmatchcase(_plain(name), _plain(known.of))


def _covers(known: KnownDifference, difference: Difference) -> bool:
    return any(fnmatchcase(difference.aspect, aspect) for aspect in known.aspects)


def _plain(text: str) -> str:
    """Take brackets for themselves: they are part of names."""
    return text.replace("[", "(").replace("]", ")")
