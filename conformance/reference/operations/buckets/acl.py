"""The ACLs of buckets and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations.reading import ReadContext
from conformance.reference.operations.subresources import (
    done,
    reading,
    reading_version,
    version_headers,
    writing,
    writing_version,
)
from conformance.reference.pipeline import Context, Operation, no_effect
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
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import Acl, Grant
    from conformance.reference.rules.acl import Kind

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


class PuttingBucketAcl(Context):
    """A request that sets a bucket's ACL."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Acl | None = None


class PuttingObjectAcl(ReadContext):
    """A request that sets an object's ACL."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Acl | None = None


def bucket_acl(context: PuttingBucketAcl) -> None:
    """Everything that is wrong with the headers or the document (ACL-001..ACL-013)."""
    context.wanted = _wanted(context, context.bucket.acl.owner, "bucket")


def set_bucket_acl(context: PuttingBucketAcl) -> None:
    """Set the bucket's ACL."""
    if context.wanted is not None:
        context.bucket.acl = context.wanted


def render_bucket_acl(context: Context) -> Response:
    """Show owner and grants."""
    return _render(effective(context, context.bucket.acl))


def object_acl(context: PuttingObjectAcl) -> None:
    """Everything that is wrong with the headers or the document (ACL-001..ACL-013)."""
    context.wanted = _wanted(context, context.version.owner.canonical_id, "object")


def set_object_acl(context: PuttingObjectAcl) -> None:
    """Set the version's ACL."""
    if context.wanted is not None:
        context.version.acl = context.wanted


def render_put_object_acl(context: PuttingObjectAcl) -> Response:
    """200, with the version's id."""
    return Response(headers=version_headers(context))


def render_object_acl(context: ReadContext) -> Response:
    """Show owner and grants of the version (CMU-010, ACL-014)."""
    version = context.version
    acl = version.acl or private_acl(version.owner.canonical_id)
    return _render(effective(context, acl), version_headers(context))


def effective(context: Context, acl: Acl) -> Acl:
    """Return what an ACL amounts to: under BucketOwnerEnforced the owner's full control alone."""
    if context.bucket.ownership == "BucketOwnerEnforced":
        return private_acl(context.bucket.owner.canonical_id)
    return acl


def _wanted(context: Context, owner_id: str, kind: Kind) -> Acl:
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


def _render(acl: Acl, headers: tuple[tuple[str, str], ...] = ()) -> Response:
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


GET_BUCKET_ACL: Final = Operation(
    name="GetBucketAcl",
    context=Context,
    checks=reading("s3:GetBucketAcl"),
    effect=no_effect,
    render=render_bucket_acl,
)
PUT_BUCKET_ACL: Final = Operation(
    name="PutBucketAcl",
    context=PuttingBucketAcl,
    checks=(*writing("s3:PutBucketAcl"), bucket_acl),
    effect=set_bucket_acl,
    render=done,
)
GET_OBJECT_ACL: Final = Operation(
    name="GetObjectAcl",
    context=ReadContext,
    checks=reading_version("s3:GetObjectAcl"),
    effect=no_effect,
    render=render_object_acl,
)
PUT_OBJECT_ACL: Final = Operation(
    name="PutObjectAcl",
    context=PuttingObjectAcl,
    checks=(*writing_version("s3:PutObjectAcl"), object_acl),
    effect=set_object_acl,
    render=render_put_object_acl,
)
