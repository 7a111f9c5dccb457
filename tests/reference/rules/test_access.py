"""Who may do what: ownership, grants, policies, uploads, requester pays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.reference.domain.state import ObjectVersion
from conformance.reference.domain.values import Acl, Grant, Grantee, PublicAccessBlock
from conformance.reference.rules.access import (
    authorize,
    authorize_upload,
    authorize_write,
    charged_headers,
    may,
    refuse_anonymous_copy,
    refuse_anonymous_upload,
)
from conformance.reference.rules.acl import canned_acl, private_acl
from conformance.reference.rules.policy import parse_policy

from .building import ALT, MAIN, NOW, a_bucket, a_world, an_upload, asked, refusal
from .policies import ARN, statement

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Account
    from conformance.reference.domain.state import Bucket
    from conformance.reference.domain.values import Permission

DENIED = (403, "AccessDenied", "Access Denied", ())


def ruled(*statements: dict[str, Any], **changes: object) -> Bucket:
    """Build a bucket with a policy."""
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}).encode()
    return a_bucket(policy=parse_policy(text, "bucket", a_world()), **changes)


def allowed(bucket: Bucket, action: str, caller: Account | None, **headers: str) -> bool:
    """Tell whether ``caller`` may do ``action`` to the key."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return may(asked(given, caller=caller), a_world(), bucket, action, "key")


def holding(acl: Acl, owner: Account, **changes: object) -> Bucket:
    """Build a bucket that holds the key under that ACL."""
    bucket = a_bucket(**changes)
    version = ObjectVersion(key="key", version_id="null", modified=NOW, owner=owner, acl=acl)
    bucket.objects["key"] = [version]
    return bucket


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:ListBucket", "s3:PutBucketVersioning"])
def test_only_the_owner_by_default(action: str) -> None:
    """Of a private bucket its owner may do everything, others nothing (AUTH-010, ACL-017)."""
    assert allowed(a_bucket(), action, MAIN)
    assert not allowed(a_bucket(), action, ALT)
    assert not allowed(a_bucket(), action, None)


BUCKET_ACL: dict[str, tuple[Permission, set[str]]] = {
    "read": ("READ", {"s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"}),
    "write": ("WRITE", {"s3:PutObject", "s3:DeleteObject"}),
    "read-acp": ("READ_ACP", {"s3:GetBucketAcl"}),
    "write-acp": ("WRITE_ACP", {"s3:PutBucketAcl"}),
}


EVERYTHING = {action for _, actions in BUCKET_ACL.values() for action in actions}


def granting(permission: Permission) -> Bucket:
    """Build a bucket with one grant to the other account."""
    grantee = Grantee("CanonicalUser", ALT.canonical_id)
    return a_bucket(acl=Acl(MAIN.canonical_id, (Grant(grantee, permission),)))


@pytest.mark.parametrize(("permission", "actions"), BUCKET_ACL.values(), ids=BUCKET_ACL)
def test_bucket_grants(permission: Permission, actions: set[str]) -> None:
    """A grant on the bucket allows its own actions and no other."""
    bucket = granting(permission)
    assert {one for one in EVERYTHING if allowed(bucket, one, ALT)} == actions
    assert not any(allowed(bucket, one, None) for one in EVERYTHING)


def test_full_control() -> None:
    """FULL_CONTROL on the bucket is all four permissions, and no ownership."""
    bucket = granting("FULL_CONTROL")
    assert {one for one in EVERYTHING if allowed(bucket, one, ALT)} == EVERYTHING
    assert not allowed(bucket, "s3:DeleteBucket", ALT)


def test_groups() -> None:
    """AllUsers is everybody, AuthenticatedUsers everybody with an account (acl.canned)."""
    public = a_bucket(acl=canned_acl("public-read", MAIN, MAIN, kind="bucket"))
    known = a_bucket(acl=canned_acl("authenticated-read", MAIN, MAIN, kind="bucket"))
    assert [allowed(public, "s3:ListBucket", one) for one in (ALT, None)] == [True, True]
    assert [allowed(known, "s3:ListBucket", one) for one in (ALT, None)] == [True, False]


