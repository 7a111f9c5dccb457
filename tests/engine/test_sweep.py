"""What a killed run left is found first, and removed only where it is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine import sweep
from conformance.engine.cleanup import Stored, Upload
from conformance.engine.errors import GuardError
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


def test_apply_refuses_what_is_not_ours() -> None:
    """Even a plan that names somebody's bucket or key is not carried out."""
    for plan in (
        sweep.Plan(buckets=["production"]),
        sweep.Plan(stored=[Stored(OURS, "theirs")]),
        sweep.Plan(uploads=[Upload("production", KEY, "u")]),
    ):
        sender = FakeSender()
        with pytest.raises(GuardError):
            sweep.apply(sender, plan, TERRITORY)
        assert not sender.calls


def test_apply_tells_what_stayed() -> None:
    """What could not be removed is named; without an answer nothing more is sent."""
    plan = sweep.Plan(stored=[Stored(OURS, KEY), Stored(OURS, f"{KEY}2")])
    refused = FakeSender({"DeleteObject": refusal(403, "AccessDenied")})
    problems = sweep.apply(refused, plan, TERRITORY)
    assert [text.split(" could")[0] for text in problems] == [f"{OURS}/{KEY}", f"{OURS}/{KEY}2"]
    dead = FakeSender({"DeleteObject": "closed"})
    assert len(sweep.apply(dead, plan, TERRITORY)) == 1
    assert len(dead.calls) == 1


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
