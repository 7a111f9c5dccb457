"""Who owns a bucket's objects (ownership controls) and how public it may be (access block)."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final, cast

from conformance.reference.domain.values import PublicAccessBlock
from conformance.reference.operations.buckets.create_bucket import OWNERSHIPS, acl_with_ownership
from conformance.reference.operations.subresources import (
    done,
    gone,
    missing,
    reading,
    writing,
    xml_answer,
)
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.acl import private_acl
from conformance.reference.rules.documents import (
    child_text,
    children,
    flag,
    malformed_xml,
    parse_xml,
)
from conformance.reference.xml import boolean

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import Ownership

_SWITCHES: Final = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}


class Owning(Context):
    """A request that sets who owns objects."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Ownership = "BucketOwnerEnforced"


class Blocking(Context):
    """A request that sets Block Public Access."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted = PublicAccessBlock()


def ownership_document(context: Owning) -> None:
    """MalformedXML for anything but one rule with a known ownership."""
    rules = children(parse_xml(context.request.payload.data, "OwnershipControls"), "Rule")
    value = child_text(rules[0], "ObjectOwnership") if len(rules) == 1 else None
    if value not in OWNERSHIPS:
        raise malformed_xml()
    context.wanted = cast("Ownership", value)


def no_grants(context: Owning) -> None:
    """Refuse BucketOwnerEnforced while the bucket's ACL grants something to others."""
    private = private_acl(context.bucket.owner.canonical_id)
    if context.wanted == "BucketOwnerEnforced" and context.bucket.acl != private:
        raise acl_with_ownership()


def set_ownership(context: Owning) -> None:
    """Set the bucket's object ownership."""
    context.bucket.ownership = context.wanted
    context.bucket.ownership_controls = True


def ownership_known(context: Context) -> None:
    """OwnershipControlsNotFoundError once they were deleted."""
    if not context.bucket.ownership_controls:
        text = "The bucket ownership controls were not found"
        raise missing("OwnershipControlsNotFoundError", text, context.bucket.name)


def render_ownership(context: Context) -> Response:
    """Show the one rule."""
    rule = ("Rule", [("ObjectOwnership", context.bucket.ownership)])
    return xml_answer("OwnershipControls", [rule])


def delete_ownership(context: Context) -> None:
    """Go back to what held before there were such controls: the writer owns the object."""
    context.bucket.ownership = "ObjectWriter"
    context.bucket.ownership_controls = False


def block_document(context: Blocking) -> None:
    """MalformedXML for switches that aren't true or false; those left out are off."""
    root = parse_xml(context.request.payload.data, "PublicAccessBlockConfiguration")
    given = {field: flag(child_text(root, name)) for name, field in _SWITCHES.items()}
    context.wanted = PublicAccessBlock(**given)


def set_block(context: Blocking) -> None:
    """Set the four switches."""
    context.bucket.public_access_block = context.wanted


def block_known(context: Context) -> None:
    """NoSuchPublicAccessBlockConfiguration without one."""
    if context.bucket.public_access_block is None:
        text = "The public access block configuration was not found"
        raise missing("NoSuchPublicAccessBlockConfiguration", text, context.bucket.name)


def render_block(context: Context) -> Response:
    """Show the four switches."""
    block = context.bucket.public_access_block
    if block is None:
        raise LookupError("a check has let a bucket without the configuration through")
    on = {field.name: getattr(block, field.name) for field in fields(block)}
    return xml_answer(
        "PublicAccessBlockConfiguration",
        [(name, boolean(on[field])) for name, field in _SWITCHES.items()],
    )


def delete_block(context: Context) -> None:
    """Drop the configuration: nothing is blocked then."""
    context.bucket.public_access_block = None


PUT_OWNERSHIP: Final = Operation(
    name="PutBucketOwnershipControls",
    context=Owning,
    checks=(*writing("s3:PutBucketOwnershipControls"), ownership_document, no_grants),
    effect=set_ownership,
    render=done,
)
GET_OWNERSHIP: Final = Operation(
    name="GetBucketOwnershipControls",
    context=Context,
    checks=(*reading("s3:GetBucketOwnershipControls"), ownership_known),
    effect=no_effect,
    render=render_ownership,
)
DELETE_OWNERSHIP: Final = Operation(
    name="DeleteBucketOwnershipControls",
    context=Context,
    checks=reading("s3:PutBucketOwnershipControls"),
    effect=delete_ownership,
    render=gone,
)
PUT_BLOCK: Final = Operation(
    name="PutPublicAccessBlock",
    context=Blocking,
    checks=(*writing("s3:PutBucketPublicAccessBlock"), block_document),
    effect=set_block,
    render=done,
)
GET_BLOCK: Final = Operation(
    name="GetPublicAccessBlock",
    context=Context,
    checks=(*reading("s3:GetBucketPublicAccessBlock"), block_known),
    effect=no_effect,
    render=render_block,
)
DELETE_BLOCK: Final = Operation(
    name="DeletePublicAccessBlock",
    context=Context,
    checks=reading("s3:PutBucketPublicAccessBlock"),
    effect=delete_block,
    render=gone,
)
