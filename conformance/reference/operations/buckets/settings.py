"""Versioning, request payment and the bucket policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, cast

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations.subresources import (
    done,
    gone,
    missing,
    reading,
    writing,
    xml_answer,
)
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.routing import not_implemented
from conformance.reference.rules.access import access_denied
from conformance.reference.rules.documents import (
    child_text,
    local_name,
    malformed_xml,
    parse_xml,
)
from conformance.reference.rules.policy import parse_policy
from conformance.reference.xml import optional

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.policy import Policy
    from conformance.reference.domain.state import World

_MOST_OF_VERSIONING: Final = 1024
"""Bytes of a VersioningConfiguration (MS-075)."""


class Versioning(Context):
    """A request that sets the versioning state."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Literal["Enabled", "Suspended"] = "Enabled"
        self.names_mfa = False


class Paying(Context):
    """A request that sets who pays."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted = False


class Ruling(Context):
    """A request that sets the bucket policy."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Policy | None = None


def versioning_document(context: Versioning) -> None:
    """Refuse a document without a state, or with anything unknown but its root (MS-074, MS-075)."""
    body = context.request.payload.data
    if not body:
        raise S3Error(400, "MissingRequestBodyError", "Request Body is empty")
    root = parse_xml(body, None, most=_MOST_OF_VERSIONING)
    status, mfa = child_text(root, "Status"), child_text(root, "MfaDelete")
    if any(local_name(element) not in ("Status", "MfaDelete") for element in root):
        raise malformed_xml()
    if mfa not in (None, "", "Disabled", "Enabled"):
        raise malformed_xml()
    if not status:
        raise S3Error(
            400,
            "IllegalVersioningConfigurationException",
            "The Versioning element must be specified",
        )
    if status not in ("Enabled", "Suspended"):
        raise malformed_xml()
    if mfa == "Enabled":
        raise not_implemented(("MfaDelete", mfa))
    context.wanted = cast("Literal['Enabled', 'Suspended']", status)
    context.names_mfa = mfa == "Disabled"


def unlocked(context: Versioning) -> None:
    """InvalidBucketState for suspending the versions that Object Lock needs."""
    if context.bucket.object_lock and context.wanted == "Suspended":
        raise S3Error(
            409,
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state "
            "cannot be changed.",
        )


def set_versioning(context: Versioning) -> None:
    """Set the versioning state, and remember that MFA delete was named."""
    context.bucket.versioning = context.wanted
    context.bucket.names_mfa_delete = context.names_mfa or context.bucket.names_mfa_delete


def render_versioning(context: Context) -> Response:
    """Show the state; a bucket that never had versions shows none (MS-076)."""
    bucket = context.bucket
    mfa = "Disabled" if bucket.names_mfa_delete else None
    return xml_answer(
        "VersioningConfiguration", optional(("Status", bucket.versioning), ("MfaDelete", mfa))
    )


def payment_document(context: Paying) -> None:
    """MalformedXML for an unknown payer."""
    root = parse_xml(context.request.payload.data, "RequestPaymentConfiguration")
    payer = child_text(root, "Payer")
    if payer not in ("Requester", "BucketOwner"):
        raise malformed_xml()
    context.wanted = payer == "Requester"


def set_payment(context: Paying) -> None:
    """Set who pays."""
    context.bucket.requester_pays = context.wanted


def render_payment(context: Context) -> Response:
    """Show who pays."""
    payer = "Requester" if context.bucket.requester_pays else "BucketOwner"
    return xml_answer("RequestPaymentConfiguration", [("Payer", payer)])


def policy_document(context: Ruling) -> None:
    """MalformedPolicy for what is no policy, or one in words that this endpoint doesn't judge."""
    name = context.bucket.name
    context.wanted = parse_policy(context.request.payload.data, name, context.world)


def policy_not_public(context: Ruling) -> None:
    """AccessDenied for a public policy while BlockPublicPolicy is on."""
    block = context.bucket.public_access_block
    blocked = block is not None and block.block_public_policy
    if blocked and context.wanted is not None and context.wanted.public:
        raise access_denied()


def set_policy(context: Ruling) -> None:
    """Set the policy."""
    context.bucket.policy = context.wanted


def policy_known(context: Context) -> None:
    """NoSuchBucketPolicy without one."""
    if context.bucket.policy is None:
        text = "The bucket policy does not exist"
        raise missing("NoSuchBucketPolicy", text, context.bucket.name)


def render_policy(context: Context) -> Response:
    """Give the policy back as it was put."""
    policy = context.bucket.policy
    if policy is None:
        raise LookupError("a check has let a bucket without a policy through")
    return Response(headers=(("Content-Type", "application/json"),), body=policy.text)


def delete_policy(context: Context) -> None:
    """Drop the policy, if there is one."""
    context.bucket.policy = None


GET_VERSIONING: Final = Operation(
    name="GetBucketVersioning",
    context=Context,
    checks=reading("s3:GetBucketVersioning"),
    effect=no_effect,
    render=render_versioning,
)
PUT_VERSIONING: Final = Operation(
    name="PutBucketVersioning",
    context=Versioning,
    checks=(*writing("s3:PutBucketVersioning"), versioning_document, unlocked),
    effect=set_versioning,
    render=done,
)
GET_PAYMENT: Final = Operation(
    name="GetBucketRequestPayment",
    context=Context,
    checks=reading("s3:GetBucketRequestPayment"),
    effect=no_effect,
    render=render_payment,
)
PUT_PAYMENT: Final = Operation(
    name="PutBucketRequestPayment",
    context=Paying,
    checks=(*writing("s3:PutBucketRequestPayment"), payment_document),
    effect=set_payment,
    render=done,
)
GET_POLICY: Final = Operation(
    name="GetBucketPolicy",
    context=Context,
    checks=(*reading("s3:GetBucketPolicy"), policy_known),
    effect=no_effect,
    render=render_policy,
)
PUT_POLICY: Final = Operation(
    name="PutBucketPolicy",
    context=Ruling,
    checks=(*writing("s3:PutBucketPolicy"), policy_document, policy_not_public),
    effect=set_policy,
    render=gone,
)
DELETE_POLICY: Final = Operation(
    name="DeleteBucketPolicy",
    context=Context,
    checks=reading("s3:DeleteBucketPolicy"),
    effect=delete_policy,
    render=gone,
)
