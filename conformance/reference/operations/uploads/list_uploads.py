"""ListMultipartUploads."""

from __future__ import annotations

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
from conformance.reference.operations.uploads.list_parts import checksum_kind, participants
from conformance.reference.pipeline import Context, Operation
from conformance.reference.rules.access import charged_headers
from conformance.reference.xml import CONTENT_TYPE, boolean, document, iso8601

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Upload, World
    from conformance.reference.xml import Node


class Listing(Context):
    """One page of uploads."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        query = request.query
        self.limit = PAGE
        self.encode = paging.encoder(False)
        self.url = False
        self.prefix = query.get("prefix") or ""
        self.delimiter = query.get("delimiter") or ""
        self.key_marker = query.get("key-marker") or ""
        # Without a key-marker it says nothing, and is not echoed either (LMU-007, LMU-031).
        self.upload_id_marker = (query.get("upload-id-marker") or "") if self.key_marker else ""
        self.page: paging.Page[Upload] = paging.Page()


def max_uploads(context: Listing) -> None:
    """Take a number from 0; above 1,000 it is taken as 1,000 (LMU-017..LMU-020)."""
    context.limit = min(integer(context, "max-uploads", PAGE), PAGE)


def known_encoding(context: Listing) -> None:
    """Refuse any encoding-type but ``url``, after max-uploads (LMU-014, LMU-021)."""
    context.url = encoding_type(context)
    context.encode = paging.encoder(context.url)


def upload_id_marker(context: Listing) -> None:
    """InvalidArgument unless it is an upload of the key-marker, ended or not (LMU-008, LMU-009)."""
    if not context.upload_id_marker:
        return
    marked = context.bucket.uploads.get(context.upload_id_marker)
    if marked is None or marked.key != context.key_marker:
        raise argument("Invalid uploadId marker", "upload-id-marker", context.upload_id_marker)


def take_page(context: Listing) -> None:
    """Take the active uploads behind the markers, by key, then by initiation (LMU-003)."""
    window = paging.Window(
        prefix=context.prefix,
        delimiter=context.delimiter,
        after=context.key_marker,
        limit=context.limit,
    )
    context.page = paging.take(_following(context), window)


def _following(context: Listing) -> Iterator[tuple[str, Upload]]:
    after = (paging.key_order(context.key_marker), float("inf"))
    if context.upload_id_marker:
        marked = context.bucket.uploads[context.upload_id_marker]
        after = (after[0], marked.sequence)
    placed = [
        ((paging.key_order(upload.key), upload.sequence), upload)
        for upload in context.bucket.uploads.values()
        if upload.state == "active"
    ]
    for place, upload in sorted(placed, key=lambda pair: pair[0]):
        if not context.key_marker or place > after:
            yield upload.key, upload


def render(context: Listing) -> Response:
    """Answer in the element order of XML-006.

    The next markers name the last entry even of a last page (LMU-002), but are empty when that
    entry is a common prefix (LMU-011, LMU-030).
    """
    encode = context.encode
    last = context.page.last_item
    children: list[Node] = [
        ("Bucket", context.bucket.name),
        ("KeyMarker", encode(context.key_marker)),
        ("UploadIdMarker", context.upload_id_marker),
        ("NextKeyMarker", encode(last.key) if last else ""),
        ("NextUploadIdMarker", last.id if last else ""),
    ]
    if context.delimiter:
        children.append(("Delimiter", encode(context.delimiter)))
    if context.prefix:
        children.append(("Prefix", encode(context.prefix)))
    if context.url:
        children.append(("EncodingType", "url"))
    children += [
        ("MaxUploads", str(context.limit)),
        ("IsTruncated", boolean(context.page.truncated)),
    ]
    for upload in context.page.items:
        children.append(
            (
                "Upload",
                [
                    ("Key", encode(upload.key)),
                    ("UploadId", upload.id),
                    *participants(upload),
                    ("StorageClass", upload.storage_class),
                    ("Initiated", iso8601(upload.initiated)),
                    *checksum_kind(upload),
                ],
            )
        )
    for prefix in context.page.prefixes:
        children.append(("CommonPrefixes", [("Prefix", encode(prefix))]))
    return Response(
        headers=(CONTENT_TYPE, *charged_headers(context.request, context.bucket)),
        body=document("ListMultipartUploadsResult", children),
        chunked=True,
    )


LIST_UPLOADS: Final = Operation(
    name="ListMultipartUploads",
    context=Listing,
    checks=(
        known_bucket,
        expected_owner,
        max_uploads,
        known_encoding,
        upload_id_marker,
        authorised("s3:ListBucketMultipartUploads"),
    ),
    effect=take_page,
    render=render,
)
