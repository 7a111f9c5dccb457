"""ListObjectVersions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response
from conformance.reference.domain.versions import NULL, is_version_id
from conformance.reference.operations import paging
from conformance.reference.operations.checks import (
    PAGE,
    argument,
    authorised,
    expected_owner,
    integer,
    known_bucket,
    whole_number,
)
from conformance.reference.operations.objects.list_objects import Listing as ObjectListing
from conformance.reference.operations.objects.list_objects import known_encoding
from conformance.reference.pipeline import Operation
from conformance.reference.xml import CONTENT_TYPE, boolean, document, iso8601, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import ObjectVersion, World
    from conformance.reference.xml import Node


class Listing(ObjectListing):
    """One page of versions."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.key_marker = request.query.get("key-marker") or ""
        self.version_id_marker = request.query.get("version-id-marker")
        self.told_limit = PAGE
        """What the answer says of the limit: the number that was asked for (MS-066)."""
        self.latest: set[tuple[str, str]] = set()
        """Key and version id of the versions on the page that are current."""


def most_versions(context: Listing) -> None:
    """Take a number from 0; above 1,000 it is told and taken as 1,000 (MS-062, MS-063, MS-066)."""
    raw = context.request.query.get("max-keys")
    if raw is not None and (whole_number(raw) or 0) < 0:
        raise argument("max-keys cannot be negative", "max-keys")
    context.told_limit = integer(context, "max-keys", PAGE)
    context.limit = min(context.told_limit, PAGE)


def version_id_marker(context: Listing) -> None:
    """InvalidArgument for one that has no key-marker, is empty or was never given (MS-065)."""
    given = context.version_id_marker
    if given is None:
        return
    text = "Invalid version id specified"
    if "key-marker" not in context.request.query:
        text = "A version-id marker cannot be specified without a key marker."
    elif given == "":
        text = "A version-id marker cannot be empty."
    elif given == NULL or is_version_id(given):
        return
    raise argument(text, "version-id-marker", given)


def no_null_character(context: Listing) -> None:
    """InvalidArgument for a key-marker or a prefix with U+0000."""
    for name in ("key-marker", "prefix"):
        given = context.request.query.get(name) or ""
        if "\0" in given:
            text = "Value must be a sequence of Unicode characters and cannot include Null."
            raise argument(text, name, given)


def take_page(context: Listing) -> None:
    """Take versions and delete markers behind the markers: by key, the newest first."""
    window = paging.Window(
        prefix=context.prefix,
        delimiter=context.delimiter,
        after="" if context.version_id_marker else context.key_marker,
        limit=context.limit,
    )
    context.page = paging.take(_following(context), window)
    context.latest = {
        (version.key, version.version_id)
        for version in context.page.items
        if context.bucket.current(version.key) is version
    }


def _following(context: Listing) -> Iterator[tuple[str, ObjectVersion]]:
    objects, after = context.bucket.objects, paging.key_order(context.key_marker)
    for key in sorted(objects, key=paging.key_order):
        if context.key_marker and paging.key_order(key) < after:
            continue
        newest_first = objects[key][::-1]
        if context.key_marker == key:
            ids = [version.version_id for version in newest_first]
            marked = context.version_id_marker
            newest_first = newest_first[ids.index(marked) + 1 :] if marked in ids else []
        for version in newest_first:
            yield key, version


def render(context: Listing) -> Response:
    """Answer with versions and delete markers in one order."""
    encode, page = context.encode, context.page
    children: list[Node] = [
        ("Name", context.bucket.name),
        ("Prefix", encode(context.prefix)),
        ("KeyMarker", encode(context.key_marker)),
        ("VersionIdMarker", context.version_id_marker or ""),
    ]
    if page.truncated:
        last = page.last_item
        children.append(("NextKeyMarker", encode(last.key if last else page.last_prefix or "")))
        if last is not None:
            children.append(("NextVersionIdMarker", last.version_id))
    children.append(("MaxKeys", str(context.told_limit)))
    if "delimiter" in context.request.query:
        children.append(("Delimiter", encode(context.delimiter)))
    if context.url:
        children.append(("EncodingType", "url"))
    children.append(("IsTruncated", boolean(page.truncated)))
    children += [_version(context, version) for version in page.items]
    children += [("CommonPrefixes", [("Prefix", encode(prefix))]) for prefix in page.prefixes]
    return Response(
        headers=(CONTENT_TYPE,), body=document("ListVersionsResult", children), chunked=True
    )


def _version(context: Listing, version: ObjectVersion) -> Node:
    latest = (version.key, version.version_id) in context.latest
    children: list[Node] = [
        ("Key", context.encode(version.key)),
        ("VersionId", version.version_id),
        ("IsLatest", boolean(latest)),
        ("LastModified", iso8601(version.modified)),
    ]
    owner: Node = ("Owner", [("ID", version.owner.canonical_id)])
    if version.delete_marker:
        return "DeleteMarker", [*children, owner]
    children.append(("ETag", quoted(version.etag)))
    if version.checksum is not None:
        children.append(("ChecksumAlgorithm", version.checksum.algorithm))
        children.append(("ChecksumType", version.checksum.type))
    children += [("Size", str(version.size)), owner, ("StorageClass", version.storage_class)]
    return "Version", children


LIST_VERSIONS: Final = Operation(
    name="ListObjectVersions",
    context=Listing,
    checks=(
        known_bucket,
        expected_owner,
        most_versions,
        version_id_marker,
        known_encoding,
        no_null_character,
        authorised("s3:ListBucketVersions"),
    ),
    effect=take_page,
    render=render,
)
