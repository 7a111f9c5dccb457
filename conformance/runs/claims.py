"""What a test must not share with the tests in flight, derived from its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.service import request_members
from conformance.engine.guard import changes_bucket

if TYPE_CHECKING:
    from conformance.catalog.model import Step, Test

_UNSHARED_KIND: Final = "alone"
"""The kind of bucket in which nothing else is to be."""
_UNSHARED_NEEDS: Final = frozenset({"movable-clock"})
"""Capabilities that change the endpoint for everybody."""
_OWN_BEGINNINGS: Final = ("$key", "${key}", "$prefix", "${prefix}")
_REFUSALS: Final = frozenset({"status", "code", "message", "error", "headers"})
"""Fields that say nothing of what a listing holds."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The things that two tests must not use at the same time, found in their steps."""

    alone: bool = False
    """It needs the whole endpoint."""
    own: frozenset[str] = frozenset()
    """Buckets that it changes, or whose whole content it looks at."""
    shared: frozenset[str] = frozenset()
    """Buckets in which it uses keys of its own and nothing else."""


def claims(test: Test) -> Claims:
    """Return the things that a test must have for itself.

    A bucket is named by its kind, or as the steps write it: ``${other_bucket}-policy``. Groups of
    requests at once need nothing here: they go out alone, see `RequestGate.alone`.
    """
    if not _UNSHARED_NEEDS.isdisjoint(test.needs):
        return Claims(alone=True)
    steps = list(test.single_steps())
    if any(_lists_buckets(step) for step in steps):
        return Claims(alone=True)
    home = test.bucket
    used = {home: home == _UNSHARED_KIND}
    for step in steps:
        name = _bucket(step, home)
        if name:
            used[name] = used.get(name, False) or _changes(step) or _lists_all(step)
    return Claims(
        own=frozenset(name for name, own in used.items() if own),
        shared=frozenset(name for name, own in used.items() if not own),
    )


def _bucket(step: Step, home: str) -> str:
    """Return the bucket that a step names; empty where it names none."""
    if "Bucket" not in request_members(step.operation):
        return ""
    name = step.members.get("Bucket", home)
    return home if name in {"$bucket", "${bucket}"} else str(name or "")


def _changes(step: Step) -> bool:
    return changes_bucket(step.operation)


def _lists_buckets(step: Step) -> bool:
    return step.operation == "ListBuckets" and "Buckets" in _looked_at(step)


def _lists_all(step: Step) -> bool:
    """Return whether a step looks at what a listing of the whole bucket holds."""
    if "Prefix" not in request_members(step.operation) or step.operation == "ListBuckets":
        return False
    if str(step.members.get("Prefix", "")).startswith(_OWN_BEGINNINGS):
        return False
    return not _looked_at(step) <= _REFUSALS


def _looked_at(step: Step) -> set[str]:
    """Return the fields of the answer that a step checks or saves."""
    checked = {name for one in step.expectations for name in one.fields}
    saved = {path.partition(".")[0].partition("[")[0] for path in step.save.values()}
    return checked | saved


class InUse:
    """The things that the tests in flight use; not thread-safe."""

    def __init__(self) -> None:
        self._own: set[str] = set()
        self._shared: dict[str, int] = {}
        self._tests = 0
        self._alone = False

    def has_room(self, needed: Claims) -> bool:
        """Return whether a test may begin beside those in flight."""
        if self._alone or (needed.alone and self._tests):
            return False
        if not self._own.isdisjoint(needed.own | needed.shared):
            return False
        return not any(self._shared.get(name) for name in needed.own)

    def take(self, needed: Claims) -> None:
        """Mark the things of a test that begins as in use."""
        self._tests += 1
        self._alone = needed.alone
        self._own |= needed.own
        for name in needed.shared:
            self._shared[name] = self._shared.get(name, 0) + 1

    def give_back(self, needed: Claims) -> None:
        """Mark the things of a test that ended as free."""
        self._tests -= 1
        self._alone = False
        self._own -= needed.own
        for name in needed.shared:
            self._shared[name] -= 1
