"""A bucket's lifecycle rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.operations.subresources import gone, missing, reading, writing
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.lifecycle import parse_lifecycle
from conformance.reference.xml import DECLARATION, NAMESPACE

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import LifecycleRule

_MINIMUM: Final = ("x-amz-transition-default-minimum-object-size", "all_storage_classes_128K")


class Ageing(Context):
    """A request that sets the lifecycle rules."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: tuple[LifecycleRule, ...] = ()


def lifecycle_document(context: Ageing) -> None:
    """Everything that is wrong with the rules (LC-003)."""
    context.wanted = parse_lifecycle(context.request.payload.data)


def set_lifecycle(context: Ageing) -> None:
    """Replace all rules."""
    context.bucket.lifecycle = context.wanted


def render_put_lifecycle(context: Ageing) -> Response:
    """200, with the smallest size that transitions are for."""
    del context
    return Response(headers=(_MINIMUM,))


def lifecycle_known(context: Context) -> None:
    """NoSuchLifecycleConfiguration without any rule."""
    if not context.bucket.lifecycle:
        text = "The lifecycle configuration does not exist"
        raise missing("NoSuchLifecycleConfiguration", text, context.bucket.name)


def render_lifecycle(context: Context) -> Response:
    """Show the rules as they were put, each with its id."""
    root = "LifecycleConfiguration"
    body = b"".join(
        (
            f'{DECLARATION}<{root} xmlns="{NAMESPACE}">'.encode(),
            *(rule.xml for rule in context.bucket.lifecycle),
            f"</{root}>".encode(),
        )
    )
    return Response(headers=(_MINIMUM,), body=body, chunked=True)


def drop_lifecycle(context: Context) -> None:
    """Drop all rules."""
    context.bucket.lifecycle = ()


GET_LIFECYCLE: Final = Operation(
    name="GetBucketLifecycleConfiguration",
    context=Context,
    checks=(*reading("s3:GetLifecycleConfiguration"), lifecycle_known),
    effect=no_effect,
    render=render_lifecycle,
)
PUT_LIFECYCLE: Final = Operation(
    name="PutBucketLifecycleConfiguration",
    context=Ageing,
    checks=(*writing("s3:PutLifecycleConfiguration"), lifecycle_document),
    effect=set_lifecycle,
    render=render_put_lifecycle,
)
DELETE_LIFECYCLE: Final = Operation(
    name="DeleteBucketLifecycle",
    context=Context,
    checks=reading("s3:PutLifecycleConfiguration"),
    effect=drop_lifecycle,
    render=gone,
)
