"""Directory buckets, sessions and access points, as the engine handles them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conformance.engine import sweep
from conformance.engine.buckets import bucket_name, zonal_end
from conformance.engine.capabilities import means
from conformance.engine.errors import GuardError
from conformance.engine.guard import Territory
from conformance.engine.runner import run_test
from conformance.wire.model import Answer, Call, Endpoint, Identity, TransportFault

from .fakes import MAIN, FakeSender, Loose, kind, make_context, make_test, ok, refusal, step

ZONE = "use1-az4"
VALUES = {"availability-zone": ZONE, "local-zone": "use1-dfw2-az1"}
DIRECTORY = replace(kind("directory"), zone="availability-zone")
LOCAL = replace(kind("directory-local-zone"), zone="local-zone")
ALIAS = "point-0123-s3alias"
KEY = "s3-conformance/run1/main/test/object"
CREDENTIALS = {
    "AccessKeyId": "ASIASESSION",
    "SecretAccessKey": "session-secret",
    "SessionToken": "session-token",
    "Expiration": datetime(2026, 1, 1, tzinfo=UTC),
}


def territory(*stand_ins: str) -> Territory:
    """Return the territory of run1, with access points that the profile lends."""
    return Territory(
        bucket_prefix="s3-conformance-run1-",
        key_prefix="s3-conformance/run1/",
        stand_ins=frozenset(stand_ins),
    )


def call(operation: str, **members: Loose) -> Call:
    """Return a call."""
    return Call(operation=operation, members=members)


@pytest.mark.parametrize("made", [DIRECTORY, LOCAL], ids=lambda one: one.name)
def test_the_name_ends_with_the_zone(made: Loose) -> None:
    """A bucket of a zone is named after it, is short enough, and names no location constraint."""
    sender = FakeSender()
    context = make_context(sender, kinds=(made,), values=VALUES, region="eu-west-1")
    test = make_test(step("HeadObject", must={"status": 200}), bucket=made.name)
    assert run_test(test, context).verdict == "PASS"
    (create,) = sender.sent("CreateBucket")
    name = create.members["Bucket"]
    assert name.endswith(f"--{VALUES[made.zone]}--x-s3")
    assert name.startswith("s3-conformance-run1-main-")
    assert "CreateBucketConfiguration" not in create.members


def test_long_names_keep_their_end() -> None:
    """What is cut is in the middle, and labels stay apart."""
    end = "--use1-dfw2-az1--x-s3"
    prefix = "s3-conformance-261121204811abcd-"
    one, two = (bucket_name(prefix, "gw12", f"directory-{x}", end) for x in ("local", "other"))
    assert len(one) <= 63
    assert one.endswith(end)
    assert one != two
    assert zonal_end(one) == end
    assert zonal_end("plain") == ""


def test_a_bucket_that_does_not_exist_is_of_the_same_kind() -> None:
    """`$other_bucket` of a directory bucket's test would be one, too."""
    sender = FakeSender()
    context = make_context(sender, kinds=(DIRECTORY,), values=VALUES)
    ask = step("HeadBucket", {"Bucket": "$other_bucket"}, must={"status": 200})
    run_test(make_test(ask, bucket="directory"), context)
    (head,) = sender.sent("HeadBucket")
    assert head.members["Bucket"] == f"s3-conformance-run1-main-none--{ZONE}--x-s3"


def test_a_second_directory_bucket_is_another_one() -> None:
    """It is made when it is first named, in the same zone."""
    sender = FakeSender()
    context = make_context(sender, kinds=(DIRECTORY,), values=VALUES)
    ask = step("HeadBucket", {"Bucket": "$second_directory_bucket"}, must={"status": 200})
    assert run_test(make_test(ask, bucket="directory"), context).verdict == "PASS"
    first, second = (one.members["Bucket"] for one in sender.sent("CreateBucket"))
    assert first != second
    assert second.endswith(f"--{ZONE}--x-s3")
    lent = make_context(FakeSender(), kinds=(DIRECTORY,), values=VALUES, lent="mine")
    assert run_test(make_test(ask), lent).verdict == "SKIP"


def test_a_step_signs_with_the_session_that_it_names() -> None:
    """Credentials that a step has saved go to the wire as keys; ``none`` goes as it is."""
    sender = FakeSender({"CreateSession": ok(Credentials=CREDENTIALS)})
    steps = (
        step("CreateSession", save={"session": "Credentials"}),
        step("HeadObject", edits={"sign": {"session": "$session"}}, must={"status": 200}),
        step("HeadObject", edits={"sign": {"session": "none"}}, must={"status": 200}),
    )
    assert run_test(make_test(*steps), make_context(sender)).verdict == "PASS"
    given, none = (one.edits.session for one in sender.sent("HeadObject"))
    assert given == Identity("ASIASESSION", "session-secret", "session-token", of_session=True)
    assert none == "none"


def test_half_a_session_is_our_fault() -> None:
    """What are no credentials can't sign."""
    context = make_context(FakeSender())
    wrong = step(
        "HeadObject", edits={"sign": {"session": {"SessionToken": "x"}}}, must={"status": 200}
    )
    assert run_test(make_test(wrong), context).verdict == "ERROR"


