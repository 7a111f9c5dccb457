"""The ACL of a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.operations.acl import effective, requested, shown
from conformance.reference.operations.subresources import done, reading, writing
from conformance.reference.pipeline import Context, Operation, no_effect

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import Acl


class PuttingBucketAcl(Context):
    """A request that sets a bucket's ACL."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Acl | None = None


def bucket_acl(context: PuttingBucketAcl) -> None:
    """Everything that is wrong with the headers or the document (ACL-001..ACL-013)."""
    context.wanted = requested(context, context.bucket.acl.owner, "bucket")


def set_bucket_acl(context: PuttingBucketAcl) -> None:
    """Set the bucket's ACL."""
    if context.wanted is not None:
        context.bucket.acl = context.wanted


def render_bucket_acl(context: Context) -> Response:
    """Show owner and grants."""
    return shown(effective(context, context.bucket.acl))


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
