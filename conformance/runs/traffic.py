"""Upper limits for the requests and bytes of a test, computed before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import single_steps
from conformance.catalog.references import Reference, parse
from conformance.engine.bodies import byte_count
from conformance.engine.values import dig

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalog.model import Step, Test, Tree

_READS: Final = frozenset({"GetObject"})
_SMALL: Final = 600
"""Bytes of a document, or of the body of a request that has none to speak of."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests, and bytes of bodies."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    """At most: what was sent may be read back by each read."""

    def __add__(self, other: Traffic) -> Traffic:
        """Return both together."""
        return Traffic(
            self.requests + other.requests,
            self.sent + other.sent,
            self.received + other.received,
        )


_PROPERTY: Final = Traffic(requests=250, sent=2 * 1024**2, received=2 * 1024**2)
"""Of a quick search, whose requests are generated."""


def traffic(test: Test) -> Traffic:
    """Return what a test sends and may receive, its clean-up included."""
    if not test.steps:
        return _PROPERTY
    found = of_steps((*test.given, *test.steps))
    # One request each for an upload and for an object that are removed at the end.
    return found + Traffic(requests=2)


def of_steps(steps: Iterable[Step]) -> Traffic:
    """Return what steps send and may receive."""
    total = Traffic()
    stored = 0
    for one in single_steps(steps):
        times = _times(one)
        sent = _bodies(one, times)
        stored += sent
        reads = one.operation in _READS
        total += Traffic(times, sent, times * (stored if reads else _SMALL))
    return total


def _times(step: Step) -> int:
    """Return how many requests a step is; one where the list comes from an answer."""
    for tree in step.repeat.values():
        if isinstance(tree, list):
            return len(tree)
    return 1


def _bodies(step: Step, times: int) -> int:
    """Return the bytes of the bodies of all requests of a step, which may have one each."""
    found = step.edits.get("body", step.members.get("Body"))
    each = parse(found) if isinstance(found, str) else None
    if isinstance(each, Reference):
        values = step.repeat.get(each.name)
        if isinstance(values, list):
            return sum(_part(value, each) for value in values)
    return times * (_SMALL if found is None else size_of(found))


def _part(value: Tree, reference: Reference) -> int:
    """Return the bytes of what a reference takes from one value of a ``repeat``."""
    try:
        return size_of(dig(value, reference.path))
    except LookupError:
        return _SMALL


def size_of(tree: object) -> int:
    """Return the approximate size of a value in bytes; an unknown one counts as small."""
    if isinstance(tree, str):
        return _SMALL if "$" in tree else len(tree.encode())
    if isinstance(tree, Mapping):
        for name in ("random", "zeros"):
            if name in tree:
                return _count(tree[name])
        if "text" in tree:
            times = tree.get("times", 1)
            return len(str(tree["text"])) * (times if isinstance(times, int) else 1)
        if "concat" in tree:
            return size_of(tree["concat"])
        if "slice" in tree:
            first, last = tree.get("from", 0), tree.get("to")
            whole = last if isinstance(last, int) else size_of(tree["slice"])
            return max(0, whole - (first if isinstance(first, int) else 0))
        return _SMALL
    if isinstance(tree, Sequence) and not isinstance(tree, bytes):
        return sum(map(size_of, tree))
    return _SMALL


def _count(size: object) -> int:
    try:
        return byte_count(size)
    except ValueError:
        return _SMALL
