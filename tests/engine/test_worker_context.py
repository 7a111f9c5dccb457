"""The buckets, steps and end of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.runner import run_test

from .fakes import FakeSender, kind, make_context, make_test, ok, refusal, step

if TYPE_CHECKING:
    from conformance.wire.model import Answer, Call

HEAD = step("HeadObject", must={"status": 200})


def test_buckets_are_made_once_and_only_when_asked_for() -> None:
    """The first test of a kind makes its bucket, its set-up included; no other kind is made."""
    sender = FakeSender()
    versioned = kind("versioned", step("PutBucketVersioning"))
    context = make_context(sender, kinds=(versioned, kind("unused")))
    for name in ("one", "two"):
        line = run_test(make_test(HEAD, bucket="versioned", name=name), context)
        assert line.verdict == "PASS"
    assert sender.operations == [
        "CreateBucket", "PutBucketVersioning", "HeadObject", "HeadObject",
    ]  # fmt: skip
    assert sender.calls[0][0].members == {"Bucket": "s3-conformance-run1-main-versioned"}
    keys = {call.members["Key"] for call in sender.sent("HeadObject")}
    assert len(keys) == 2


def test_members_can_be_left_out() -> None:
    """A member that is null is left out, also a bucket or key that would be filled in."""
    sender = FakeSender()
    line = run_test(
        make_test(step("HeadObject", {"Key": None, "VersionId": None}, must={"status": 200})),
        make_context(sender),
    )
    assert line.verdict == "PASS"
    assert set(sender.sent("HeadObject")[0].members) == {"Bucket"}


def test_edits_reach_the_wire() -> None:
    """What a step changes below its operation arrives in the wire's own form."""
    edits = {
        "headers": {"Content-MD5": "x", "X-Twice": ["1", 2], "X-Gone": None, "$name": True},
        "late-headers": {"X-Late": "y"},
        "query": {"partNumber": 0},
        "body": {"text": "ab", "times": 2},
        "method": "POST",
        "sign": {"mode": "presigned", "fault": "expired", "expires": 60},
        "framing": {"mode": "signed-trailer", "algorithm": "CRC32", "chunk": "8KiB", "broken": "x"},
        "addressing": "virtual-host",
        "transport": "tls",
        "expect-continue": True,
        "as": "alt",
    }
    name = step("PutObject", save={"name": "headers.x-name"}, must={"status": 200})
    named: Answer = ok()
    object.__setattr__(named, "headers", (("X-Name", "X-Chosen"),))
    sender = FakeSender({"PutObject": named})
    test = make_test(name, step("UploadPart", {}, edits=edits, must={"status": 200}))
    assert run_test(test, make_context(sender)).verdict == "PASS"
    call, identity = next(pair for pair in sender.calls if pair[0].operation == "UploadPart")
    found = call.edits
    assert identity == "alt"
    assert found.headers == (
        ("Content-MD5", "x"), ("X-Twice", "1"), ("X-Twice", "2"), ("X-Gone", None),
        ("X-Chosen", "true"),
    )  # fmt: skip
    assert (found.late_headers, found.query) == ((("X-Late", "y"),), (("partNumber", "0"),))
    assert (found.body, found.method) == (b"abab", "POST")
    assert (found.sign, found.sign_fault, found.expires_seconds) == ("presigned", "expired", 60)
    framing = found.framing
    assert (framing.mode, framing.algorithm, framing.chunk_bytes, framing.broken) == (
        "signed-trailer", "CRC32", 8192, "x",
    )  # fmt: skip
    assert (found.addressing, found.transport, found.expect_continue) == (
        "virtual-host", "tls", True,
    )  # fmt: skip


def test_short_edits_and_text_bodies() -> None:
    """Signing and framing may be one word; a body of text goes out as UTF-8."""
    sender = FakeSender()
    edits = {"sign": "anonymous", "framing": "signed-chunks"}
    test = make_test(step("PutObject", {"Body": "é"}, edits=edits, must={"status": 200}))
    run_test(test, make_context(sender))
    (put,) = sender.sent("PutObject")
    assert (put.edits.sign, put.edits.framing.mode) == ("anonymous", "signed-chunks")
    assert put.members["Body"] == "é".encode()


