"""Who may do what: ownership, ACL grants, bucket policy, requester pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import ALL_USERS, AUTHENTICATED_USERS, Grantee

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket, Upload, World
    from conformance.reference.domain.values import Acl, Permission

_BY_BUCKET_ACL: Final[dict[str, Permission]] = {
    "s3:ListBucket": "READ",
    "s3:ListBucketVersions": "READ",
    "s3:ListBucketMultipartUploads": "READ",
    "s3:PutObject": "WRITE",
    "s3:DeleteObject": "WRITE",
    "s3:GetBucketAcl": "READ_ACP",
    "s3:PutBucketAcl": "WRITE_ACP",
}
_BY_OBJECT_ACL: Final[dict[str, Permission]] = {
    "s3:GetObject": "READ",
    "s3:GetObjectVersion": "READ",
    "s3:GetObjectAttributes": "READ",
    "s3:GetObjectAcl": "READ_ACP",
    "s3:PutObjectAcl": "WRITE_ACP",
}
_OWNER_OF_OBJECT: Final = frozenset(
    {
        "s3:GetObjectTagging",
        "s3:PutObjectTagging",
        "s3:DeleteObjectTagging",
        "s3:GetObjectRetention",
        "s3:PutObjectRetention",
        "s3:GetObjectLegalHold",
        "s3:PutObjectLegalHold",
    }
)
"""Actions on one stored object that no ACL grants."""
_NEVER_LOCKED_OUT: Final = frozenset(
    {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}
)
"""A policy cannot take these from the account that owns the bucket."""
_WRITE_EXTRAS: Final = (
    ("s3:PutObjectTagging", ("x-amz-tagging",)),
    (
        "s3:PutObjectAcl",
        (
            "x-amz-acl",
            "x-amz-grant-read",
            "x-amz-grant-write",
            "x-amz-grant-read-acp",
            "x-amz-grant-write-acp",
            "x-amz-grant-full-control",
        ),
    ),
    ("s3:PutObjectRetention", ("x-amz-object-lock-mode",)),
    ("s3:PutObjectLegalHold", ("x-amz-object-lock-legal-hold",)),
)
"""What a write needs besides s3:PutObject, by the header that asks for it (AUTH-014)."""


def authorize(
    request: Request,
    world: World,
    bucket: Bucket,
    action: str,
    key: str | None = None,
    *,
    resource_acl: Acl | None = None,
) -> None:
    """Raise AccessDenied unless the caller may do ``action`` (an IAM name, AUTH-014).

    ``key`` makes it an object's business; its ACL is ``resource_acl``, or that of the current
    version. An object that isn't there is only admitted to those who may list the bucket.
    Requester pays is looked at last (OWN-006).
    """
    if not may(request, world, bucket, action, key, resource_acl=resource_acl):
        raise access_denied()
    check_payer(request, bucket)


def authorize_write(request: Request, world: World, bucket: Bucket, key: str) -> None:
    """Raise AccessDenied unless the caller may write the object with all that it asks for.

    Who writes by a bucket policy needs the action behind each further header (AUTH-014); a WRITE
    grant of the bucket's ACL covers them.
    """
    authorize(request, world, bucket, "s3:PutObject", key)
    by_policy = not (_is_owner(request, bucket) or _granted(request, bucket, bucket.acl, "WRITE"))
    for action, names in _WRITE_EXTRAS:
        if not any(name in request.headers for name in names):
            continue
        verdict = _policy_verdict(request, bucket, action, key)
        if verdict == "Deny" or (by_policy and verdict is None):
            raise access_denied()


def authorize_upload(
    request: Request, world: World, bucket: Bucket, action: str, upload: Upload
) -> None:
    """Raise AccessDenied unless the caller may go on with an upload of ``bucket``.

    AbortMultipartUpload and ListMultipartUploadParts are for the initiator and the bucket's owner,
    whatever became of the ACL since (ACL-015, ACL-016), and for whom a policy allows them; every
    other action is tested as it is now (ACL-015, ACL-017, RPL-003).
    """
    if action in ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"):
        caller = request.caller
        verdict = _policy_verdict(request, bucket, action, upload.key)
        concerned = caller is not None and caller.id in (upload.initiator.id, bucket.owner.id)
        if verdict == "Deny" or not (concerned or verdict == "Allow"):
            raise access_denied()
        check_payer(request, bucket)
        return
    authorize(request, world, bucket, action, upload.key)


def may(
    request: Request,
    world: World,
    bucket: Bucket,
    action: str,
    key: str | None = None,
    *,
    resource_acl: Acl | None = None,
) -> bool:
    """Return whether the caller may do ``action``; see ``authorize``."""
    verdict = _policy_verdict(request, bucket, action, key)
    owner = _is_owner(request, bucket)
    if owner and action in _NEVER_LOCKED_OUT:
        return True
    if verdict == "Deny":
        return False
    if key is not None and (action in _BY_OBJECT_ACL or action in _OWNER_OF_OBJECT):
        if resource_acl is None:
            current = bucket.current(key)
            resource_acl = None if current is None else current.acl
        if resource_acl is None:
            return may(request, world, bucket, "s3:ListBucket")
        return _may_object(request, bucket, action, resource_acl, allowed=verdict == "Allow")
    if owner or verdict == "Allow":
        return True
    permission = _BY_BUCKET_ACL.get(action)
    return permission is not None and _granted(request, bucket, bucket.acl, permission)


def check_payer(request: Request, bucket: Bucket) -> None:
    """Refuse a stranger who doesn't offer to pay on a requester-pays bucket (OWN-006)."""
    if not bucket.requester_pays or _is_owner(request, bucket):
        return
    if request.caller is None or not _offers_to_pay(request):
        raise access_denied()


