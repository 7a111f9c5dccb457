"""Sub-resources of objects: ACL, tags, retention, legal hold, and the bucket's lock."""

from __future__ import annotations

import pytest

from conformance.reference.domain.values import ALL_USERS
from conformance.reference.domain.versions import NULL

from ..endpoint import ALT, DENIED, MAIN, MALFORMED, Endpoint, missing

LATER = "2030-01-01T00:00:00.000Z"
RETENTION = (
    f"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{LATER}</RetainUntilDate></Retention>"
)
HOLD = "<LegalHold><Status>ON</Status></LegalHold>"
TAGS = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
OWNERSHIP = (
    "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>"
    "</OwnershipControls>"
)


def user(name: str, permission: str) -> str:
    """Build a grant to an account as S3 shows it."""
    return (
        f'<Grant><Grantee {XSI} xsi:type="CanonicalUser"><ID>{name}</ID></Grantee>'
        f"<Permission>{permission}</Permission></Grant>"
    )


def group(permission: str) -> str:
    """Build a grant to everybody as S3 shows it."""
    return (
        f'<Grant><Grantee {XSI} xsi:type="Group"><URI>{ALL_USERS}</URI></Grantee>'
        f"<Permission>{permission}</Permission></Grant>"
    )


def policy(grants: str, owner: str = MAIN.canonical_id) -> str:
    """Build an AccessControlPolicy as S3 shows it."""
    return (
        f"<AccessControlPolicy><Owner><ID>{owner}</ID></Owner>"
        f"<AccessControlList>{grants}</AccessControlList></AccessControlPolicy>"
    )


MINE = user(MAIN.canonical_id, "FULL_CONTROL")


@pytest.fixture
def opened(endpoint: Endpoint) -> Endpoint:
    """Give an endpoint whose bucket takes ACLs, public ones too, and holds ``key``."""
    endpoint.send("PUT", "/bucket?ownershipControls", OWNERSHIP)
    endpoint.send("DELETE", "/bucket?publicAccessBlock")
    endpoint.send("PUT", "/bucket/key", b"x")
    return endpoint


@pytest.fixture
def locking(empty: Endpoint) -> Endpoint:
    """Give an endpoint whose bucket has Object Lock and holds ``key``."""
    empty.send("PUT", "/bucket", b"", {"x-amz-bucket-object-lock-enabled": "true"})
    empty.send("PUT", "/bucket/key", b"x")
    return empty


@pytest.mark.parametrize("target", ["/bucket", "/bucket/key"])
def test_acl(opened: Endpoint, target: str) -> None:
    """An ACL is set by headers or by a document, and shown with its owner (CMU-010)."""
    assert opened.text(f"{target}?acl") == policy(MINE)
    assert opened.send("PUT", f"{target}?acl", b"", {"x-amz-acl": "public-read"}).status == 200
    shown = policy(MINE + group("READ"))
    assert opened.text(f"{target}?acl") == shown
    changed = policy(user(ALT.canonical_id, "READ_ACP"))
    opened.send("PUT", f"{target}?acl", changed)
    assert opened.text(f"{target}?acl", caller=ALT) == changed


@pytest.mark.parametrize("target", ["/bucket", "/bucket/key"])
def test_bad_acl(opened: Endpoint, target: str) -> None:
    """Headers and document exclude each other, and one must be there."""
    headers = {"x-amz-acl": "private"}
    assert opened.refused("PUT", f"{target}?acl", policy(MINE), headers) == (
        400,
        "UnexpectedContent",
        "This request does not support content",
        (),
    )
    assert opened.refused("PUT", f"{target}?acl") == (
        400,
        "MissingSecurityHeader",
        "Your request was missing a required header",
        (("MissingHeaderName", "x-amz-acl"),),
    )
    email = {"x-amz-grant-read": 'emailAddress="a@example.com"'}
    assert opened.refused("PUT", f"{target}?acl", b"", email)[:2] == (405, "MethodNotAllowed")
    assert opened.text(f"{target}?acl") == policy(MINE)