@pytest.mark.parametrize("edit", [{"as": "nobody"}, {"sign": "wax"}, {"transport": "pigeon"}])
def test_unknown_words_are_a_mistake_of_the_scenario(edit: dict[str, str]) -> None:
    """A word that the wire does not know never goes out in place of another."""
    line = run_test(make_test(step("HeadObject", edits=edit, must={"status": 200})),
                    make_context(FakeSender()))  # fmt: skip
    assert (line.verdict, line.fault, line.fault_kind) == ("ERROR", "set-up", "EngineError")


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("us-east-1", {}),
        ("eu-west-1", {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}),
    ],
)
def test_a_bucket_names_its_region(region: str, said: dict[str, object]) -> None:
    """Everywhere but in us-east-1 S3 asks for the region in a CreateBucket."""
    sender = FakeSender()
    run_test(make_test(HEAD), make_context(sender, region=region))
    (made,) = sender.sent("CreateBucket")
    assert {key: value for key, value in made.members.items() if key != "Bucket"} == said


def test_the_end_removes_the_buckets() -> None:
    """At the end what is left below the prefix is removed, then the buckets themselves."""
    listed = ok(Uploads=[{"Key": "s3-conformance/run1/main/t/object", "UploadId": "u"}])
    sender = FakeSender({"ListMultipartUploads": listed})
    context = make_context(sender)
    run_test(make_test(HEAD), context)
    context.close()
    assert sender.operations[-4:] == [
        "ListMultipartUploads", "ListObjectVersions", "AbortMultipartUpload", "DeleteBucket",
    ]  # fmt: skip
    assert context.take_problems() == ()
    context.close()
    assert sender.operations.count("DeleteBucket") == 1


def test_a_bucket_that_stays_is_a_problem() -> None:
    """A bucket that can't be deleted is told of by name."""
    sender = FakeSender({"DeleteBucket": refusal(409, "BucketNotEmpty")})
    context = make_context(sender)
    run_test(make_test(HEAD), context)
    context.close()
    (problem,) = context.take_problems()
    assert problem.text == (
        "bucket s3-conformance-run1-main-plain could not be removed: "
        "DeleteBucket answered 409 BucketNotEmpty"
    )


def test_buckets_that_the_server_made_unasked_are_removed_too() -> None:
    """A write to a bucket that should not exist may create it; then it is ours to remove."""
    sender = FakeSender()
    context = make_context(sender)
    stray = step("CreateMultipartUpload", {"Bucket": "$other_bucket"}, must={"status": 404})
    assert run_test(make_test(stray), context).verdict == "FAIL"
    context.close()
    gone = {call.members["Bucket"] for call in sender.sent("DeleteBucket")}
    assert "s3-conformance-run1-main-none" in gone


def test_a_lent_bucket_is_left_as_it_was() -> None:
    """In a lent bucket nothing is created or deleted but own keys."""

    def answer(call: Call, _identity: str) -> Answer:
        if call.operation == "ListObjectVersions":
            return refusal(501, "NotImplemented")
        if call.operation == "ListObjectsV2":
            return ok(Contents=[{"Key": "s3-conformance/run1/main/t/x"}, {"Key": "theirs"}])
        return ok(204 if call.operation == "DeleteObject" else 200)

    sender = FakeSender(answer)
    context = make_context(sender, lent="mine")
    assert run_test(make_test(HEAD), context).verdict == "PASS"
    context.close()
    assert not {"CreateBucket", "DeleteBucket"} & set(sender.operations)
    (delete,) = sender.sent("DeleteObject")
    assert delete.members == {"Bucket": "mine", "Key": "s3-conformance/run1/main/t/x"}
    (problem,) = context.take_problems()
    assert "'theirs'" in problem.text
