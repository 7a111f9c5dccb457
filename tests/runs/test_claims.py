"""What tests need for themselves, read off their steps."""

from __future__ import annotations

import pytest
from engine.fakes import group, make_test, step

from conformance.catalog.load import load
from conformance.runs.claims import Claims, InUse, claims


def test_keys_of_its_own_share_a_bucket() -> None:
    """A test that stays below its prefix needs nothing for itself."""
    listing = step("ListMultipartUploads", {"Prefix": "$key"}, must={"Uploads": {"length": 1}})
    needed = claims(make_test(step("CreateMultipartUpload"), listing))
    assert needed == Claims(shared=frozenset({"plain"}))


@pytest.mark.parametrize(
    "one",
    [
        step("PutBucketVersioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
        step("PutBucketTagging", {"Bucket": "$bucket", "Tagging": {"TagSet": []}}),
        step("ListMultipartUploads", must={"Uploads": {"length": 1}}),
        step("ListObjectsV2", {"Prefix": "a"}, must={"Contents": {"absent": True}}),
        group(step("HeadObject"), step("DeleteBucket")),
    ],
)
def test_settings_and_listings_of_a_whole_bucket_need_it(one: object) -> None:
    """What others do there would change the answer, or theirs."""
    assert claims(make_test(one)).own == {"plain"}  # type: ignore[arg-type]


def test_a_listing_of_which_nobody_looks_at_the_entries_needs_nothing() -> None:
    """Its status is the same whatever lies in the bucket."""
    assert not claims(make_test(step("ListMultipartUploads", must={"status": 200}))).own


def test_a_bucket_by_another_name_is_needed_by_that_name() -> None:
    """Two tests that make and remove the same one must not meet."""
    name = "${other_bucket}-short-lived"
    needed = claims(make_test(step("CreateBucket", {"Bucket": name}), step("HeadObject")))
    assert needed == Claims(own=frozenset({name}), shared=frozenset({"plain"}))


def test_the_kind_alone_is_nobody_elses() -> None:
    """So it is in a run of one test after the other."""
    assert claims(make_test(step("HeadObject"), bucket="alone")).own == {"alone"}


@pytest.mark.parametrize(
    "test",
    [
        make_test(step("HeadObject"), needs=("movable-clock",)),
        make_test(step("ListBuckets", must={"Buckets": {"length": 1}})),
    ],
)
def test_what_concerns_the_whole_endpoint_needs_it(test: object) -> None:
    """Its clock, and the list of all buckets."""
    assert claims(test).alone  # type: ignore[arg-type]


def test_room_is_what_nobody_needs() -> None:
    """Shared buckets are shared, others wait for each other, and one alone for all."""
    in_use = InUse()
    shared = Claims(shared=frozenset({"plain"}))
    own = Claims(own=frozenset({"plain"}))
    elsewhere = Claims(own=frozenset({"alone"}), shared=frozenset({"acl"}))
    in_use.take(shared)
    assert in_use.has_room(shared)
    assert in_use.has_room(elsewhere)
    assert not in_use.has_room(own)
    assert not in_use.has_room(Claims(alone=True))
    in_use.give_back(shared)
    in_use.take(own)
    assert not in_use.has_room(shared)
    in_use.give_back(own)
    in_use.take(Claims(alone=True))
    assert not in_use.has_room(elsewhere)
    in_use.give_back(Claims(alone=True))
    assert in_use.has_room(own)


def test_few_tests_of_the_catalogue_wait_for_others() -> None:
    """Whatever changes a bucket is found, and all the rest may overlap."""
    found = {test.id: claims(test) for test in load().tests}
    assert found["framing/other-operations"].own == {"alone"}
    assert found["bucket/delete-with-uploads"].own >= {"${other_bucket}-short-lived"}
    waiting = [one for one in found.values() if one.alone or one.own]
    assert len(waiting) < len(found) / 20
