"""CreateBucket, DeleteBucket, HeadBucket and ListDirectoryBuckets of directory buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.domain.names import CONTROL, directory_zone, is_address
from conformance.reference.domain.state import Bucket, Zone
from conformance.reference.domain.values import PublicAccessBlock
from conformance.reference.operations.buckets.list_head_delete import (
    BucketListing,
    continuation_token,
    delete,
    empty,
    next_token,
    somebody,
)
from conformance.reference.operations.checks import (
    argument,
    body_sound,
    expected_owner,
    known_bucket,
    whole_number,
)
from conformance.reference.operations.directory.checks import (
    host_of_its_zone,
    session_current,
    session_may_write,
    session_of_the_bucket,
    virtual_hosted,
    zone_of,
)
from conformance.reference.operations.subresources import body_intact, gone, xml_answer
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.access import authorize
from conformance.reference.rules.acl import private_acl
from conformance.reference.rules.documents import child, child_text, malformed_xml, parse_xml
from conformance.reference.xml import iso8601, optional

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Account, Request
    from conformance.reference.domain.state import World
    from conformance.reference.xml import Node

_MOST: Final = 1000
"""Buckets on one page."""


class Making(Context):
    """A request for a directory bucket."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.zone: Zone | None = None

    @property
    def name(self) -> str:
        """The bucket's name."""
        return self.request.bucket or ""

    @property
    def caller(self) -> Account:
        """The account that will own the bucket."""
        if self.request.caller is None:
            raise LookupError("a check has let an anonymous caller make a bucket")
        return self.request.caller


class Listing(BucketListing):
    """One page of the caller's directory buckets."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.limit = _MOST


def regional_host(context: Context) -> None:
    """Refuse the host of a zone: whole buckets are the business of the Regional endpoint.

    An SDK with an endpoint of its own sends them where it sends everything else.
    """
    request = context.request
    if request.zone not in (None, CONTROL):
        text = "Requests about whole directory buckets go to the Regional endpoint."
        raise S3Error(400, "InvalidRequest", text)
    if request.zone is None and not request.virtual_host and not is_address(request.host):
        virtual_hosted(context)


def legal_name(context: Making) -> None:
    """InvalidBucketName unless it is ``base--zone-id--x-s3`` of a zone that is there (DIR-002)."""
    zone = directory_zone(context.name)
    context.zone = next((one for one in context.world.zones if one.id == zone), None)
    if context.zone is None:
        raise S3Error(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
            (("BucketName", context.name),),
        )


def configuration(context: Making) -> None:
    """Refuse a configuration that is not that of a directory bucket in the zone of the name."""
    zone = context.zone
    if zone is None:
        raise LookupError("no check has found the zone")
    root = parse_xml(context.request.payload.data, "CreateBucketConfiguration")
    location, bucket = child(root, "Location"), child(root, "Bucket")
    if location is None or bucket is None:
        raise malformed_xml()
    given = (
        child_text(location, "Type"),
        child_text(location, "Name"),
        child_text(bucket, "Type"),
        child_text(bucket, "DataRedundancy"),
    )
    if child(root, "LocationConstraint") is not None or given != (
        zone.kind,
        zone.id,
        "Directory",
        zone.redundancy,
    ):
        text = "The configuration is not that of a directory bucket in the zone of its name."
        raise S3Error(400, "InvalidRequest", text)


def free_name(context: Making) -> None:
    """409 for a name that is taken in its zone (DIR-002), also by the caller."""
    bucket = context.world.buckets.get(context.name)
    if bucket is None:
        return
    mine = bucket.owner.id == context.caller.id
    raise S3Error(
        409,
        "BucketAlreadyOwnedByYou" if mine else "BucketAlreadyExists",
        "Your previous request to create the named bucket succeeded and you already own it."
        if mine
        else "The requested bucket name is not available.",
        (("BucketName", context.name),),
    )


def make(context: Making) -> None:
    """Make the bucket: all that can't be changed there is as it is on S3."""
    caller = context.caller
    context.world.buckets[context.name] = Bucket(
        name=context.name,
        owner=caller,
        created=context.request.now.replace(microsecond=0),
        region=context.world.region,
        acl=private_acl(caller.canonical_id),
        kind="directory",
        zone=context.zone,
        public_access_block=PublicAccessBlock(),
    )


