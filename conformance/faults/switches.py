"""The switches that plant a fault: each changes one thing, at the depth where it happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from conformance.faults.model import FACE
from conformance.faults.operations import Op
from conformance.reference.domain.messages import Request, Response, S3Error
from conformance.reference.pipeline import Context

if TYPE_CHECKING:
    from conformance.faults.model import Seen, Wiring
    from conformance.reference.http.answers import Message
    from conformance.reference.http.exchange import Assemble, Authenticate

C = TypeVar("C", bound=Context)
Step: TypeAlias = Callable[[C], None]
"""A check or an effect."""
Operations: TypeAlias = str | tuple[str, ...]
Ops: TypeAlias = Op[C] | tuple[Op[C], ...]
"""Operations whose contexts have one class in common."""


@dataclass(frozen=True, slots=True)
class _OnOperations:
    operations: Operations

    def names(self) -> tuple[str, ...]:
        """Return the operations that it is planted in."""
        return (self.operations,) if isinstance(self.operations, str) else self.operations

    def touches(self, seen: Seen) -> bool:
        """Tell whether the request was one to such an operation."""
        return seen.operation in self.names()


@dataclass(frozen=True, slots=True)
class Swallow(_OnOperations):
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
            strict = _check(operation.checks, self.check)
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
        """Tell whether that check refused."""
        return seen.operation in self.names() and seen.check == self.check


@dataclass(frozen=True, slots=True)
class Replace(_OnOperations, Generic[C]):
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
class Move(_OnOperations):
    """A check that comes earlier or later than it should."""

    check: str
    before: str

    def plant(self, wiring: Wiring) -> None:
        """Move it."""
        for name in self.names():
            wiring.operations[name] = wiring.operations[name].moving(self.check, before=self.before)

    def touches(self, seen: Seen) -> bool:
        """Tell whether the request was refused at all: else every check is passed anyway."""
        return seen.operation in self.names() and isinstance(seen.answer, S3Error)


@dataclass(frozen=True, slots=True)
class After(_OnOperations, Generic[C]):
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
        """Tell whether the operation succeeded."""
        return seen.operation in self.names() and isinstance(seen.answer, Response)


@dataclass(frozen=True, slots=True)
class Instead(_OnOperations, Generic[C]):
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
        """Tell whether the operation succeeded."""
        return seen.operation in self.names() and isinstance(seen.answer, Response)


@dataclass(frozen=True, slots=True)
class Before(_OnOperations, Generic[C]):
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


@dataclass(frozen=True, slots=True)
class Insert(_OnOperations, Generic[C]):
    """A further check, behind all the others or before the check ``before``."""

    operations: Ops[C]
    step: Step[C]
    before: str = ""

    def plant(self, wiring: Wiring) -> None:
        """Insert the check."""
        _insert(wiring, self.names(), self.step, self.before)


@dataclass(frozen=True, slots=True)
class Spoil(_OnOperations, Generic[C]):
    """A check that does damage when it refuses."""

    operations: Ops[C]
    check: str
    damage: Step[C]

    def plant(self, wiring: Wiring) -> None:
        """Put a check that does damage in the place of the harmless one."""
        for name in self.names():
            operation = wiring.operations[name]
            strict = _check(operation.checks, self.check)
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
        """Tell whether that check refused."""
        return seen.operation in self.names() and seen.check == self.check


@dataclass(frozen=True, slots=True)
class Deny(_OnOperations):
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
        """Tell whether such a request came."""
        return seen.operation in self.names() and self.when(seen.request)


@dataclass(frozen=True, slots=True)
class Ask(_OnOperations):
    """A change of the request before the model sees it."""

    change: Callable[[Request], Request]

    def plant(self, wiring: Wiring) -> None:
        """Change what is asked of those operations."""
        names = self.names()

        def ask(operation: str, request: Request) -> Request:
            return self.change(request) if operation in names else request

        wiring.asks.append(ask)

    def touches(self, seen: Seen) -> bool:
        """Tell whether it would have changed the request."""
        return seen.operation in self.names() and self.change(seen.request) is not seen.request


@dataclass(frozen=True, slots=True)
class Say(_OnOperations):
    """A change of the answer after the model gave it."""

    change: Callable[[Request, Response], Response]

    def plant(self, wiring: Wiring) -> None:
        """Change what those operations say."""
        names = self.names()

        def say(operation: str, request: Request, response: Response) -> Response:
            return self.change(request, response) if operation in names else response

        wiring.says.append(say)

    def touches(self, seen: Seen) -> bool:
        """Tell whether it would have changed the answer."""
        return (
            seen.operation in self.names()
            and isinstance(seen.answer, Response)
            and self.change(seen.request, seen.answer) != seen.answer
        )


@dataclass(frozen=True, slots=True)
class Refusal(_OnOperations):
    """A change of the refusals that have that code and, if given, that text in their message.

    ``change`` gives another refusal, or an answer in its place; the empty operation name stands
    for requests that were refused before an operation was found.
    """

    code: str
    change: Callable[[Request, S3Error], S3Error | Response]
    says: str = ""

    def plant(self, wiring: Wiring) -> None:
        """Change what those operations refuse."""

        def refuse(operation: str, request: Request, error: S3Error) -> S3Error | Response:
            return self.change(request, error) if self._meant(operation, error) else error

        wiring.refuses.append(refuse)

    def _meant(self, operation: str, error: S3Error) -> bool:
        return (
            operation in self.names()
            and self.code in ("", error.code)
            and self.says in error.message
        )

    def touches(self, seen: Seen) -> bool:
        """Tell whether such a refusal was given, and would have been changed."""
        return (
            isinstance(seen.answer, S3Error)
            and self._meant(seen.operation, seen.answer)
            and self.change(seen.request, seen.answer) is not seen.answer
        )


@dataclass(frozen=True, slots=True)
class _Everywhere:
    def names(self) -> tuple[str, ...]:
        """Return what stands for the face."""
        return (FACE,)

    def touches(self, seen: Seen) -> bool:
        """Touch whatever comes: the face sees every request."""
        del seen
        return True


@dataclass(frozen=True, slots=True)
class Authentication(_Everywhere):
    """Another way to tell who sent a request.

    With ``codes`` it changes nothing but refusals of the face that have one of them.
    """

    wrap: Callable[[Authenticate], Authenticate]
    codes: tuple[str, ...] = ()

    def plant(self, wiring: Wiring) -> None:
        """Wrap what authenticates."""
        wiring.authenticate = self.wrap(wiring.authenticate)

    def touches(self, seen: Seen) -> bool:
        """Tell whether the face refused so, or, without codes, saw a request at all."""
        if not self.codes:
            return True
        error = seen.answer
        return seen.operation == FACE and isinstance(error, S3Error) and error.code in self.codes


@dataclass(frozen=True, slots=True)
class Framing(_Everywhere):
    """Another way to make a payload of a body."""

    wrap: Callable[[Assemble], Assemble]

    def plant(self, wiring: Wiring) -> None:
        """Wrap what assembles payloads."""
        wiring.assemble = self.wrap(wiring.assemble)


@dataclass(frozen=True, slots=True)
class Bytes(_Everywhere):
    """A change of the answer as bytes."""

    change: Callable[[Message], Message]

    def plant(self, wiring: Wiring) -> None:
        """Take a last look at every answer."""
        wiring.finish = self.change


def named(step: Step[C], name: str) -> Step[C]:
    """Return the step under a name, so that further switches find it."""

    def same(context: C) -> None:
        step(context)

    same.__name__ = name
    return same


def _check(checks: tuple[Step[C], ...], name: str) -> Step[C]:
    for check in checks:
        if check.__name__ == name:
            return check
    raise KeyError(f"there is no check {name}; there are {', '.join(c.__name__ for c in checks)}")


def _insert(wiring: Wiring, names: tuple[str, ...], check: Step[C], before: str) -> None:
    for name in names:
        operation = wiring.operations[name]
        checks = list(operation.checks)
        place = len(checks)
        if before:
            place = checks.index(_check(operation.checks, before))
        checks.insert(place, named(check, "planted_check"))
        wiring.operations[name] = replace(operation, checks=tuple(checks))