@pytest.mark.parametrize(
    "changes",
    [{"ownership": "BucketOwnerEnforced"}, {"public_access_block": PublicAccessBlock()}],
    ids=["ownership-enforced", "ignore-public-acls"],
)
def test_grants_without_effect(changes: dict[str, Any]) -> None:
    """With ACLs off, or public ones ignored, a public ACL opens nothing."""
    acl = canned_acl("public-read-write", MAIN, MAIN, kind="bucket")
    assert not allowed(a_bucket(acl=acl, **changes), "s3:PutObject", None)


def test_object_of_another_account() -> None:
    """Who wrote an object owns it; the bucket's owner reads it only by a grant."""
    private = holding(private_acl(ALT.canonical_id), ALT)
    assert allowed(private, "s3:GetObject", ALT)
    assert not allowed(private, "s3:GetObject", MAIN)
    assert not allowed(private, "s3:GetObjectTagging", MAIN)
    assert allowed(private, "s3:DeleteObject", MAIN)
    shared = holding(canned_acl("bucket-owner-read", MAIN, ALT, kind="object"), ALT)
    assert allowed(shared, "s3:GetObject", MAIN)
    assert not allowed(shared, "s3:GetObjectAcl", MAIN)
    enforced = holding(private_acl(ALT.canonical_id), ALT, ownership="BucketOwnerEnforced")
    assert [allowed(enforced, "s3:GetObject", one) for one in (MAIN, ALT)] == [True, False]


def test_policy_reaches_the_owners_objects_alone() -> None:
    """A policy allows reading objects of the bucket's owner, not those of the writer."""
    policy = ruled(statement(Action="s3:GetObject", Principal="*")).policy
    mine = holding(private_acl(MAIN.canonical_id), MAIN, policy=policy)
    theirs = holding(private_acl(ALT.canonical_id), ALT, policy=policy)
    assert allowed(mine, "s3:GetObject", None)
    assert not allowed(theirs, "s3:GetObject", None)


def test_missing_key() -> None:
    """A key that isn't there is only admitted to those who may list the bucket."""
    bucket = ruled(statement(Action="s3:GetObject"))
    assert not allowed(bucket, "s3:GetObject", ALT)
    listing = ruled(statement(Action=["s3:GetObject", "s3:ListBucket"], Resource=[ARN, f"{ARN}/*"]))
    assert allowed(listing, "s3:GetObject", ALT)


POLICIES: dict[str, tuple[list[dict[str, Any]], bool, bool, bool]] = {
    "root-arn": ([statement()], True, True, False),
    "account-id": ([statement(Principal={"AWS": [ALT.id]})], True, True, False),
    "canonical": ([statement(Principal={"CanonicalUser": ALT.canonical_id})], True, True, False),
    "everybody": ([statement(Principal="*")], True, True, True),
    "everybody-aws": ([statement(Principal={"AWS": "*"})], True, True, True),
    "wildcards": ([statement(Action="s3:put*", Resource=f"{ARN}/k?y")], True, True, False),
    "other-key": ([statement(Resource=f"{ARN}/other/*")], True, False, False),
    "other-action": ([statement(NotAction="s3:PutObject")], True, False, False),
    "other-resource": ([statement(NotResource=f"{ARN}/key", Resource=None)], True, False, False),
    "deny-wins": ([statement(), statement(Effect="Deny", Principal="*")], False, False, False),
    "secure": (
        [statement(Condition={"Bool": {"aws:SecureTransport": "true"}})],
        True,
        True,
        False,
    ),
    "insecure": (
        [statement(Condition={"Bool": {"aws:SecureTransport": False}})],
        True,
        False,
        False,
    ),
    "acl-header": (
        [statement(Condition={"StringEquals": {"s3:x-amz-acl": "private"}})],
        True,
        False,
        False,
    ),
    "acl-header-not": (
        [statement(Condition={"StringNotLike": {"s3:x-amz-acl": ["public-*"]}})],
        True,
        True,
        False,
    ),
    "acl-header-null": (
        [statement(Condition={"Null": {"s3:x-amz-acl": "true"}})],
        True,
        True,
        False,
    ),
}


