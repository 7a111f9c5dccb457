"""Executes the steps of one test, probe or set-up: sends, checks and records them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from conformance.engine import answers
from conformance.engine.checks import check_answer, not_run, wants_status
from conformance.engine.cleanup import Leftovers
from conformance.engine.ends_last import EndsLast
from conformance.engine.errors import MissingValue, UnsendableError
from conformance.engine.limits import MOST
from conformance.engine.request_gate import RequestGate
from conformance.engine.requests import Prepared, are_parts_in_a_row, prepare
from conformance.engine.shared_set_ups import SetUp
from conformance.engine.step_results import Check, merge
from conformance.record.redacted import recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from conformance.catalog.model import Step
    from conformance.engine.guard import Territory
    from conformance.engine.secrets import Secrets
    from conformance.engine.value import Value
    from conformance.engine.values import Scope
    from conformance.record.model import RecordedExchange, Role
    from conformance.wire.model import Answer, Call, Exchange, Transport

    AroundStep = Callable[[], AbstractContextManager[None]]
    """What a step of a test is performed within."""

_FIRST_PAUSE: Final = 0.005
_LONGEST_PAUSE: Final = 0.25
_START_TOGETHER_SECONDS: Final = 30.0
_LEAVE_NOTHING: Final = ("Get", "Head", "List", "Abort")
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


@dataclass(frozen=True, slots=True)
class _Done:
    """One request with its answer, judged."""

    prepared: Prepared
    exchange: Exchange
    checks: tuple[Check, ...]
    saved: dict[str, Value]
    lost: dict[str, str]
    """Names that got no value, with the reason."""


class _Once(Protocol):
    """What sends a request once and looks at its answer."""

    def __call__(self, prepared: Prepared, *, role: Role) -> _Done: ...


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
        done = self._all_sent(
            [prepared for _, requests in ready for prepared in requests],
            at_once=bool(step.concurrently),
            role=role,
        )
        checks: list[Check] = []
        for one, _ in ready:
            checks += self._conclude(
                one, [each for each in done if each.prepared.step is one], role
            )
        for each in done:
            if _was_lost(each.exchange):
                raise Lost(each.prepared.name, each.exchange)
        return checks

    def _all_sent(self, calls: list[Prepared], *, at_once: bool, role: Role) -> list[_Done]:
        """Send calls in turn, or all at once; after a lost answer the rest is not sent.

        Parts in a row may overtake each other.
        """
        self._look_over(calls)
        if at_once and len(calls) > 1:
            return self._at_once(calls, role=role)
        if len(calls) > 1 and self.gate.width > 1 and are_parts_in_a_row(calls):
            return self._side_by_side(calls, role=role)
        done: list[_Done] = []
        for prepared in calls:
            done.append(self._attempt(prepared, self._once, role=role))
            if _was_lost(done[-1].exchange):
                break
        return done

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
        try:
            exchange = self.sender.send(self._bounded(call), identity)
        except ValueError as error:
            raise UnsendableError(f"{call.operation} can't be sent: {error}") from error
        self.gate.ended(exchange)
        with self._lock:
            self._note_sent(call, exchange)
            self.leftovers.note(call, exchange)
            self.secrets.learn_answer(exchange)
            _note_bucket(self.territory, call, exchange.answer)
        return exchange

    def _bounded(self, call: Call) -> Call:
        """Say how much data an answer can have: no more than the test has put into objects.

        A copy may put in as much again as there is. Objects that are not the test's own are in a
        stand-in alone.
        """
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

    def _at_once(self, calls: list[Prepared], *, role: Role) -> list[_Done]:
        """Send calls from as many threads, which a barrier lets go together.

        Nothing else is on its way meanwhile: it would draw them apart. Those that are to end last
        send half of their body first, and the rest when the others have ended.
        """
        barrier = threading.Barrier(len(calls))
        last = sum(prepared.ends_last for prepared in calls)
        order = EndsLast(last, len(calls) - last)

        def start(prepared: Prepared) -> _Done:
            barrier.wait(_START_TOGETHER_SECONDS)
            if prepared.ends_last:
                return self._held_back(prepared, order, role=role)
            order.wait_for_first()
            try:
                return self._attempt(prepared, self._checked, role=role)
            finally:
                order.one_ended()

        self.gate.check()
        with self.gate.alone(), ThreadPoolExecutor(len(calls)) as pool:
            try:
                return list(pool.map(start, calls))
            except BaseException:
                barrier.abort()
                raise

    def _held_back(self, prepared: Prepared, order: EndsLast, *, role: Role) -> _Done:
        """Send a call whose body ends when the others of its group have ended."""
        held = replace(prepared, call=replace(prepared.call, held_back=order.hold))
        try:
            return self._attempt(held, self._checked, role=role)
        finally:
            order.release()

    def _side_by_side(self, calls: list[Prepared], *, role: Role) -> list[_Done]:
        """Send calls from many threads, as the gate lets them out; see `_all_sent`."""
        lost = threading.Event()

        def start(prepared: Prepared) -> _Done | None:
            if lost.is_set():
                return None
            done = self._attempt(prepared, self._once, role=role)
            if _was_lost(done.exchange):
                lost.set()
            return done

        with ThreadPoolExecutor(min(len(calls), MOST)) as pool:
            try:
                return [done for done in pool.map(start, calls) if done is not None]
            except BaseException:
                lost.set()
                raise

    def _attempt(self, prepared: Prepared, once: _Once, *, role: Role) -> _Done:
        """Send a request, again and again while ``eventually`` lasts and its checks fail."""
        patience = prepared.step.eventually
        if not patience:
            return once(prepared, role=role)
        deadline = time.monotonic() + patience
        pause, count = _FIRST_PAUSE, 0
        waiting = threading.Event()
        while True:
            done = once(prepared, role=role)
            count += 1
            left = deadline - time.monotonic()
            if done.exchange.answer is None or all(one.good for one in done.checks):
                return done
            if left <= 0:
                note = f"still so after {patience:g} s and {count} requests"
                return replace(done, checks=tuple(one.with_note(note) for one in done.checks))
            waiting.wait(min(pause, left))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _once(self, prepared: Prepared, *, role: Role) -> _Done:
        """Send a request when it may go out, and look at its answer; `Stopped` at a run's end."""
        self.gate.check()
        with self.gate.one():
            self.gate.check()
            return self._checked(prepared, role=role)

    def _checked(self, prepared: Prepared, *, role: Role) -> _Done:
        step, call = prepared.step, prepared.call
        exchange = self._sent(call, prepared.identity)
        answer = exchange.answer
        if answer is None:
            self.gate.check()  # a run that ends breaks off what is under way
            return _Done(prepared, exchange, (), {}, {})
        saved: dict[str, Value] = {}
        lost: dict[str, str] = {}
        if step.save:
            fields = answers.read(call.operation, answer)
            for name, path in step.save.items():
                try:
                    saved[name] = answers.saved(fields, path)
                except LookupError as error:
                    came = answers.summary(call.operation, answer)
                    lost[name] = f"{prepared.name} answered {came}, and {error} in it"
        scope = prepared.scope.with_names(saved) if saved else prepared.scope
        compared = check_answer(step, prepared.name, answer, scope, role=role)
        status = answers.status(call.operation, answer)[0]
        unsupported = status == 501 and not wants_status(step, 501)
        broke = answers.says_nothing(
            call.operation, answer, to_head=exchange.request.method == "HEAD"
        )
        checks = tuple(
            replace(
                check,
                operation=call.operation,
                unsupported=unsupported,
                broke=broke,
                refused=not broke and status >= 400,
                said=answers.summary(call.operation, answer),
            )
            for check in compared
        )
        return _Done(prepared, exchange, checks, saved, lost)

    def _conclude(self, step: Step, done: Sequence[_Done], role: Role) -> list[Check]:
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
        return [replace(one, exchange=index.get(position)) for one, position in checks]


def _note_bucket(territory: Territory, call: Call, answer: Answer | None) -> None:
    """Remember the buckets in which, or as which, something of ours may be there now.

    A bucket of ours counts as made unless its CreateBucket was refused: one that got no answer, or
    a breakdown for one, may have made it all the same, and removing it then does no harm. By the
    same measure a stand-in counts as written to.
    """
    bucket = call.members.get("Bucket")
    if not isinstance(bucket, str):
        return
    done = answer is not None and answers.succeeded(call.operation, answer)
    refused = answer is not None and (400 <= answer.status < 500 or answer.status == 501)
    if bucket in territory.stand_ins:
        if not refused and not call.operation.startswith(_LEAVE_NOTHING):
            territory.written.add(bucket)
    elif not territory.owns(bucket):
        return
    elif call.operation == "DeleteBucket":
        if answer is not None and answer.status == 204:
            territory.made.discard(bucket)
    elif done or (call.operation == "CreateBucket" and not refused):
        # Some servers make a bucket unasked, when something else is done to it.
        territory.made.add(bucket)


def _was_lost(exchange: Exchange) -> bool:
    """Tell whether an answer was waited for that did not come."""
    return exchange.answer is None and exchange.fault != "cut"
