"""Buckets, names, capabilities and the end of a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.buckets import bucket_name
from conformance.engine.capabilities import Decision, means
from conformance.engine.names import new_run_id, slug
from conformance.engine.runner import run_test
from conformance.wire.model import Endpoint

from .fakes import (
    MAIN,
    FakeSender,
    capability,
    kind,
    make_context,
    make_test,
    ok,
    refusal,
    step,
)

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.wire.model import Answer, Call

HEAD = step("HeadObject", must={"status": 200})


def test_names_fit_where_they_go() -> None:
    """Bucket names are legal, run ids fit into them, and slugs tell all tests apart."""
    long = bucket_name(f"s3-conformance-{new_run_id()}-", "gw12", "a-very-long-kind-of-bucket_x")
    other = bucket_name(long[:32], "gw12", "a-very-long-kind-of-bucket_y")
    assert len(long) <= 63
    assert long == long.lower()
    assert "_" not in long
    assert long != other
    assert slug("a/b[c,d]") != slug("a/b[c-d]")
    assert slug("a/b[c,d]").startswith("a-b-c-d-")
    with pytest.raises(ValueError, match="name of a bucket"):
        make_context(FakeSender(), worker="GW_1")


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


def test_every_key_lies_below_the_prefix_of_its_test() -> None:
    """Bucket, key and the other built-in names are filled in."""
    sender = FakeSender()
    names = ("bucket", "key", "prefix", "region", "other_bucket", "access_key", "second_bucket")
    metadata: dict[str, Tree] = {name: f"${name}" for name in names}
    test = make_test(step("PutObject", {"Metadata": metadata}, must={"status": 200}))
    assert run_test(test, make_context(sender)).verdict == "PASS"
    (put,) = sender.sent("PutObject")
    found = put.members["Metadata"]
    assert found["key"] == put.members["Key"] == f"{found['prefix']}object"
    assert found["prefix"].startswith("s3-conformance/run1/main/fake-test-")
    assert found["bucket"] == put.members["Bucket"] == "s3-conformance-run1-main-plain"
    assert found["second_bucket"] == "s3-conformance-run1-main-second"
    assert found["other_bucket"] == "s3-conformance-run1-main-none"
    assert (found["region"], found["access_key"]) == ("us-east-1", MAIN.access_key)


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


def test_capabilities_that_s3_wants_over_tls_go_over_tls() -> None:
    """A test that needs one is sent over TLS where there is TLS; its own word stands before it."""
    secret = capability("sse-c", step("HeadObject", must={"status": 200}), prefers_tls=True)
    plain = step("HeadBucket", edits={"transport": "http"}, must={"status": 200})
    for tls, transport in ((True, "tls"), (False, None)):
        sender = FakeSender()
        context = make_context(sender, secret, tls=tls, claims=("sse-c",))
        assert run_test(make_test(HEAD, plain, needs=("sse-c",)), context).verdict == "PASS"
        assert {call.edits.transport for call in sender.sent("HeadObject")} == {transport}
        assert sender.sent("HeadBucket")[0].edits.transport == "http"


def test_probes_are_made_once_and_leave_nothing() -> None:
    """A capability is probed when first needed, its line tells how, its objects are removed."""
    probe = step("PutObject", {"Body": "probe"}, must={"status": 200})
    sender = FakeSender()
    context = make_context(sender, capability("trailers", probe))
    for _ in range(2):
        assert run_test(make_test(HEAD, needs=("trailers",)), context).verdict == "PASS"
    assert sender.operations.count("PutObject") == 1
    assert sender.operations.count("DeleteObject") == 1
    (line,) = context.capabilities.lines
    assert (line.name, line.claimed, line.probed) == ("trailers", "unsaid", "yes")
    assert [one.role for one in line.exchanges] == ["probe"]
    assert context.capabilities.made["trailers"] == Decision("run")


def test_decisions_of_another_process_are_taken_over() -> None:
    """A worker that is told of a decision does not probe again."""
    sender = FakeSender()
    skip = Decision("skip", "told so")
    context = make_context(sender, capability("acl", HEAD), decisions={"acl": skip})
    line = run_test(make_test(HEAD, needs=("acl",)), context)
    assert (line.verdict, line.reason) == ("SKIP", "told so")
    assert not sender.calls


def test_a_probe_without_an_answer_is_never_green() -> None:
    """When a probe breaks off twice, nothing is known of the capability: its tests are BLOCKED."""
    sender = FakeSender({"GetObjectAcl": "timeout"})
    context = make_context(sender, capability("acl", step("GetObjectAcl", must={"status": 200})))
    test = make_test(step("GetObjectAcl", must={"status": 200}), needs=("acl",))
    assert run_test(test, context).verdict == "BLOCKED"
    assert context.capabilities.lines[0].probed == "not-probed"


def test_a_capability_may_be_probed_in_a_bucket_that_needs_it() -> None:
    """The bucket of a probe is made although its need is what is in question."""
    acl = capability("acl", step("GetObjectAcl", must={"status": 200}), bucket="acl")
    context = make_context(FakeSender(), acl, kinds=(kind("acl", needs=("acl",)),))
    assert run_test(make_test(HEAD, bucket="acl"), context).verdict == "PASS"
    refused = FakeSender({"CreateBucket": refusal(400, "InvalidRequest")})
    context = make_context(refused, acl, kinds=(kind("acl", needs=("acl",)),))
    assert run_test(make_test(HEAD, bucket="acl"), context).verdict == "SKIP"


@pytest.mark.parametrize(
    ("claims", "tls", "verdict"),
    [((), True, "PASS"), ((), False, "SKIP"), (("tls",), False, "FAIL"), (("tls",), True, "PASS")],
)
def test_means_decide_without_a_probe(
    claims: tuple[str, ...], tls: bool, verdict: str
) -> None:  # a table
    """TLS is there when the run has an endpoint for it; claimed without one, it fails."""
    context = make_context(FakeSender(), capability("tls"), claims=claims, tls=tls)
    assert run_test(make_test(HEAD, needs=("tls",)), context).verdict == verdict


def test_means() -> None:
    """URLs, host names and key pairs are what the run brings along itself."""
    bare = Endpoint(urls={"http": "http://127.0.0.1"})
    full = Endpoint(urls={"tls": "https://x"}, virtual_host_base="s3.test")
    assert means(bare, {"main": MAIN}) == {"http"}
    assert means(full, {"main": MAIN, "alt": MAIN}) == {"tls", "virtual-host", "alt-identity"}
    assert means(bare, {"main": MAIN}, {"kms-key": "arn"}) == {"http", "kms-key"}


@pytest.mark.parametrize(
    ("values", "claims", "verdict"),
    [({}, (), "SKIP"), ({}, ("kms-key",), "FAIL"), ({"kms-key": "value"}, (), "PASS")],
)
def test_a_value_of_the_profile_is_a_means_and_a_name(
    values: dict[str, str], claims: tuple[str, ...], verdict: str
) -> None:
    """What the profile tells can be named by steps; without it, tests that need it are not run."""
    context = make_context(FakeSender(), capability("kms-key"), claims=claims, values=values)
    named = step("HeadObject", {"Key": "${key}${kms_key}"}, must={"status": 200})
    assert run_test(make_test(named, needs=("kms-key",)), context).verdict == verdict


def test_without_probe_and_claim_a_capability_skips() -> None:
    """What nobody claims and nothing can find out is not run, and says so; claimed, it is."""
    odd = capability("outposts")
    test = make_test(HEAD, needs=("outposts",))
    line = run_test(test, make_context(FakeSender(), odd))
    assert line.verdict == "SKIP"
    assert run_test(test, make_context(FakeSender(), odd, claims=("outposts",))).verdict == "PASS"


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
