"""Switches of requests before the service sees them, and of answers and refusals after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.faults.switches.base import OnOperations
from conformance.reference.domain.messages import Request, Response, S3Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.faults.model import Seen, Wiring


@dataclass(frozen=True, slots=True)
class Ask(OnOperations):
    """A change of the request before the model sees it."""

    change: Callable[[Request], Request]

    def plant(self, wiring: Wiring) -> None:
        """Change what is asked of those operations."""
        names = self.names()

        def ask(operation: str, request: Request) -> Request:
            return self.change(request) if operation in names else request

        wiring.asks.append(ask)

    def touches(self, seen: Seen) -> bool:
        """Return whether it would have changed the request."""
        return seen.operation in self.names() and self.change(seen.request) is not seen.request


@dataclass(frozen=True, slots=True)
class Say(OnOperations):
    """A change of the answer after the model gave it."""

    change: Callable[[Request, Response], Response]

    def plant(self, wiring: Wiring) -> None:
        """Change what those operations say."""
        names = self.names()

        def say(operation: str, request: Request, response: Response) -> Response:
            return self.change(request, response) if operation in names else response

        wiring.says.append(say)

    def touches(self, seen: Seen) -> bool:
        """Return whether it would have changed the answer."""
        return (
            seen.operation in self.names()
            and isinstance(seen.answer, Response)
            and self.change(seen.request, seen.answer) != seen.answer
        )


@dataclass(frozen=True, slots=True)
class Refusal(OnOperations):
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
        """Return whether such a refusal was given, and would have been changed."""
        return (
            isinstance(seen.answer, S3Error)
            and self._meant(seen.operation, seen.answer)
            and self.change(seen.request, seen.answer) is not seen.answer
        )
