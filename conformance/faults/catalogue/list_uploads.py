"""Faults of ListMultipartUploads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import asks_beyond_a_page, asks_for_nothing
from conformance.faults.edits import (
    always,
    asking_query,
    ignores_query,
    misnames,
    omits_element,
    omits_field,
    says_element,
)
from conformance.faults.model import Fault, accepts, answers, forgets, orders, refuses
from conformance.reference.operations.paging import key_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Upload


def _sorts(place: Callable[[Any], Any]) -> sw.Step[op.ListingUploads]:
    """Return a step that puts the uploads of a page in another order."""

    def step(context: op.ListingUploads) -> None:
        context.page.items.sort(key=place)
        if context.page.items and context.page.last_item is not None:
            context.page.last_item = context.page.items[-1]

    return step


def _prefixes_free(context: op.ListingUploads, effect: sw.Step[op.ListingUploads]) -> None:
    """Let common prefixes not count against the limit."""
    limit = context.limit
    context.limit = 1000 if context.delimiter and limit else limit
    effect(context)
    context.limit = limit
    if context.delimiter and len(context.page.items) > limit > 0:
        del context.page.items[limit:]
        context.page.truncated = True


def _unmarked(context: op.ListingUploads) -> None:
    """Take any upload id marker for none."""
    marked = context.bucket.uploads.get(context.upload_id_marker)
    if marked is None or marked.key != context.key_marker:
        context.upload_id_marker = ""


def _prefix_anywhere(context: op.ListingUploads, effect: sw.Step[op.ListingUploads]) -> None:
    """Take the prefix for a text that may stand anywhere in a key."""
    prefix, context.prefix = context.prefix, ""
    effect(context)
    context.prefix = prefix


def _marker_inclusive(context: op.ListingUploads, effect: sw.Step[op.ListingUploads]) -> None:
    """Begin a page with the uploads of the key marker itself."""
    if context.key_marker and not context.upload_id_marker:
        marker = context.key_marker
        context.key_marker = marker[:-1] + chr(ord(marker[-1]) - 1) + "~"
        effect(context)
        context.key_marker = marker
    else:
        effect(context)


def _escaped_slash(value: str) -> str:
    return value.replace("/", "%2F")


def _ending_prefix(request: Request) -> Request:
    """Take a prefix to its last slash alone."""
    return asking_query(request, "prefix", lambda value: value.rpartition("/")[0] + "/")


def _utf16(upload: Upload) -> tuple[bytes, int]:
    return upload.key.encode("utf-16-be", "surrogatepass"), upload.sequence


FAULTS: Final[tuple[Fault, ...]] = (
    *(
        answers(
            f"list-uploads.shape/no-{name.lower()}",
            f"ListMultipartUploads has no {name}",
            omits_element(op.LIST_UPLOADS, name),
            known="F03",
        )
        for name in ("Initiator", "Owner", "StorageClass", "Initiated", "MaxUploads", "Bucket")
    ),
    orders(
        "list-uploads.order/newest-first",
        "Uploads of one key are listed newest first",
        sw.After(op.LIST_UPLOADS, _sorts(lambda one: (key_order(one.key), -one.sequence))),
        known="F07",
    ),
    orders(
        "list-uploads.order/as-they-began",
        "Uploads are listed in the order in which they began",
        sw.After(op.LIST_UPLOADS, _sorts(lambda one: one.sequence)),
        known="F07",
    ),
    orders(
        "list-uploads.order/utf-16",
        "Keys are sorted by their UTF-16 units",
        sw.After(op.LIST_UPLOADS, _sorts(_utf16)),
        known="F07",
    ),
    orders(
        "list-uploads.order/letter-case",
        "Keys are sorted whatever the case of their letters",
        sw.After(op.LIST_UPLOADS, _sorts(lambda one: (one.key.lower(), one.sequence))),
        known="F07",
    ),
    forgets(
        "list-uploads.paging/max-uploads-ignored",
        "max-uploads is ignored",
        ignores_query(op.LIST_UPLOADS, "max-uploads"),
        known="F12",
    ),
    orders(
        "list-uploads.paging/key-marker-ignored",
        "key-marker is ignored",
        ignores_query(op.LIST_UPLOADS, "key-marker"),
        known="F06",
    ),
    orders(
        "list-uploads.paging/upload-id-marker-ignored",
        "upload-id-marker is ignored",
        ignores_query(op.LIST_UPLOADS, "upload-id-marker"),
        known="F06",
    ),
    answers(
        "list-uploads.paging/never-truncated",
        "IsTruncated is always false",
        says_element(op.LIST_UPLOADS, "IsTruncated", always("false")),
        known="F06",
    ),
    answers(
        "list-uploads.paging/no-next-markers",
        "The markers of the next page are missing",
        omits_element(op.LIST_UPLOADS, "NextKeyMarker", "NextUploadIdMarker"),
        known="F06",
    ),
    orders(
        "list-uploads.paging/marker-inclusive",
        "A page begins with the uploads of the key marker itself",
        sw.Instead(op.LIST_UPLOADS, _marker_inclusive),
        known="F06",
    ),
    accepts(
        "list-uploads.markers/wrong-taken",
        "An upload-id-marker that does not belong to the key is ignored",
        sw.Replace(op.LIST_UPLOADS, "upload_id_marker", _unmarked),
        known="F08",
    ),
    refuses(
        "list-uploads.markers/alone-refused",
        "An upload-id-marker without a key-marker is rejected",
        sw.Deny(
            op.LIST_UPLOADS,
            lambda request: (
                "upload-id-marker" in request.query and not request.query.get("key-marker")
            ),
            code="InvalidArgument",
        ),
        known="F08",
    ),
    answers(
        "list-uploads.markers/other-code",
        "An upload-id-marker that does not belong to the key is answered with NoSuchUpload",
        misnames(op.LIST_UPLOADS, "InvalidArgument", "NoSuchUpload", 404, says="uploadId marker"),
        known="F08",
    ),
    forgets(
        "list-uploads.prefix-delimiter/no-prefix",
        "prefix is ignored",
        sw.Instead(op.LIST_UPLOADS, _prefix_anywhere),
        known="F05",
    ),
    answers(
        "list-uploads.prefix-delimiter/folder",
        "A prefix counts to its last slash alone",
        sw.Ask(op.LIST_UPLOADS, _ending_prefix),
        known="F05",
    ),
    forgets(
        "list-uploads.prefix-delimiter/no-delimiter",
        "delimiter is ignored",
        ignores_query(op.LIST_UPLOADS, "delimiter"),
        known="F11",
    ),
    answers(
        "list-uploads.prefix-delimiter/prefixes-free",
        "CommonPrefixes do not count against max-uploads",
        sw.Instead(op.LIST_UPLOADS, _prefixes_free),
        known="F11",
    ),
    answers(
        "list-uploads.prefix-delimiter/no-prefixes",
        "Keys with the delimiter are missing from the list",
        omits_element(op.LIST_UPLOADS, "CommonPrefixes"),
        known="F11",
    ),
    forgets(
        "list-uploads.encoding/ignored",
        "encoding-type is ignored",
        ignores_query(op.LIST_UPLOADS, "encoding-type"),
        known="F09",
    ),
    accepts(
        "list-uploads.encoding/any",
        "Any encoding-type is accepted",
        sw.Swallow(op.LIST_UPLOADS, "known_encoding"),
        known="F09",
    ),
    answers(
        "list-uploads.encoding/not-echoed",
        "The encoding is not named in the answer",
        omits_element(op.LIST_UPLOADS, "EncodingType"),
        known="F09",
    ),
    answers(
        "list-uploads.encoding/slashes-too",
        "Slashes are encoded, too",
        says_element(op.LIST_UPLOADS, "Key", _escaped_slash),
    ),
    refuses(
        "list-uploads.parameters/large-refused",
        "A max-uploads above 1,000 is rejected",
        sw.Deny(op.LIST_UPLOADS, asks_beyond_a_page("max-uploads"), code="InvalidArgument"),
    ),
    refuses(
        "list-uploads.parameters/empty-refused",
        "An empty max-uploads is rejected",
        sw.Deny(op.LIST_UPLOADS, asks_for_nothing("max-uploads"), code="InvalidArgument"),
    ),
    accepts(
        "list-uploads.parameters/bad-taken",
        "A max-uploads that is not a number is ignored",
        sw.Swallow(op.LIST_UPLOADS, "max_uploads"),
    ),
    answers(
        "list-uploads.parameters/unnamed-argument",
        "The rejection of max-uploads does not name the argument",
        omits_field(op.LIST_UPLOADS, "InvalidArgument", "ArgumentName", "ArgumentValue"),
        should=True,
    ),
)
