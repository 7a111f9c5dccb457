"""What a run would be, and the policy that lets a user of AWS run it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from conformance.catalog.load import load
from conformance.runs.estimate import estimate, lines
from conformance.runs.options import RunOptions
from conformance.runs.policy import ACTIONS, ZONAL, allowed, operations, policy_file
from conformance.runs.selection import Selection, make_selection
from conformance.targets.options import TargetOptions


@pytest.fixture(scope="module")
def amazon() -> Selection:
    """Select everything on Amazon S3."""
    return make_selection(RunOptions(target=TargetOptions(target="aws")))


def test_an_estimate_says_what_is_sent_and_what_it_costs(amazon: Selection) -> None:
    """Requests, bytes, dollars with the date of the prices, what is made and how it goes away."""
    made = estimate(amazon, environ={})
    text = "\n".join(lines(made, amazon))
    assert made.traffic.requests > made.tests
    assert made.dollars is not None
    assert made.dollars > 0.05
    for word in ("USD", "2026-", "AbortMultipartUpload", "s3-conformance clean", "create-user"):
        assert word in text


def test_the_musts_of_one_witness_cost_under_two_dollars() -> None:
    """So says the issue, and the estimate is from above."""
    options = RunOptions(target=TargetOptions(target="aws"), select=("witnesses:1",))
    made = estimate(make_selection(options), environ={})
    assert made.dollars is not None
    assert made.dollars < 2
    assert made.tests > 100


def test_what_is_not_at_hand_is_left_out_by_name(amazon: Selection) -> None:
    """A second account, a KMS key, a zone: each with what to give."""
    without = estimate(amazon, environ={})
    by_name = {one.name: one for one in without.needs}
    for name in ("alt-identity", "kms-key", "availability-zone", "movable-clock"):
        assert by_name[name].left_out, name
    assert not by_name["tls"].left_out
    assert without.tests + without.left_out == len(amazon.tests)
    more = estimate(amazon, environ={"S3_CONFORMANCE_ALT_ACCESS_KEY": "x"})
    assert more.tests > without.tests


def test_a_lent_bucket_is_the_only_one(amazon: Selection) -> None:
    """Nothing is made, and tests of other kinds are left out."""
    made = estimate(amazon, bucket="mine", environ={})
    assert made.buckets == ()
    assert "in mine alone" in "\n".join(lines(made, amazon))


def test_another_target_costs_nothing() -> None:
    """Only Amazon's endpoints have a price, and no user has to be made."""
    selection = make_selection(RunOptions(target=TargetOptions(target="reference")))
    made = estimate(selection, environ={})
    assert made.dollars is None
    assert "USD" not in "\n".join(lines(made, selection))


def test_the_policy_allows_what_a_run_sends_and_no_more() -> None:
    """Each operation of the catalogue, of probes, set-up and clean-up."""
    catalog = load()
    sent = operations(catalog, catalog.tests)
    assert not sorted(name for name in sent if name not in ACTIONS)
    needed = {action for name in sent for action in ACTIONS[name]} | ZONAL
    assert needed <= allowed()
    assert allowed() <= {action for names in ACTIONS.values() for action in names} | ZONAL


def test_the_policy_reaches_buckets_of_runs_alone() -> None:
    """Nothing of the account beside the names of its buckets."""
    for one in json.loads(policy_file().read_text("utf-8"))["Statement"]:
        assert one["Effect"] == "Allow"
        assert not any("*" in action for action in one["Action"])
        if one["Sid"] == "Names":
            assert all("ListAllMy" in action for action in one["Action"])
        else:
            assert all("s3-conformance-*" in resource for resource in one["Resource"])


def test_an_estimate_of_nothing_is_nothing(amazon: Selection) -> None:
    """No test, no request but what any run sends."""
    assert estimate(replace(amazon, tests=()), environ={}).traffic.requests == 0
