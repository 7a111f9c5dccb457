"""The possible results of concurrent requests: those of sending them in some order.

The judgement is exhaustive: every order of the requests (two or three of them) is walked through
the model, and only answers and sights that some order explains are allowed. It is written into the
story itself, so that a scenario judges as the search did.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.properties.model import Get, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.catalog.model import Tree
    from conformance.properties.model import Operation, PossibleAnswer, World
    from conformance.properties.story import StepTree

UNEXPLAINED: Final = "no order of the requests gives these answers"


@dataclass(frozen=True, slots=True)
class Joint:
    """One possible outcome of all requests, and the world after it."""

    outcomes: tuple[PossibleAnswer, ...]
    """In the order in which the requests are written, not in that of the walk."""
    after: World

    @property
    def statuses(self) -> str:
        """Return the statuses as one text, as a story saves them."""
        return " ".join(str(one.status) for one in self.outcomes)


def joints(world: World, operations: Sequence[Operation]) -> tuple[Joint, ...]:
    """Return every possible outcome of the operations, over all their orders."""
    found: list[Joint] = []
    for order in itertools.permutations(range(len(operations))):
        for joint in _walk(world, operations, order, {}):
            if joint not in found:
                found.append(joint)
    return tuple(found)


def with_late_parts(
    ways: Sequence[Joint], world: World, operations: Sequence[Operation]
) -> tuple[Joint, ...]:
    """Add the ways in which a part that came too late for a completion is accepted anyway.

    S3 was seen to answer such a part with 200 while the parts that were listed are published
    (AM-001); what comes after is what would have come of its refusal.
    """
    found = list(ways)
    for way in found:  # grows while it is walked: of two late parts both may be accepted
        for index, operation in enumerate(operations):
            if not isinstance(operation, Part) or way.outcomes[index].status != 404:
                continue
            taken = next((one for one in operation.outcomes(world) if one.status == 200), None)
            if taken is not None:
                outcomes = (*way.outcomes[:index], taken, *way.outcomes[index + 1 :])
                late = Joint(outcomes, way.after)
                if late not in found:
                    found.append(late)
    return tuple(found)


def _walk(
    world: World,
    operations: Sequence[Operation],
    order: Sequence[int],
    done: dict[int, PossibleAnswer],
) -> Iterator[Joint]:
    if len(done) == len(operations):
        yield Joint(tuple(done[index] for index in range(len(operations))), world)
        return
    index = order[len(done)]
    for outcome in operations[index].outcomes(world):
        yield from _walk(outcome.after, operations, order, {**done, index: outcome})


def at_once(operations: Sequence[Operation], ways: Sequence[Joint]) -> StepTree:
    """Return the group of steps that sends the operations at once and saves their statuses."""
    steps: list[Tree] = []
    for index, operation in enumerate(operations):
        outcomes = [way.outcomes[index] for way in ways]
        must: dict[str, Tree] = {
            "status": _any(one.status for one in outcomes),
            **_fields(outcomes),
        }
        tree: StepTree = {
            **operation.request(),
            "name": f"racer-{index + 1}",
            "save": {_saved(index): "status"},
            "must": must,
        }
        steps.append(tree)
    return {"concurrently": steps}


def afterwards(sights: Sequence[Operation], ways: Sequence[Joint]) -> list[StepTree]:
    """Return the steps that read the result, each checked against what the statuses allow.

    The first look is checked against the statuses even if they do not change it: it is what finds
    answers that no order explains.
    """
    racers = len(ways[0].outcomes)
    told = " ".join(f"${{{_saved(index)}}}" for index in range(racers))
    steps: list[StepTree] = []
    for sight in sights:
        seen: dict[str, list[PossibleAnswer]] = {}
        for way in ways:
            seen.setdefault(way.statuses, []).extend(sight.outcomes(way.after))
        everything = [one for group in seen.values() for one in group]
        must: dict[str, Tree] = {"status": _any(one.status for one in everything)}
        name = _telling(sight, everything)
        if name:
            picked: dict[str, Tree] = {
                statuses: _any(one.fields.get(name, {"absent": True}) for one in group)
                for statuses, group in seen.items()
            }
            must[name] = {"pick": told, "from": picked, "else": UNEXPLAINED}
        steps.append({**sight.request(), "must": must})
    return steps


def _telling(sight: Operation, outcomes: Iterable[PossibleAnswer]) -> str:
    """Return the field that tells worlds apart: the one of its answers that succeed.

    A read has its ETag for that even where it never succeeds; empty where there is none.
    """
    if isinstance(sight, Get):
        return "ETag"
    return next((name for one in outcomes if one.status == 200 for name in one.fields), "")


def _fields(outcomes: Sequence[PossibleAnswer]) -> dict[str, Tree]:
    """Return what an answer holds in whichever order; a refusal holds none of it."""
    names = dict.fromkeys(name for one in outcomes if one.status == 200 for name in one.fields)
    return {
        name: _any(
            one.fields.get(name, {"absent": True}) if one.status == 200 else {"absent": True}
            for one in outcomes
        )
        for name in names
    }


def _any(values: Iterable[Tree]) -> Tree:
    """Return a value, or a matcher of any of several."""
    found: list[Tree] = []
    for value in values:
        if value not in found:
            found.append(value)
    found.sort(key=lambda one: json.dumps(one, sort_keys=True))
    return found[0] if len(found) == 1 else {"one_of": found}


def _saved(index: int) -> str:
    return f"status_{index + 1}"