@pytest.mark.parametrize("operation", ["PutObject", "UploadPart", "AbortMultipartUpload"])
def test_keys_may_be_written_through_a_lent_access_point(operation: str) -> None:
    """Below the run's own prefix, and nowhere else."""
    territory(ALIAS).check(call(operation, Bucket=ALIAS, Key=KEY, UploadId="u"))
    with pytest.raises(GuardError):
        territory(ALIAS).check(call(operation, Bucket=ALIAS, Key="theirs", UploadId="u"))
    with pytest.raises(GuardError):
        territory().check(call(operation, Bucket=ALIAS, Key=KEY, UploadId="u"))


@pytest.mark.parametrize("operation", ["DeleteBucket", "PutBucketPolicy", "PutBucketEncryption"])
def test_what_is_behind_an_access_point_stays_as_it_is(operation: str) -> None:
    """No setting of a lent bucket is changed."""
    with pytest.raises(GuardError):
        territory(ALIAS).check(call(operation, Bucket=ALIAS))


def test_with_a_bucket_of_the_user_no_access_point_is_lent() -> None:
    """Who names one bucket wants no other to be touched; its tests are not run."""
    context = make_context(FakeSender(), values={"fsx-alias": ALIAS}, lent="mine")
    with pytest.raises(GuardError):
        context._territory.check(call("PutObject", Bucket=ALIAS, Key=KEY))


def test_zonal_hosts_are_a_means() -> None:
    """Who knows the domain can reach them."""
    urls = {"http": "http://127.0.0.1:1"}
    bare = Endpoint(urls=urls)  # type: ignore[arg-type]  # mypy widens the keys to str
    assert "zonal-hosts" not in means(bare, {"main": MAIN})
    assert "zonal-hosts" in means(replace(bare, service_domain="aws.test"), {"main": MAIN})


OURS = f"s3-conformance-run1-main-x--{ZONE}--x-s3"


@pytest.mark.parametrize(
    ("directories", "found"),
    [
        (ok(Buckets=[{"Name": OURS}, {"Name": "theirs"}]), [OURS]),
        (ok(Buckets=[]), []),
        (refusal(501, "NotImplemented"), []),
    ],
)
def test_directory_buckets_of_a_run_are_found(directories: Answer, found: list[str]) -> None:
    """They are in a list of their own, which not every endpoint has."""
    sender = FakeSender({"ListBuckets": ok(Buckets=[]), "ListDirectoryBuckets": directories})
    plan = sweep.plan(sender, bucket_prefix="s3-conformance-", key_prefix="s3-conformance/")
    assert plan.buckets == found
    assert not [text for text in plan.problems if "ListDirectoryBuckets" in text]


UPLOADS = ok(Uploads=[{"Key": KEY, "UploadId": "u"}])
VERSIONS = ok(Versions=[{"Key": KEY, "VersionId": "v"}], IsTruncated=False)


@pytest.mark.parametrize("made", [ok(), refusal(500, "InternalError"), "timeout"])
def test_what_is_left_behind_an_access_point_is_removed(made: Answer | TransportFault) -> None:
    """Uploads and versions below the worker's own prefix go at the end, and nothing else does."""

    def answer(call: Call, _identity: str) -> Answer | TransportFault:
        found = {"CreateMultipartUpload": made}
        if call.members.get("Bucket") == ALIAS:
            found |= {"ListMultipartUploads": UPLOADS, "ListObjectVersions": VERSIONS}
        return found.get(call.operation, ok(204 if call.operation.startswith("Delete") else 200))

    sender = FakeSender(answer)
    context = make_context(sender, values={"fsx-alias": ALIAS})
    begin = step("CreateMultipartUpload", {"Bucket": "$fsx_alias"}, must={"status": 200})
    run_test(make_test(begin), context)
    before = len(sender.calls)
    context.close()
    end = [one for one, _ in sender.calls[before:] if one.members["Bucket"] == ALIAS]
    assert [one.operation for one in end] == [
        "ListMultipartUploads", "ListObjectVersions", "AbortMultipartUpload", "DeleteObject",
    ]  # fmt: skip
    assert {one.members.get("Prefix", "s3-conformance/run1/main/") for one in end} == {
        "s3-conformance/run1/main/"
    }
    assert context.take_problems() == ()


@pytest.mark.parametrize("answer", [refusal(403, "AccessDenied"), refusal(501, "NotImplemented")])
def test_an_access_point_that_was_not_written_to_is_not_searched(answer: Answer) -> None:
    """Reads and refused writes leave nothing."""
    sender = FakeSender({"PutObject": answer})
    context = make_context(sender, values={"fsx-alias": ALIAS})
    steps = [
        step(name, {"Bucket": "$fsx_alias"}, must={"status": 200})
        for name in ("HeadObject", "PutObject")
    ]
    run_test(make_test(*steps), context)
    context.close()
    assert len([one for one, _ in sender.calls if one.members["Bucket"] == ALIAS]) == 2


def test_the_sweep_of_a_run_searches_access_points() -> None:
    """Nobody knows what dead workers wrote, so each is searched below the run's prefix."""
    sender = FakeSender({"ListBuckets": ok(Buckets=[]), "ListObjectVersions": VERSIONS})
    plan = sweep.plan(
        sender,
        bucket_prefix="s3-conformance-run1-",
        key_prefix="s3-conformance/run1/",
        stand_ins=[ALIAS],
    )
    assert plan.buckets == []
    assert sweep.apply(sender, plan, territory(ALIAS)) == []
    assert [one.members["Bucket"] for one in sender.sent("DeleteObject")] == [ALIAS]
