"""The tags of objects and buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.operations.reading import ReadContext
from conformance.reference.operations.subresources import (
    gone,
    missing,
    reading,
    reading_version,
    version_headers,
    writing,
    writing_version,
    xml_answer,
)
from conformance.reference.pipeline import Context, Operation, no_effect
from conformance.reference.rules.tagging import MAX_BUCKET_TAGS, parse_tagging_document

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.rules.tagging import Tags
    from conformance.reference.xml import Node


class TaggingObject(ReadContext):
    """A request that sets an object's tags."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Tags = ()


class TaggingBucket(Context):
    """A request that sets a bucket's tags."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.wanted: Tags = ()


def object_tags(context: TaggingObject) -> None:
    """Everything that is wrong with up to ten tags (TAG-003..TAG-006)."""
    context.wanted = parse_tagging_document(context.request.payload.data)


def set_object_tags(context: TaggingObject) -> None:
    """Replace the version's tags."""
    context.version.tags = context.wanted


def drop_object_tags(context: ReadContext) -> None:
    """Take all tags off the version."""
    context.version.tags = ()


def render_object_tags(context: ReadContext) -> Response:
    """Show the tags, sorted by key (TAG-007)."""
    return xml_answer("Tagging", _tag_set(context.version.tags), version_headers(context))


def render_put_object_tags(context: TaggingObject) -> Response:
    """200, with the version's id."""
    return Response(headers=version_headers(context))


def render_drop_object_tags(context: ReadContext) -> Response:
    """204, with the version's id."""
    return Response(status=204, headers=version_headers(context))


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
    return xml_answer("Tagging", _tag_set(context.bucket.tags or ()))


def _tag_set(tags: Tags) -> list[Node]:
    shown: list[Node] = [("Tag", [("Key", key), ("Value", value)]) for key, value in tags]
    return [("TagSet", shown)]


GET_OBJECT_TAGGING: Final = Operation(
    name="GetObjectTagging",
    context=ReadContext,
    checks=reading_version("s3:GetObjectTagging"),
    effect=no_effect,
    render=render_object_tags,
)
PUT_OBJECT_TAGGING: Final = Operation(
    name="PutObjectTagging",
    context=TaggingObject,
    checks=(*writing_version("s3:PutObjectTagging"), object_tags),
    effect=set_object_tags,
    render=render_put_object_tags,
)
DELETE_OBJECT_TAGGING: Final = Operation(
    name="DeleteObjectTagging",
    context=ReadContext,
    checks=reading_version("s3:DeleteObjectTagging"),
    effect=drop_object_tags,
    render=render_drop_object_tags,
)
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
