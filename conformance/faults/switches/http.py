"""Switches of the HTTP side: who sent a request, what its body holds, how an answer is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.faults.model import FACE
from conformance.reference.domain.messages import Payload, S3Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.faults.model import Seen, Wiring
    from conformance.reference.http.answers import Message
    from conformance.reference.http.authentication import Proof
    from conformance.reference.http.exchange import Assemble, Authenticate
    from conformance.reference.http.head import Head


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
        """Return whether the face refused so, or, without codes, saw a request at all."""
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
class Incomplete(_Everywhere):
    """A body that ended early is treated as the whole."""

    def plant(self, wiring: Wiring) -> None:
        """Take what came, whatever was announced and signed."""
        wiring.takes_incomplete = True
        strict = wiring.assemble

        def lenient(head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
            payload = strict(head, proof, body, body_bytes=body_bytes)
            announced = int(head.headers.get("content-length") or 0)
            return payload if len(body) >= announced else Payload(data=body)

        wiring.assemble = lenient


@dataclass(frozen=True, slots=True)
class Bytes(_Everywhere):
    """A change of the answer as bytes."""

    change: Callable[[Message], Message]

    def plant(self, wiring: Wiring) -> None:
        """Take a last look at every answer."""
        wiring.finish = self.change
