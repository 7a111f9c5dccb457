"""The ACL of an object's version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.operations.acl import effective, requested, shown
from conformance.reference.operations.reading import ReadContext
from conformance.reference.operations.subresources import (
    reading_version,
    version_headers,
    writing_version,
)
from conformance.reference.pipeline import Operation, no_effect
from conformance.reference.rules.acl import private_acl

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import Acl


class PuttingObjectAcl(ReadContext):
    """A request that sets an object's ACL."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Acl | None = None


def object_acl(context: PuttingObjectAcl) -> None:
    """Everything that is wrong with the headers or the document (ACL-001..ACL-013)."""
    context.wanted = requested(context, context.version.owner.canonical_id, "object")


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
    return shown(effective(context, acl), version_headers(context))


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
