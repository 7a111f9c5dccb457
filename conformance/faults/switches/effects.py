"""Switches of an operation's effect, and of what it prepares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic

from conformance.faults.switches.base import C, OnOperations, Ops, Step
from conformance.reference.domain.messages import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.faults.model import Seen, Wiring


@dataclass(frozen=True, slots=True)
class After(OnOperations, Generic[C]):
    """Something done under the lock after the effect, or (``first``) before it."""

    operations: Ops[C]
    step: Step[C]
    first: bool = False

    def plant(self, wiring: Wiring) -> None:
        """Wrap the effect."""
        for name in self.names():
            operation = wiring.operations[name]
            wiring.operations[name] = replace(operation, effect=self._both(operation.effect))

    def _both(self, effect: Step[C]) -> Step[C]:
        def both(context: C) -> None:
            for step in (self.step, effect) if self.first else (effect, self.step):
                step(context)

        return both

    def touches(self, seen: Seen) -> bool:
        """Return whether the operation succeeded."""
        return seen.operation in self.names() and isinstance(seen.answer, Response)


@dataclass(frozen=True, slots=True)
class Instead(OnOperations, Generic[C]):
    """Another effect in the effect's place; it is given the true one to call or not."""

    operations: Ops[C]
    step: Callable[[C, Step[C]], None]

    def plant(self, wiring: Wiring) -> None:
        """Put it there."""
        for name in self.names():
            operation = wiring.operations[name]
            wiring.operations[name] = replace(operation, effect=self._other(operation.effect))

    def _other(self, effect: Step[C]) -> Step[C]:
        return lambda context: self.step(context, effect)

    def touches(self, seen: Seen) -> bool:
        """Return whether the operation succeeded."""
        return seen.operation in self.names() and isinstance(seen.answer, Response)


@dataclass(frozen=True, slots=True)
class Before(OnOperations, Generic[C]):
    """Something done before the lock is taken: where requests can still wait for each other."""

    operations: Ops[C]
    step: Step[C]

    def plant(self, wiring: Wiring) -> None:
        """Put it in front of what the operation prepares."""
        for name in self.names():
            operation = wiring.operations[name]
            wiring.operations[name] = replace(operation, prepare=self._both(operation.prepare))

    def _both(self, prepare: Step[C] | None) -> Step[C]:
        def both(context: C) -> None:
            self.step(context)
            if prepare is not None:
                prepare(context)

        return both