@pytest.mark.parametrize(("statements", "main", "alt", "nobody"), POLICIES.values(), ids=POLICIES)
def test_policies(statements: list[dict[str, Any]], main: bool, alt: bool, nobody: bool) -> None:
    """A statement speaks of its principals, actions, resources and conditions, and Deny wins."""
    cleaned = [{name: one[name] for name in one if one[name] is not None} for one in statements]
    for one in cleaned:
        if "NotAction" in one:
            del one["Action"]
    bucket = ruled(*cleaned)
    found = [allowed(bucket, "s3:PutObject", one) for one in (MAIN, ALT, None)]
    assert found == [main, alt, nobody]


CONDITIONS = {
    "equals": ("StringEquals", "private", "private", True),
    "equals-other": ("StringEquals", "private", "public-read", False),
    "equals-one-of": ("StringEquals", ["private", "public-read"], "public-read", True),
    "equals-is-literal": ("StringEquals", "public-*", "public-read", False),
    "not-equals": ("StringNotEquals", "private", "private", False),
    "not-equals-other": ("StringNotEquals", "private", "public-read", True),
    "like": ("StringLike", "public-*", "public-read", True),
    "like-other": ("StringLike", "public-?", "public-read", False),
    "not-like": ("StringNotLike", ["private", "public-*"], "public-read", False),
    "not-like-other": ("StringNotLike", "public-*", "private", True),
    "null": ("Null", "true", "private", False),
    "not-null": ("Null", False, "private", True),
}


@pytest.mark.parametrize(
    ("operator", "values", "given", "holds"), CONDITIONS.values(), ids=CONDITIONS
)
def test_conditions(operator: str, values: object, given: str, holds: bool) -> None:
    """An operator compares the header that came with its values, of which one is enough."""
    bucket = ruled(statement(Condition={operator: {"s3:X-Amz-Acl": values}}))
    assert allowed(bucket, "s3:PutObject", ALT, x_amz_acl=given) == holds


def test_owner_is_never_locked_out() -> None:
    """A policy that denies everything can still be replaced by the bucket's owner."""
    bucket = ruled(statement(Effect="Deny", Principal="*", Action="*", Resource="*"))
    request = asked(key=None)
    assert may(request, a_world(), bucket, "s3:PutBucketPolicy")
    assert not may(request, a_world(), bucket, "s3:ListBucket")


def test_restricted_public_policy() -> None:
    """RestrictPublicBuckets keeps a public policy from those who don't own the bucket."""
    bucket = ruled(statement(Principal="*"), public_access_block=PublicAccessBlock())
    assert [allowed(bucket, "s3:PutObject", one) for one in (MAIN, ALT, None)] == [
        True,
        False,
        False,
    ]


def test_public_policies() -> None:
    """A policy is public if it allows something to everybody, on whatever transport."""
    secure = {"Bool": {"aws:SecureTransport": "true"}}
    for one, public in (
        (statement(), False),
        (statement(Principal="*"), True),
        (statement(Principal="*", Condition=secure), True),
        (statement(Principal="*", Effect="Deny"), False),
    ):
        policy = ruled(one).policy
        assert policy is not None
        assert policy.public == public


UPLOADS = {
    "initiator-aborts ACL-015": ("s3:AbortMultipartUpload", ALT, ALT, True),
    "initiator-lists ACL-015": ("s3:ListMultipartUploadParts", ALT, ALT, True),
    "initiator-uploads ACL-015": ("s3:PutObject", ALT, ALT, False),
    "owner-aborts ACL-016": ("s3:AbortMultipartUpload", ALT, MAIN, True),
    "owner-lists ACL-016": ("s3:ListMultipartUploadParts", ALT, MAIN, True),
    "stranger-aborts ACL-017": ("s3:AbortMultipartUpload", MAIN, ALT, False),
    "stranger-uploads ACL-017": ("s3:PutObject", MAIN, ALT, False),
    "nobody-aborts AUTH-010": ("s3:AbortMultipartUpload", MAIN, None, False),
}


@pytest.mark.parametrize(("action", "initiator", "caller", "may_do"), UPLOADS.values(), ids=UPLOADS)
def test_uploads(action: str, initiator: Account, caller: Account | None, may_do: bool) -> None:
    """Initiator and bucket owner list and abort; to go on takes the rights of now."""
    bucket, upload, request = a_bucket(), an_upload(initiator), asked(caller=caller)
    if may_do:
        authorize_upload(request, a_world(), bucket, action, upload)
    else:
        found = refusal(lambda: authorize_upload(request, a_world(), bucket, action, upload))
        assert found == DENIED


