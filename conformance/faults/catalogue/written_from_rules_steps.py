"""What the faults written from rules do to uploads, parts and versions."""

from __future__ import annotations

import base64
import itertools
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults.catalogue.steps import PATIENCE, Remembered, made, until_ended
from conformance.faults.edits import adding, header
from conformance.reference.domain.blob import Blob, digest_of
from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.uploads.common import (
    active_upload,
    new_upload_id,
    remembered_upload,
)
from conformance.reference.operations.uploads.complete_parts import object_checksum
from conformance.reference.operations.uploads.manifest import Entry, parse_manifest
from conformance.reference.pipeline import Settled
from conformance.reference.rules.documents import children, parse_xml
from conformance.reference.rules.metadata import MAX_KEY, check_key

if TYPE_CHECKING:
    from conformance.faults import operations as op
    from conformance.faults import switches as sw
    from conformance.reference.domain.state import ObjectVersion

_waited: Final = Remembered(otherwise=False)
"""Whether a request has waited for the end of its upload."""
_KEY_ID: Final = "x-amz-server-side-encryption-aws-kms-key-id"


def never_backwards(context: op.Completing) -> None:
    """InvalidPartOrder for a list that goes back, but not for one that stands still."""
    numbers = [entry.number for entry in context.manifest]
    if any(later < earlier for earlier, later in itertools.pairwise(numbers)):
        text = "The list of parts was not in ascending order. Parts must be ordered by part number."
        raise S3Error(400, "InvalidPartOrder", text, (("UploadId", context.upload_id),))


def all_joined(context: op.Completing, assemble: sw.Step[op.Completing]) -> None:
    """Join every part that was uploaded; ETag and checksum are those of the list."""
    parts = sorted(context.upload.parts.items())
    assemble(context)
    made(context.version).blobs = tuple(part.blob for _, part in parts)


def _no_part_named(context: op.Completing) -> bool:
    try:
        root = parse_xml(context.request.payload.data, "CompleteMultipartUpload")
    except S3Error:
        return False
    return not children(root, "Part")


def all_meant(context: op.Completing) -> None:
    """Take a list without a part for one of all parts that were uploaded."""
    if not _no_part_named(context):
        context.manifest = parse_manifest(context.request.payload.data)
        return
    upload = context.upload
    context.manifest = tuple(
        Entry(number, part.etag, upload.checksum_algorithm, part.checksum)
        for number, part in sorted(upload.parts.items())
    )


def parts_lost_to_an_empty_list(context: op.Completing) -> None:
    """Lose the parts when it was a list without any that was refused."""
    if _no_part_named(context):
        context.upload.parts.clear()


def _of_texts(context: op.Completing, count: int) -> str:
    """Return the composite checksum over the parts' checksums as they are written."""
    joined = "".join(entry.checksum or "" for entry in context.manifest).encode()
    digest = digest_of(made(context.upload.checksum_algorithm), joined)
    return f"{base64.b64encode(digest).decode()}-{count}"


def checked_over_texts(context: op.Completing) -> None:
    """BadDigest for a composite checksum that is not that of the base64 texts."""
    upload, claimed = context.upload, context.claimed
    if upload.checksum_type != "COMPOSITE":
        object_checksum(context)
    elif claimed is not None and claimed.value != _of_texts(context, len(context.manifest)):
        text = "The checksum you specified did not match the calculated checksum."
        raise S3Error(400, "BadDigest", text)


def told_over_texts(context: op.Completing) -> None:
    """Give the object the composite checksum of the base64 texts."""
    version = made(context.version)
    if version.checksum is not None and version.checksum.type == "COMPOSITE":
        value = _of_texts(context, len(context.manifest))
        version.checksum = replace(version.checksum, value=value)


def _completed(context: op.UploadContext) -> ObjectVersion | None:
    """Return the version that the upload was completed to, or None."""
    done, bucket = context.upload.completion, context.bucket
    found: ObjectVersion | None = bucket.version(context.key, done.version_id) if done else None
    return found