@pytest.mark.parametrize("target", ["/bucket", "/bucket/key"])
def test_acl_of_enforced_ownership(endpoint: Endpoint, target: str) -> None:
    """With ACLs off one reads the owner's full control, and can set nothing else (ACL-007)."""
    endpoint.send("PUT", "/bucket/key", b"x")
    assert endpoint.text(f"{target}?acl") == policy(MINE)
    refused = (400, "AccessControlListNotSupported", "The bucket does not allow ACLs", ())
    for name in ("private", "public-read"):
        assert endpoint.refused("PUT", f"{target}?acl", b"", {"x-amz-acl": name}) == refused
    endpoint.send("PUT", f"{target}?acl", b"", {"x-amz-acl": "bucket-owner-full-control"})
    endpoint.send("PUT", f"{target}?acl", policy(MINE))


def test_acl_of_another_account(opened: Endpoint) -> None:
    """The writer's object is the writer's, its ACL too (ACL-014)."""
    opened.send("PUT", "/bucket?acl", b"", {"x-amz-acl": "public-read-write"})
    opened.send("PUT", "/bucket/theirs", b"x", caller=ALT)
    assert opened.refused("GET", "/bucket/theirs?acl") == DENIED
    headers = {"x-amz-acl": "bucket-owner-full-control"}
    opened.send("PUT", "/bucket/theirs?acl", b"", headers, caller=ALT)
    theirs = user(ALT.canonical_id, "FULL_CONTROL")
    assert opened.text("/bucket/theirs?acl") == policy(theirs + MINE, ALT.canonical_id)


def test_block_public_acls(opened: Endpoint) -> None:
    """A public ACL is refused while BlockPublicAcls is on (ACL-013)."""
    block = (
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls>"
        "</PublicAccessBlockConfiguration>"
    )
    opened.send("PUT", "/bucket?publicAccessBlock", block)
    for target in ("/bucket?acl", "/bucket/key?acl"):
        assert opened.refused("PUT", target, b"", {"x-amz-acl": "public-read"}) == DENIED
    headers = {"x-amz-acl": "public-read"}
    assert opened.refused("POST", "/bucket/key?uploads", b"", headers) == DENIED


def test_tags(endpoint: Endpoint) -> None:
    """An object's tags are replaced as a whole, and taken off (TAG-007)."""
    endpoint.send("PUT", "/bucket/key", b"x", {"x-amz-tagging": "z=1&y"})
    two = TAGS.replace("<Key>a</Key><Value>b</Value>", "<Key>y</Key><Value></Value>").replace(
        "</TagSet>", "<Tag><Key>z</Key><Value>1</Value></Tag></TagSet>"
    )
    assert endpoint.text("/bucket/key?tagging") == two
    endpoint.send("PUT", "/bucket/key?tagging", TAGS)
    assert endpoint.text("/bucket/key?tagging") == TAGS
    assert endpoint.send("DELETE", "/bucket/key?tagging").status == 204
    assert endpoint.text("/bucket/key?tagging") == "<Tagging><TagSet></TagSet></Tagging>"
    assert endpoint.refused("PUT", "/bucket/key?tagging", "<Tagging/>") == MALFORMED
    assert endpoint.refused("GET", "/bucket/key?tagging", caller=ALT) == DENIED


def test_versions(endpoint: Endpoint) -> None:
    """Each version has its own tags and ACL, and answers carry its id."""
    endpoint.bucket.versioning = "Enabled"
    first = dict(endpoint.send("PUT", "/bucket/key", b"x").headers)["x-amz-version-id"]
    second = dict(endpoint.send("PUT", "/bucket/key", b"y").headers)["x-amz-version-id"]
    answer = endpoint.send("PUT", f"/bucket/key?tagging&versionId={first}", TAGS)
    assert answer.headers == (("x-amz-version-id", first),)
    assert endpoint.text(f"/bucket/key?tagging&versionId={first}") == TAGS
    assert "<Tag>" not in endpoint.text("/bucket/key?tagging")
    answer = endpoint.send("GET", "/bucket/key?acl")
    assert ("x-amz-version-id", second) in answer.headers


