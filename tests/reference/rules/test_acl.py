"""ACLs: canned, granted by headers, put as a document; what ownership and blocks make of them."""

from __future__ import annotations

import pytest

from conformance.reference.domain.values import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    LOG_DELIVERY,
    Acl,
    Grant,
    Grantee,
    PublicAccessBlock,
)
from conformance.reference.rules.acl import (
    EC2_IMAGES,
    is_public,
    parse_acl,
    parse_acl_document,
    private_acl,
)

from .building import ALT, MAIN, a_bucket, a_world, argument, asked, invalid, refusal

MINE = Grant(Grantee("CanonicalUser", MAIN.canonical_id), "FULL_CONTROL")
THEIRS = Grant(Grantee("CanonicalUser", ALT.canonical_id), "FULL_CONTROL")
EVERYBODY = Grantee("Group", ALL_USERS)
NOT_ALLOWED = "The specified method is not allowed against this resource."
NO_ACLS = (400, "AccessControlListNotSupported", "The bucket does not allow ACLs", ())
BOTH = invalid("Specifying both Canned ACLs and Header Grants is not allowed")
FORMAT = "Argument format not recognized"


def grants(headers: dict[str, str]) -> tuple[Grant, ...]:
    """Parse on a bucket that takes ACLs."""
    return parse_acl(asked(headers), a_bucket(), MAIN, a_world()).grants


CANNED = {
    "private": (MINE,),
    "public-read": (MINE, Grant(EVERYBODY, "READ")),
    "public-read-write": (MINE, Grant(EVERYBODY, "READ"), Grant(EVERYBODY, "WRITE")),
    "authenticated-read": (MINE, Grant(Grantee("Group", AUTHENTICATED_USERS), "READ")),
    "aws-exec-read": (MINE, Grant(Grantee("CanonicalUser", EC2_IMAGES), "READ")),
    "bucket-owner-read": (MINE,),
    "bucket-owner-full-control": (MINE,),
}


@pytest.mark.parametrize(("name", "expected"), CANNED.items(), ids=CANNED)
def test_canned(name: str, expected: tuple[Grant, ...]) -> None:
    """Each canned ACL gives its documented grants (CMU-010, ACL-014)."""
    assert grants({"x-amz-acl": name}) == expected


def test_default_is_private() -> None:
    """Nothing asked for is full control for the owner alone (ACL-014)."""
    assert grants({}) == (MINE,)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "bucket-owner-read",
            (THEIRS, Grant(Grantee("CanonicalUser", MAIN.canonical_id), "READ")),
        ),
        ("bucket-owner-full-control", (THEIRS, MINE)),
    ],
)
def test_bucket_owner_of_a_foreign_object(name: str, expected: tuple[Grant, ...]) -> None:
    """The bucket's owner gets a grant on another account's object (acl.canned)."""
    request = asked({"x-amz-acl": name}, caller=ALT)
    assert parse_acl(request, a_bucket(), ALT, a_world()) == Acl(ALT.canonical_id, expected)


def test_log_delivery_is_for_buckets() -> None:
    """log-delivery-write is known for a bucket and unknown for an object (ACL-001)."""
    request = asked({"x-amz-acl": "log-delivery-write"})
    logs = Grantee("Group", LOG_DELIVERY)
    found = parse_acl(request, a_bucket(), MAIN, a_world(), kind="bucket")
    assert found.grants == (MINE, Grant(logs, "WRITE"), Grant(logs, "READ_ACP"))
    assert refusal(lambda: parse_acl(request, a_bucket(), MAIN, a_world())) == argument(
        "", "x-amz-acl", "log-delivery-write"
    )


ALT_ID = Grantee("CanonicalUser", ALT.canonical_id)
GRANTED = {
    "read": (
        {"x-amz-grant-read": f'id="{ALT.canonical_id}"'},
        (Grant(ALT_ID, "READ"),),
    ),
    "unquoted": (
        {"x-amz-grant-read-acp": f"id={ALT.canonical_id}"},
        (Grant(ALT_ID, "READ_ACP"),),
    ),
    "several": (
        {"x-amz-grant-read": f'id="{ALT.canonical_id}", uri="{ALL_USERS}"'},
        (Grant(ALT_ID, "READ"), Grant(EVERYBODY, "READ")),
    ),
    "several-headers": (
        {
            "x-amz-grant-write-acp": f'id="{ALT.canonical_id}"',
            "x-amz-grant-full-control": f'id="{MAIN.canonical_id}"',
        },
        (Grant(ALT_ID, "WRITE_ACP"), MINE),
    ),
    "write ACL-010": (
        {"x-amz-grant-write": f'id="{ALT.canonical_id}"'},
        (Grant(ALT_ID, "WRITE"),),
    ),
    "repeated": (
        {"x-amz-grant-read": f'id="{ALT.canonical_id}",id="{ALT.canonical_id}"'},
        (Grant(ALT_ID, "READ"),),
    ),
}


