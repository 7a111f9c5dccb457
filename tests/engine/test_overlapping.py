"""What may be on its way at the same time: parts in a row, probes, the removal of buckets."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.engine.capabilities import RUN
from conformance.engine.limits import Fixed
from conformance.engine.overlapping import overlapped
from conformance.engine.request_gate import RequestGate
from conformance.engine.requests import are_parts_in_a_row, prepare
from conformance.engine.runner import run_test
from conformance.engine.values import Scope

from .fakes import FakeSender, capability, kind, make_context, make_test, ok, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.engine.capabilities import Decision
    from conformance.wire.model import Answer, Call, TransportFault

SECONDS = 5.0
"""How long two requests wait for each other before a test fails."""


def never() -> None:
    """Fail: nothing is to be broken off."""
    raise AssertionError


def meet(operation: str) -> FakeSender:
    """Return a sender that answers two calls of an operation only when both are on their way."""
    both = threading.Barrier(2)

    def answer(call: Call, _: str) -> Answer:
        if call.operation == operation:
            both.wait(SECONDS)
        return ok(204 if call.operation.startswith("Delete") else 200)

    return FakeSender(answer)


def parts(numbers: Sequence[int]) -> FakeSender:
    """Run a test that sends parts with these numbers, two at once where that may be."""
    sent = step("UploadPart", {"UploadId": "u", "PartNumber": "$n"}, repeat={"n": [*numbers]})
    sender = FakeSender()
    context = make_context(sender, gate=RequestGate(Fixed(2)))
    assert run_test(make_test(sent), context).verdict == "PASS"
    return sender


def test_parts_in_a_row_overlap() -> None:
    """The first waits until the second is on its way, too."""
    sent = step("UploadPart", {"UploadId": "u", "PartNumber": "$n"}, repeat={"n": [1, 2]})
    context = make_context(meet("UploadPart"), gate=RequestGate(Fixed(2)))
    assert run_test(make_test(sent), context).verdict == "PASS"


def test_parts_no_longer_overlap_behind_a_lost_answer() -> None:
    """Those that wait are not sent, and the next test sends its parts one after the other."""
    sent = step("UploadPart", {"UploadId": "u", "PartNumber": "$n"}, repeat={"n": [*range(1, 20)]})
    both = threading.Barrier(2)
    hangs = True
    threads: list[int] = []

    def answer(call: Call, _: str) -> Answer | TransportFault:
        if call.operation != "UploadPart":
            return ok()
        if hangs:
            both.wait(SECONDS)
            return "timeout"
        threads.append(threading.get_ident())
        return ok()

    sender = FakeSender(answer)
    context = make_context(sender, gate=RequestGate(Fixed(2)))
    assert run_test(make_test(sent, name="first"), context).verdict == "ERROR"
    assert len(sender.sent("UploadPart")) == 2
    hangs = False
    assert run_test(make_test(sent, name="second"), context).verdict == "PASS"
    assert set(threads) == {threading.get_ident()}


@pytest.mark.parametrize("numbers", [(3, 2, 1), (1, 1, 1), (1, 3, 2)])
def test_parts_in_another_order_keep_it(numbers: tuple[int, ...]) -> None:
    """It may be what the test is about."""
    sent = parts(numbers).sent("UploadPart")
    assert [one.members["PartNumber"] for one in sent] == [*numbers]


@pytest.mark.parametrize(
    ("test", "overlap"),
    [("complete/beyond-a-thousand-parts", True), ("upload-part/sent-fifty-times", False)],
)
def test_long_repeats_of_the_catalogue(test: str, *, overlap: bool) -> None:
    """A thousand parts overlap, and fifty bodies for one part number never do."""
    (found,) = (one for one in load().tests if one.id == test)
    (long,) = (one for one in found.single_steps() if one.repeat)
    calls = prepare(long, Scope({"upload": "u", "bucket": "b", "key": "k"}), None)
    assert len(calls) >= 50
    assert are_parts_in_a_row(calls) == overlap


def test_probes_overlap() -> None:
    """Also those of capabilities that a kind of bucket needs; each is asked once."""
    acl, tagging = (
        capability(name, step("HeadObject", must={"status": 200}), bucket=name)
        for name in ("acl", "tagging")
    )
    sender = meet("HeadObject")
    kinds = tuple(kind(name, needs=(name,)) for name in ("acl", "tagging"))
    context = make_context(sender, acl, tagging, kinds=kinds, gate=RequestGate(Fixed(2)))
    context.capabilities.decide_all(["acl", "tagging"])
    assert {line.name for line in context.capabilities.lines} == {"acl", "tagging"}
    assert set(context.capabilities.made.values()) == {RUN}
    assert sender.operations.count("HeadObject") == 2


def test_a_probe_waits_for_what_its_bucket_needs() -> None:
    """The other probe is under way: neither it nor the bucket is made twice."""
    lock = capability("lock", step("GetObject", must={"status": 200}), bucket="lock")
    events = capability("events", step("HeadObject", must={"status": 200}), bucket="lock")
    begun, asked = threading.Event(), threading.Event()

    def answer(call: Call, _: str) -> Answer:
        if call.operation == "CreateBucket":
            begun.set()
            assert not asked.wait(0.05)  # the other one asks for nothing until this has ended
        if call.operation == "HeadObject":
            asked.set()
        return ok(204 if call.operation.startswith("Delete") else 200)

    sender = FakeSender(answer)
    kinds = (kind("lock", needs=("lock",)),)
    context = make_context(sender, lock, events, kinds=kinds, gate=RequestGate(Fixed(2)))

    def decide(name: str) -> Decision:
        if name == "events":
            assert begun.wait(SECONDS)
        return context.capabilities.of(name)

    decisions = overlapped(decide, ["lock", "events"], 2, break_off=never)
    assert decisions == [RUN, RUN]
    assert sender.operations.count("GetObject") == 1
    assert sender.operations.count("CreateBucket") == 1


def test_probes_whose_buckets_need_each_other_do_not_wait_for_ever() -> None:
    """One of them gets its bucket although the other is not decided."""
    names = ("one", "two")
    probes = [
        capability(name, step("HeadObject", must={"status": 200}), bucket=name) for name in names
    ]
    kinds = tuple(kind(name, needs=names) for name in names)
    context = make_context(FakeSender(), *probes, kinds=kinds, gate=RequestGate(Fixed(2)))
    context.capabilities.decide_all(names)
    assert context.capabilities.made == {"one": RUN, "two": RUN}


def test_buckets_of_two_kinds_are_made_side_by_side() -> None:
    """Each CreateBucket waits until the other is on its way."""
    context = make_context(meet("CreateBucket"), kinds=(kind("other"),), gate=RequestGate(Fixed(2)))
    tests = [make_test(step("HeadBucket"), bucket=bucket) for bucket in ("plain", "other")]
    lines = overlapped(lambda test: run_test(test, context), tests, 2, break_off=never)
    assert [line.verdict for line in lines] == ["PASS", "PASS"]


def test_a_bucket_is_made_once_for_two_tests() -> None:
    """The second waits for the first."""
    sender = FakeSender()
    context = make_context(sender, gate=RequestGate(Fixed(2)))
    tests = [make_test(step("HeadBucket"), name=name) for name in ("a", "b")]
    overlapped(lambda test: run_test(test, context), tests, 2, break_off=never)
    assert sender.operations.count("CreateBucket") == 1


def test_buckets_are_removed_side_by_side() -> None:
    """Each one's listing waits until the other's is on its way; both are gone at the end."""
    sender = meet("ListMultipartUploads")
    context = make_context(sender, kinds=(kind("other"),), gate=RequestGate(Fixed(2)))
    for bucket in ("plain", "other"):
        run_test(make_test(step("HeadBucket"), bucket=bucket), context)
    context.close()
    assert sender.operations.count("DeleteBucket") == 2
    assert context.take_problems() == ()


def test_with_one_at_a_time_nothing_overlaps() -> None:
    """A width of one is this thread; results keep the order of the items."""
    threads = overlapped(lambda _: threading.get_ident(), [1, 2, 3], 1, break_off=never)
    assert set(threads) == {threading.get_ident()}
    assert overlapped(str, [3, 1, 2], 3, break_off=never) == ["3", "1", "2"]


def test_what_is_in_flight_is_broken_off_at_an_error() -> None:
    """The first ends with Ctrl-C, and nobody waits for the answer that the second waits for."""
    broken_off = threading.Event()

    def work(number: int) -> None:
        if number == 1:
            raise KeyboardInterrupt
        assert broken_off.wait(SECONDS)

    with pytest.raises(KeyboardInterrupt):
        overlapped(work, [1, 2], 2, break_off=broken_off.set)
    assert broken_off.is_set()
