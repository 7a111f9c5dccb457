"""Sends the requests of a step: in turn, side by side, all at once; again while they may change.

Each function gets ``send``, which sends one request and looks at its answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from conformance.engine.checked_request import CheckedRequest
from conformance.engine.ends_last import EndsLast
from conformance.engine.limits import MOST
from conformance.engine.one_core import leave_core
from conformance.engine.requests import Prepared, are_parts_in_a_row

if TYPE_CHECKING:
    from conformance.engine.request_gate import RequestGate

Send: TypeAlias = Callable[[Prepared], CheckedRequest]

_FIRST_PAUSE: Final = 0.005
_LONGEST_PAUSE: Final = 0.25
_START_TOGETHER_SECONDS: Final = 30.0


def send_all(
    calls: list[Prepared], send: Send, gate: RequestGate, *, at_once: bool
) -> list[CheckedRequest]:
    """Send requests in turn, or all at once; after a lost answer the rest is not sent.

    Parts in a row may overtake each other. Returns what was sent, in the order of ``calls``;
    raises what ``send`` raises, and `Stopped` at the end of a run.
    """
    if at_once and len(calls) > 1:
        return _at_once(calls, send, gate)
    let_out = partial(_let_out, send=send, gate=gate)
    overlap = gate.parts_overlap and gate.width > 1
    if len(calls) > 1 and overlap and are_parts_in_a_row(calls):
        return _side_by_side(calls, send, gate)
    done: list[CheckedRequest] = []
    for prepared in calls:
        done.append(_attempt(prepared, let_out))
        if done[-1].was_lost:
            break
    return done


def _let_out(prepared: Prepared, send: Send, gate: RequestGate) -> CheckedRequest:
    """Send a request when it may go out; `Stopped` at a run's end."""
    gate.check()
    with gate.one():
        gate.check()
        return send(prepared)


def _at_once(calls: list[Prepared], send: Send, gate: RequestGate) -> list[CheckedRequest]:
    """Send calls from as many threads, which a barrier lets go together.

    Nothing else is on its way until they are sent: it would draw them apart. Those that are to end
    last send half of their body first, and the rest when the others have ended.
    """
    barrier = threading.Barrier(len(calls))
    last = sum(prepared.ends_last for prepared in calls)
    order = EndsLast(last, len(calls) - last)

    def start(prepared: Prepared) -> CheckedRequest:
        prepared = replace(prepared, call=replace(prepared.call, when_sent=all_sent.one))
        barrier.wait(_START_TOGETHER_SECONDS)
        if prepared.ends_last:
            return _held_back(prepared, send, order)
        order.wait_for_first()
        try:
            return _attempt(prepared, send)
        finally:
            order.one_ended()

    gate.check()
    with (
        gate.alone(len(calls)) as reopen,
        ThreadPoolExecutor(len(calls), initializer=leave_core) as pool,
    ):
        all_sent = _AllSent(len(calls), reopen)
        try:
            return list(pool.map(start, calls))
        except BaseException:
            barrier.abort()
            raise


class _AllSent:
    """Calls ``then`` when ``one`` was called for each of so many requests; threads share it."""

    def __init__(self, requests: int, then: Callable[[], None]) -> None:
        self._left = requests
        self._then = then
        self._lock = threading.Lock()

    def one(self) -> None:
        """Count a request as sent. One that is sent again counts again, and does no harm."""
        with self._lock:
            self._left -= 1
            is_last = self._left == 0
        if is_last:
            self._then()


def _held_back(prepared: Prepared, send: Send, order: EndsLast) -> CheckedRequest:
    """Send a call whose body ends when the others of its group have ended."""
    held = replace(prepared, call=replace(prepared.call, held_back=order.hold))
    try:
        return _attempt(held, send)
    finally:
        order.release()


class _NotSent(Exception):  # noqa: N818  # what became of a request, not an error of ours
    """A part was not sent, because the answer to another did not come."""


def _side_by_side(calls: list[Prepared], send: Send, gate: RequestGate) -> list[CheckedRequest]:
    """Send parts from many threads, as the gate lets them out; see `send_all`.

    Behind an answer that did not come parts no longer overlap: some servers hang on two at once.
    """
    lost = threading.Event()

    def send_unless_lost(prepared: Prepared) -> CheckedRequest:
        if lost.is_set():
            raise _NotSent
        done = send(prepared)
        if done.was_lost:
            lost.set()
            gate.parts_overlap = False
        return done

    let_out = partial(_let_out, send=send_unless_lost, gate=gate)

    def start(prepared: Prepared) -> CheckedRequest | None:
        try:
            return _attempt(prepared, let_out)
        except _NotSent:
            return None

    with ThreadPoolExecutor(min(len(calls), MOST)) as pool:
        try:
            return [done for done in pool.map(start, calls) if done is not None]
        except BaseException:
            lost.set()
            raise


def _attempt(prepared: Prepared, send: Send) -> CheckedRequest:
    """Send a request, again and again while ``eventually`` lasts and its checks fail."""
    patience = prepared.step.eventually
    if not patience:
        return send(prepared)
    deadline = time.monotonic() + patience
    pause, count = _FIRST_PAUSE, 0
    waiting = threading.Event()
    while True:
        done = send(prepared)
        count += 1
        left = deadline - time.monotonic()
        if done.exchange.answer is None or all(one.good for one in done.checks):
            return done
        if left <= 0:
            note = f"still so after {patience:g} s and {count} requests"
            return replace(done, checks=tuple(one.with_note(note) for one in done.checks))
        waiting.wait(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE)
