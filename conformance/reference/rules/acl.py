"""Access control lists: canned, by x-amz-grant-* headers, or as an AccessControlPolicy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, cast

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    LOG_DELIVERY,
    Acl,
    Grant,
    Grantee,
)
from conformance.reference.rules.documents import (
    child,
    child_text,
    children,
    malformed_xml,
    parse_xml,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.state import Bucket, World
    from conformance.reference.domain.values import Permission

Kind = Literal["object", "bucket"]

EC2_IMAGES: Final = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"
"""Canonical id of the AWS account to which aws-exec-read grants READ."""

MAX_GRANTS: Final = 100

GRANT_HEADERS: Final[dict[str, Permission]] = {
    "x-amz-grant-read": "READ",
    # Not among the API's members of CreateMultipartUpload, yet taken there (ACL-010).
    "x-amz-grant-write": "WRITE",
    "x-amz-grant-read-acp": "READ_ACP",
    "x-amz-grant-write-acp": "WRITE_ACP",
    "x-amz-grant-full-control": "FULL_CONTROL",
}
_GROUPS: Final = frozenset({ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY})
_PUBLIC_GROUPS: Final = frozenset({ALL_USERS, AUTHENTICATED_USERS})
_PERMISSIONS: Final = frozenset({"READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"})

_Granted = tuple[tuple[str, "Permission"], ...]
_TO_GROUPS: Final[dict[str, _Granted]] = {
    "private": (),
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((AUTHENTICATED_USERS, "READ"),),
    "aws-exec-read": (),
    "bucket-owner-read": (),
    "bucket-owner-full-control": (),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")),
}
_CANNED: Final[dict[Kind, frozenset[str]]] = {
    "object": frozenset(_TO_GROUPS) - {"log-delivery-write"},
    "bucket": frozenset(_TO_GROUPS),
}

_GRANTEE = re.compile(r'\s*(id|uri|emailAddress)\s*=\s*(?:"([^"]+)"|([^",\s]+))\s*', re.IGNORECASE)
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


def parse_acl(
    request: Request,
    bucket: Bucket,
    owner: Account,
    world: World,
    *,
    kind: Kind = "object",
) -> Acl:
    """Return the ACL that the headers give; ``owner`` is the account that will own the resource.

    Without such headers it is private. Syntax goes first (ACL-001..006, ACL-011), then the
    bucket's ownership (ACL-007..009), then Block Public Access (ACL-013).
    """
    acl = headers_acl(request, bucket.owner, owner, world, kind=kind)
    if acl is None:
        return private_acl(owner.canonical_id)
    if bucket.ownership == "BucketOwnerEnforced":
        if not owner_controls_all(request, acl):
            raise not_supported()
        return private_acl(owner.canonical_id)
    check_public(acl, bucket)
    return acl


def refuse_acl(request: Request) -> None:
    """Refuse canned ACLs and grants where none are supported (on Outposts), by 501."""
    for name in ("x-amz-acl", *GRANT_HEADERS):
        if name in request.headers:
            text = "A header you provided implies functionality that is not implemented"
            raise S3Error(501, "NotImplemented", text, (("Header", name),))


def headers_acl(
    request: Request,
    bucket_owner: Account,
    owner: Account,
    world: World,
    *,
    kind: Kind,
) -> Acl | None:
    """Return what x-amz-acl or x-amz-grant-* say, or None without them; syntax only.

    Raises InvalidRequest (ACL-005), InvalidArgument (ACL-001..004), MethodNotAllowed for an e-mail
    grantee wherever it stands (ACL-011).
    """
    canned = request.headers.get("x-amz-acl")
    given = {name: request.headers.get(name) for name in GRANT_HEADERS}
    values = {name: value for name, value in given.items() if value is not None}
    if canned is not None and values:
        raise S3Error(
            400,
            "InvalidRequest",
            "Specifying both Canned ACLs and Header Grants is not allowed",
        )
    if canned is not None:
        if canned not in _CANNED[kind]:
            fields = (("ArgumentName", "x-amz-acl"), ("ArgumentValue", canned))
            raise S3Error(400, "InvalidArgument", "", fields)
        return canned_acl(canned, bucket_owner, owner, kind=kind)
    if not values:
        return None
    listed = [(name, _grantees(name, value)) for name, value in values.items()]
    if any(scheme == "emailaddress" for _, grantees in listed for scheme, _ in grantees):
        raise email_grantee(request, kind)
    grants = [
        Grant(_grantee(scheme, value, world), GRANT_HEADERS[name])
        for name, grantees in listed
        for scheme, value in grantees
    ]
    return Acl(owner.canonical_id, tuple(dict.fromkeys(grants)))


def canned_acl(name: str, bucket_owner: Account, owner: Account, *, kind: Kind) -> Acl:
    """Return the documented grants of a canned ACL (CMU-010, ACL-014).

    bucket-owner-read and bucket-owner-full-control mean something for objects only.
    """
    me = Grantee("CanonicalUser", owner.canonical_id)
    grants = [Grant(me, "FULL_CONTROL")]
    grants += [Grant(Grantee("Group", uri), right) for uri, right in _TO_GROUPS[name]]
    if name == "aws-exec-read":
        grants.append(Grant(Grantee("CanonicalUser", EC2_IMAGES), "READ"))
    other = Grantee("CanonicalUser", bucket_owner.canonical_id)
    if kind == "object" and other != me:
        if name == "bucket-owner-read":
            grants.append(Grant(other, "READ"))
        if name == "bucket-owner-full-control":
            grants.append(Grant(other, "FULL_CONTROL"))
    return Acl(owner.canonical_id, tuple(grants))


def private_acl(canonical_id: str) -> Acl:
    """Return the default ACL: full control for the owner alone."""
    return Acl(canonical_id, (Grant(Grantee("CanonicalUser", canonical_id), "FULL_CONTROL"),))


def parse_acl_document(
    request: Request, body: bytes, owner: str, world: World, *, kind: Kind
) -> Acl:
    """Return the ACL of an AccessControlPolicy body; ``owner`` is the resource's canonical id.

    Raises MalformedXML, MalformedACLError, InvalidArgument for unknown grantees and another
    owner, MethodNotAllowed for an e-mail grantee (ACL-011).
    """
    root = parse_xml(body, "AccessControlPolicy")
    named, listed = child(root, "Owner"), child(root, "AccessControlList")
    if named is None or listed is None:
        raise _malformed_acl()
    owner_id = child_text(named, "ID")
    if owner_id != owner:
        if owner_id not in _known_ids(world):
            raise _invalid("Invalid id", "CanonicalUser/ID", owner_id or "")
        raise S3Error(403, "AccessDenied", "Access Denied")
    elements = children(listed, "Grant")
    if len(elements) > MAX_GRANTS:
        raise _malformed_acl()
    grants = [_grant(request, element, world, kind) for element in elements]
    return Acl(owner, tuple(dict.fromkeys(grants)))


def owner_controls_all(request: Request, acl: Acl) -> bool:
    """Return whether the ACL only says what BucketOwnerEnforced means anyway (ACL-009).

    Of the canned ones that is bucket-owner-full-control alone, not even private (ACL-007).
    """
    canned = request.headers.get("x-amz-acl")
    if canned is not None:
        return canned == "bucket-owner-full-control"
    return acl.grants == private_acl(acl.owner).grants


def check_public(acl: Acl, bucket: Bucket) -> None:
    """Refuse a public ACL while BlockPublicAcls is on (ACL-013)."""
    block = bucket.public_access_block
    if block is not None and block.block_public_acls and is_public(acl):
        raise S3Error(403, "AccessDenied", "Access Denied")


def is_public(acl: Acl) -> bool:
    """Return whether a grant reaches everybody, or everybody with an AWS account."""
    return any(grant.grantee.value in _PUBLIC_GROUPS for grant in acl.grants)


def not_supported() -> S3Error:
    """Return the refusal of ACLs on a bucket whose owner owns everything (ACL-007, ACL-008)."""
    return S3Error(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")


def email_grantee(request: Request, kind: Kind) -> S3Error:
    """Return the 405 for an e-mail grantee (ACL-011); AWS documents the status alone."""
    return S3Error(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
        (("Method", request.method), ("ResourceType", kind.upper())),
    )


def _grantees(header: str, value: str) -> list[tuple[str, str]]:
    """Return scheme (lower case) and value of each comma-separated grantee (ACL-003)."""
    found: list[tuple[str, str]] = []
    at = 0
    while True:
        match = _GRANTEE.match(value, at)
        if match is None:
            raise _invalid("Argument format not recognized", header, value)
        found.append((match[1].lower(), match[2] or match[3]))
        at = match.end()
        if at == len(value):
            return found
        if value[at] != ",":
            raise _invalid("Argument format not recognized", header, value)
        at += 1


def _grantee(scheme: str, value: str, world: World) -> Grantee:
    if scheme == "uri":
        if value not in _GROUPS:
            raise _invalid("Invalid group uri", "uri", value)
        return Grantee("Group", value)
    if value not in _known_ids(world):
        raise _invalid("Invalid id", "id", value)
    return Grantee("CanonicalUser", value)


def _known_ids(world: World) -> set[str]:
    return {EC2_IMAGES, *(account.canonical_id for account in world.accounts)}


def _grant(request: Request, element: Element, world: World, kind: Kind) -> Grant:
    grantee, permission = child(element, "Grantee"), child_text(element, "Permission")
    if grantee is None or permission not in _PERMISSIONS:
        raise _malformed_acl()
    known = cast("Permission", permission)
    match grantee.get(_XSI_TYPE):
        case "CanonicalUser":
            value = child_text(grantee, "ID")
            if value not in _known_ids(world):
                raise _invalid("Invalid id", "CanonicalUser/ID", value or "")
            return Grant(Grantee("CanonicalUser", value or ""), known)
        case "Group":
            value = child_text(grantee, "URI")
            if value not in _GROUPS:
                raise _invalid("Invalid group uri", "Group/URI", value or "")
            return Grant(Grantee("Group", value or ""), known)
        case "AmazonCustomerByEmail":
            raise email_grantee(request, kind)
        case _:
            raise malformed_xml()


def _malformed_acl() -> S3Error:
    return S3Error(
        400,
        "MalformedACLError",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )


def _invalid(message: str, name: str, value: str) -> S3Error:
    fields = (("ArgumentName", name), ("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)
