"""Faults of what is said or read in passing: odd parameters, dates, versions, descriptions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import asks_for_nothing, show_object
from conformance.faults.edits import (
    body,
    header,
    omits,
    pretends,
    says_also,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    leaks,
    orders,
    refuses,
)
from conformance.reference.domain.messages import Pairs, Response

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_EXPIRATION: Final = "x-amz-expiration"
_NEVER: Final = 'expiry-date="Sat, 01 Jan 2050 00:00:00 GMT", rule-id="none"'
_UPLOAD_ID: Final = re.compile(rb"<UploadId>([^<]*)</UploadId>")
_NO_UPLOADS: Final = Response(
    headers=(("Content-Type", "application/xml"),),
    body=(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"
    ),
)


def _last_counts(operations: sw.Operations, *names: str) -> sw.Ask:
    """Let the last of several query parameters of one name count, not the first."""

    def change(request: Request) -> Request:
        items = request.query.items
        last = {name: value for name, value in items if name in names}
        changed = tuple((name, last.get(name, value)) for name, value in items)
        return request if changed == items else replace(request, query=Pairs(changed))

    return sw.Ask(operations, change)


def _dots_resolved(request: Request) -> Request:
    """Take a key for a path in a file system."""
    segments: list[str] = []
    for segment in (request.key or "").split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment != ".":
            segments.append(segment)
    key = "/".join(segments)
    return request if key in ("", request.key) else replace(request, key=key)


def _has_body(request: Request) -> bool:
    return header(request, "content-length") not in ("", "0")


def _last_upload_marked(request: Request, response: Response) -> Response:
    """Name the last upload of a page as buckets of the other kind do."""
    del request
    listed = _UPLOAD_ID.findall(response.body)
    if not listed:
        return response
    marker = f"<NextUploadIdMarker>{listed[-1].decode()}</NextUploadIdMarker>"
    return body(response, "<MaxUploads>", f"{marker}<MaxUploads>")


FAULTS: Final[tuple[Fault, ...]] = (
    orders(
        "complete.precedence/rights-before-document",
        "A caller without permission is denied before the document of a completion is read",
        sw.Move(op.COMPLETE, "authorised", "manifest"),
        should=True,
    ),
    refuses(
        "life.create-returns-id/body-refused",
        "CreateMultipartUpload with a body is rejected",
        sw.Deny(op.CREATE, _has_body, code="MalformedXML"),
        should=True,
    ),
    answers(
        "life.id-binds-parts/last-of-two",
        "Of two upload ids in one request the last one counts",
        _last_counts((op.PART, op.COPY, op.LIST_PARTS, op.COMPLETE, op.ABORT), "uploadId"),
    ),
    forgets(
        "life.expiration/none",
        "A completion does not name which rule will expire the object, and when",
        omits(op.COMPLETE, _EXPIRATION),
        should=True,
    ),
    answers(
        "life.expiration/without-rule",
        "Every completion shows when the object will expire, whether a rule matches or not",
        says_also(op.COMPLETE, _EXPIRATION, _NEVER),
        should=True,
    ),
    forgets(
        "life.expiration/not-on-reads",
        "HeadObject does not name the rule that will expire the object",
        omits("HeadObject", _EXPIRATION),
    ),
    accepts(
        "life.lifecycle-abort-date/tags-taken",
        "A lifecycle rule that aborts uploads by tags is accepted",
        sw.Swallow("PutBucketLifecycleConfiguration", "lifecycle_document", says="with Tags"),
    ),
    answers(
        "list-parts.parameters/last-of-two",
        "Of a parameter that comes twice the last one counts",
        _last_counts(op.LIST_PARTS, "max-parts", "part-number-marker"),
    ),
    refuses(
        "list-uploads.paging/empty-markers-refused",
        "The empty markers of the last page are rejected when a client sends them back",
        sw.Deny(op.LIST_UPLOADS, asks_for_nothing("upload-id-marker"), code="InvalidArgument"),
    ),
    accepts(
        "list-uploads.parameters/on-a-key",
        "A listing of uploads that names a key is answered as one that finds none",
        pretends(op.NONE, "InvalidRequest", _NO_UPLOADS, says="Key is not expected"),
        should=True,
    ),
    answers(
        "dir.ops/last-upload-marked",
        "A list of uploads names the last upload as a marker, as in general purpose buckets",
        sw.Say(op.DIRECTORY_LIST_UPLOADS, _last_upload_marked),
    ),
    leaks(
        "key.any/dot-segments-resolved",
        "An upload to a key with dot segments is begun at the key that they lead to",
        sw.Ask(op.CREATE, _dots_resolved),
    ),
    accepts(
        "copy.source-missing/archived-taken",
        "A source in an archive is copied as if it had been restored",
        sw.Swallow(op.COPY, "source_readable", "ObjectNotInActiveTierError"),
        should=True,
    ),
    answers(
        "version.complete/shown-early",
        "A version is listed from the first part on",
        sw.After(op.PART, show_object),
    ),
    answers(
        "read.attributes/other-root",
        "The document of GetObjectAttributes has the name of its shape in the model",
        sw.Say(op.ATTRIBUTES, lambda _, said: body(said, "AttributesResponse", "AttributesOutput")),
        should=True,
    ),
    forgets(
        "read.attributes/no-last-modified",
        "GetObjectAttributes does not show when the object was made",
        omits(op.ATTRIBUTES, "Last-Modified"),
    ),
    forgets(
        "xml.success/no-last-modified",
        "GetObject and HeadObject do not show when the object was made",
        omits(op.READS, "Last-Modified"),
        should=True,
    ),
    forgets(
        "xml.success/no-accept-ranges",
        "GetObject and HeadObject do not say that ranges are supported",
        omits(op.READS, "Accept-Ranges"),
        should=True,
    ),
)
