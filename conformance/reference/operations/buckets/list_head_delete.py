"""HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations import paging
from conformance.reference.operations.checks import argument, whole_number
from conformance.reference.operations.subresources import gone, reading, xml_answer
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.access import access_denied
from conformance.reference.xml import iso8601, optional

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket, World
    from conformance.reference.xml import Node

_MAX_BUCKETS: Final = 10_000
_FIRST_REGION: Final = "us-east-1"
"""The region that a location constraint names by being empty."""


class BucketListing(Context):
    """One page of the caller's buckets."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.limit = _MAX_BUCKETS
        self.after = ""
        self.page: list[Bucket] = []
        self.truncated = False


def somebody(context: Context) -> None:
    """AccessDenied for nobody, who owns no buckets."""
    if context.request.caller is None:
        raise access_denied()


def max_buckets(context: BucketListing) -> None:
    """InvalidArgument for a page size that isn't 1 to 10,000."""
    raw = context.request.query.get("max-buckets")
    if raw is None:
        return
    value = whole_number(raw)
    if value is None or not 1 <= value <= _MAX_BUCKETS:
        text = f"Argument max-buckets must be an integer between 1 and {_MAX_BUCKETS}"
        raise argument(text, "max-buckets", raw)
    context.limit = value


def continuation_token(context: BucketListing) -> None:
    """InvalidArgument for a token that no page has given."""
    raw = context.request.query.get("continuation-token")
    if not raw:
        return
    try:
        context.after = base64.b64decode(raw, altchars="-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise argument(paging.BAD_TOKEN, "continuation-token", raw) from None


def next_token(context: BucketListing) -> str | None:
    """Return the token of the following page, or None when there is none."""
    if not context.truncated:
        return None
    return base64.urlsafe_b64encode(context.page[-1].name.encode()).decode()


def take_page(context: BucketListing) -> None:
    """Take the caller's buckets by name, of the prefix and region asked for."""
    query, caller = context.request.query, context.request.caller
    prefix, region = query.get("prefix") or "", query.get("bucket-region")
    following = [
        bucket
        for name, bucket in sorted(context.world.buckets.items())
        if bucket.owner == caller
        and bucket.kind == "general-purpose"
        and name.startswith(prefix)
        and name > context.after
        and region in (None, bucket.region)
    ]
    context.page = following[: context.limit]
    context.truncated = len(following) > context.limit


def render_list(context: BucketListing) -> Response:
    """Show owner and buckets, with their region on a page that was asked for as such."""
    caller = context.request.caller
    paged = any(name in context.request.query for name in ("max-buckets", "bucket-region"))
    shown: list[Node] = [
        (
            "Bucket",
            [
                ("Name", bucket.name),
                ("CreationDate", iso8601(bucket.created)),
                *optional(("BucketRegion", bucket.region if paged else None)),
            ],
        )
        for bucket in context.page
    ]
    return xml_answer(
        "ListAllMyBucketsResult",
        [
            ("Owner", [("ID", "" if caller is None else caller.canonical_id)]),
            ("Buckets", shown),
            *optional(
                ("ContinuationToken", next_token(context)),
                ("Prefix", context.request.query.get("prefix")),
            ),
        ],
        typed=True,
    )


def empty(context: Context) -> None:
    """BucketNotEmpty while there are objects or versions; uploads don't count (VER-004)."""
    bucket = context.bucket
    if not bucket.objects:
        return
    message = "The bucket you tried to delete is not empty"
    if bucket.versioning is not None:
        message += ". You must delete all versions in the bucket."
    raise S3Error(409, "BucketNotEmpty", message, (("BucketName", bucket.name),))


def delete(context: Context) -> None:
    """Forget the bucket with all its uploads (RPL-013)."""
    del context.world.buckets[context.bucket.name]


def render_head(context: Context) -> Response:
    """Name the bucket's region."""
    return Response(
        headers=(
            ("x-amz-bucket-region", context.bucket.region),
            ("x-amz-access-point-alias", "false"),
            ("Content-Type", "application/xml"),
        )
    )


def render_location(context: Context) -> Response:
    """Name the region; us-east-1 has no name here."""
    region = context.bucket.region
    answer = xml_answer("LocationConstraint", [], typed=True)
    if region == _FIRST_REGION:
        return answer
    return replace(answer, body=answer.body.replace(b"></", f">{region}</".encode(), 1))


LIST_BUCKETS: Final = Operation(
    name="ListBuckets",
    context=BucketListing,
    checks=(somebody, max_buckets, continuation_token),
    effect=take_page,
    render=render_list,
)
HEAD_BUCKET: Final = Operation(
    name="HeadBucket",
    context=Context,
    checks=reading("s3:ListBucket"),
    effect=no_effect,
    render=render_head,
)
DELETE_BUCKET: Final = Operation(
    name="DeleteBucket",
    context=Context,
    checks=(*reading("s3:DeleteBucket"), empty),
    effect=delete,
    render=gone,
)
GET_BUCKET_LOCATION: Final = Operation(
    name="GetBucketLocation",
    context=Context,
    checks=reading("s3:GetBucketLocation"),
    effect=no_effect,
    render=render_location,
)