def test_missing_versions(endpoint: Endpoint) -> None:
    """A missing key, a missing version and a delete marker are three refusals."""
    endpoint.bucket.versioning = "Enabled"
    for name in ("acl", "tagging", "retention", "legal-hold"):
        found = endpoint.refused("GET", f"/bucket/none?{name}")
        assert found == (404, "NoSuchKey", "The specified key does not exist.", (("Key", "none"),))
    endpoint.send("PUT", "/bucket/key", b"x")
    found = endpoint.refused("GET", f"/bucket/key?tagging&versionId={NULL}")
    assert found[:2] == (404, "NoSuchVersion")
    marker = dict(endpoint.send("DELETE", "/bucket/key").headers)["x-amz-version-id"]
    assert endpoint.refused("GET", "/bucket/key?acl")[:2] == (404, "NoSuchKey")
    found = endpoint.refused("GET", f"/bucket/key?acl&versionId={marker}")
    assert found[:2] == (405, "MethodNotAllowed")


NO_LOCK = (
    404,
    "NoSuchObjectLockConfiguration",
    "The specified object does not have a ObjectLock configuration",
    (),
)


@pytest.mark.parametrize(("name", "body"), [("retention", RETENTION), ("legal-hold", HOLD)])
def test_locks(locking: Endpoint, name: str, body: str) -> None:
    """Retention and legal hold come back, and are no one else's business."""
    target = f"/bucket/key?{name}"
    assert locking.refused("GET", target) == NO_LOCK
    assert locking.send("PUT", target, body).status == 200
    assert locking.text(target) == body
    assert locking.refused("PUT", target, "<Other/>") == MALFORMED
    assert locking.refused("PUT", target, body, caller=ALT) == DENIED


@pytest.mark.parametrize(("name", "body"), [("retention", RETENTION), ("legal-hold", HOLD)])
def test_bucket_without_lock(endpoint: Endpoint, name: str, body: str) -> None:
    """Without Object Lock there is neither (OL-007, the text recorded on PutObjectRetention)."""
    endpoint.send("PUT", "/bucket/key", b"x")
    expected = (400, "InvalidRequest", "Bucket is missing Object Lock Configuration", ())
    assert endpoint.refused("PUT", f"/bucket/key?{name}", body) == expected
    assert endpoint.refused("GET", f"/bucket/key?{name}") == expected


def test_locks_do_not_undo_each_other(locking: Endpoint) -> None:
    """Retention and legal hold are set apart from each other; only a bypass clears the former."""
    locking.send("PUT", "/bucket/key?legal-hold", HOLD)
    locking.send("PUT", "/bucket/key?retention", RETENTION)
    assert locking.text("/bucket/key?legal-hold") == HOLD
    locking.send("PUT", "/bucket/key?legal-hold", HOLD.replace("ON", "OFF"))
    assert locking.text("/bucket/key?retention") == RETENTION
    protected = "Access Denied because object protected by object lock."
    found = locking.refused("PUT", "/bucket/key?retention", "<Retention/>")
    assert found == (403, "AccessDenied", protected, ())
    bypass = {"x-amz-bypass-governance-retention": "true"}
    locking.send("PUT", "/bucket/key?retention", "<Retention/>", bypass)
    assert locking.refused("GET", "/bucket/key?retention") == NO_LOCK


def test_lock_configuration(endpoint: Endpoint) -> None:
    """Object Lock is turned on, with or without a default, on a bucket with versions."""
    plain = (
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
        "</ObjectLockConfiguration>"
    )
    rule = "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><{0}>2</{0}></DefaultRetention></Rule>"
    target = "/bucket?object-lock"
    assert endpoint.refused("GET", target) == missing(
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    )
    assert endpoint.refused("PUT", target, plain)[:2] == (409, "InvalidBucketState")
    endpoint.bucket.versioning = "Enabled"
    for body in (
        plain,
        plain.replace("</ObjectLockConfig", rule.format("Days") + "</ObjectLockConfig"),
        plain.replace("</ObjectLockConfig", rule.format("Years") + "</ObjectLockConfig"),
    ):
        endpoint.send("PUT", target, body)
        assert endpoint.text(target) == body
    assert endpoint.refused("PUT", target, "<ObjectLockConfiguration/>") == MALFORMED
