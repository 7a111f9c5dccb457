"""What switches share: the operations that they are planted in, and checks found by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from conformance.faults.operations import Op
from conformance.reference.pipeline import Context

if TYPE_CHECKING:
    from conformance.faults.model import Seen

C = TypeVar("C", bound=Context)
Step: TypeAlias = Callable[[C], None]
"""A check or an effect."""
Operations: TypeAlias = str | tuple[str, ...]
Ops: TypeAlias = Op[C] | tuple[Op[C], ...]
"""Operations whose contexts have one class in common."""


@dataclass(frozen=True, slots=True)
class OnOperations:
    """A switch of operations."""

    operations: Operations

    def names(self) -> tuple[str, ...]:
        """Return the operations that it is planted in."""
        return (self.operations,) if isinstance(self.operations, str) else self.operations

    def touches(self, seen: Seen) -> bool:
        """Return whether the request was one to such an operation."""
        return seen.operation in self.names()


def named(step: Step[C], name: str) -> Step[C]:
    """Return the step under a name, so that further switches find it."""

    def same(context: C) -> None:
        step(context)

    same.__name__ = name
    return same


def find_check(checks: tuple[Step[C], ...], name: str) -> Step[C]:
    """Return the check of that name. Raises KeyError with the names that there are."""
    for check in checks:
        if check.__name__ == name:
            return check
    raise KeyError(f"no check is called {name}; there are {', '.join(c.__name__ for c in checks)}")
