"""Executes the steps of one test, probe or set-up: sends, checks and records them."""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from conformance.engine.checked_request import CheckedRequest, checked
from conformance.engine.checks import not_run
from conformance.engine.cleanup import Leftovers
from conformance.engine.errors import MissingValue, UnsendableError
from conformance.engine.request_gate import RequestGate
from conformance.engine.requests import Prepared, prepare
from conformance.engine.several_requests import send_all
from conformance.engine.shared_set_ups import SetUp
from conformance.engine.step_results import Check, merge
from conformance.record.redacted import recorded
from conformance.wire.parse import carries_data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from conformance.catalog.model import Step
    from conformance.engine.guard import Territory
    from conformance.engine.secrets import Secrets
    from conformance.engine.values import Scope
    from conformance.record.model import RecordedExchange, Role
    from conformance.wire.model import Call, Exchange, Transport

    AroundStep = Callable[[], AbstractContextManager[None]]
    """What a step of a test is performed within."""

_LEAST_DATA: Final = 1024 * 1024
"""Bytes of an object's data that are read in any case: whatever they are, they are shown."""
_MOST_DOUBLINGS: Final = 16
_ALL_KEPT: Final = 20
"""Requests of one ``repeat`` up to which every exchange is kept."""


class Sender(Protocol):
    """What sends calls: `conformance.wire.client.Wire`, or whatever stands in for it."""

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call as ``main`` or ``alt`` and return the exchange, whatever comes back."""


class Lost(Exception):  # noqa: N818  # what became of a request, not an error of ours
    """No answer came to a request."""

    def __init__(self, step: str, exchange: Exchange) -> None:
        super().__init__(f"{step}: {exchange.fault}: {exchange.fault_text}")
        self.step = step
        self.exchange = exchange


@dataclass(slots=True)
class Session:
    """Steps are performed in order; ``exchanges`` and ``leftovers`` grow as they are.

    Every call is shown to the territory before it is sent.
    """

    sender: Sender
    territory: Territory
    scope: Scope
    secrets: Secrets
    transport: Transport | None = None
    around_step: AroundStep = nullcontext
    gate: RequestGate = field(default_factory=RequestGate)
    leftovers: Leftovers = field(default_factory=Leftovers)
    exchanges: list[RecordedExchange] = field(default_factory=list)
    requests: int = 0
    sent: int = 0
    """Bytes of the bodies of these requests."""
    shared: str = ""
    """Label of the set-up that it shares with other tests; empty when it has one of its own."""
    _payload: int = 0
    """Bytes of payload, which objects may be made of."""
    _copies: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def perform(self, step: Step, role: Role) -> list[Check]:
        """Send a step (or a group at once) and return its checks, in the order of the file.

        Lost when an answer did not come; EngineError and ValueError for what can't be sent.
        """
        if step.when and step.when not in self.scope.names:
            return self._left_out(step)
        with self.around_step():
            return self._performed(step, role)

    def set_up(self) -> tuple[SetUp, Leftovers]:
        """Return what was done so far, to be shared with other tests after this session."""
        leftovers, self.leftovers = self.leftovers, Leftovers()
        names, exchanges = dict(self.scope.names), tuple(self.exchanges)
        made = SetUp(names, exchanges, self.secrets.copy(), self._payload, self._copies)
        return made, leftovers

    def take(self, made: SetUp) -> None:
        """Continue from the set-up of another session; its requests are not counted again."""
        self.scope.names.update(made.names)
        self.exchanges += made.exchanges
        self.secrets = made.secrets.copy()
        self._payload += made.payload
        self._copies += made.copies

    def _performed(self, step: Step, role: Role) -> list[Check]:
        steps = step.concurrently or (step,)
        ready: list[tuple[Step, list[Prepared]]] = []
        for one in steps:
            try:
                ready.append((one, prepare(one, self.scope, self.transport)))
            except MissingValue as missing:
                return self._not_run(steps, missing)
        calls = [prepared for _, requests in ready for prepared in requests]
        self._look_over(calls)
        send = partial(self._checked, role=role)
        done = send_all(calls, send, self.gate, at_once=bool(step.concurrently))
        checks: list[Check] = []
        for one, _ in ready:
            checks += self._conclude(
                one, [each for each in done if each.prepared.step is one], role
            )
        for each in done:
            if each.was_lost:
                raise Lost(each.prepared.name, each.exchange)
        return checks

    def _left_out(self, step: Step) -> list[Check]:
        for name in step.save:
            self.scope.lose(name, f"{step.name} was left out")
        return []

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call when it may go out; see `_sent`."""
        with self.gate.one():
            return self._sent(call, identity)

    def _sent(self, call: Call, identity: str) -> Exchange:
        """Send one call within the territory and remember what it made; threads may share it."""
        self.territory.check(call)
        began = time.monotonic()
        try:
            exchange = self.sender.send(self._bounded(call), identity)
        except ValueError as error:
            raise UnsendableError(f"{call.operation} can't be sent: {error}") from error
        self.gate.ended(exchange, began)
        with self._lock:
            self._note_sent(call, exchange)
            self.leftovers.note(call, exchange)
            self.secrets.learn_answer(exchange)
            self.territory.note(call, exchange.answer)
        return exchange

    def _bounded(self, call: Call) -> Call:
        """Say how much data an answer can have: no more than the test has put into objects.

        A copy may put in as much again as there is. Objects that are not the test's own are in a
        stand-in alone.
        """
        if not carries_data(call.operation):
            return call
        if call.members.get("Bucket") in self.territory.stand_ins:
            return call
        with self._lock:
            most = _LEAST_DATA + self._payload * 2 ** min(self._copies, _MOST_DOUBLINGS)
        return replace(call, most_data=most)

    def _note_sent(self, call: Call, exchange: Exchange) -> None:
        self.requests += 1 + exchange.throttled
        self.sent += len(exchange.request.body) * (1 + exchange.throttled)
        self._payload += len(exchange.request.payload)
        self._copies += "Copy" in call.operation

    def keep(self, exchange: Exchange, step: str, role: Role) -> int:
        """Record an exchange and return its index."""
        self.exchanges.append(
            recorded(exchange, step=step, role=role, secrets=self.secrets.known())
        )
        return len(self.exchanges) - 1

    def _look_over(self, calls: Sequence[Prepared]) -> None:
        """Learn the keys that calls carry; of a group nothing goes out when one of it must not."""
        for prepared in calls:
            if len(calls) > 1:
                self.territory.check(prepared.call)
            self.secrets.learn_call(prepared.call)

    def _not_run(self, steps: Sequence[Step], missing: MissingValue) -> list[Check]:
        for one in steps:
            for name in one.save:
                self.scope.lose(name, f"{one.name} was not run")
        return [not_run(one, missing) for one in steps]

    def _checked(self, prepared: Prepared, role: Role) -> CheckedRequest:
        """Send a request at once and look at its answer; `Stopped` where a run broke it off."""
        exchange = self._sent(prepared.call, prepared.identity)
        if exchange.answer is None:
            self.gate.check()  # a run that ends breaks off what is under way
        return checked(prepared, exchange, role)

    def _conclude(self, step: Step, done: Sequence[CheckedRequest], role: Role) -> list[Check]:
        """Save what a step saves, merge what its requests found, and keep its exchanges."""
        for name in step.save:
            reasons = [each.lost[name] for each in done if name in each.lost]
            values = [each.saved[name] for each in done if name in each.saved]
            if reasons or not values:
                self.scope.lose(name, reasons[0] if reasons else f"{step.name} sent no request")
            else:
                self.scope.save(name, values if step.repeat else values[0])
        checks = merge(step.name, [each.checks for each in done])
        shown = {position for _, position in checks}
        if len(done) <= _ALL_KEPT:
            shown = set(range(len(done)))
        shown |= {at for at, each in enumerate(done) if each.exchange.answer is None}
        index = {
            position: self.keep(each.exchange, each.prepared.name, role)
            for position, each in enumerate(done)
            if position in shown or position in (0, len(done) - 1)
        }
        kinds = {position: done[position].kind for position in {at for _, at in checks}}
        return [one.shown_by(index.get(position), kinds[position]) for one, position in checks]
