"""Switches of the named checks of an operation, whose order is the precedence of S3."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic

from conformance.faults.switches.base import C, OnOperations, Ops, Step, find_check, named
from conformance.reference.domain.messages import HangUp, Request, S3Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.faults.model import Seen, Wiring
    from conformance.reference.pipeline import Context


@dataclass(frozen=True, slots=True)
class Swallow(OnOperations):
    """A check that does not refuse: whatever it raises is let pass.

    With ``code`` only refusals of that code, with ``says`` only those whose message or fields
    hold that text. What the check would have found out stays as it was before.
    """

    check: str
    code: str = ""
    says: str = ""

    def plant(self, wiring: Wiring) -> None:
        """Put a tolerant check in the place of the strict one."""
        for name in self.names():
            operation = wiring.operations[name]
            strict = find_check(operation.checks, self.check)
            wiring.operations[name] = operation.replacing(self.check, self._tolerant(strict))

    def _tolerant(self, strict: Step[Context]) -> Step[Context]:
        def tolerant(context: Context) -> None:
            try:
                strict(context)
            except S3Error as error:
                if not self._meant(error):
                    raise

        return named(tolerant, self.check)

    def _meant(self, error: S3Error) -> bool:
        text = "\n".join((error.message, *(value for _, value in error.fields)))
        return self.code in ("", error.code) and self.says in text

    def touches(self, seen: Seen) -> bool:
        """Return whether that check refused."""
        return seen.operation in self.names() and seen.check == self.check


@dataclass(frozen=True, slots=True)
class Replace(OnOperations, Generic[C]):
    """Another check in a check's place."""

    operations: Ops[C]
    check: str
    step: Step[C]

    def plant(self, wiring: Wiring) -> None:
        """Put it there."""
        for name in self.names():
            wiring.operations[name] = wiring.operations[name].replacing(
                self.check, named(self.step, self.check)
            )


@dataclass(frozen=True, slots=True)
class Move(OnOperations):
    """A check that comes earlier or later than it should."""

    check: str
    before: str

    def plant(self, wiring: Wiring) -> None:
        """Move it."""
        for name in self.names():
            wiring.operations[name] = wiring.operations[name].moving(self.check, before=self.before)

    def touches(self, seen: Seen) -> bool:
        """Return whether the request was refused at all: else every check is passed anyway."""
        return seen.operation in self.names() and isinstance(seen.answer, S3Error)


@dataclass(frozen=True, slots=True)
class Insert(OnOperations, Generic[C]):
    """A further check, behind all the others or before the check ``before``."""

    operations: Ops[C]
    step: Step[C]
    before: str = ""

    def plant(self, wiring: Wiring) -> None:
        """Insert the check."""
        _insert(wiring, self.names(), self.step, self.before)


@dataclass(frozen=True, slots=True)
class Spoil(OnOperations, Generic[C]):
    """A check that does damage when it refuses."""

    operations: Ops[C]
    check: str
    damage: Step[C]

    def plant(self, wiring: Wiring) -> None:
        """Put a check that does damage in the place of the harmless one."""
        for name in self.names():
            operation = wiring.operations[name]
            strict = find_check(operation.checks, self.check)
            wiring.operations[name] = operation.replacing(self.check, self._harmful(strict))

    def _harmful(self, strict: Step[C]) -> Step[C]:
        def harmful(context: C) -> None:
            try:
                strict(context)
            except S3Error:
                self.damage(context)
                raise

        return named(harmful, self.check)

    def touches(self, seen: Seen) -> bool:
        """Return whether that check refused."""
        return seen.operation in self.names() and seen.check == self.check


@dataclass(frozen=True, slots=True)
class Deny(OnOperations):
    """A refusal of what must be accepted: of requests for which ``when`` holds.

    It comes behind all checks, or before the check ``before``.
    """

    when: Callable[[Request], bool]
    status: int = 400
    code: str = "InvalidRequest"
    message: str = "This endpoint does not take it."
    before: str = ""

    def plant(self, wiring: Wiring) -> None:
        """Insert the check."""
        _insert(wiring, self.names(), self._deny, self.before)

    def _deny(self, context: Context) -> None:
        if self.when(context.request):
            raise S3Error(self.status, self.code, self.message)

    def touches(self, seen: Seen) -> bool:
        """Return whether such a request came."""
        return seen.operation in self.names() and self.when(seen.request)


@dataclass(frozen=True, slots=True)
class Crash(OnOperations):
    """A connection that is closed without an answer to requests for which ``when`` holds.

    It comes behind all checks, or before the check ``before``.
    """

    when: Callable[[Request], bool]
    before: str = ""

    def plant(self, wiring: Wiring) -> None:
        """Insert the crash."""
        _insert(wiring, self.names(), self._crash, self.before)

    def _crash(self, context: Context) -> None:
        if self.when(context.request):
            raise HangUp

    def touches(self, seen: Seen) -> bool:
        """Return whether such a request came."""
        return seen.operation in self.names() and self.when(seen.request)


def _insert(wiring: Wiring, names: tuple[str, ...], check: Step[C], before: str) -> None:
    for name in names:
        operation = wiring.operations[name]
        checks = list(operation.checks)
        place = len(checks)
        if before:
            place = checks.index(find_check(operation.checks, before))
        checks.insert(place, named(check, "planted_check"))
        wiring.operations[name] = replace(operation, checks=tuple(checks))
