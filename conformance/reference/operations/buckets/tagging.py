"""The tags of a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.operations.subresources import (
    gone,
    missing,
    reading,
    tag_set,
    writing,
    xml_answer,
)
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.tagging import MAX_BUCKET_TAGS, parse_tagging_document

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.domain.state import World
    from conformance.reference.rules.tagging import Tags


class TaggingBucket(Context):
    """A request that sets a bucket's tags."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Tags = ()


def bucket_tags(context: TaggingBucket) -> None:
    """Everything that is wrong with up to fifty tags."""
    body = context.request.payload.data
    context.wanted = parse_tagging_document(body, limit=MAX_BUCKET_TAGS)


def set_bucket_tags(context: TaggingBucket) -> None:
    """Replace the bucket's tags."""
    context.bucket.tags = context.wanted


def drop_bucket_tags(context: Context) -> None:
    """Take all tags off the bucket."""
    context.bucket.tags = None


def bucket_tagged(context: Context) -> None:
    """NoSuchTagSet for a bucket that was never tagged."""
    if not context.bucket.tags:
        raise missing("NoSuchTagSet", "The TagSet does not exist", context.bucket.name)


def render_bucket_tags(context: Context) -> Response:
    """Show the tags."""
    return xml_answer("Tagging", tag_set(context.bucket.tags or ()))


GET_BUCKET_TAGGING: Final = Operation(
    name="GetBucketTagging",
    context=Context,
    checks=(*reading("s3:GetBucketTagging"), bucket_tagged),
    effect=no_effect,
    render=render_bucket_tags,
)
PUT_BUCKET_TAGGING: Final = Operation(
    name="PutBucketTagging",
    context=TaggingBucket,
    checks=(*writing("s3:PutBucketTagging"), bucket_tags),
    effect=set_bucket_tags,
    render=gone,
)
DELETE_BUCKET_TAGGING: Final = Operation(
    name="DeleteBucketTagging",
    context=Context,
    checks=reading("s3:PutBucketTagging"),
    effect=drop_bucket_tags,
    render=gone,
)
