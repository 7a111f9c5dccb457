"""Buckets: made, found, listed, deleted."""

from __future__ import annotations

import pytest

from conformance.reference.domain.values import DefaultEncryption, PublicAccessBlock
from conformance.reference.rules.acl import private_acl

from ..endpoint import ALT, DENIED, MAIN, Endpoint, new_world

ELSEWHERE = (
    "<CreateBucketConfiguration><LocationConstraint>{}</LocationConstraint>"
    "</CreateBucketConfiguration>"
)
SETTINGS = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"


def test_defaults(empty: Endpoint) -> None:
    """A new bucket has no ACLs, no public access, SSE-S3, no versions (AWS since 2023)."""
    answer = empty.send("PUT", "/bucket")
    assert (answer.status, answer.headers, answer.body) == (200, (("Location", "/bucket"),), b"")
    bucket = empty.bucket
    assert bucket.owner == MAIN
    assert bucket.ownership == "BucketOwnerEnforced"
    assert bucket.public_access_block == PublicAccessBlock()
    assert bucket.encryption == DefaultEncryption()
    assert bucket.acl == private_acl(MAIN.canonical_id)
    assert bucket.versioning is None


@pytest.mark.parametrize("name", ["abc", "a-b", "a.b.c", "1" * 63, "my-s3", "a--b"])
def test_names(empty: Endpoint, name: str) -> None:
    """Names of 3 to 63 small letters, digits, dots and hyphens make buckets."""
    assert empty.send("PUT", f"/{name}").status == 200


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "Abc",
        "a_b",
        "a..b",
        "a.-b",
        "a-.b",
        "-ab",
        "ab.",
        "192.168.0.1",
        "xn--abc",
        "sthree-abc",
        "abc-s3alias",
        "abc--ol-s3",
        "aé-b",
        "abc\n",
    ],
)
def test_bad_names(empty: Endpoint, name: str) -> None:
    """Other names are refused with the name."""
    expected = (
        400,
        "InvalidBucketName",
        "The specified bucket is not valid.",
        (("BucketName", name),),
    )
    assert empty.refused("PUT", f"/{name}") == expected


def test_taken_names(endpoint: Endpoint) -> None:
    """Another's name is taken; one's own is given again in us-east-1, and changes nothing."""
    endpoint.bucket.versioning = "Enabled"
    assert endpoint.send("PUT", "/bucket").status == 200
    assert endpoint.bucket.versioning == "Enabled"
    found = endpoint.refused("PUT", "/bucket", caller=ALT)
    assert (found[:2], found[3]) == ((409, "BucketAlreadyExists"), (("BucketName", "bucket"),))


def test_own_name_in_another_region() -> None:
    """Elsewhere than in us-east-1 one's own name is taken too."""
    endpoint = Endpoint(new_world("eu-west-1"))
    body = ELSEWHERE.format("eu-west-1")
    endpoint.send("PUT", "/bucket", body)
    assert endpoint.refused("PUT", "/bucket", body) == (
        409,
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        (("BucketName", "bucket"),),
    )
    assert endpoint.text("/bucket?location") == "<LocationConstraint>eu-west-1</LocationConstraint>"


ILLEGAL = (
    "The {} location constraint is incompatible for the region specific endpoint this request was "
    "sent to."
)
INVALID = "The specified location-constraint is not valid"
LOCATIONS = {
    "first-region-by-name": ("us-east-1", "us-east-1", "InvalidLocationConstraint", INVALID),
    "nonsense": ("us-east-1", "nowhere", "InvalidLocationConstraint", INVALID),
    "another": (
        "us-east-1",
        "eu-west-1",
        "IllegalLocationConstraintException",
        ILLEGAL.format("eu-west-1"),
    ),
    "none": (
        "eu-west-1",
        "",
        "IllegalLocationConstraintException",
        ILLEGAL.format("unspecified"),
    ),
}


@pytest.mark.parametrize(
    ("region", "constraint", "code", "message"), LOCATIONS.values(), ids=LOCATIONS
)
def test_locations(region: str, constraint: str, code: str, message: str) -> None:
    """A bucket is made in the endpoint's region, which us-east-1 leaves unnamed."""
    endpoint = Endpoint(new_world(region))
    found = endpoint.refused("PUT", "/bucket", ELSEWHERE.format(constraint))
    assert found[:3] == (400, code, message)


def test_options(empty: Endpoint) -> None:
    """Ownership, ACL, Object Lock and tags can be given at once."""
    body = (
        "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>"
        "</CreateBucketConfiguration>"
    )
    headers = {
        "x-amz-object-ownership": "ObjectWriter",
        "x-amz-grant-read": f'id="{ALT.canonical_id}"',
        "x-amz-bucket-object-lock-enabled": "true",
    }
    empty.send("PUT", "/bucket", body, headers)
    bucket = empty.bucket
    assert (bucket.ownership, bucket.object_lock, bucket.versioning) == (
        "ObjectWriter",
        True,
        "Enabled",
    )
    assert bucket.tags == (("a", "b"),)
    assert empty.send("HEAD", "/bucket", caller=ALT).status == 200


