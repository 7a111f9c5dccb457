"""Steps that send more than one request: repeated, at once, until it comes true."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from conformance.engine.runner import run_test

from .fakes import FakeSender, group, make_context, make_test, ok, refusal, run, step, verdicts

if TYPE_CHECKING:
    from conformance.wire.model import Answer, Call


def test_repeat_sends_one_request_a_value_and_saves_lists() -> None:
    """Each value gives one request; what passes everywhere is told of once."""
    numbers: list[object] = []

    def answer(call: Call, _identity: str) -> Answer:
        if call.operation != "UploadPart":
            return ok()
        numbers.append(call.members["PartNumber"])
        return ok(ETag=f'"e{call.members["PartNumber"]}"')

    parts = step(
        "UploadPart", {"PartNumber": "$n"}, repeat={"n": [1, 2, 3]}, save={"etags": "ETag"},
        must={"status": 200},
    )  # fmt: skip
    members = {"MultipartUpload": {"Parts": {"part_list": {"from": 1, "to": 3, "ETag": "$etags"}}}}
    sender = FakeSender(answer)
    complete = step("CompleteMultipartUpload", members, must={"status": 200})  # type: ignore[arg-type]  # a nested tree
    line = run_test(make_test(parts, complete), make_context(sender))
    assert numbers == [1, 2, 3]
    (sent,) = sender.sent("CompleteMultipartUpload")
    assert [part["ETag"] for part in sent.members["MultipartUpload"]["Parts"]] == [
        '"e1"', '"e2"', '"e3"',
    ]  # fmt: skip
    assert line.verdict == "PASS"
    first = line.checks[0]
    assert (first.id, first.note) == ("UploadPart.must.status", "so in 3 of 3 requests")


def test_repeat_tells_of_what_differs_and_keeps_its_exchange() -> None:
    """One failing request of many is found, named by its position, and its exchange is kept."""

    def answer(call: Call, _identity: str) -> Answer:
        bad = call.operation == "UploadPart" and call.members["PartNumber"] == 40
        return refusal(500, "InternalError") if bad else ok()

    parts = step(
        "UploadPart", {"PartNumber": "$n"}, repeat={"n": [*range(1, 101)]},
        must={"status": 200},
    )  # fmt: skip
    line = run(parts, answers=answer)
    assert line.verdict == "FAIL"
    assert verdicts(line) == {
        "UploadPart.must.status": "PASS",
        "UploadPart[39].must.status": "FAIL",
    }
    failed = next(check for check in line.checks if check.verdict == "FAIL")
    assert failed.exchange is not None
    assert line.exchanges[failed.exchange].step == "UploadPart[39]"
    assert len(line.exchanges) < 10


def test_repeat_over_nothing_is_no_pass() -> None:
    """Where an earlier step saved an empty list nothing can be sent, and nothing was shown."""
    listed = step("ListParts", save={"parts": "Parts"}, must={"status": 200})
    parts = step("UploadPart", {"PartNumber": "$n"}, repeat={"n": "$parts"}, must={"status": 200})
    line = run(listed, parts, answers={"ListParts": ok(Parts=[])})
    assert line.verdict == "FAIL"
    assert verdicts(line)["UploadPart.must.run"] == "FAIL"
    assert "the list to repeat over is empty" in line.checks[-1].got


def test_concurrent_steps_are_under_way_together_and_stay_in_order() -> None:
    """All requests of a group are in flight at once; findings come in the order of the file."""
    together = threading.Barrier(4, timeout=30)

    def answer(call: Call, _identity: str) -> Answer:
        if call.operation == "CreateBucket":
            return ok()
        together.wait()
        number = call.members.get("PartNumber")
        return ok(ETag=f"e{number}") if number else refusal(404, "NoSuchUpload")

    parts = step(
        "UploadPart", {"PartNumber": "$n"}, repeat={"n": [1, 2, 3]}, save={"etags": "ETag"},
        must={"status": 200},
    )  # fmt: skip
    abort = step("AbortMultipartUpload", must={"status": 404})
    check = step("HeadObject", must={"status": 200, "ETag": "$etags[2]"})
    sender = FakeSender(
        lambda call, who: ok(ETag="e3") if call.operation == "HeadObject" else answer(call, who)
    )
    line = run_test(make_test(group(parts, abort), check), make_context(sender))
    assert line.verdict == "PASS"
    assert [one.id for one in line.checks] == [
        "UploadPart.must.status",
        "AbortMultipartUpload.must.status",
        "HeadObject.must.status",
        "HeadObject.must.ETag",
    ]
    assert [one.step for one in line.exchanges[:4]] == [
        "UploadPart[0]", "UploadPart[1]", "UploadPart[2]", "AbortMultipartUpload",
    ]  # fmt: skip


def test_a_lost_connection_among_concurrent_ones_is_an_error() -> None:
    """A group whose requests did not all get an answer does not pass."""
    ones = (
        step("UploadPart", must={"status": 200}),
        step("ListParts", must={"status": 200}),
    )
    line = run(group(*ones), answers={"ListParts": "closed"})
    assert line.verdict == "ERROR"


def test_an_exception_in_a_thread_comes_through() -> None:
    """What goes wrong in a thread of a group is not lost with it."""

    def broken(call: Call, _identity: str) -> Answer:
        if call.operation == "ListParts":
            raise RuntimeError("oops")
        return ok()

    both = group(step("ListParts", must={"status": 200}), step("HeadObject", must={"status": 200}))
    assert run(both, answers=broken).fault_kind == "RuntimeError"


def test_eventually_waits_for_it_to_come_true() -> None:
    """Requests go on until the checks hold; only the last one counts and is kept."""
    heads: list[int] = []

    def answer(call: Call, _identity: str) -> Answer:
        if call.operation != "HeadObject":
            return ok()
        heads.append(1)
        return ok() if len(heads) == 4 else refusal(404, "NoSuchKey")

    head = step("HeadObject", must={"status": 200}, eventually=30.0)
    line = run(head, answers=answer)
    assert (line.verdict, len(heads), len(line.exchanges)) == ("PASS", 4, 1)


def test_eventually_ends() -> None:
    """What never comes true fails when the time is up, and the check says how long it was tried."""
    head = step("HeadObject", must={"status": 200}, eventually=0.02)
    line = run(head, answers={"HeadObject": refusal(404, "NoSuchKey")})
    assert line.verdict == "FAIL"
    assert line.checks[0].note.startswith("still so after 0.02 s and ")


@pytest.mark.parametrize("known", [True, False])
def test_a_step_is_left_out_where_its_condition_has_no_value(known: bool) -> None:
    """A server that does not know a subresource is not asked to delete it."""
    block = {"BlockPublicAcls": True}

    def answer(call: Call, _identity: str) -> Answer:
        if call.operation != "GetPublicAccessBlock":
            return ok()
        return ok(PublicAccessBlockConfiguration=block) if known else refusal(404, "NoSuchKey")

    ask = step(
        "GetPublicAccessBlock", save={"block": "PublicAccessBlockConfiguration"},
        observe={"status": {"present": True}},
    )  # fmt: skip
    delete = step("DeletePublicAccessBlock", when="block", must={"status": 200})
    sender = FakeSender(answer)
    line = run_test(
        make_test(ask, delete, step("PutObject", must={"status": 200})), make_context(sender)
    )
    assert line.verdict == "PASS"
    assert len(sender.sent("DeletePublicAccessBlock")) == known
