"""How every operation runs: its named checks in their order, then its effect, then its answer.

Precedence is the order of a tuple. A fault plants a deviation by dropping, replacing or moving a
check by its name, so no operation calls one of its checks by itself.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from conformance.reference.domain.messages import Request, Response, S3Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.state import Bucket, World


class Context:
    """What the checks of one request have found out so far; operations extend it."""

    def __init__(self, request: Request, world: World) -> None:
        self.request = request
        self.world = world
        self.found_bucket: Bucket | None = None

    @property
    def bucket(self) -> Bucket:
        """The bucket that ``known_bucket`` found."""
        if self.found_bucket is None:
            raise LookupError("no check has looked for the bucket yet")
        return self.found_bucket

    @property
    def key(self) -> str:
        """The object key of the request."""
        if self.request.key is None:
            raise LookupError("the request names no object")
        return self.request.key


class Settled(Exception):  # noqa: N818 - not an error: it ends the checks early
    """Raised by a check when the answer is known: no further check and no effect runs."""


C = TypeVar("C", bound=Context)


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[C]):
    """One S3 operation.

    ``prepare`` runs first and outside of the lock: it computes digests and changes and refuses
    nothing. ``checks`` and ``effect`` run under ``World.lock``, ``render`` after it is free again.
    """

    name: str
    context: Callable[[Request, World], C]
    checks: tuple[Callable[[C], None], ...]
    effect: Callable[[C], None]
    render: Callable[[C], Response]
    prepare: Callable[[C], None] | None = None
    declaration: bool = True
    """Whether its refusals begin with an XML declaration (XML-009)."""

    def without(self, check: str) -> Operation[C]:
        """Return the operation with that check dropped."""
        at = self._at(check)
        return replace(self, checks=self.checks[:at] + self.checks[at + 1 :])

    def replacing(self, check: str, *substitutes: Callable[[C], None]) -> Operation[C]:
        """Return the operation with other checks in that check's place."""
        at = self._at(check)
        return replace(self, checks=self.checks[:at] + substitutes + self.checks[at + 1 :])

    def moving(self, check: str, *, before: str) -> Operation[C]:
        """Return the operation with one check moved in front of another."""
        moved, anchor = self.checks[self._at(check)], self.checks[self._at(before)]
        return self.without(check).replacing(before, moved, anchor)

    def _at(self, check: str) -> int:
        names = [one.__name__ for one in self.checks]
        if check not in names:
            raise KeyError(f"{self.name} has no check {check!r}; it has {', '.join(names)}")
        return names.index(check)


def run(operation: Operation[C], request: Request, world: World) -> Response:
    """Answer one request; raise S3Error, its ``declaration`` set, when it is refused."""
    context = operation.context(request, world)
    try:
        if operation.prepare is not None:
            operation.prepare(context)
        with world.lock, suppress(Settled):
            for check in operation.checks:
                check(context)
            operation.effect(context)
        return operation.render(context)
    except S3Error as error:
        error.declaration = operation.declaration
        raise


def no_effect(context: Context) -> None:
    """Change nothing: the effect of reading operations."""
    del context
