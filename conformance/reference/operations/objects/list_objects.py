"""ListObjectsV2 and ListObjects."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.operations import paging
from conformance.reference.operations.checks import (
    PAGE,
    argument,
    authorised,
    encoding_type,
    expected_owner,
    integer,
    known_bucket,
)
from conformance.reference.pipeline import Context, Operation
from conformance.reference.xml import CONTENT_TYPE, boolean, document, iso8601, quoted

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import ObjectVersion, World
    from conformance.reference.xml import Node


class Listing(Context):
    """One page of objects."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        query = request.query
        self.limit = PAGE
        self.url = False
        self.encode = paging.encoder(False)
        self.prefix = query.get("prefix") or ""
        self.delimiter = query.get("delimiter") or ""
        self.after = ""
        self.page: paging.Page[ObjectVersion] = paging.Page()


def max_keys(context: Listing) -> None:
    """Take a number from 0; above 1,000 it is taken as 1,000."""
    context.limit = min(integer(context, "max-keys", PAGE), PAGE)


def known_encoding(context: Listing) -> None:
    """InvalidArgument for any encoding-type but ``url``."""
    context.url = encoding_type(context)
    context.encode = paging.encoder(context.url)


def continuation(context: Listing) -> None:
    """InvalidArgument for a token that no page has given; it goes before start-after."""
    token = context.request.query.get("continuation-token")
    context.after = context.request.query.get("start-after") or ""
    if token is None:
        return
    try:
        context.after = base64.urlsafe_b64decode(token).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        context.after = ""
    if not context.after:
        raise argument(paging.BAD_TOKEN, "continuation-token")


def marker(context: Listing) -> None:
    """Take the marker of version 1, which may be any text."""
    context.after = context.request.query.get("marker") or ""


def take_page(context: Listing) -> None:
    """Take the current versions behind the marker, by key; delete markers hide their key."""
    after = paging.key_order(context.after)
    window = paging.Window(
        prefix=context.prefix,
        delimiter=context.delimiter,
        after=context.after,
        limit=context.limit,
    )
    objects = context.bucket.objects
    keys = [key for key in objects if not context.after or paging.key_order(key) > after]
    current = ((key, objects[key][-1]) for key in sorted(keys, key=paging.key_order))
    shown = ((key, version) for key, version in current if not version.delete_marker)
    context.page = paging.take(shown, window)


def render(context: Listing) -> Response:
    """Answer version 2."""
    token = None
    if context.page.truncated:
        last = paging.key_order(_last(context))
        token = base64.urlsafe_b64encode(last).decode("ascii")
    return listed(context, token)


def listed(context: Listing, following: str | None) -> Response:
    """Answer version 2, with the token of the following page if there is one."""
    query, encode, page = context.request.query, context.encode, context.page
    children: list[Node] = [
        ("Name", context.bucket.name),
        ("Prefix", encode(context.prefix)),
    ]
    token = query.get("continuation-token")
    if token is not None:
        children.append(("ContinuationToken", token))
    if following is not None:
        children.append(("NextContinuationToken", following))
    if query.get("start-after"):
        children.append(("StartAfter", encode(query.get("start-after") or "")))
    children.append(("KeyCount", str(page.count)))
    children += _tail(context)
    owner = query.get("fetch-owner") == "true"
    children += _entries(context, owner=owner)
    return Response(
        headers=(CONTENT_TYPE,), body=document("ListBucketResult", children), chunked=True
    )


def render_first(context: Listing) -> Response:
    """Answer version 1: NextMarker only with a delimiter, the owner always."""
    encode = context.encode
    children: list[Node] = [
        ("Name", context.bucket.name),
        ("Prefix", encode(context.prefix)),
        ("Marker", encode(context.after)),
    ]
    if context.page.truncated and context.delimiter:
        children.append(("NextMarker", encode(_last(context))))
    children += _tail(context)
    children += _entries(context, owner=True)
    return Response(
        headers=(CONTENT_TYPE,), body=document("ListBucketResult", children), chunked=True
    )


def _tail(context: Listing) -> list[Node]:
    children: list[Node] = [("MaxKeys", str(context.limit))]
    if context.delimiter:
        children.append(("Delimiter", context.encode(context.delimiter)))
    if context.url:
        children.append(("EncodingType", "url"))
    children.append(("IsTruncated", boolean(context.page.truncated)))
    return children


def _entries(context: Listing, *, owner: bool) -> list[Node]:
    children: list[Node] = [
        ("Contents", _object(context, version, owner=owner)) for version in context.page.items
    ]
    children += [
        ("CommonPrefixes", [("Prefix", context.encode(prefix))]) for prefix in context.page.prefixes
    ]
    return children


def _object(context: Listing, version: ObjectVersion, *, owner: bool) -> list[Node]:
    children: list[Node] = [
        ("Key", context.encode(version.key)),
        ("LastModified", iso8601(version.modified)),
        ("ETag", quoted(version.etag)),
    ]
    if version.checksum is not None:
        children.append(("ChecksumAlgorithm", version.checksum.algorithm))
        children.append(("ChecksumType", version.checksum.type))
    children.append(("Size", str(version.size)))
    if owner:
        children.append(("Owner", [("ID", version.owner.canonical_id)]))
    children.append(("StorageClass", version.storage_class))
    return children


def _last(context: Listing) -> str:
    """Return the key or common prefix that ends the page."""
    page = context.page
    return page.last_item.key if page.last_item is not None else page.last_prefix or ""


LIST_OBJECTS_V2: Final = Operation(
    name="ListObjectsV2",
    context=Listing,
    checks=(
        known_bucket,
        expected_owner,
        max_keys,
        known_encoding,
        continuation,
        authorised("s3:ListBucket"),
    ),
    effect=take_page,
    render=render,
)

LIST_OBJECTS: Final = Operation(
    name="ListObjects",
    context=Listing,
    checks=(
        known_bucket,
        expected_owner,
        max_keys,
        known_encoding,
        marker,
        authorised("s3:ListBucket"),
    ),
    effect=take_page,
    render=render_first,
)
