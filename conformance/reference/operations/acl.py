"""What the ACLs of buckets and objects share: which one is asked for, and how one is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.rules.acl import (
    check_public,
    headers_acl,
    not_supported,
    owner_controls_all,
    parse_acl_document,
    private_acl,
)
from conformance.reference.xml import CONTENT_TYPE, DECLARATION, NAMESPACE, escape

if TYPE_CHECKING:
    from conformance.reference.domain.values import Acl, Grant
    from conformance.reference.pipeline import Context
    from conformance.reference.rules.acl import Kind

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


def effective(context: Context, acl: Acl) -> Acl:
    """Return what an ACL amounts to: under BucketOwnerEnforced the owner's full control alone."""
    if context.bucket.ownership == "BucketOwnerEnforced":
        return private_acl(context.bucket.owner.canonical_id)
    return acl


def requested(context: Context, owner_id: str, kind: Kind) -> Acl:
    """Return the ACL from either the headers or the document, which exclude each other."""
    request, world, bucket = context.request, context.world, context.bucket
    owner = next((one for one in world.accounts if one.canonical_id == owner_id), bucket.owner)
    body = request.payload.data
    acl = headers_acl(request, bucket.owner, owner, world, kind=kind)
    if acl is not None and body:
        raise S3Error(400, "UnexpectedContent", "This request does not support content")
    if acl is None:
        if not body:
            raise S3Error(
                400,
                "MissingSecurityHeader",
                "Your request was missing a required header",
                (("MissingHeaderName", "x-amz-acl"),),
            )
        acl = parse_acl_document(request, body, owner_id, world, kind=kind)
    if bucket.ownership == "BucketOwnerEnforced":
        if not owner_controls_all(request, acl):
            raise not_supported()
        return private_acl(bucket.owner.canonical_id)
    check_public(acl, bucket)
    return acl


def shown(acl: Acl, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """Show owner and grants."""
    grants = "".join(map(_grant, acl.grants))
    body = (
        f'{DECLARATION}<AccessControlPolicy xmlns="{NAMESPACE}"><Owner><ID>{escape(acl.owner)}</ID>'
        f"</Owner><AccessControlList>{grants}</AccessControlList></AccessControlPolicy>"
    )
    return Response(headers=(CONTENT_TYPE, *headers), body=body.encode(), chunked=True)


def _grant(grant: Grant) -> str:
    """Return one grant; the kind of its grantee is the one attribute in all of S3's answers."""
    kind = grant.grantee.kind
    name = "ID" if kind == "CanonicalUser" else "URI"
    return (
        f'<Grant><Grantee xmlns:xsi="{_XSI}" xsi:type="{kind}">'
        f"<{name}>{escape(grant.grantee.value)}</{name}></Grantee>"
        f"<Permission>{grant.permission}</Permission></Grant>"
    )
