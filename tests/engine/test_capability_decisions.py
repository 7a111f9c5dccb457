"""What a worker decides about capabilities, and which probes it sends for that."""

from __future__ import annotations

import pytest

from conformance.engine.capabilities import Decision, means
from conformance.engine.runner import run_test
from conformance.wire.model import Endpoint

from .fakes import MAIN, FakeSender, capability, kind, make_context, make_test, refusal, step

HEAD = step("HeadObject", must={"status": 200})


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
