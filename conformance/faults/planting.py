"""Faults put to work: a face that answers with one fault, or with another one for each request."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.faults.model import FACE, Seen, Wiring
from conformance.reference.domain.messages import (
    HangUp,
    Pairs,
    Payload,
    Request,
    Response,
    S3Error,
)
from conformance.reference.pipeline import run
from conformance.reference.registry import operations
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from conformance.faults.model import Fault
    from conformance.faults.switches.base import C, Step
    from conformance.reference.domain.state import World
    from conformance.reference.http.authentication import Holders, Proof
    from conformance.reference.http.exchange import Authenticate, Face
    from conformance.reference.http.head import Head
    from conformance.reference.http.target import Target
    from conformance.reference.pipeline import Operation

HEADER: Final = "x-s3-conformance-fault"
"""Names the fault that a request is answered with; only a server of planted faults knows it."""
WITNESS: Final = "witness"
"""In place of a fault's id: answer without any, and remember what came of it."""
_LONGEST_BODY: Final = 64 * 1024


class Planted(Service):
    """A model with faults."""

    def __init__(self, world: World, wiring: Wiring) -> None:
        super().__init__(world)
        self.operations = wiring.operations
        self.wiring = wiring
        self.crashes: list[str] = []
        """What a fault did that no server does: a defect of ours, not a finding."""

    def handle(self, request: Request) -> Response:
        """Answer one request, with all that is planted."""
        name = ""
        try:
            name, request = self._asked(request)
            response = run(self.operations[name], request, self.world)
        except S3Error as error:
            return self._refused(name, request, error)
        except HangUp:
            raise
        except Exception as error:  # the face would only print it
            self.crashes.append(f"{name}: {type(error).__name__}: {error}")
            raise
        for say in self.wiring.says:
            response = say(name, request, response)
        return response

    def _asked(self, request: Request) -> tuple[str, Request]:
        """Return operation and request; a changed request may be one to another operation."""
        name, request = self.understand(request)
        if not self.wiring.asks:
            return name, request
        for ask in self.wiring.asks:
            request = ask(name, request)
        return self.understand(request)

    def _refused(self, name: str, request: Request, error: S3Error) -> Response:
        outcome: S3Error | Response = error
        for refuse in self.wiring.refuses:
            if isinstance(outcome, S3Error):
                outcome = refuse(name, request, outcome)
        if isinstance(outcome, S3Error):
            raise outcome
        return outcome


