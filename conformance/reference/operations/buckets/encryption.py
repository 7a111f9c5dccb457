"""A bucket's default encryption, and its block on SSE-C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.values import DefaultEncryption
from conformance.reference.operations.subresources import (
    done,
    gone,
    reading,
    writing,
    xml_answer,
)
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.default_encryption import parse_default_encryption
from conformance.reference.xml import boolean, optional

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.domain.state import World
    from conformance.reference.xml import Node


class Encrypting(Context):
    """A request that sets the default encryption."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted = DefaultEncryption()


def encryption_document(context: Encrypting) -> None:
    """MalformedXML or InvalidArgument for what is no default encryption."""
    context.wanted = parse_default_encryption(context.request.payload.data)


def set_encryption(context: Encrypting) -> None:
    """Set default encryption and blocked types."""
    context.bucket.encryption = context.wanted


def reset_encryption(context: Context) -> None:
    """Go back to SSE-S3, the base level of every bucket."""
    context.bucket.encryption = DefaultEncryption()


def render_encryption(context: Context) -> Response:
    """Show the one rule."""
    default = context.bucket.encryption
    applied: list[Node] = [
        ("SSEAlgorithm", default.method),
        *optional(("KMSMasterKeyID", default.kms_key)),
    ]
    rule: list[Node] = [
        ("ApplyServerSideEncryptionByDefault", applied),
        ("BucketKeyEnabled", boolean(default.bucket_key)),
    ]
    if default.block_customer_keys:
        rule.append(("BlockedEncryptionTypes", [("EncryptionType", "SSE-C")]))
    return xml_answer("ServerSideEncryptionConfiguration", [("Rule", rule)])


GET_ENCRYPTION: Final = Operation(
    name="GetBucketEncryption",
    context=Context,
    checks=reading("s3:GetEncryptionConfiguration"),
    effect=no_effect,
    render=render_encryption,
)
PUT_ENCRYPTION: Final = Operation(
    name="PutBucketEncryption",
    context=Encrypting,
    checks=(*writing("s3:PutEncryptionConfiguration"), encryption_document),
    effect=set_encryption,
    render=done,
)
DELETE_ENCRYPTION: Final = Operation(
    name="DeleteBucketEncryption",
    context=Context,
    checks=reading("s3:PutEncryptionConfiguration"),
    effect=reset_encryption,
    render=gone,
)
