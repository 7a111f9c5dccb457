"""CreateBucket."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, cast

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.domain.state import Bucket
from conformance.reference.domain.values import PublicAccessBlock
from conformance.reference.operations.checks import argument, body_sound
from conformance.reference.operations.subresources import body_intact
from conformance.reference.pipeline import Context, Operation, Settled
from conformance.reference.rules.access import access_denied
from conformance.reference.rules.acl import headers_acl, is_public, private_acl
from conformance.reference.rules.documents import child, child_text, parse_xml
from conformance.reference.rules.tagging import parse_tag_set

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.state import World
    from conformance.reference.domain.values import Acl, Ownership

OWNERSHIPS: Final = ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")
_OWNERSHIP: Final = "x-amz-object-ownership"
_LOCK: Final = "x-amz-bucket-object-lock-enabled"
_FIRST_REGION: Final = "us-east-1"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_REGION = re.compile(r"EU|[a-z]{2}(-[a-z]+)+-\d")
_BAD_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_BAD_SUFFIXES: Final = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


class Making(Context):
    """A request for a bucket."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.ownership: Ownership = "BucketOwnerEnforced"
        self.acl: Acl | None = None
        self.lock = False
        self.tags: tuple[tuple[str, str], ...] | None = None

    @property
    def caller(self) -> Account:
        """The account that will own the bucket."""
        if self.request.caller is None:
            raise LookupError("a check has let an anonymous caller make a bucket")
        return self.request.caller

    @property
    def name(self) -> str:
        """The bucket's name."""
        return self.request.bucket or ""


def somebody(context: Making) -> None:
    """AccessDenied for nobody."""
    if context.request.caller is None:
        raise access_denied()


def legal_name(context: Making) -> None:
    """InvalidBucketName for a name against the rules of general purpose buckets."""
    name = context.name
    legal = (
        _NAME.fullmatch(name) is not None
        and ".-" not in name
        and "-." not in name
        and not name.startswith(_BAD_PREFIXES)
        and not name.endswith(_BAD_SUFFIXES)
        and not _is_address(name)
    )
    if not legal:
        raise S3Error(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
            (("BucketName", name),),
        )


def location(context: Making) -> None:
    """Refuse a location that isn't this endpoint's region, or none where one is needed."""
    body, region = context.request.payload.data, context.world.region
    constraint = None
    if body:
        root = parse_xml(body, "CreateBucketConfiguration")
        constraint = child_text(root, "LocationConstraint")
        if child(root, "Bucket") is not None or child(root, "Location") is not None:
            raise not_a_directory(context.name)
        tags = child(root, "Tags")
        context.tags = None if tags is None else parse_tag_set(tags)
    if constraint == region != _FIRST_REGION or (not constraint and region == _FIRST_REGION):
        return
    if constraint and (constraint == _FIRST_REGION or not _REGION.fullmatch(constraint)):
        raise S3Error(
            400,
            "InvalidLocationConstraint",
            "The specified location-constraint is not valid",
            (("LocationConstraint", constraint),),
        )
    raise S3Error(
        400,
        "IllegalLocationConstraintException",
        f"The {constraint or 'unspecified'} location constraint is incompatible for the region "
        "specific endpoint this request was sent to.",
    )


def ownership(context: Making) -> None:
    """InvalidArgument for an unknown x-amz-object-ownership; BucketOwnerEnforced by default."""
    value = context.request.headers.get(_OWNERSHIP)
    if value is None:
        return
    if value not in OWNERSHIPS:
        raise argument(f"Invalid {_OWNERSHIP} header: {value}", _OWNERSHIP, value)
    context.ownership = cast("Ownership", value)


def object_lock(context: Making) -> None:
    """Take x-amz-bucket-object-lock-enabled."""
    context.lock = (context.request.headers.get(_LOCK) or "").lower() == "true"


def acl(context: Making) -> None:
    """Refuse an ACL that ownership or Block Public Access, on in every new bucket, don't allow."""
    caller = context.caller
    given = headers_acl(context.request, caller, caller, context.world, kind="bucket")
    if given is None:
        return
    if context.ownership == "BucketOwnerEnforced":
        if given != private_acl(caller.canonical_id):
            raise acl_with_ownership()
    elif is_public(given):
        raise S3Error(
            400,
            "InvalidBucketAclWithBlockPublicAccessError",
            "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
        )
    context.acl = given


def free_name(context: Making) -> None:
    """Refuse a name that is taken; in us-east-1 its owner may ask again."""
    bucket = context.world.buckets.get(context.name)
    if bucket is None:
        return
    fields = (("BucketName", context.name),)
    if bucket.owner != context.caller:
        raise S3Error(
            409,
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all "
            "users of the system. Please select a different name and try again.",
            fields,
        )
    if context.world.region == _FIRST_REGION:
        raise Settled
    raise S3Error(
        409,
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
        fields,
    )


def make(context: Making) -> None:
    """Make the bucket with the defaults of AWS since 2023: no ACLs, no public access, AES256."""
    caller = context.caller
    context.world.buckets[context.name] = Bucket(
        name=context.name,
        owner=caller,
        created=context.request.now.replace(microsecond=0),
        region=context.world.region,
        acl=context.acl or private_acl(caller.canonical_id),
        ownership=context.ownership,
        versioning="Enabled" if context.lock else None,
        public_access_block=PublicAccessBlock(),
        object_lock=context.lock,
        tags=context.tags,
    )


def render(context: Making) -> Response:
    """Name the bucket's place."""
    return Response(headers=(("Location", f"/{context.name}"),))


def not_a_directory(name: str) -> S3Error:
    """Return the refusal of a directory bucket without a directory bucket's name (DIR-002)."""
    text = "The name of a directory bucket is base--zone-id--x-s3"
    return S3Error(400, "InvalidBucketName", text, (("BucketName", name),))


def acl_with_ownership() -> S3Error:
    """Return the refusal of BucketOwnerEnforced on a bucket with grants to others."""
    return S3Error(
        400,
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    )


def _is_address(name: str) -> bool:
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True


CREATE_BUCKET: Final = Operation(
    name="CreateBucket",
    context=Making,
    checks=(
        somebody,
        legal_name,
        body_sound,
        body_intact,
        location,
        ownership,
        object_lock,
        acl,
        free_name,
    ),
    effect=make,
    render=render,
)