class Witness(Service):
    """The faultless model, which remembers what came of each request."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._seen: list[Seen] = []
        self._check = threading.local()
        self.operations = {name: self._told(one) for name, one in self.operations.items()}

    def handle(self, request: Request) -> Response:
        """Answer one request and remember it."""
        self._check.name = ""
        name = ""
        try:
            name, request = self.understand(request)
            response = run(self.operations[name], request, self.world)
        except S3Error as error:
            self._note(name, request, error)
            raise
        self._note(name, request, response)
        return response

    def watching(self, authenticate: Authenticate) -> Authenticate:
        """Return authentication whose refusals are remembered, too."""

        def watched(
            head: Head, target: Target, accounts: Holders, region: str, now: datetime
        ) -> Proof:
            try:
                return authenticate(head, target, accounts, region, now)
            except S3Error as error:
                self._check.name = ""
                self._note(FACE, _of_head(head, target, now), error)
                raise

        return watched

    def take(self) -> tuple[Seen, ...]:
        """Return what was seen since this was last asked."""
        taken, self._seen = tuple(self._seen), []
        return taken

    def _note(self, name: str, request: Request, answer: Response | S3Error) -> None:
        if isinstance(answer, Response) and len(answer.body) > _LONGEST_BODY:
            answer = replace(answer, body=b"")
        self._seen.append(
            Seen(
                operation=name,
                request=replace(request, payload=Payload()),
                answer=answer,
                check=self._check.name,
            )
        )

    # See `conformance.reference.registry` for why it is Any.
    def _told(self, operation: Operation[Any]) -> Operation[Any]:
        return replace(operation, checks=tuple(self._telling(one) for one in operation.checks))

    def _telling(self, check: Step[C]) -> Step[C]:
        def telling(context: C) -> None:
            try:
                check(context)
            except S3Error:
                self._check.name = check.__name__
                raise

        telling.__name__ = check.__name__
        return telling


class FaultServer:
    """One endpoint that holds many faults over one world; each request names its own.

    Give `shape` to a `ReferenceServer`. A request without the header is answered without a fault.
    """

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        self._faults = faults
        self._lock = threading.Lock()
        self._faces: dict[str, Face] = {}
        self._handlers: dict[str, Planted] = {}
        self._witness: Witness | None = None

    def shape(self, face: Face) -> Face:
        """Return the face that chooses by the header."""
        self._witness = Witness(_world(face))
        self._faces[WITNESS] = replace(
            face, handler=self._witness, authenticate=self._witness.watching(face.authenticate)
        )
        return replace(face, choose=self._choose)

    def seen(self) -> tuple[Seen, ...]:
        """Return what the witness saw since this was last asked."""
        return () if self._witness is None else self._witness.take()

    def crashes(self, fault: str) -> tuple[str, ...]:
        """Return what a fault broke that no server breaks; empty for a sound one."""
        handler = self._handlers.get(fault)
        return () if handler is None else tuple(handler.crashes)

    def forget(self, fault: str) -> None:
        """Drop the endpoint of a fault that is no longer asked for."""
        with self._lock:
            self._faces.pop(fault, None)
            self._handlers.pop(fault, None)

    def _choose(self, face: Face, head: Head) -> tuple[Face, Head]:
        name = head.headers.get(HEADER)
        if name is None:
            return replace(face, choose=None), head
        bare = replace(
            head,
            headers=Pairs([p for p in head.headers.items if p[0].lower() != HEADER], fold=True),
            fields=tuple(field for field in head.fields if field[0] != HEADER.encode()),
        )
        with self._lock:
            chosen = self._faces.get(name)
            if chosen is None:
                if name not in self._faults:
                    return replace(face, choose=None, handler=_Unknown(name)), bare
                chosen = planted_in(face, (self._faults[name],))
                self._faces[name] = chosen
                if isinstance(chosen.handler, Planted):
                    self._handlers[name] = chosen.handler
        return chosen, bare


class _Unknown:
    """Answers for a fault that does not exist, so that a misspelling never passes for a fault."""

    def __init__(self, name: str) -> None:
        self._name = name

    def handle(self, request: Request) -> Response:
        """Refuse."""
        del request
        raise S3Error(500, "UnknownFault", f"there is no fault {self._name}")


def planted_in(face: Face, faults: Iterable[Fault]) -> Face:
    """Return a face over the same world in which these faults, all at once, are planted."""
    wiring = Wiring(operations=operations(), authenticate=face.authenticate, assemble=face.assemble)
    for fault in faults:
        for switch in fault.switches:
            switch.plant(wiring)
    return replace(
        face,
        choose=None,
        handler=Planted(_world(face), wiring),
        authenticate=wiring.authenticate,
        assemble=wiring.assemble,
        takes_incomplete=wiring.takes_incomplete,
        finish=wiring.finish,
    )


def _of_head(head: Head, target: Target, now: datetime) -> Request:
    """Return what is known of a request whose sender is not."""
    return Request(
        method=head.method,
        bucket=target.bucket,
        key=target.key,
        query=target.query,
        headers=head.headers,
        payload=Payload(),
        caller=None,
        signed="none",
        secure=False,
        virtual_host=target.virtual_host,
        host=target.host,
        now=now,
    )


def _world(face: Face) -> World:
    if not isinstance(face.handler, Service):
        raise TypeError("faults are planted in the reference's own model")
    return face.handler.world
