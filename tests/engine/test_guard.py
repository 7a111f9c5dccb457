"""Nothing that the run did not make is written to or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.errors import GuardError
from conformance.engine.guard import Territory
from conformance.wire.model import Call, Edits

if TYPE_CHECKING:
    from .fakes import Loose

OWN = "s3-conformance-run1-main-plain"
KEY = "s3-conformance/run1/main/test/object"
FOREIGN = "s3-conformance/run2/main/test/object"


def territory(lent: str | None = None) -> Territory:
    """Return the territory of run1."""
    return Territory(
        bucket_prefix="s3-conformance-run1-", key_prefix="s3-conformance/run1/", lent=lent
    )


def call(operation: str, edits: Edits | None = None, **members: Loose) -> Call:
    """Return a call."""
    return Call(operation=operation, members=members, edits=edits or Edits())


ALLOWED = [
    call("PutObject", Bucket=OWN, Key=KEY),
    call("PutObject", Bucket=OWN, Key=KEY + "/../b"),
    call("CreateBucket", Bucket=OWN),
    call("DeleteBucket", Bucket=OWN),
    call("PutBucketVersioning", Bucket=OWN),
    call("DeleteObjects", Bucket=OWN, Delete={"Objects": [{"Key": KEY}]}),
    call("GetObject", Bucket=OWN, Key="anything"),
    call("ListObjectsV2", Bucket=OWN),
    call("HeadBucket", Bucket=OWN),
    call("ListBuckets"),
    call("CreateSession", Bucket=OWN),
    call("UploadPartCopy", Bucket=OWN, Key=KEY, CopySource=f"/{OWN}/{KEY}?versionId=1"),
    call("UploadPartCopy", Bucket=OWN, Key=KEY, CopySource="nothing"),
    call("CreateMultipartUpload", Bucket="s3-conformance-run1-main-none", Key=KEY),
]
DENIED = [
    call("PutObject", Bucket="production", Key=KEY),
    call("PutObject", Bucket="s3-conformance-run2-main-plain", Key=KEY),
    call("PutObject", Bucket=OWN, Key="someone's"),
    call("PutObject", Bucket=OWN, Key=FOREIGN),
    call("PutObject", Bucket=OWN, Key="/" + KEY),
    call("PutObject", Bucket=OWN, Key="s3-conformance/run1/../../x"),
    call("PutObject", Edits(headers=(("Host", "production.s3"),)), Bucket=OWN, Key=KEY),
    call("DeleteObject", Bucket=OWN, Key=""),
    call("AbortMultipartUpload", Bucket="production", Key=KEY, UploadId="u"),
    call("DeleteBucket", Bucket="production"),
    call("CreateBucket", Bucket="production"),
    call("PutBucketPolicy", Bucket="production"),
    call("DeleteObjects", Bucket=OWN, Delete={"Objects": [{"Key": KEY}, {"Key": FOREIGN}]}),
    call("ListObjectsV2", Edits(method="DELETE"), Bucket="production"),
    call("GetObject", Edits(method="PUT"), Bucket="production", Key=KEY),
    call("PutObject", Bucket=None, Key=KEY),
    call("GetObject", Bucket="production", Key="anything"),
    call("ListObjectsV2", Bucket="production"),
    call("HeadBucket", Bucket="production"),
    call("CreateSession", Bucket="production"),
    call("HeadObject", Bucket=f"{OWN}/../production", Key=KEY),
    call("PutObject", Bucket=f"{OWN}/../production", Key=KEY),
    call("PutObject", Bucket=f"{OWN}%2F..%2Fproduction", Key=KEY),
    call("PutObject", Bucket=f"{OWN}..production", Key=KEY),
    call("PutObject", Bucket=OWN, Key="s3-conformance/run1/%2e%2e/%2e%2e/x"),
    call("DeleteBucket", Bucket=f"{OWN}?delete"),
    call("DeleteBucket", Bucket=f"{OWN}#"),
    call("UploadPartCopy", Bucket=OWN, Key=KEY, CopySource="production/secret"),
    call("UploadPartCopy", Bucket=OWN, Key=KEY, CopySource="%70roduction%2Fsecret"),
    call("CopyObject", Bucket=OWN, Key=KEY, CopySource={"Bucket": "production", "Key": "x"}),
]


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda one: one.operation)
def test_own_buckets_and_reading_are_free(allowed: Call) -> None:
    """What the run made by name may be changed, and read."""
    territory().check(allowed)


@pytest.mark.parametrize("denied", DENIED, ids=lambda one: one.operation)
def test_everything_else_is_denied(denied: Call) -> None:
    """A foreign bucket, a key beyond the prefix, a reading operation turned into a write."""
    with pytest.raises(GuardError):
        territory().check(denied)


def test_a_lent_bucket_is_only_touched_below_the_prefix() -> None:
    """In the user's bucket own keys may be written; nothing of the bucket itself, nor others."""
    lent = territory("mine")
    lent.check(call("PutObject", Bucket="mine", Key=KEY))
    lent.check(call("DeleteObjects", Bucket="mine", Delete={"Objects": [{"Key": KEY}]}))
    for denied in (
        call("PutObject", Bucket="mine", Key="other"),
        call("PutBucketVersioning", Bucket="mine"),
        call("DeleteBucket", Bucket="mine"),
        call("DeleteObjects", Bucket="mine", Delete={"Objects": [{"Key": "other"}]}),
        call("DeleteObjects", Edits(body=b"<Delete/>"), Bucket="mine"),
        call("ListParts", Edits(method="DELETE"), Bucket="mine", Key="other"),
        call("GetObject", Bucket="mine", Key="other"),
        call("HeadObject", Bucket="mine", Key=KEY + "/../../../../other"),
        call("CopyObject", Bucket="mine", Key=KEY, CopySource="mine/other"),
    ):
        with pytest.raises(GuardError):
            lent.check(denied)