@pytest.mark.parametrize(("headers", "expected"), GRANTED.values(), ids=GRANTED)
def test_grants(headers: dict[str, str], expected: tuple[Grant, ...]) -> None:
    """Each grant header gives its permission to each of its grantees, and nothing else."""
    assert grants(headers) == expected


EMAIL = (405, "MethodNotAllowed", NOT_ALLOWED, (("Method", "PUT"), ("ResourceType", "OBJECT")))
REFUSED = {
    "canned ACL-001": ({"x-amz-acl": "fake-acl"}, argument("", "x-amz-acl", "fake-acl")),
    "canned-empty ACL-001": ({"x-amz-acl": ""}, argument("", "x-amz-acl", "")),
    "canned-case ACL-001": ({"x-amz-acl": "Private"}, argument("", "x-amz-acl", "Private")),
    "group ACL-002": (
        {"x-amz-grant-read": 'uri="http://fake"'},
        argument("Invalid group uri", "uri", "http://fake"),
    ),
    "type ACL-003": (
        {"x-amz-grant-write-acp": 'fakekey="1234"'},
        argument(FORMAT, "x-amz-grant-write-acp", 'fakekey="1234"'),
    ),
    "empty ACL-003": ({"x-amz-grant-read": ""}, argument(FORMAT, "x-amz-grant-read", "")),
    "empty-id ACL-003": (
        {"x-amz-grant-read": 'id=""'},
        argument(FORMAT, "x-amz-grant-read", 'id=""'),
    ),
    "comma-at-end ACL-003": (
        {"x-amz-grant-read": f'uri="{ALL_USERS}",'},
        argument(FORMAT, "x-amz-grant-read", f'uri="{ALL_USERS}",'),
    ),
    "no-comma ACL-003": (
        {"x-amz-grant-read": f'uri="{ALL_USERS}" id="x"'},
        argument(FORMAT, "x-amz-grant-read", f'uri="{ALL_USERS}" id="x"'),
    ),
    "id ACL-004": ({"x-amz-grant-read": 'id="wrong-id"'}, argument("Invalid id", "id", "wrong-id")),
    "both ACL-005": (
        {"x-amz-acl": "private", "x-amz-grant-read": f'uri="{ALL_USERS}"'},
        BOTH,
    ),
    "both-same ACL-005": (
        {"x-amz-acl": "private", "x-amz-grant-full-control": f'id="{MAIN.canonical_id}"'},
        BOTH,
    ),
    "both-email ACL-005": (
        {"x-amz-acl": "private", "x-amz-grant-read": 'emailAddress="a@example.com"'},
        BOTH,
    ),
    **{
        f"email-{header} ACL-011": (
            {f"x-amz-grant-{header}": 'emailAddress="a@example.com"'},
            EMAIL,
        )
        for header in ("read", "write", "read-acp", "write-acp", "full-control")
    },
    "email-among-others ACL-011": (
        {"x-amz-grant-read": f'uri="{ALL_USERS}",emailAddress=a@example.com,id="wrong"'},
        EMAIL,
    ),
    "email-in-second-header ACL-011": (
        {"x-amz-grant-read": 'id="wrong"', "x-amz-grant-read-acp": 'emailaddress="a@b.c"'},
        EMAIL,
    ),
}


@pytest.mark.parametrize(("headers", "expected"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("ownership", ["ObjectWriter", "BucketOwnerEnforced"])
def test_refuses(
    headers: dict[str, str],
    expected: tuple[int, str, str, tuple[tuple[str, str], ...]],
    ownership: str,
) -> None:
    """Wrong syntax is refused the same with ACLs on and off (ACL-006)."""
    bucket = a_bucket(ownership=ownership)
    assert refusal(lambda: parse_acl(asked(headers), bucket, MAIN, a_world())) == expected


@pytest.mark.parametrize(
    "headers",
    [
        *({"x-amz-acl": name} for name in CANNED if name != "bucket-owner-full-control"),
        {"x-amz-grant-read": f'id="{ALT.canonical_id}"'},
        {"x-amz-grant-read": f'id="{MAIN.canonical_id}"'},
        {"x-amz-grant-full-control": f'id="{ALT.canonical_id}"'},
    ],
)
def test_ownership_enforced_refuses(headers: dict[str, str]) -> None:
    """BucketOwnerEnforced refuses all that isn't the owner's full control (ACL-007, ACL-008)."""
    bucket = a_bucket(ownership="BucketOwnerEnforced")
    assert refusal(lambda: parse_acl(asked(headers), bucket, MAIN, a_world())) == NO_ACLS


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-amz-acl": "bucket-owner-full-control"},
        {"x-amz-grant-full-control": f'id="{MAIN.canonical_id}"'},
    ],
)
def test_ownership_enforced_accepts(headers: dict[str, str]) -> None:
    """What says the same as BucketOwnerEnforced is accepted on it (ACL-009)."""
    bucket = a_bucket(ownership="BucketOwnerEnforced")
    assert parse_acl(asked(headers), bucket, MAIN, a_world()) == private_acl(MAIN.canonical_id)


