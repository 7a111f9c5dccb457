"""What a test made is removed, and nothing else is."""

from __future__ import annotations

import threading

import pytest

from conformance.engine.cleanup import Leftovers
from conformance.engine.runner import run_test
from conformance.wire.model import Answer, Call, TransportFault

from .fakes import FakeSender, exchange, make_context, make_test, ok, refusal, step

PLACE: dict[str, object] = {"Bucket": "b", "Key": "k"}
UPLOAD: dict[str, object] = {**PLACE, "UploadId": "u"}


def past(version: str) -> dict[str, object]:
    """Name a version whose governance is bypassed."""
    return {"VersionId": version, "BypassGovernanceRetention": True}


def seen(*pairs: tuple[str, dict[str, object], Answer | TransportFault]) -> Leftovers:
    """Return leftovers after these exchanges."""
    leftovers = Leftovers()
    for operation, members, answer in pairs:
        call = Call(operation=operation, members=members)
        leftovers.note(call, exchange(call, answer))
    return leftovers


def written(count: int) -> Leftovers:
    """Return so many objects, whose keys are numbers from 0."""
    places: list[dict[str, object]] = [{"Bucket": "b", "Key": str(n)} for n in range(count)]
    return seen(*(("PutObject", place, ok()) for place in places))


def removed(leftovers: Leftovers) -> list[tuple[str, dict[str, object]]]:
    """Return the calls that a removal sends."""
    sender = FakeSender()
    assert leftovers.remove(sender.send) == []
    return [(call.operation, dict(call.members)) for call, _ in sender.calls]


CREATED = ("CreateMultipartUpload", dict(PLACE), ok(UploadId="u"))


def test_an_open_upload_is_aborted() -> None:
    """An upload that was begun and never ended is aborted by its id."""
    assert removed(seen(CREATED)) == [("AbortMultipartUpload", UPLOAD)]


@pytest.mark.parametrize(
    "end",
    [
        ("AbortMultipartUpload", UPLOAD, ok(204)),
        ("CompleteMultipartUpload", UPLOAD, ok()),
    ],
)
def test_an_ended_upload_is_not_aborted_again(end: tuple[str, dict[str, object], Answer]) -> None:
    """What the test itself aborted or completed needs no abort; a completed one left an object."""
    calls = removed(seen(CREATED, end))
    assert "AbortMultipartUpload" not in [operation for operation, _ in calls]
    completed = end[0] == "CompleteMultipartUpload"
    assert calls == ([("DeleteObject", PLACE)] if completed else [])


def test_a_refused_end_leaves_the_upload() -> None:
    """An abort or a completion that was refused ended nothing."""
    refused = refusal(400, "InvalidPart")
    embedded = Answer(
        status=200, reason="", headers=(), body=b"", error_code="InvalidPart", embedded_error=True
    )
    for answer in (refused, embedded):
        leftovers = seen(CREATED, ("CompleteMultipartUpload", UPLOAD, answer))
        assert removed(leftovers) == [("AbortMultipartUpload", UPLOAD)]


@pytest.mark.parametrize("operation", ["PutObject", "CopyObject", "CompleteMultipartUpload"])
def test_objects_and_versions_are_deleted(operation: str) -> None:
    """Each version that was made is deleted by its id, an object without versions by its key."""
    plain = (operation, dict(PLACE), ok())
    version = (operation, dict(PLACE), ok(VersionId="v1"))
    assert removed(seen(plain, plain, version)) == [
        ("DeleteObject", PLACE),
        ("DeleteObject", {**PLACE, **past("v1")}),
    ]


def test_deleted_objects_are_not_deleted_again() -> None:
    """What the test deleted is gone; the delete marker that this left is removed."""
    put = ("PutObject", dict(PLACE), ok())
    assert removed(seen(put, ("DeleteObject", dict(PLACE), ok(204)))) == []
    marked = ("DeleteObject", dict(PLACE), ok(204, DeleteMarker=True, VersionId="m1"))
    assert removed(seen(marked)) == [("DeleteObject", {**PLACE, **past("m1")})]
    several = ok(Deleted=[{"Key": "k"}, {"Key": "l", "DeleteMarkerVersionId": "m2"}])
    assert removed(seen(put, ("DeleteObjects", {"Bucket": "b"}, several))) == [
        ("DeleteObject", {"Bucket": "b", "Key": "l", **past("m2")})
    ]


def test_what_was_refused_is_not_deleted() -> None:
    """An object that another made before is never deleted because our write to it failed."""
    assert removed(seen(("PutObject", dict(PLACE), refusal(403, "AccessDenied")))) == []


def test_a_write_without_an_answer_may_have_happened() -> None:
    """When the connection was lost, the object is deleted in case it is there."""
    assert removed(seen(("PutObject", dict(PLACE), "closed"))) == [("DeleteObject", PLACE)]


def test_locked_versions_are_deleted_past_governance() -> None:
    """A version that is locked is tried a second time, with the bypass; objects never are."""

    def answer(call: Call, _identity: str) -> Answer:
        return ok(204) if "BypassGovernanceRetention" in call.members else refusal(403, "Denied")

    sender = FakeSender(answer)
    version = seen(("PutObject", dict(PLACE), ok(VersionId="v1")))
    assert version.remove(sender.send) == []
    assert len(sender.calls) == 1


