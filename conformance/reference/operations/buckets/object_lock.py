"""The Object Lock configuration of a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations.subresources import (
    done,
    missing,
    reading,
    writing,
    xml_answer,
)
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.lock import parse_configuration

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import DefaultRetention
    from conformance.reference.xml import Node


class Configuring(Context):
    """A request that sets the bucket's Object Lock configuration."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: DefaultRetention | None = None


def versioned(context: Configuring) -> None:
    """InvalidBucketState for a bucket without versions."""
    if context.bucket.versioning != "Enabled":
        raise S3Error(
            409,
            "InvalidBucketState",
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        )


def lock_document(context: Configuring) -> None:
    """MalformedXML or InvalidArgument for what is no configuration."""
    context.wanted = parse_configuration(context.request.payload.data)


def set_configuration(context: Configuring) -> None:
    """Turn Object Lock on, and set or drop the default retention."""
    context.bucket.object_lock = True
    context.bucket.default_retention = context.wanted


def configured(context: Context) -> None:
    """ObjectLockConfigurationNotFoundError without Object Lock."""
    if not context.bucket.object_lock:
        text = "Object Lock configuration does not exist for this bucket"
        raise missing("ObjectLockConfigurationNotFoundError", text, context.bucket.name)


def render_configuration(context: Context) -> Response:
    """Show that Object Lock is on, and its rule."""
    shown: list[Node] = [("ObjectLockEnabled", "Enabled")]
    default = context.bucket.default_retention
    if default is not None:
        period = ("Days", default.days) if default.days is not None else ("Years", default.years)
        retention: list[Node] = [("Mode", default.mode), (period[0], str(period[1]))]
        shown.append(("Rule", [("DefaultRetention", retention)]))
    return xml_answer("ObjectLockConfiguration", shown)


GET_CONFIGURATION: Final = Operation(
    name="GetObjectLockConfiguration",
    context=Context,
    checks=(*reading("s3:GetBucketObjectLockConfiguration"), configured),
    effect=no_effect,
    render=render_configuration,
)
PUT_CONFIGURATION: Final = Operation(
    name="PutObjectLockConfiguration",
    context=Configuring,
    checks=(*writing("s3:PutBucketObjectLockConfiguration"), lock_document, versioned),
    effect=set_configuration,
    render=done,
)