def charged_headers(request: Request, bucket: Bucket) -> tuple[tuple[str, str], ...]:
    """Return x-amz-request-charged if this request was charged to its caller (OWN-004)."""
    if bucket.requester_pays and not _is_owner(request, bucket) and _offers_to_pay(request):
        return (("x-amz-request-charged", "requester"),)
    return ()


def refuse_anonymous_upload(request: Request) -> None:
    """Refuse to begin a multipart upload for nobody, even where all may write (AUTH-009)."""
    if request.caller is None:
        raise access_denied(
            "Anonymous users cannot initiate multipart uploads.  Please authenticate."
        )


def refuse_anonymous_copy(request: Request) -> None:
    """Refuse to copy for nobody (UPC-042)."""
    if request.caller is None:
        raise access_denied("Anonymous users cannot copy objects. Please authenticate.")


def access_denied(message: str = "Access Denied") -> S3Error:
    """Return the 403 AccessDenied."""
    return S3Error(403, "AccessDenied", message)


def _may_object(request: Request, bucket: Bucket, action: str, acl: Acl, *, allowed: bool) -> bool:
    """Judge an action on a stored object: its owner, its grants, and the policy.

    A bucket policy reaches only objects that the bucket's owner owns, and that owner has no say in
    reading what another account owns in the bucket.
    """
    enforced = bucket.ownership == "BucketOwnerEnforced"
    owner = bucket.owner.canonical_id if enforced else acl.owner
    if request.caller is not None and request.caller.canonical_id == owner:
        return True
    if allowed and owner == bucket.owner.canonical_id:
        return True
    permission = _BY_OBJECT_ACL.get(action)
    return permission is not None and _granted(request, bucket, acl, permission)


def _granted(request: Request, bucket: Bucket, acl: Acl, permission: Permission) -> bool:
    if bucket.ownership == "BucketOwnerEnforced":
        return False
    mine = set(_identities(request, bucket))
    wanted = (permission, "FULL_CONTROL")
    return any(one.grantee in mine and one.permission in wanted for one in acl.grants)


def _identities(request: Request, bucket: Bucket) -> Iterator[Grantee]:
    """Yield everything that the caller counts as in an ACL of that bucket."""
    block = bucket.public_access_block
    if block is None or not block.ignore_public_acls:
        yield Grantee("Group", ALL_USERS)
        if request.caller is not None:
            yield Grantee("Group", AUTHENTICATED_USERS)
    if request.caller is not None:
        yield Grantee("CanonicalUser", request.caller.canonical_id)


def _policy_verdict(request: Request, bucket: Bucket, action: str, key: str | None) -> str | None:
    if bucket.policy is None:
        return None
    resource = f"arn:aws:s3:::{bucket.name}" + ("" if key is None else f"/{key}")
    verdict = bucket.policy.verdict(request, action, resource)
    block = bucket.public_access_block
    restricted = block is not None and block.restrict_public_buckets and bucket.policy.public
    if verdict == "Allow" and restricted and not _is_owner(request, bucket):
        return None
    return verdict


def _is_owner(request: Request, bucket: Bucket) -> bool:
    return request.caller is not None and request.caller.id == bucket.owner.id


def _offers_to_pay(request: Request) -> bool:
    """Return whether the request says so; another value than ``requester`` is ignored (OWN-005)."""
    return request.headers.get("x-amz-request-payer") == "requester"