def test_who_may_not_bypass_governance_deletes_without_it() -> None:
    """The bypass takes a permission of its own; a version that is not locked needs none."""

    def answer(call: Call, _identity: str) -> Answer:
        return refusal(403, "Denied") if "BypassGovernanceRetention" in call.members else ok(204)

    sender = FakeSender(answer)
    version = seen(("PutObject", dict(PLACE), ok(VersionId="v1")))
    assert version.remove(sender.send) == []
    assert [call.members.get("BypassGovernanceRetention") for call, _ in sender.calls] == [
        True, None,
    ]  # fmt: skip


def test_what_may_not_be_deleted_is_reported() -> None:
    """The operation and the answer are named."""
    plain = seen(("PutObject", dict(PLACE), ok()))
    problems = plain.remove(FakeSender({"DeleteObject": refusal(403, "AccessDenied")}).send)
    assert problems == ["b/k could not be removed: DeleteObject answered 403 AccessDenied"]


def test_what_is_gone_already_is_no_problem() -> None:
    """An upload that the server does not know any more is as good as aborted."""
    sender = FakeSender({"AbortMultipartUpload": refusal(404, "NoSuchUpload")})
    assert seen(CREATED).remove(sender.send) == []


def test_a_dead_endpoint_costs_one_request() -> None:
    """After the first request without an answer no more are sent, and both facts are told."""
    sender = FakeSender({"AbortMultipartUpload": "timeout"})
    second = ("CreateMultipartUpload", dict(PLACE), ok(UploadId="v"))
    problems = seen(CREATED, second).remove(sender.send)
    assert len(sender.calls) == 1
    assert problems[0].startswith("upload u of b/k may still be there")
    assert "2 things" in problems[1]


@pytest.mark.parametrize("status", [200, 400])
def test_tests_clean_up_whatever_their_verdict(status: int) -> None:
    """Success and failure alike end with what was made removed, in the test's own place."""
    sender = FakeSender({"CreateMultipartUpload": ok(UploadId="u")})
    context = make_context(sender)
    run_test(make_test(step("CreateMultipartUpload", must={"status": status})), context)
    (abort,) = sender.sent("AbortMultipartUpload")
    (create,) = sender.sent("CreateMultipartUpload")
    assert abort.members == {**create.members, "UploadId": "u"}
    assert abort.members["Key"].startswith("s3-conformance/run1/main/fake-test-")


def test_many_things_are_removed_side_by_side() -> None:
    """Four deletions are in flight at once, when the first has shown that there are answers."""
    together = threading.Barrier(4)
    order: list[str] = []

    def answer(call: Call, _identity: str) -> Answer:
        if order:
            together.wait(10)
        order.append(str(call.members["Key"]))
        return ok(204)

    leftovers = written(5)
    assert leftovers.remove(FakeSender(answer).send, width=4) == []
    assert order[0] == "0"
    assert sorted(order) == ["0", "1", "2", "3", "4"]
    assert len(leftovers) == 0


def test_an_endpoint_that_dies_during_clean_up_is_told_of_once() -> None:
    """The thing that may still be there is named, and how many there were."""
    sender = FakeSender(
        lambda call, _identity: "timeout" if call.members["Key"] == "1" else ok(204)
    )
    problems = written(9).remove(sender.send, width=2)
    assert problems[0].startswith("b/1 may still be there")
    assert problems[-1] == "clean-up stopped, 9 things were to be removed"
    assert len(problems) == 2


def test_a_failed_clean_up_is_a_problem_and_no_verdict() -> None:
    """What could not be removed is told of beside the test, whose verdict stands."""
    answers = {
        "CreateMultipartUpload": ok(UploadId="u"),
        "AbortMultipartUpload": refusal(500, "InternalError"),
    }
    context = make_context(FakeSender(answers))
    line = run_test(make_test(step("CreateMultipartUpload", must={"status": 200})), context)
    assert line.verdict == "PASS"
    (problem,) = context.take_problems()
    assert "AbortMultipartUpload answered 500 InternalError" in problem.text
    assert context.take_problems() == ()


def test_keys_that_an_answer_makes_up_are_left() -> None:
    """A hostile answer to DeleteObjects names a key elsewhere: it is told of and left."""
    elsewhere = "s3-conformance/run1/../../theirs"
    deleted = ok(Deleted=[{"Key": elsewhere, "DeleteMarkerVersionId": "m"}])
    sender = FakeSender({"DeleteObjects": deleted})
    context = make_context(sender)
    delete = step("DeleteObjects", {"Delete": {"Objects": [{"Key": "$key"}]}}, must={"status": 200})
    put = step("PutObject", must={"status": 200})
    assert run_test(make_test(put, delete), context).verdict == "PASS"
    (problem,) = context.take_problems()
    assert problem.text.startswith("left: ")
    assert elsewhere in problem.text
    assert elsewhere not in [call.members["Key"] for call in sender.sent("DeleteObject")]
    assert len(sender.sent("DeleteObject")) == 1
