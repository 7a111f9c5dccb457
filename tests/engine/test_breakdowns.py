"""A target that breaks down once is neither taken to lack anything nor left with our buckets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.runner import run_test

from .fakes import FakeSender, capability, kind, make_context, make_test, ok, refusal, step

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.engine.worker_context import WorkerContext
    from conformance.wire.model import Answer, Call, TransportFault

HEAD = step("HeadObject", must={"status": 200})
ACL = capability("acl", step("GetObjectAcl", must={"status": 200}))
BROKEN = refusal(500, "InternalError")
UNCLEAR = [BROKEN, refusal(503, "SlowDown"), "closed"]
PLAIN = "s3-conformance-run1-main-plain"


def once(operation: str, first: Answer | TransportFault, then: Answer | None = None) -> FakeSender:
    """Return a sender that answers an operation otherwise the first time it is asked."""
    asked: list[Call] = []

    def answer(call: Call, _identity: str) -> Answer | TransportFault:
        default = ok(204 if call.operation.startswith("Delete") else 200)
        if call.operation != operation:
            return default
        asked.append(call)
        return first if len(asked) == 1 else then or default

    return FakeSender(answer)


def probed(context: WorkerContext) -> str:
    """Return what the one probe came to."""
    (line,) = context.capabilities.lines
    return line.probed


@pytest.mark.parametrize("first", UNCLEAR)
def test_a_probe_over_whose_bucket_the_target_broke_down_hides_nothing(
    first: Answer | TransportFault,
) -> None:
    """The probe is asked again, in a bucket that is asked for again, too."""
    sender = once("CreateBucket", first)
    context = make_context(sender, ACL)
    assert run_test(make_test(HEAD, needs=("acl",)), context).verdict == "PASS"
    assert probed(context) == "yes"
    assert len(sender.sent("CreateBucket")) == 2


@pytest.mark.parametrize(
    ("status", "found", "verdict"),
    [(500, "not-probed", "PASS"), (503, "not-probed", "BLOCKED"), (429, "not-probed", "BLOCKED"),
     (408, "not-probed", "BLOCKED"), (307, "not-probed", "BLOCKED"), (501, "no", "UNSUPPORTED"),
     (405, "no", "SKIP"), (400, "no", "SKIP")],
)  # fmt: skip
def test_a_breakdown_is_no_answer_to_a_probe(status: int, found: str, verdict: str) -> None:
    """Only a clear refusal says that a capability is not there; the rest is never green."""
    context = make_context(FakeSender({"GetObjectAcl": refusal(status, "Code")}), ACL)
    assert run_test(make_test(HEAD, needs=("acl",)), context).verdict == verdict
    assert probed(context) == found


@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "ExpiredToken", "RequestTimeout", ""])
def test_what_speaks_of_something_else_is_no_answer(code: str) -> None:
    """Clocks, sessions and pages of a proxy say nothing of a capability."""
    context = make_context(FakeSender({"GetObjectAcl": refusal(403, code)}), ACL)
    assert run_test(make_test(HEAD, needs=("acl",)), context).verdict == "BLOCKED"


def test_a_probe_without_effect_says_that_the_capability_is_ignored() -> None:
    """A 2xx that does not do what was asked for is not support."""
    asks = step("GetObjectAcl", must={"status": 200, "Grants": {"length": 2}})
    context = make_context(FakeSender({"GetObjectAcl": ok()}), replace(ACL, probe=(asks,)))
    assert run_test(make_test(HEAD, needs=("acl",)), context).verdict == "SKIP"
    assert probed(context) == "ignored"


@pytest.mark.parametrize(
    ("body", "found", "verdict"),
    [(b"the object itself", "ignored", "SKIP"), (b"", "ignored", "SKIP"),
     (b"\n<!DOCTYPE html><html>Please log in</html>", "not-probed", "BLOCKED")],
)  # fmt: skip
def test_a_success_that_nobody_can_read_is_the_server_s_own_unless_it_is_a_page(
    body: bytes, found: str, verdict: str
) -> None:
    """Who does not know a subresource answers without it; a page of a proxy says nothing."""
    asks = step("GetObjectAcl", must={"status": 200, "Grants": {"length": 2}})
    answer = replace(ok(body=body), problem="the body is not XML")
    context = make_context(FakeSender({"GetObjectAcl": answer}), replace(ACL, probe=(asks,)))
    assert run_test(make_test(HEAD, needs=("acl",)), context).verdict == verdict
    assert probed(context) == found


def test_a_breakdown_without_an_expected_status_is_none_either() -> None:
    """What counts is the answer's status, whichever field failed."""
    asks = step("GetObjectAcl", must={"code": "NoSuchKey"})
    context = make_context(FakeSender({"GetObjectAcl": BROKEN}), replace(ACL, probe=(asks,)))
    context.capabilities.of("acl")
    assert probed(context) == "not-probed"