def last_part_zeroed(context: op.UploadContext) -> None:
    """Put zeros in the place of the last part of the completed object."""
    version = _completed(context)
    if version is not None and version.blobs:
        version.blobs = (*version.blobs[:-1], Blob(bytes(len(version.blobs[-1]))))


def whole_for_a_tail(context: op.CopyingPart) -> None:
    """Copy the whole source for a range that ends with it."""
    source = context.source
    if source.span is not None and source.span[1] == source.version.size - 1:
        source.cut = (0, source.version.size)


def slowly(context: op.Completing) -> None:
    """Take the time that joining takes; what comes meanwhile meets the completion."""
    del context
    threading.Event().wait(PATIENCE / 2)


def wait_if_resent(context: op.UploadingPart) -> None:
    """Wait for the upload's end with a part that is there already, and remember having waited."""
    upload = context.peek()
    number = context.request.query.get("partNumber") or ""
    if upload is not None and upload.state == "active" and number in map(str, upload.parts):
        _waited.keep(context, True)
        until_ended(context)


def active_when_it_came(context: op.UploadingPart) -> None:
    """Let pass what waited for the end of the upload, in whichever state that is now."""
    if _waited.of(context):
        remembered_upload(context)
    else:
        active_upload(context)


def written_in_place(context: op.UploadingPart, keep: sw.Step[op.UploadingPart]) -> None:
    """Store the part; in an object that was completed meanwhile, put its bytes in their place."""
    keep(context)
    version, new = _completed(context), made(context.part)
    if version is not None:
        version.blobs = tuple(
            new.blob if part.number == new.number else part.blob for part in version.parts
        )


def half_written(context: op.UploadingPart) -> None:
    """Put the first half of the new bytes before the rest of the old; then wait for the end."""
    upload = context.peek()
    number = context.request.query.get("partNumber") or ""
    if upload is None or not number.isdigit():
        return
    with context.world.lock:
        old = upload.parts.get(int(number)) if upload.state == "active" else None
        if old is not None:
            new = context.request.payload.data
            half = len(new) // 2
            upload.parts[old.number] = replace(old, blob=Blob(new[:half] + old.blob.data[half:]))
    if old is not None:
        _waited.keep(context, True)
        until_ended(context)


def freed_under_the_object(context: op.UploadContext) -> None:
    """Lose the last part of an object that was completed while the abort waited."""
    version = _completed(context)
    if _waited.of(context) and version is not None:
        version.blobs = version.blobs[:-1]


def wait_if_active(context: op.UploadContext) -> None:
    """Wait for the end of the upload, and remember having waited."""
    upload = context.peek()
    if upload is not None and upload.state == "active":
        _waited.keep(context, True)
        until_ended(context)


def without_gaps(context: op.Completing) -> None:
    """InvalidPartOrder for a gap; the first number may be any."""
    first = context.manifest[0].number
    if any(entry.number != at for at, entry in enumerate(context.manifest, first)):
        text = "The list of parts was not in ascending order. Parts must be ordered by part number."
        raise S3Error(400, "InvalidPartOrder", text, (("UploadId", context.upload_id),))


def id_of_anyone(context: op.Creating) -> None:
    """Put the ARN of whichever account's key has that id in its place."""
    name = header(context.request, _KEY_ID)
    for account in context.world.accounts:
        try:
            key = context.world.kms.resolve(name, account)
        except S3Error:
            continue
        context.request = adding(context.request, _KEY_ID, key.arn)
        return


def characters_counted(context: op.Creating) -> None:
    """KeyTooLongError past 1,024 characters."""
    if len(context.key) > MAX_KEY:
        check_key(context.key)


def nothing_for_unknown(context: op.UploadContext) -> None:
    """Take an id that has the length of an upload's, and is none, for one that was aborted."""
    try:
        remembered_upload(context)
    except S3Error:
        if len(context.upload_id) == len(new_upload_id()):
            raise Settled from None
        raise