@pytest.mark.parametrize("name", ["public-read", "public-read-write", "authenticated-read"])
def test_block_public_acls(name: str) -> None:
    """BlockPublicAcls refuses grants to groups of everybody, and only those (ACL-013)."""
    bucket, request = a_bucket(public_access_block=PublicAccessBlock()), asked({"x-amz-acl": name})
    found = refusal(lambda: parse_acl(request, bucket, MAIN, a_world()))
    assert found == (403, "AccessDenied", "Access Denied", ())
    harmless = parse_acl(asked({"x-amz-acl": "aws-exec-read"}), bucket, MAIN, a_world())
    assert not is_public(harmless)


def document(grants: str, owner: str = MAIN.canonical_id) -> bytes:
    """Build an AccessControlPolicy."""
    return (
        '<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Owner><ID>{owner}</ID></Owner><AccessControlList>{grants}</AccessControlList>"
        "</AccessControlPolicy>"
    ).encode()


def grant(kind: str, content: str, permission: str = "READ") -> str:
    """Build one Grant."""
    return (
        '<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:type="{kind}">{content}</Grantee><Permission>{permission}</Permission></Grant>'
    )


def test_document() -> None:
    """A document's grants are taken as they stand."""
    body = document(
        grant("CanonicalUser", f"<ID>{ALT.canonical_id}</ID>", "WRITE_ACP")
        + grant("Group", f"<URI>{ALL_USERS}</URI>")
    )
    found = parse_acl_document(asked(), body, MAIN.canonical_id, a_world(), kind="object")
    expected = (Grant(ALT_ID, "WRITE_ACP"), Grant(EVERYBODY, "READ"))
    assert found == Acl(MAIN.canonical_id, expected)


XML = "The XML you provided was not well-formed or did not validate against our published schema"
BAD_DOCUMENTS = {
    "no-xml": (b"<AccessControlPolicy>", (400, "MalformedXML", XML, ())),
    "other-root": (b"<Tagging/>", (400, "MalformedXML", XML, ())),
    "no-owner": (b"<AccessControlPolicy/>", (400, "MalformedACLError", XML, ())),
    "permission": (
        document(grant("Group", f"<URI>{ALL_USERS}</URI>", "ALL")),
        (400, "MalformedACLError", XML, ()),
    ),
    "type": (document(grant("Nobody", "<ID>x</ID>")), (400, "MalformedXML", XML, ())),
    "id": (
        document(grant("CanonicalUser", "<ID>x</ID>")),
        argument("Invalid id", "CanonicalUser/ID", "x"),
    ),
    "group": (
        document(grant("Group", "<URI>x</URI>")),
        argument("Invalid group uri", "Group/URI", "x"),
    ),
    "email ACL-011": (
        document(grant("AmazonCustomerByEmail", "<EmailAddress>a@b.c</EmailAddress>")),
        EMAIL,
    ),
    "owner-unknown": (document("", owner="x"), argument("Invalid id", "CanonicalUser/ID", "x")),
    "owner-other": (
        document("", owner=ALT.canonical_id),
        (403, "AccessDenied", "Access Denied", ()),
    ),
    "too-many": (
        document(grant("Group", f"<URI>{ALL_USERS}</URI>") * 101),
        (400, "MalformedACLError", XML, ()),
    ),
}


@pytest.mark.parametrize(("body", "expected"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
def test_refuses_documents(
    body: bytes, expected: tuple[int, str, str, tuple[tuple[str, str], ...]]
) -> None:
    """A document that is none, or names nobody, is refused by its own code."""
    world = a_world()
    found = refusal(
        lambda: parse_acl_document(asked(), body, MAIN.canonical_id, world, kind="object")
    )
    assert found == expected
