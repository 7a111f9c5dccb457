"""What a killed run left is found first, and removed only where it is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine import sweep
from conformance.engine.cleanup import Stored, Upload
from conformance.engine.guard import Territory

from .fakes import FakeSender, ok, refusal

if TYPE_CHECKING:
    from conformance.wire.model import Answer, Call

OURS = "s3-conformance-run1-main-plain"
KEY = "s3-conformance/run1/main/t/object"
TERRITORY = Territory(bucket_prefix="s3-conformance-", key_prefix="s3-conformance/")


def listings(call: Call, _identity: str) -> Answer | None:
    """Answer as an endpoint with leftovers of ours and things of others, two pages long."""
    if call.operation == "ListBuckets":
        return ok(Buckets=[{"Name": OURS}, {"Name": "production"}])
    if call.operation == "ListMultipartUploads":
        if "KeyMarker" not in call.members:
            upload = {"Key": KEY, "UploadId": "u1"}
            return ok(
                Uploads=[upload], IsTruncated=True, NextKeyMarker=KEY, NextUploadIdMarker="u1"
            )
        return ok(Uploads=[{"Key": KEY, "UploadId": "u2"}], IsTruncated=False)
    if call.operation == "ListObjectVersions":
        return ok(
            Versions=[{"Key": KEY, "VersionId": "v1"}, {"Key": "theirs", "VersionId": "v9"}],
            DeleteMarkers=[{"Key": KEY, "VersionId": "m1"}],
            IsTruncated=False,
        )
    return None


def planned(sender: FakeSender) -> sweep.Plan:
    """Return the plan for all runs."""
    return sweep.plan(sender, bucket_prefix="s3-conformance-", key_prefix="s3-conformance/")


def test_a_plan_only_lists() -> None:
    """Uploads, versions, markers and buckets of ours are found on all pages; nothing is changed."""
    sender = FakeSender(listings)  # type: ignore[arg-type]  # None is the sender's own default
    found = planned(sender)
    assert found.uploads == [Upload(OURS, KEY, "u1"), Upload(OURS, KEY, "u2")]
    assert found.stored == [Stored(OURS, KEY, "v1"), Stored(OURS, KEY, "m1")]
    assert found.buckets == [OURS]
    assert len(found.problems) == 1
    assert "'theirs'" in found.problems[0]
    assert not found.empty
    assert all(operation.startswith("List") for operation in sender.operations)


def test_apply_removes_what_was_planned() -> None:
    """Uploads go first, then versions, then the bucket; what is gone already is no problem."""
    sender = FakeSender(
        {"AbortMultipartUpload": refusal(404, "NoSuchUpload")},
    )
    found = planned(FakeSender(listings))  # type: ignore[arg-type]  # None is the default answer
    assert sweep.apply(sender, found, TERRITORY) == []
    assert sender.operations == [
        "AbortMultipartUpload", "AbortMultipartUpload", "DeleteObject", "DeleteObject",
        "DeleteBucket",
    ]  # fmt: skip


DOTS = f"{KEY}/../../../../../x"


@pytest.mark.parametrize(
    ("plan", "named"),
    [
        (sweep.Plan(buckets=["production"]), "bucket production"),
        (sweep.Plan(stored=[Stored(OURS, "theirs")]), f"{OURS}/theirs"),
        (sweep.Plan(stored=[Stored(OURS, DOTS, "null")]), f"{OURS}/{DOTS} version null"),
        (sweep.Plan(uploads=[Upload("production", KEY, "u")]), f"upload u of production/{KEY}"),
    ],
)
def test_apply_leaves_what_is_not_ours(plan: sweep.Plan, named: str) -> None:
    """What names somebody's bucket or key is left and told of, and the rest is removed."""
    plan.add(sweep.Plan(stored=[Stored(OURS, KEY)], buckets=[OURS]))
    sender = FakeSender()
    (problem,) = sweep.apply(sender, plan, TERRITORY)
    assert problem.startswith(f"left: {named}: ")
    assert [dict(call.members) for call, _ in sender.calls] == [
        {"Bucket": OURS, "Key": KEY},
        {"Bucket": OURS},
    ]


def test_a_listing_with_dots_does_not_end_the_sweep() -> None:
    """A key that begins like ours and leads out of our prefix is found, told of and left."""
    versions = ok(Versions=[{"Key": DOTS}, {"Key": KEY}], IsTruncated=False)
    sender = FakeSender({"ListObjectVersions": versions})
    found = sweep.plan_bucket(sender, OURS, "s3-conformance/")
    (problem,) = sweep.apply(sender, found, TERRITORY)
    assert problem.startswith("left: ")
    assert [call.members["Key"] for call in sender.sent("DeleteObject")] == [KEY]
    assert len(sender.sent("DeleteBucket")) == 1


