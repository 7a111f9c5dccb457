"""The operations on objects and uploads of directory buckets, made out of the general ones."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.checks import argument, expected_owner
from conformance.reference.operations.conditions import precondition_failed
from conformance.reference.operations.directory.checks import (
    COPYING,
    READING,
    WRITING,
    content_coding,
    in_directory,
    storage_class,
)
from conformance.reference.operations.directory.encryption import (
    default_encryption,
    session_encryption,
    upload_of_default,
)
from conformance.reference.operations.objects.attributes import ATTRIBUTES
from conformance.reference.operations.objects.copy_object import COPY_OBJECT
from conformance.reference.operations.objects.delete_object import DELETE_OBJECT, DELETE_OBJECTS
from conformance.reference.operations.objects.get_object import GET_OBJECT, HEAD_OBJECT
from conformance.reference.operations.objects.put_object import PUT_OBJECT
from conformance.reference.operations.uploads.abort import ABORT
from conformance.reference.operations.uploads.complete import COMPLETE
from conformance.reference.operations.uploads.create import CREATE
from conformance.reference.operations.uploads.list_parts import LIST_PARTS
from conformance.reference.operations.uploads.upload_part import UPLOAD_PART
from conformance.reference.operations.uploads.upload_part_copy import UPLOAD_PART_COPY
from conformance.reference.pipeline import Settled

if TYPE_CHECKING:
    from conformance.reference.operations.uploads.common import UploadContext
    from conformance.reference.operations.uploads.complete_parts import Completing

_INITIATED: Final = "x-amz-if-match-initiated-time"


def consecutive_parts(context: Completing) -> None:
    """InvalidPartOrder unless part numbers are 1, 2, 3 … without a gap (DIR-022)."""
    if any(entry.number != at for at, entry in enumerate(context.manifest, 1)):
        raise S3Error(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.",
            (("UploadId", context.upload_id),),
        )


def initiated_as_told(context: UploadContext) -> None:
    """412 for an upload begun at another time than x-amz-if-match-initiated-time (DIR-024).

    An upload that does not exist is aborted anyway: 204.
    """
    raw = context.request.headers.get(_INITIATED)
    if raw is None:
        return
    try:
        told = parsedate_to_datetime(raw)
    except ValueError:
        raise argument("Invalid date", _INITIATED, raw) from None
    upload = context.bucket.uploads.get(context.upload_id)
    if upload is None or upload.key != context.key or upload.state != "active":
        raise Settled
    if upload.initiated != told:
        raise precondition_failed(_INITIATED)


DIRECTORY_CREATE: Final = in_directory(
    CREATE,
    WRITING,
    without=("tagging", "acl", "object_lock", "write_authorised", "somebody"),
    instead={
        "storage_class": (content_coding, storage_class),
        "encryption": (session_encryption,),
    },
)
DIRECTORY_UPLOAD_PART: Final = in_directory(
    UPLOAD_PART, WRITING, without=("authorised", "integrity_of_locked")
)
DIRECTORY_UPLOAD_PART_COPY: Final = in_directory(
    UPLOAD_PART_COPY, COPYING, instead={"kms_key": (upload_of_default,)}
)
DIRECTORY_COMPLETE: Final = in_directory(
    COMPLETE,
    WRITING,
    without=("authorised",),
    instead={"consecutive": (consecutive_parts,)},
)
DIRECTORY_ABORT: Final = in_directory(
    ABORT,
    WRITING,
    without=("general_purpose_only", "authorised"),
    instead={"expected_owner": (expected_owner, initiated_as_told)},
)
DIRECTORY_LIST_PARTS: Final = in_directory(LIST_PARTS, READING, without=("authorised",))
DIRECTORY_PUT: Final = in_directory(
    PUT_OBJECT,
    WRITING,
    without=(
        "general_purpose_only",
        "tagging",
        "acl",
        "object_lock",
        "write_authorised",
        "may_compare",
        "integrity_of_locked",
    ),
    instead={
        "storage_class": (content_coding, storage_class),
        "encryption": (session_encryption,),
    },
)
DIRECTORY_COPY: Final = in_directory(
    COPY_OBJECT,
    COPYING,
    without=("tagging", "acl", "object_lock"),
    instead={
        "storage_class": (content_coding, storage_class),
        "encryption": (default_encryption,),
    },
)
DIRECTORY_GET: Final = in_directory(GET_OBJECT, READING, without=("read_authorised",))
DIRECTORY_HEAD: Final = in_directory(HEAD_OBJECT, READING, without=("read_authorised",))
DIRECTORY_ATTRIBUTES: Final = in_directory(ATTRIBUTES, READING, without=("read_authorised",))
DIRECTORY_DELETE: Final = in_directory(
    DELETE_OBJECT, WRITING, without=("general_purpose_only", "may_delete", "not_held")
)
DIRECTORY_DELETE_MANY: Final = in_directory(DELETE_OBJECTS, WRITING)