BAD_OPTIONS = {
    "ownership": (
        {"x-amz-object-ownership": "Nobody"},
        (
            400,
            "InvalidArgument",
            "Invalid x-amz-object-ownership header: Nobody",
            (("ArgumentName", "x-amz-object-ownership"), ("ArgumentValue", "Nobody")),
        ),
    ),
    "acl-without-acls": (
        {"x-amz-acl": "public-read"},
        (400, "InvalidBucketAclWithObjectOwnership", SETTINGS, ()),
    ),
    "public-acl": (
        {"x-amz-acl": "public-read", "x-amz-object-ownership": "ObjectWriter"},
        (
            400,
            "InvalidBucketAclWithBlockPublicAccessError",
            "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
            (),
        ),
    ),
}


@pytest.mark.parametrize(("headers", "expected"), BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_bad_options(empty: Endpoint, headers: dict[str, str], expected: object) -> None:
    """What a new bucket can't be is refused, and there is no bucket."""
    assert empty.refused("PUT", "/bucket", b"", headers) == expected
    assert not empty.world.buckets


def test_nobody_owns_buckets(empty: Endpoint) -> None:
    """Without a signature no bucket is made."""
    assert empty.refused("PUT", "/bucket", caller=None) == DENIED


def test_private_acl_is_harmless(empty: Endpoint) -> None:
    """The canned ACL private says what holds anyway."""
    empty.send("PUT", "/bucket", b"", {"x-amz-acl": "private"})
    assert empty.bucket.ownership == "BucketOwnerEnforced"


def test_head(endpoint: Endpoint) -> None:
    """HEAD names the region; strangers are refused, and nobody's bucket isn't there."""
    assert dict(endpoint.send("HEAD", "/bucket").headers)["x-amz-bucket-region"] == "us-east-1"
    assert endpoint.refused("HEAD", "/bucket", caller=ALT) == DENIED
    assert endpoint.refused("HEAD", "/bucket", caller=None) == DENIED
    assert endpoint.refused("HEAD", "/nobodys")[:2] == (404, "NoSuchBucket")


def test_location(endpoint: Endpoint) -> None:
    """us-east-1 has no name."""
    assert endpoint.text("/bucket?location") == "<LocationConstraint></LocationConstraint>"


def test_list(endpoint: Endpoint) -> None:
    """Each account lists its own buckets, by name."""
    endpoint.send("PUT", "/another")
    endpoint.send("PUT", "/theirs", caller=ALT)
    date = "2026-03-01T12:30:15.000Z"
    buckets = "".join(
        f"<Bucket><Name>{name}</Name><CreationDate>{date}</CreationDate></Bucket>"
        for name in ("another", "bucket")
    )
    assert endpoint.text("/") == (
        f"<ListAllMyBucketsResult><Owner><ID>{MAIN.canonical_id}</ID></Owner>"
        f"<Buckets>{buckets}</Buckets></ListAllMyBucketsResult>"
    )
    assert "<Name>theirs</Name>" in endpoint.text("/", caller=ALT)
    assert endpoint.refused("GET", "/", caller=None) == DENIED


def test_list_in_pages(endpoint: Endpoint) -> None:
    """Pages follow each other by their token, each bucket once."""
    for name in ("aaa", "bbb", "bb2"):
        endpoint.send("PUT", f"/{name}")
    first = endpoint.text("/?max-buckets=2&prefix=b")
    assert "<Name>bb2</Name>" in first
    assert "<Name>bbb</Name>" in first
    assert "<Prefix>b</Prefix>" in first
    assert "<BucketRegion>us-east-1</BucketRegion>" in first
    token = first.partition("<ContinuationToken>")[2].partition("<")[0]
    last = endpoint.text(f"/?max-buckets=2&prefix=b&continuation-token={token}")
    assert last.count("<Bucket>") == 1
    assert "<Name>bucket</Name>" in last
    assert "ContinuationToken" not in last
    assert "<Bucket>" not in endpoint.text("/?bucket-region=eu-west-1")


@pytest.mark.parametrize("query", ["max-buckets=0", "max-buckets=10001", "continuation-token=%%%"])
def test_bad_list(endpoint: Endpoint, query: str) -> None:
    """A page size or token that is none is refused."""
    assert endpoint.refused("GET", f"/?{query}")[:2] == (400, "InvalidArgument")


def test_delete(endpoint: Endpoint) -> None:
    """An empty bucket goes, with the uploads in progress (VER-004); no other account takes it."""
    endpoint.send("POST", "/bucket/key?uploads")
    assert endpoint.refused("DELETE", "/bucket", caller=ALT) == DENIED
    assert endpoint.send("DELETE", "/bucket").status == 204
    assert endpoint.refused("DELETE", "/bucket") == (
        404,
        "NoSuchBucket",
        "The specified bucket does not exist",
        (("BucketName", "bucket"),),
    )


@pytest.mark.parametrize(
    ("versioning", "message"),
    [
        (None, "The bucket you tried to delete is not empty"),
        (
            "Enabled",
            (
                "The bucket you tried to delete is not empty. You must delete all versions in the "
                "bucket."
            ),
        ),
    ],
)
def test_delete_full(endpoint: Endpoint, versioning: str | None, message: str) -> None:
    """A bucket with objects, or versions behind a delete marker, stays."""
    if versioning:
        endpoint.bucket.versioning = "Enabled"
    endpoint.send("PUT", "/bucket/key", b"x")
    if versioning:
        endpoint.send("DELETE", "/bucket/key")
    expected = (409, "BucketNotEmpty", message, (("BucketName", "bucket"),))
    assert endpoint.refused("DELETE", "/bucket") == expected
