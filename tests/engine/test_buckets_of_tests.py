"""The bucket of a test: one that cannot be made, and one that the user lends."""

from __future__ import annotations

from conformance.engine.runner import run_test

from .fakes import FakeSender, kind, make_context, make_test, refusal, step

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
