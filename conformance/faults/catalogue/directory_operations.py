"""Faults of directory buckets: what the operations of the family do otherwise there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    alters_part,
    alters_version,
    asks,
    cut_short,
    end_upload,
    has,
    made,
    show_object,
)
from conformance.faults.edits import (
    always,
    element,
    header,
    ignores,
    ignores_query,
    misnames,
    omits_element,
    restates,
    says_also,
    says_element,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    leaks,
    loses,
    orders,
    refuses,
)
from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.checks import no_such_upload
from conformance.reference.operations.directory.objects_and_uploads import (
    consecutive_parts,
    initiated_as_told,
)
from conformance.reference.operations.uploads.complete_parts import multipart_etag
from conformance.reference.pipeline import Settled

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response

_INITIATED: Final = "x-amz-if-match-initiated-time"
_ABORT_DATE: Final = "Sat, 31 Jan 2099 00:00:00 GMT"


def _first_is_one(context: op.Completing) -> None:
    """Ask for a part 1 and for nothing more."""
    if context.manifest[0].number != 1:
        consecutive_parts(context)


def _last_lost(context: op.ListingDirectoryUploads) -> None:
    """Leave the last upload of a page out that is followed by another."""
    if context.found.truncated:
        context.found.items = context.found.items[:-1]


def _from_the_start(context: op.ListingDirectoryUploads) -> None:
    context.after = ""


def _still_active(context: op.UploadContext) -> None:
    context.upload.state = "active"


def _never_settled(context: op.UploadContext) -> None:
    """Hold the condition, and refuse where there is no upload."""
    try:
        initiated_as_told(context)
    except Settled:
        raise no_such_upload(context.upload_id) from None


def _no_uploads_ever(context: op.Context) -> None:
    if context.bucket.uploads:
        raise S3Error(409, "BucketNotEmpty", "The bucket has had uploads")


def _with_upload_id_marker(request: Request, response: Response) -> Response:
    del request
    if b"<IsTruncated>true" not in response.body:
        return response
    said = b"<NextUploadIdMarker>none</NextUploadIdMarker><MaxUploads>"
    return replace(response, body=response.body.replace(b"<MaxUploads>", said, 1))


def _with_other_initiator(request: Request, response: Response) -> Response:
    del request
    other = f"<ID>{'0' * 64}</ID>"
    return element(response, "Initiator", always(other))


def _md5_of_part(context: op.PartContext) -> None:
    digest = made(context.part).blob.digest("MD5").hex()
    alters_part(etag=lambda _: digest)(context)


def _md5_of_object(context: op.Completing) -> None:
    version = made(context.version)
    version.etag = multipart_etag(list(version.parts))


def _one_byte_late(blob: Blob) -> Blob:
    return Blob(blob.data[1:] + blob.data[:1])


def _late_out_of_directory(context: op.CopyingPart) -> None:
    if context.source.bucket.zone is not None:
        alters_part(blob=_one_byte_late)(context)


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "dir.ops/gaps",
        "Part numbers may leave gaps",
        sw.Swallow(op.DIRECTORY_COMPLETE, "consecutive_parts"),
    ),
    accepts(
        "dir.ops/gaps-behind-one",
        "Part numbers may leave gaps after number 1",
        sw.Replace(op.DIRECTORY_COMPLETE, "consecutive_parts", _first_is_one),
    ),
    loses(
        "dir.ops/gap-ends-upload",
        "A completion with a gap is rejected and ends the upload",
        sw.Spoil(op.DIRECTORY_COMPLETE, "consecutive_parts", end_upload),
    ),
    answers(
        "dir.ops/gap-server-error",
        "A completion with a gap is answered with 500",
        misnames(op.DIRECTORY_COMPLETE, "InvalidPartOrder", "InternalError", 500),
    ),
    accepts(
        "dir.ops/any-delimiter",
        "Uploads are listed by any delimiter",
        sw.Swallow(op.DIRECTORY_LIST_UPLOADS, "prefix_and_delimiter", "", "only delimiter"),
    ),
    refuses(
        "dir.ops/no-delimiter",
        "Every delimiter is rejected",
        sw.Deny(op.DIRECTORY_LIST_UPLOADS, asks("delimiter")),
    ),
    accepts(
        "dir.ops/any-prefix",
        "Uploads are listed by half a name",
        sw.Swallow(
            op.DIRECTORY_LIST_UPLOADS, "prefix_and_delimiter", "", "does not end in a delimiter"
        ),
    ),
    leaks(
        "dir.ops/prefix-ignored",
        "The prefix of a list of uploads is ignored",
        ignores_query(op.DIRECTORY_LIST_UPLOADS, "prefix"),
    ),
    loses(
        "dir.ops/upload-on-no-page",
        "The last upload of a page is on none",
        sw.After(op.DIRECTORY_LIST_UPLOADS, _last_lost),
    ),
    orders(
        "dir.ops/first-page-for-ever",
        "Every page is the first one",
        sw.After(op.DIRECTORY_LIST_UPLOADS, _from_the_start, first=True),
    ),
    answers(
        "dir.ops/upload-id-marker",
        "A page names an upload id marker for the next one",
        sw.Say(op.DIRECTORY_LIST_UPLOADS, _with_upload_id_marker),
    ),
    answers(
        "dir.ops/no-key-marker",
        "A page does not name the marker of the next one",
        omits_element(op.DIRECTORY_LIST_UPLOADS, "NextKeyMarker"),
    ),
    leaks(
        "dir.ops/aborted-listed",
        "Aborted uploads stay in the list",
        sw.After(op.DIRECTORY_ABORT, _still_active),
    ),
    answers(
        "dir.ops/other-initiator",
        "The initiator of an upload is another than its owner",
        sw.Say(op.DIRECTORY_LIST_UPLOADS, _with_other_initiator),
    ),
    answers(
        "dir.ops/no-owner",
        "ListParts names no owner",
        omits_element(op.DIRECTORY_LIST_PARTS, "Owner"),
    ),
    answers(
        "dir.ops/class-of-list",
        "ListParts shows another storage class",
        says_element(op.DIRECTORY_LIST_PARTS, "StorageClass", always("STANDARD")),
    ),
    accepts(
        "dir.ops/abort-of-any-age",
        "The condition on the time of initiation is ignored",
        ignores(op.DIRECTORY_ABORT, _INITIATED),
    ),
    answers(
        "dir.ops/abort-conflict",
        "An abort whose condition does not hold is answered with 409",
        restates(op.DIRECTORY_ABORT, "PreconditionFailed", 409),
    ),
    refuses(
        "dir.ops/abort-on-condition",
        "Every condition on the time of initiation is rejected",
        sw.Deny(op.DIRECTORY_ABORT, has(_INITIATED)),
    ),
    answers(
        "dir.ops/abort-of-nothing",
        "An abort on condition of an upload that is gone is answered with NoSuchUpload",
        sw.Replace(op.DIRECTORY_ABORT, "initiated_as_told", _never_settled),
    ),
    accepts(
        "dir.ops/condition-elsewhere",
        "A general purpose bucket ignores the condition on the time of initiation",
        sw.Swallow(op.ABORT, "general_purpose_only"),
        should=True,
    ),
    accepts(
        "dir.ops/append-elsewhere",
        "A general purpose bucket treats an append as a put",
        ignores("PutObject", "x-amz-write-offset-bytes"),
        should=True,
    ),
    accepts(
        "dir.ops/rename-elsewhere",
        "A general purpose bucket treats a rename as a put",
        ignores("PutObject", "x-amz-rename-source"),
        should=True,
    ),
    loses(
        "dir.ops/deleted-with-uploads",
        "A bucket is deleted while uploads are in progress",
        sw.Swallow(op.DIRECTORY_DELETE_BUCKET, "no_uploads"),
    ),
    refuses(
        "dir.ops/never-deleted",
        "A bucket that ever had an upload is not deleted",
        sw.Replace(op.DIRECTORY_DELETE_BUCKET, "no_uploads", _no_uploads_ever),
    ),
    accepts(
        "dir.ops/any-etag",
        "A completion accepts any ETag",
        sw.Swallow(op.DIRECTORY_COMPLETE, "part_etags"),
    ),
    answers(
        "dir.ops/etag-of-part-is-md5",
        "The ETag of a part is the MD5 of its bytes",
        sw.After(op.DIRECTORY_PART, _md5_of_part),
        should=True,
    ),
    answers(
        "dir.ops/etag-of-object-is-md5",
        "The ETag of an object is made of MD5s",
        sw.After((*op.DIRECTORY_PART, *op.DIRECTORY_COPY), _md5_of_part),
        sw.After(op.DIRECTORY_COMPLETE, _md5_of_object),
        should=True,
    ),
    accepts(
        "dir.ops/content-md5",
        "Content-MD5 is ignored",
        ignores(op.DIRECTORY_PART, "Content-MD5"),
    ),
    *(
        answers(
            f"dir.ops/version-of-{slug}",
            f"{name} names a version",
            says_also(op.named_in_directory((name,)), "x-amz-version-id", "null"),
        )
        for slug, name in (
            ("create", op.CREATE),
            ("part", op.PART),
            ("complete", op.COMPLETE),
            ("object", "HeadObject"),
            ("delete", "DeleteObject"),
        )
    ),
    answers(
        "dir.ops/version-of-source",
        "A copied part names the version of its source",
        says_also(op.DIRECTORY_COPY, "x-amz-copy-source-version-id", "null"),
    ),
    answers(
        "dir.ops/charged",
        "The answer to CreateMultipartUpload shows a charge",
        says_also(op.DIRECTORY_CREATE, "x-amz-request-charged", "requester"),
    ),
    accepts(
        "dir.ops/any-checksum",
        "The checksum of a part is not compared",
        sw.Swallow(op.DIRECTORY_PART, "checksum_matches"),
    ),
    forgets(
        "dir.ops/no-parts-of-object",
        "GetObjectAttributes lists no parts",
        omits_element(op.DIRECTORY_ATTRIBUTES, "Part"),
    ),
    answers(
        "dir.ops/checksum-without-number",
        "GetObjectAttributes leaves the number of parts out of a checksum",
        says_element(
            op.DIRECTORY_ATTRIBUTES, "ChecksumCRC32C", lambda value: value.partition("-")[0]
        ),
    ),
    answers(
        "dir.ops/other-checksum-of-part",
        "GetObjectAttributes shows a wrong checksum of each part",
        says_element(
            op.DIRECTORY_ATTRIBUTES,
            "ChecksumCRC32C",
            lambda value: value if "-" in value else "AAAAAA==",
        ),
    ),
    loses(
        "dir.ops/replaced-all-the-same",
        "If-None-Match does not keep a completion from replacing an object",
        sw.Swallow(op.DIRECTORY_COMPLETE, "preconditions"),
    ),
    refuses(
        "dir.ops/no-condition",
        "If-None-Match is rejected by CompleteMultipartUpload",
        sw.Deny(op.DIRECTORY_COMPLETE, has("If-None-Match")),
    ),
    loses(
        "dir.ops/copied-from-elsewhere",
        "A copied part begins one byte late",
        sw.After(op.DIRECTORY_COPY, alters_part(blob=_one_byte_late)),
    ),
    loses(
        "dir.ops/copied-out-from-elsewhere",
        "A part copied out of a directory bucket begins one byte late",
        sw.After(op.COPY, _late_out_of_directory),
    ),
    refuses(
        "dir.ops/nothing-copied-out",
        "No part is copied out of a directory bucket",
        sw.Deny(op.COPY, lambda request: "--x-s3" in header(request, "x-amz-copy-source")),
    ),
    loses(
        "dir.ops/last-byte",
        "The object lacks its last byte",
        sw.After(op.DIRECTORY_COMPLETE, alters_version(blobs=cut_short)),
    ),
    leaks(
        "dir.ops/in-progress-as-object",
        "An upload in progress shows as an empty object",
        sw.After(op.DIRECTORY_CREATE, show_object),
    ),
    forgets(
        "dir.ops/in-progress-unseen",
        "A list of objects does not show the prefixes of uploads in progress",
        sw.After(op.DIRECTORY_LIST_OBJECTS, lambda context: context.page.prefixes.clear()),
        should=True,
    ),
    answers(
        "dir.no-lifecycle/create",
        "CreateMultipartUpload shows when the upload will be aborted",
        says_also(op.DIRECTORY_CREATE, "x-amz-abort-date", _ABORT_DATE),
    ),
    answers(
        "dir.no-lifecycle/list",
        "ListParts shows the rule that will abort the upload",
        says_also(op.DIRECTORY_LIST_PARTS, "x-amz-abort-rule-id", "rule"),
    ),
    answers(
        "dir.no-lifecycle/expiration",
        "CompleteMultipartUpload shows when the object expires",
        says_also(op.DIRECTORY_COMPLETE, "x-amz-expiration", f'expiry-date="{_ABORT_DATE}"'),
    ),
)
