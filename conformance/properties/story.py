"""Stories: generated steps of the scenario format, as plain values.

A story is a scenario without its frame. It is run as it is, and becomes a scenario file when it
shows a fault, so that nothing can happen in a search that a scenario could not repeat.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from conformance.engine.bodies import byte_count

if TYPE_CHECKING:
    from conformance.catalog.model import Tree

StepTree: TypeAlias = "dict[str, Tree]"

_BODIES = ("UploadPart", "PutObject")


@dataclass(frozen=True, slots=True)
class Cost:
    """What running a story may cost at most: requests with the clean-up's, bytes sent."""

    requests: int
    sent: int


@dataclass(frozen=True, slots=True)
class Story:
    """Set-up steps (a failure is not the server's fault) and tested steps."""

    steps: tuple[StepTree, ...]
    given: tuple[StepTree, ...] = ()

    @property
    def digest(self) -> str:
        """Return eight hex digits that identify a story, the same in every run."""
        text = json.dumps([self.given, self.steps], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def requests(self) -> int:
        """Count the requests that it sends, set-up included, clean-up not."""
        return sum(_requests(step) for step in (*self.given, *self.steps))

    @property
    def weight(self) -> tuple[int, int]:
        """Return a sort key for the size of stories: requests, then length as text."""
        return self.requests, len(json.dumps([self.given, self.steps]))

    def cost(self) -> Cost:
        """Return a bound: every request may leave one thing behind, which is removed by one."""
        sent = sum(_sent(step) for step in (*self.given, *self.steps))
        return Cost(requests=2 * self.requests, sent=sent)


def step(operation: str, members: Mapping[str, Tree] | None = None, **words: Tree) -> StepTree:
    """Return a step; ``words`` are the format's (``must``, ``save``, ``headers``, …).

    An underscore stands for a hyphen, and a trailing one sets a word apart from Python's own.
    """
    named = {word.rstrip("_").replace("_", "-"): tree for word, tree in words.items()}
    return {operation: dict(members or {}), **{k: tree for k, tree in named.items() if tree != {}}}


def text(plain: str) -> str:
    """Return a text as the format writes it: a dollar sign doubled."""
    return plain.replace("$", "$$")


def size_of(body: Tree) -> int:
    """Return the bytes of a body as stories write them: text, ``random``, ``zeros``."""
    if isinstance(body, str):
        return len(body.replace("$$", "$").encode())
    if isinstance(body, Mapping):
        name = next(iter(body), "")
        if name in {"random", "zeros"}:
            return byte_count(body[name])
    raise ValueError(f"{body!r} is not a body of a story")


def _requests(tree: StepTree) -> int:
    inner = tree.get("concurrently")
    if isinstance(inner, list):
        return sum(_requests(one) for one in inner if isinstance(one, dict))
    return _times(tree)


def _times(tree: StepTree) -> int:
    repeat = tree.get("repeat")
    if not isinstance(repeat, Mapping) or not repeat:
        return 1
    values = next(iter(repeat.values()))
    if isinstance(values, Mapping):
        first, last = values.get("from"), values.get("to")
        return last - first + 1 if isinstance(first, int) and isinstance(last, int) else 1
    return len(values) if isinstance(values, Sequence) else 1


def _sent(tree: StepTree) -> int:
    inner = tree.get("concurrently")
    if isinstance(inner, list):
        return sum(_sent(one) for one in inner if isinstance(one, dict))
    for operation in _BODIES:
        members = tree.get(operation)
        if isinstance(members, Mapping) and "Body" in members:
            return size_of(members["Body"]) * _times(tree)
    return 0