def test_names_that_no_request_can_hold_do_not_end_the_sweep() -> None:
    """The wire refuses to send some of what a listing may name; that is a problem like another."""
    broken = f"{OURS}\n"

    def answer(call: Call, _identity: str) -> Answer:
        if call.members.get("Bucket") == broken:
            raise ValueError("a line end in a request's head")
        if call.operation == "ListBuckets":
            return ok(Buckets=[{"Name": broken}, {"Name": OURS}])
        return ok(204 if call.operation.startswith("Delete") else 200)

    sender = FakeSender(answer)
    found = planned(sender)
    problems = [*found.problems, *sweep.apply(sender, found, TERRITORY)]
    assert [text.partition(":")[2].strip() for text in problems[:2]] == [
        "a line end in a request's head"
    ] * 2
    assert problems[2].startswith(f"left: bucket {broken}: ")
    assert len(problems) == 3
    assert sender.calls[-1][0].members == {"Bucket": OURS}


def test_apply_tells_what_stayed() -> None:
    """What could not be removed is named; a lost answer ends nothing, three in a row do."""
    plan = sweep.Plan(stored=[Stored(OURS, KEY), Stored(OURS, f"{KEY}2")])
    refused = FakeSender({"DeleteObject": refusal(403, "AccessDenied")})
    problems = sweep.apply(refused, plan, TERRITORY)
    assert [text.split(" could")[0] for text in problems] == [f"{OURS}/{KEY}", f"{OURS}/{KEY}2"]
    dead = FakeSender({"DeleteObject": "closed"})
    many = sweep.Plan(stored=[Stored(OURS, f"{KEY}{number}") for number in range(9)])
    assert len(sweep.apply(dead, many, TERRITORY)) == 4
    assert len(dead.calls) == 3
    answers: list[Answer | str] = ["closed", ok(204)]
    flaky = FakeSender(lambda _call, _identity: answers.pop(0))  # type: ignore[arg-type,return-value]
    assert len(sweep.apply(flaky, plan, TERRITORY)) == 1
    assert len(flaky.calls) == 2


def test_a_listing_that_is_refused_is_a_problem_not_an_empty_plan() -> None:
    """When nothing could be found out, the plan says so."""
    found = planned(FakeSender({"ListBuckets": refusal(403, "AccessDenied")}))
    assert found.empty
    assert found.problems == ["ListBuckets answered 403 AccessDenied"]
    dead = planned(FakeSender({"ListBuckets": "timeout"}))
    assert "got no answer" in dead.problems[0]


def test_a_listing_that_never_moves_on_ends() -> None:
    """A hostile endpoint whose pages repeat themselves does not keep the sweep for ever."""
    page = ok(IsTruncated=True, NextKeyMarker="k", NextUploadIdMarker="u", Uploads=[])
    sender = FakeSender({"ListMultipartUploads": page})
    sweep.plan_keys(sender, OURS, "s3-conformance/")
    assert len(sender.sent("ListMultipartUploads")) == 2


@pytest.mark.parametrize("code", ["NoSuchUpload", "NoSuchBucket"])
def test_a_bucket_without_uploads_is_no_problem(code: str) -> None:
    """Some endpoints say so by an error; and a bucket that is gone already holds nothing."""
    gone = refusal(404, code)
    sender = FakeSender({"ListMultipartUploads": gone, "ListObjectVersions": refusal(501, "No")})
    found = sweep.plan_keys(sender, OURS, "s3-conformance/")
    assert (found.uploads, found.stored, found.problems) == ([], [], [])
    missing = FakeSender({"ListObjectVersions": gone, "ListObjectsV2": gone})
    problems = sweep.plan_keys(missing, OURS, "s3-conformance/").problems
    assert len(problems) == (0 if code == "NoSuchBucket" else 1)


def test_keys_that_xml_can_t_hold_are_found() -> None:
    """Names are asked for in encoded form; where they come so, they are decoded, markers too."""
    name = "s3-conformance/a%01+b"
    versions = [{"Key": name, "VersionId": "1"}]
    first = ok(EncodingType="url", IsTruncated=True, NextKeyMarker=name, Versions=versions)

    def answer(call: Call, _identity: str) -> Answer:
        if call.operation != "ListObjectVersions":
            return ok(Uploads=[{"Key": name, "UploadId": "u"}])
        if "KeyMarker" in call.members:
            return ok(
                EncodingType="url", Versions=[{"Key": "s3-conformance/c%2B", "VersionId": "2"}]
            )
        return first

    sender = FakeSender(answer)
    found = sweep.plan_keys(sender, OURS, "s3-conformance/")
    assert found.stored == [
        Stored(OURS, "s3-conformance/a\x01 b", "1"),
        Stored(OURS, "s3-conformance/c+", "2"),
    ]
    assert found.uploads == [Upload(OURS, name, "u")]
    assert {call.members["EncodingType"] for call, _ in sender.calls} == {"url"}
    assert sender.calls[-1][0].members["KeyMarker"] == "s3-conformance/a\x01 b"


def test_a_lent_bucket_is_searched_below_the_prefix_only() -> None:
    """With a bucket of the user's, that bucket alone is looked at, and never planned away."""
    sender = FakeSender(listings)  # type: ignore[arg-type]  # None is the sender's own default
    found = sweep.plan(
        sender, bucket_prefix="s3-conformance-", key_prefix="s3-conformance/", lent="mine"
    )
    assert found.buckets == []
    assert "ListBuckets" not in sender.operations
    assert {call.members["Prefix"] for call, _ in sender.calls} == {"s3-conformance/"}