def render_made(context: Making) -> Response:
    """Name the bucket's place."""
    return Response(headers=(("Location", f"/{context.name}"),))


def may(action: str) -> Callable[[Context], None]:
    """Return the check that the caller may do ``action``; a session may, for SDKs send one."""

    def authorised(context: Context) -> None:
        session_of_the_bucket(context)
        session_current(context)
        if action != "s3express:CreateSession":
            session_may_write(context)
        authorize(context.request, context.world, context.bucket, action)

    return authorised


def no_uploads(context: Context) -> None:
    """BucketNotEmpty while uploads are in progress (DIR-033)."""
    if any(upload.state == "active" for upload in context.bucket.uploads.values()):
        text = "The bucket you tried to delete is not empty"
        raise S3Error(409, "BucketNotEmpty", text, (("BucketName", context.bucket.name),))


def render_head(context: Context) -> Response:
    """Name region, zone and ARN."""
    bucket, zone = context.bucket, zone_of(context)
    arn = f"arn:aws:s3express:{bucket.region}:{bucket.owner.id}:bucket/{bucket.name}"
    return Response(
        headers=(
            ("x-amz-bucket-arn", arn),
            ("x-amz-bucket-location-type", zone.kind),
            ("x-amz-bucket-location-name", zone.id),
            ("x-amz-bucket-region", bucket.region),
            ("x-amz-access-point-alias", "false"),
            ("Content-Type", "application/xml"),
        )
    )


def max_directory_buckets(context: Listing) -> None:
    """InvalidArgument for a page size that isn't 0 to 1,000."""
    raw = context.request.query.get("max-directory-buckets")
    if raw is None:
        return
    value = whole_number(raw)
    if value is None or not 0 <= value <= _MOST:
        text = f"Argument max-directory-buckets must be an integer between 0 and {_MOST}"
        raise argument(text, "max-directory-buckets", raw)
    context.limit = value


def take_page(context: Listing) -> None:
    """Take the caller's directory buckets by name."""
    caller = context.request.caller
    following = [
        bucket
        for name, bucket in sorted(context.world.buckets.items())
        if bucket.zone is not None and bucket.owner == caller and name > context.after
    ]
    context.page = following[: context.limit]
    context.truncated = 0 < context.limit < len(following)


def render_list(context: Listing) -> Response:
    """Show the buckets, and a token when there are more."""
    shown: list[Node] = [
        ("Bucket", [("Name", one.name), ("CreationDate", iso8601(one.created))])
        for one in context.page
    ]
    return xml_answer(
        "ListAllMyDirectoryBucketsResult",
        [("Buckets", shown), *optional(("ContinuationToken", next_token(context)))],
    )


CREATE_DIRECTORY_BUCKET: Final = Operation(
    name="directory.CreateBucket",
    context=Making,
    checks=(
        somebody,
        regional_host,
        legal_name,
        body_sound,
        body_intact,
        configuration,
        free_name,
    ),
    effect=make,
    render=render_made,
)
HEAD_DIRECTORY_BUCKET: Final = Operation(
    name="directory.HeadBucket",
    context=Context,
    checks=(
        known_bucket,
        virtual_hosted,
        host_of_its_zone,
        expected_owner,
        may("s3express:CreateSession"),
    ),
    effect=no_effect,
    render=render_head,
)
DELETE_DIRECTORY_BUCKET: Final = Operation(
    name="directory.DeleteBucket",
    context=Context,
    checks=(
        known_bucket,
        regional_host,
        expected_owner,
        may("s3express:DeleteBucket"),
        empty,
        no_uploads,
    ),
    effect=delete,
    render=gone,
)
LIST_DIRECTORY_BUCKETS: Final = Operation(
    name="ListDirectoryBuckets",
    context=Listing,
    checks=(somebody, max_directory_buckets, continuation_token),
    effect=take_page,
    render=render_list,
)