@pytest.mark.parametrize("first", UNCLEAR)
@pytest.mark.parametrize("then", [ok(), refusal(409, "BucketAlreadyOwnedByYou")])
def test_a_breakdown_over_a_bucket_is_asked_about_again_at_once(
    first: Answer | TransportFault, then: Answer
) -> None:
    """A bucket that was made although its answer was lost may be said to be there already."""
    sender = once("CreateBucket", first, then)
    context = make_context(sender)
    verdicts = [run_test(make_test(HEAD), context).verdict for _ in range(3)]
    assert verdicts == ["PASS", "PASS", "PASS"]
    assert len(sender.sent("CreateBucket")) == 2


@pytest.mark.parametrize(("answer", "asked"), [(BROKEN, 2), ("closed", 2), ("timeout", 1)])
def test_a_bucket_that_could_not_be_made_is_not_asked_for_again(
    answer: Answer | TransportFault, asked: int
) -> None:
    """Each of the tests that need it would wait as long; only what is quick is tried twice."""
    sender = FakeSender({"CreateBucket": answer})
    context = make_context(sender)
    verdicts = [run_test(make_test(HEAD), context).verdict for _ in range(4)]
    assert verdicts[1:] == ["BLOCKED", "BLOCKED", "BLOCKED"]
    assert len(sender.sent("CreateBucket")) == asked
    context.target_is_back()
    run_test(make_test(HEAD), context)
    assert len(sender.sent("CreateBucket")) == 2 * asked


def test_a_set_up_behind_the_creation_is_tried_again_too() -> None:
    """All of it is sent again; a bucket that nobody of ours made is not taken for ours."""
    sender = once("PutBucketVersioning", BROKEN)
    context = make_context(sender, kinds=(kind("versioned", step("PutBucketVersioning")),))
    test = make_test(HEAD, bucket="versioned")
    assert [run_test(test, context).verdict for _ in range(2)] == ["PASS", "PASS"]
    taken = FakeSender({"CreateBucket": refusal(409, "BucketAlreadyExists")})
    context = make_context(taken)
    assert [run_test(make_test(HEAD), context).verdict for _ in range(2)] == ["BLOCKED", "BLOCKED"]
    assert len(taken.calls) == 1


@pytest.mark.parametrize("answer", UNCLEAR)
def test_a_bucket_whose_creation_is_unclear_is_removed(answer: Answer | TransportFault) -> None:
    """Without a clear refusal it may be there; that it is not is no problem."""
    gone = refusal(404, "NoSuchBucket")
    for deleted in (ok(204), gone):
        listed = dict.fromkeys(
            ("ListMultipartUploads", "ListObjectVersions", "ListObjectsV2"),
            gone if deleted is gone else ok(),
        )
        sender = FakeSender({"CreateBucket": answer, "DeleteBucket": deleted, **listed})
        context = make_context(sender)
        run_test(make_test(HEAD), context)
        context.close()
        assert [call.members["Bucket"] for call in sender.sent("DeleteBucket")] == [PLAIN]
        assert context.take_problems() == ()


@pytest.mark.parametrize("status", [400, 403, 409, 501])
def test_a_bucket_that_was_refused_is_not_looked_for(status: int) -> None:
    """A clear refusal made nothing."""
    sender = FakeSender({"CreateBucket": refusal(status, "Refused")})
    context = make_context(sender)
    run_test(make_test(HEAD), context)
    context.close()
    assert sender.operations == ["CreateBucket"]


@pytest.mark.parametrize(
    ("edits", "verdict"),
    [({}, "ERROR"), ({"headers": {"X-Amz-Date": "20130524T000000Z"}}, "FAIL"),
     ({"sign": {"fault": "wrong-secret"}}, "FAIL")],
)  # fmt: skip
def test_a_step_that_sets_its_own_time_is_judged_by_what_is_said_of_it(
    edits: dict[str, Tree], verdict: str
) -> None:
    """A refusal for the clock is somebody's mistake only where the test chose the clock."""
    asks = replace(HEAD, edits=edits)
    context = make_context(FakeSender({"HeadObject": refusal(403, "RequestTimeTooSkewed")}))
    assert run_test(make_test(asks), context).verdict == verdict
