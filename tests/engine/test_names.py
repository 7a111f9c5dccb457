"""The names that a run gives, and those that a session begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.buckets import bucket_name
from conformance.engine.names import new_run_id, slug
from conformance.engine.runner import run_test

from .fakes import MAIN, FakeSender, make_context, make_test, step

if TYPE_CHECKING:
    from conformance.catalog.model import Tree


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
