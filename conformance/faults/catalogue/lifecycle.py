"""Faults of the life of an upload: the create, its id, its parts, its object."""

from __future__ import annotations

from typing import Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import (
    alters_version,
    any_key,
    cut_short,
    drop_object,
    made,
    show_object,
    spoilt,
)
from conformance.faults.edits import (
    always,
    misnames,
    omits_element,
    pretends,
    says_element,
    says_status,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    leaks,
    loses,
    orders,
)
from conformance.reference.domain.messages import Response


def _end_others(context: op.Creating) -> None:
    for upload in context.bucket.uploads.values():
        if upload.key == context.key and upload is not context.begun:
            upload.state = "aborted"
            upload.parts.clear()


def _first_again(context: op.Creating) -> None:
    """Give the upload that there is for the key, not a new one."""
    begun = made(context.begun)
    for upload in list(context.bucket.uploads.values()):
        same = upload.key == context.key and upload.state == "active"
        if same and upload is not begun:
            del context.bucket.uploads[begun.id]
            context.begun = upload
            return


def _share_part(context: op.UploadingPart) -> None:
    part = made(context.part)
    for upload in context.bucket.uploads.values():
        if upload.key == context.key and upload.state == "active":
            upload.parts.setdefault(part.number, part)


def _joined_as_text(context: op.Completing) -> None:
    """Join parts by their numbers as text, 10 before 2."""
    version = made(context.version)
    parts = sorted(version.parts, key=lambda part: str(part.number))
    version.blobs = tuple(part.blob for part in parts)


_NO_ETAG: Final = Response(headers=(("ETag", '"00000000000000000000000000000000"'),))

FAULTS: Final[tuple[Fault, ...]] = (
    answers(
        "life.create-returns-id/created",
        "CreateMultipartUpload answers 201",
        says_status(op.CREATE, 201),
    ),
    answers(
        "life.create-returns-id/no-key",
        "The answer to CreateMultipartUpload leaves the key out",
        omits_element(op.CREATE, "Key"),
    ),
    answers(
        "life.create-returns-id/other-bucket",
        "The answer to CreateMultipartUpload names another bucket",
        says_element(op.CREATE, "Bucket", always("elsewhere")),
    ),
    answers(
        "life.create-returns-id/empty-id",
        "The upload id of the answer is empty",
        says_element(op.CREATE, "UploadId", always("")),
    ),
    accepts(
        "life.id-binds-parts/part-of-other-key",
        "UploadPart accepts the upload id of another key",
        sw.Replace(op.PARTS, "active_upload", any_key),
        known="E08",
    ),
    leaks(
        "life.id-binds-parts/list-of-other-key",
        "ListParts shows the parts of another key's upload",
        sw.Replace(op.LIST_PARTS, "active_upload", any_key),
        known="E08",
    ),
    accepts(
        "life.id-binds-parts/complete-other-key",
        "CompleteMultipartUpload accepts the upload id of another key",
        sw.Replace(op.COMPLETE, "remembered_upload", any_key),
        known="E08",
    ),
    accepts(
        "life.id-binds-parts/abort-other-key",
        "AbortMultipartUpload accepts the upload id of another key",
        sw.Replace(op.ABORT, "remembered_upload", any_key),
        known="E08",
    ),
    accepts(
        "life.id-binds-parts/unknown-part",
        "A part of an unknown upload is answered 200 and thrown away",
        pretends(op.PART, "NoSuchUpload", _NO_ETAG),
        known="E09",
    ),
    answers(
        "life.id-binds-parts/unknown-complete-500",
        "Completing an unknown upload is answered with 500",
        misnames(op.COMPLETE, "NoSuchUpload", "InternalError", 500),
        known="E09",
    ),
    answers(
        "life.id-binds-parts/no-such-key",
        "ListParts of an unknown upload is answered with NoSuchKey",
        misnames(op.LIST_PARTS, "NoSuchUpload", "NoSuchKey"),
    ),
    leaks(
        "life.create-makes-no-object/empty-object",
        "CreateMultipartUpload makes an empty object at the key",
        sw.After(op.CREATE, show_object),
        known="E17",
    ),
    leaks(
        "life.create-makes-no-object/part-visible",
        "An uploaded part is visible at the key",
        sw.After(op.PART, lambda context: show_object(context, context.body.blob.data)),
        known="E17",
    ),
    loses(
        "life.create-makes-no-object/old-object-gone",
        "CreateMultipartUpload removes the object that is at the key",
        sw.After(op.CREATE, drop_object),
    ),
    loses(
        "life.independent-uploads/ends-others",
        "A new upload ends the others of its key",
        sw.After(op.CREATE, _end_others),
    ),
    answers(
        "life.independent-uploads/same-id",
        "A second upload of a key gets the id of the first",
        sw.After(op.CREATE, _first_again),
    ),
    leaks(
        "life.independent-uploads/shared-parts",
        "A part of one upload shows in the others of its key",
        sw.After(op.PART, _share_part),
    ),
    loses(
        "life.complete-assembles/first-part-alone",
        "Only the first part becomes the object",
        sw.After(op.COMPLETE, alters_version(blobs=lambda blobs: blobs[:1])),
    ),
    loses(
        "life.complete-assembles/last-byte",
        "The object lacks its last byte",
        sw.After(op.COMPLETE, alters_version(blobs=cut_short)),
    ),
    loses(
        "life.complete-assembles/flipped-byte",
        "One byte of the object is another",
        sw.After(op.COMPLETE, alters_version(blobs=spoilt)),
    ),
    orders(
        "life.complete-assembles/reversed",
        "The parts are joined from last to first",
        sw.After(op.COMPLETE, alters_version(blobs=lambda blobs: tuple(reversed(blobs)))),
    ),
    orders(
        "life.complete-assembles/as-text",
        "The parts are joined by their numbers as text, 10 before 2",
        sw.After(op.COMPLETE, _joined_as_text),
    ),
)