def test_policy_on_uploads() -> None:
    """A policy may let a stranger abort, and keep the initiator from it."""
    action = "s3:AbortMultipartUpload"
    authorize_upload(
        asked(caller=ALT), a_world(), ruled(statement(Action=action)), action, an_upload(MAIN)
    )
    denying = ruled(statement(Effect="Deny", Action=action))
    found = refusal(
        lambda: authorize_upload(asked(caller=ALT), a_world(), denying, action, an_upload(ALT))
    )
    assert found == DENIED


EXTRAS = {
    "tags": ({"x-amz-tagging": "a=b"}, "s3:PutObjectTagging"),
    "acl": ({"x-amz-acl": "private"}, "s3:PutObjectAcl"),
    "grants": ({"x-amz-grant-read": "id=x"}, "s3:PutObjectAcl"),
    "retention": ({"x-amz-object-lock-mode": "GOVERNANCE"}, "s3:PutObjectRetention"),
    "hold": ({"x-amz-object-lock-legal-hold": "ON"}, "s3:PutObjectLegalHold"),
}


@pytest.mark.parametrize(("headers", "action"), EXTRAS.values(), ids=EXTRAS)
def test_further_rights_of_a_write(headers: dict[str, str], action: str) -> None:
    """Who writes by a policy needs the right behind each further header (AUTH-014)."""
    request = asked(headers, caller=ALT)
    bare = ruled(statement())
    assert refusal(lambda: authorize_write(request, a_world(), bare, "key")) == DENIED
    authorize_write(asked(caller=ALT), a_world(), bare, "key")
    authorize_write(request, a_world(), ruled(statement(Action=["s3:PutObject", action])), "key")
    authorize_write(asked(headers), a_world(), bare, "key")
    granted = a_bucket(acl=canned_acl("public-read-write", MAIN, MAIN, kind="bucket"))
    authorize_write(request, a_world(), granted, "key")


PAYERS = {
    "owner": (MAIN, {}, None, ()),
    "stranger OWN-006": (ALT, {}, DENIED, ()),
    "stranger-pays": (
        ALT,
        {"x-amz-request-payer": "requester"},
        None,
        (("x-amz-request-charged", "requester"),),
    ),
    "stranger-dummy OWN-005": (ALT, {"x-amz-request-payer": "dummy"}, DENIED, ()),
    "nobody": (None, {"x-amz-request-payer": "requester"}, DENIED, ()),
}


@pytest.mark.parametrize(("caller", "headers", "error", "charged"), PAYERS.values(), ids=PAYERS)
def test_requester_pays(
    caller: Account | None,
    headers: dict[str, str],
    error: object,
    charged: tuple[tuple[str, str], ...],
) -> None:
    """Strangers say that they pay, and are told when they did (OWN-004..006)."""
    bucket = ruled(statement(Principal="*"), requester_pays=True)
    request = asked(headers, caller=caller)
    if error is None:
        authorize(request, a_world(), bucket, "s3:PutObject", "key")
        assert charged_headers(request, bucket) == charged
    else:
        found = refusal(lambda: authorize(request, a_world(), bucket, "s3:PutObject", "key"))
        assert found == error
    free = ruled(statement(Principal="*"))
    authorize(request, a_world(), free, "s3:PutObject", "key")
    assert charged_headers(request, free) == ()


def test_anonymous() -> None:
    """Nobody begins an upload or copies, wherever all may write (AUTH-009, UPC-042)."""
    begin = refusal(lambda: refuse_anonymous_upload(asked(caller=None)))
    assert begin == (
        403,
        "AccessDenied",
        "Anonymous users cannot initiate multipart uploads.  Please authenticate.",
        (),
    )
    copy = refusal(lambda: refuse_anonymous_copy(asked(caller=None)))
    assert copy == (
        403,
        "AccessDenied",
        "Anonymous users cannot copy objects. Please authenticate.",
        (),
    )
    refuse_anonymous_upload(asked())
    refuse_anonymous_copy(asked())
