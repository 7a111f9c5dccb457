"""The bucket of a test: one that cannot be made, and one that the user lends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.engine.runner import run_test

from .fakes import FakeSender, kind, make_context, make_test, ok, refusal, step

if TYPE_CHECKING:
    from conformance.wire.model import Answer, Call

LIST = step("ListParts", {"UploadId": "$upload"}, must={"status": 200, "Parts": {"length": 0}})
CREATE = step("CreateMultipartUpload", save={"upload": "UploadId"})


def test_a_bucket_that_cannot_be_made_blocks() -> None:
    """Without its bucket a test is BLOCKED, and the bucket is asked for only once."""
    sender = FakeSender({"CreateBucket": refusal(403, "AccessDenied")})
    context = make_context(sender)
    for _ in range(2):
        line = run_test(make_test(LIST), context)
        assert line.verdict == "BLOCKED"
        assert "no bucket of kind plain: CreateBucket was answered with 403" in line.reason
    assert len(sender.calls) == 1


def test_a_dead_endpoint_at_the_bucket_is_an_error() -> None:
    """When not even the bucket gets an answer, that is the transport's fault."""
    line = run_test(make_test(LIST), make_context(FakeSender({"CreateBucket": "refused"})))
    assert (line.verdict, line.fault, line.fault_kind) == ("ERROR", "transport", "refused")


def test_a_lent_bucket_skips_what_needs_another() -> None:
    """With --bucket only plain tests are run; the others say why they are not."""
    context = make_context(FakeSender(), kinds=(kind("versioned"),), lent="mine")
    assert run_test(make_test(step("HeadObject", must={"status": 200})), context).verdict == "PASS"
    line = run_test(make_test(LIST, bucket="versioned"), context)
    assert line.verdict == "SKIP"
    assert "--bucket" in line.reason
    second = step("ListParts", {"Bucket": "$second_bucket"}, must={"status": 200})
    assert run_test(make_test(second), context).verdict == "SKIP"


def test_a_lent_bucket_is_not_changed_as_a_whole() -> None:
    """With --bucket a test that would set something on the bucket is skipped before its set-up."""
    sender = FakeSender()
    tagging = step("PutBucketTagging", {"Tagging": {"TagSet": []}}, must={"status": 400})
    line = run_test(make_test(tagging, given=(CREATE,)), make_context(sender, lent="mine"))
    assert line.verdict == "SKIP"
    assert "this sends PutBucketTagging to it" in line.reason
    assert not sender.calls


def _answers_of_a_server_without(*gone: str) -> FakeSender:
    """Return a server that has lost buckets: it answers 404 to whatever asks for them."""

    def answer(call: Call, _identity: str) -> Answer:
        bucket = str(call.members.get("Bucket"))
        lost = any(bucket.endswith(name) for name in gone)
        if call.operation == "GetObject":
            return refusal(404, "NoSuchKey")
        return refusal(404, "NoSuchBucket") if lost and call.operation == "HeadBucket" else ok()

    return FakeSender(answer)


READ = step("GetObject", must={"status": 200})


def test_a_bucket_of_the_run_that_is_gone_is_an_error() -> None:
    """Whoever removed it: what fails then says nothing about the server."""
    context = make_context(_answers_of_a_server_without("-plain"))
    line = run_test(make_test(READ), context)
    assert (line.verdict, line.cause) == ("ERROR", "the run's own bucket was removed")
    assert "main-plain was removed" in context.take_problems()[0].text


def test_a_bucket_that_a_server_should_never_have_made_excuses_nothing() -> None:
    """A server that takes writes to a bucket that does not exist is still held to its reads."""
    context = make_context(_answers_of_a_server_without("-none"))
    stray = step("CreateMultipartUpload", {"Bucket": "$other_bucket"}, must={"status": 404})
    assert run_test(make_test(stray), context).verdict == "FAIL"
    assert run_test(make_test(READ), context).verdict == "FAIL"
    assert not [one for one in context.take_problems() if "removed by" in one.text]
