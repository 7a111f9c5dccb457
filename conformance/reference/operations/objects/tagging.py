"""The tags of an object's version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.operations.reading import ReadContext
from conformance.reference.operations.subresources import (
    reading_version,
    tag_set,
    version_headers,
    writing_version,
    xml_answer,
)
from conformance.reference.pipeline import Operation, no_effect
from conformance.reference.rules.tagging import parse_tagging_document

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import World
    from conformance.reference.rules.tagging import Tags


class TaggingObject(ReadContext):
    """A request that sets an object's tags."""

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
    return xml_answer("Tagging", tag_set(context.version.tags), version_headers(context))


def render_put_object_tags(context: TaggingObject) -> Response:
    """200, with the version's id."""
    return Response(headers=version_headers(context))


def render_drop_object_tags(context: ReadContext) -> Response:
    """204, with the version's id."""
    return Response(status=204, headers=version_headers(context))


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
