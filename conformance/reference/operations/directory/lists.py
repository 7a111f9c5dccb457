"""ListMultipartUploads and ListObjectsV2 of directory buckets: no order of keys, opaque markers."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations import paging
from conformance.reference.operations.checks import argument
from conformance.reference.operations.directory.checks import READING, in_directory
from conformance.reference.operations.objects import list_objects
from conformance.reference.operations.uploads import list_uploads
from conformance.reference.operations.uploads.list_parts import checksum_kind, participants
from conformance.reference.routing import not_implemented
from conformance.reference.xml import CONTENT_TYPE, boolean, document, iso8601, optional

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Upload, World
    from conformance.reference.pipeline import Context
    from conformance.reference.xml import Node

T = TypeVar("T")

_DELIMITER: Final = "/"
_HALF_PREFIX: Final = (
    "This bucket does not support a prefix that does not end in a delimiter. "
    "Specify a prefix path ending with a delimiter and try again."
)


@dataclass(slots=True)
class Page(Generic[T]):
    """One page in the order of `place`."""

    items: list[T] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last: str = ""
    """Place of the last entry."""
    truncated: bool = False


def place(name: str, further: int = 0) -> str:
    """Return where an entry stands: an order that is total, lasting, and not that of keys."""
    return f"{sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}{further:016x}"


def take(
    entries: Iterable[tuple[str, int, T | None]],
    *,
    prefix: str,
    delimiter: str,
    after: str,
    limit: int,
) -> Page[T]:
    """Return the entries of a page: key, a number that tells entries of one key apart, and item.

    An entry without an item shows in its common prefix alone.
    """
    found: dict[str, T | str] = {}
    for key, number, item in entries:
        if not key.startswith(prefix):
            continue
        end = key.find(delimiter, len(prefix)) if delimiter else -1
        if end >= 0:
            common = key[: end + len(delimiter)]
            found[place(common)] = common
        elif item is not None:
            found[place(key, number)] = item
    following = sorted(at for at in found if at > after)
    page: Page[T] = Page(truncated=0 < limit < len(following))
    for at in following[:limit]:
        entry = found[at]
        page.last = at
        if isinstance(entry, str):
            page.prefixes.append(entry)
        else:
            page.items.append(entry)
    return page


def as_token(at: str) -> str:
    """Return a place as the opaque text that answers name it by."""
    return base64.urlsafe_b64encode(bytes.fromhex(at)).decode("ascii")


def from_token(token: str) -> str:
    """Return the place that a token names; ValueError for what is none."""
    try:
        at = base64.b64decode(token, altchars="-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(at) != 24:
        raise ValueError("of another length")
    return at.hex()


def prefix_and_delimiter(context: Context) -> None:
    """Refuse a delimiter but ``/`` and a prefix that does not end in it (DIR-026).

    The code for the prefix is that of DIR-037; for the delimiter none is known.
    """
    query = context.request.query
    prefix, delimiter = query.get("prefix"), query.get("delimiter")
    if delimiter and delimiter != _DELIMITER:
        raise argument(f"The only delimiter is {_DELIMITER}", "delimiter", delimiter)
    if prefix and not prefix.endswith(_DELIMITER):
        raise S3Error(400, "InvalidRequest", _HALF_PREFIX)


class Uploads(list_uploads.Listing):
    """One page of uploads."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.after = ""
        self.found: Page[Upload] = Page()


def no_upload_id_marker(context: Uploads) -> None:
    """501 for upload-id-marker, which directory buckets do not support (DIR-028)."""
    if context.request.query.get("upload-id-marker"):
        raise not_implemented(("QueryParameter", "upload-id-marker"))


def key_marker(context: Uploads) -> None:
    """InvalidArgument for a key-marker that no page has given: it is no key (DIR-028)."""
    raw = context.request.query.get("key-marker")
    if raw:
        try:
            context.after = from_token(raw)
        except ValueError:
            raise argument("Invalid key-marker", "key-marker", raw) from None


def take_uploads(context: Uploads) -> None:
    """Take a page of the active uploads (DIR-027)."""
    context.found = take(
        (
            (upload.key, upload.sequence, upload)
            for upload in context.bucket.uploads.values()
            if upload.state == "active"
        ),
        prefix=context.prefix,
        delimiter=context.delimiter,
        after=context.after,
        limit=context.limit,
    )


def render_uploads(context: Uploads) -> Response:
    """Answer without upload id markers."""
    page, encode = context.found, context.encode
    children: list[Node] = [
        ("Bucket", context.bucket.name),
        ("KeyMarker", context.request.query.get("key-marker") or ""),
        *optional(("NextKeyMarker", as_token(page.last) if page.truncated else None)),
        *optional(("Delimiter", encode(context.delimiter) if context.delimiter else None)),
        *optional(("Prefix", encode(context.prefix) if context.prefix else None)),
        *optional(("EncodingType", "url" if context.url else None)),
        ("MaxUploads", str(context.limit)),
        ("IsTruncated", boolean(page.truncated)),
    ]
    for upload in page.items:
        entry: list[Node] = [
            ("Key", encode(upload.key)),
            ("UploadId", upload.id),
            *participants(upload),
            ("StorageClass", upload.storage_class),
            ("Initiated", iso8601(upload.initiated)),
            *checksum_kind(upload),
        ]
        children.append(("Upload", entry))
    children += [("CommonPrefixes", [("Prefix", encode(prefix))]) for prefix in page.prefixes]
    return Response(headers=(CONTENT_TYPE,), body=document("ListMultipartUploadsResult", children))


class Objects(list_objects.Listing):
    """One page of objects."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.last = ""


def continuation(context: Objects) -> None:
    """InvalidArgument for a token that no page has given; 501 for start-after."""
    if context.request.query.get("start-after"):
        raise not_implemented(("QueryParameter", "start-after"))
    raw = context.request.query.get("continuation-token")
    if raw is not None:
        try:
            context.after = from_token(raw)
        except ValueError:
            raise argument(paging.BAD_TOKEN, "continuation-token") from None


def take_objects(context: Objects) -> None:
    """Take a page of objects; uploads in progress show in common prefixes too (DIR-032)."""
    bucket = context.bucket
    stored = [(key, 0, versions[-1]) for key, versions in bucket.objects.items()]
    begun = [(one.key, 0, None) for one in bucket.uploads.values() if one.state == "active"]
    found = take(
        [*begun, *stored],
        prefix=context.prefix,
        delimiter=context.delimiter,
        after=context.after,
        limit=context.limit,
    )
    context.page.items, context.page.prefixes = found.items, found.prefixes
    context.page.truncated, context.last = found.truncated, found.last


def render_objects(context: Objects) -> Response:
    """Answer version 2, the only one."""
    token = as_token(context.last) if context.page.truncated else None
    return list_objects.listed(context, token)


LIST_DIRECTORY_UPLOADS: Final = replace(
    in_directory(
        list_uploads.LIST_UPLOADS,
        READING,
        without=("authorised",),
        instead={"upload_id_marker": (prefix_and_delimiter, no_upload_id_marker, key_marker)},
    ),
    context=Uploads,
    effect=take_uploads,
    render=render_uploads,
)
LIST_DIRECTORY_OBJECTS: Final = replace(
    in_directory(
        list_objects.LIST_OBJECTS_V2,
        READING,
        without=("authorised",),
        instead={"continuation": (prefix_and_delimiter, continuation)},
    ),
    context=Objects,
    effect=take_objects,
    render=render_objects,
)
