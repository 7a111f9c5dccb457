"""The gate of a worker's requests: a limit, a group alone, and the end of a run."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from conformance.engine.limits import Fixed
from conformance.engine.request_gate import RequestGate, Stopped
from engine.fakes import FakeSender, group, make_context, make_test, ok, step

if TYPE_CHECKING:
    from conformance.wire.model import Call, Exchange

_PATIENCE = 30.0


def test_no_more_requests_are_out_than_the_limit_says() -> None:
    """A fourth waits until one of three has ended."""
    gate = RequestGate(Fixed(3))
    out, most = 0, 0
    lock = threading.Lock()

    def send(_: int) -> None:
        nonlocal out, most
        with gate.one():
            with lock:
                out += 1
                most = max(most, out)
            with lock:
                out -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(200)))
    assert 1 <= most <= 3


def test_a_group_alone_waits_and_is_waited_for() -> None:
    """It begins when nothing is out, and whatever comes meanwhile begins after it."""
    gate = RequestGate(Fixed(4))
    seen: list[str] = []
    first_is_out, first_may_end, alone_may_end = (threading.Event() for _ in range(3))

    def first() -> None:
        with gate.one():
            first_is_out.set()
            first_may_end.wait(_PATIENCE)
            seen.append("first")

    def alone() -> None:
        with gate.alone(2):
            seen.append("alone begins")
            alone_may_end.wait(_PATIENCE)
            seen.append("alone ends")

    def later() -> None:
        with gate.one():
            seen.append("later")

    with ThreadPoolExecutor(3) as pool:
        pool.submit(first)
        first_is_out.wait(_PATIENCE)
        group_is_asked = pool.submit(alone)
        while not gate.is_wanted_alone:
            pass
        asked_later = pool.submit(later)
        first_may_end.set()
        alone_may_end.set()
        group_is_asked.result(_PATIENCE)
        asked_later.result(_PATIENCE)
    assert seen == ["first", "alone begins", "alone ends", "later"]


def test_others_go_on_when_a_group_is_sent() -> None:
    """A further group waits until the first has its answers: its requests are in flight."""
    gate = RequestGate(Fixed(3))
    seen: list[str] = []

    def further() -> None:
        with gate.alone(2):
            seen.append("further group")

    with ThreadPoolExecutor(1) as pool:
        with gate.alone(2) as reopen:
            reopen()
            with gate.one():
                seen.append("other")
            asked = pool.submit(further)
            while not gate.is_wanted_alone:
                pass
            seen.append("group ends")
        asked.result(_PATIENCE)
    assert seen == ["other", "group ends", "further group"]
    with gate.one():
        assert not gate.is_wanted_alone


def test_a_stopped_gate_ends_tests_and_lets_clean_up_out() -> None:
    """The next step of a test raises; what the test made is removed all the same."""
    gate = RequestGate(Fixed(2))
    sender = FakeSender({"CreateMultipartUpload": ok(UploadId="u")})
    context = make_context(sender, gate=gate)
    session = context.session(make_test(step("HeadObject", must={"status": 200})))
    session.perform(step("CreateMultipartUpload", must={"status": 200}), "given")
    gate.stop()
    with pytest.raises(Stopped):
        session.perform(step("HeadObject", must={"status": 200}), "step")
    context.clean(session)
    assert [call.operation for call, *_ in sender.calls][-2:] == [
        "CreateMultipartUpload",
        "AbortMultipartUpload",
    ]


def test_a_race_goes_out_alone() -> None:
    """No other request of the worker is sent until all of its requests are."""
    gate = RequestGate(Fixed(4))
    alone: list[bool] = []
    both_sent = threading.Barrier(2)

    class Watching(FakeSender):
        def send(self, call: Call, identity: str = "main") -> Exchange:
            alone.append(gate.is_alone)
            if call.when_sent is not None:
                both_sent.wait(_PATIENCE)
                call.when_sent()
                both_sent.wait(_PATIENCE)
                alone.append(gate.is_alone)
            return super().send(call, identity)

    context = make_context(Watching(), gate=gate)
    both = group(step("HeadObject", name="one"), step("HeadObject", name="two"))
    session = context.session(make_test(both))
    alone.clear()
    session.perform(both, "step")
    session.perform(step("HeadObject"), "step")
    assert alone == [True, True, False, False, False]
