"""The operations as faults speak of them: each a name, with the class of its contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar

from conformance.reference import pipeline
from conformance.reference.operations.buckets import create_bucket, encryption
from conformance.reference.operations.directory import buckets as directory_buckets
from conformance.reference.operations.directory import lists as directory_lists
from conformance.reference.operations.directory import session
from conformance.reference.operations.objects import (
    attributes,
    copy_object,
    delete_object,
    get_object,
    put_object,
)
from conformance.reference.operations.uploads import (
    common,
    complete_parts,
    create,
    list_parts,
    list_uploads,
    upload_part,
    upload_part_copy,
)
from conformance.reference.routing import IN_DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Iterable

# The contexts of operations, by names that tell them apart.
Context = pipeline.Context
UploadContext = common.UploadContext
PartContext = common.PartContext
Creating = create.Creating
UploadingPart = upload_part.Uploading
CopyingPart = upload_part_copy.Copying
Completing = complete_parts.Completing
ListingParts = list_parts.Listing
ListingUploads = list_uploads.Listing
Reading = get_object.Reading
Describing = attributes.Describing
Putting = put_object.Putting
CopyingObject = copy_object.Copying
Deleting = delete_object.Deleting
MakingBucket = create_bucket.Making
OpeningSession = session.Opening
MakingDirectoryBucket = directory_buckets.Making
ListingDirectoryUploads = directory_lists.Uploads
ListingDirectoryObjects = directory_lists.Objects

C_co = TypeVar("C_co", bound=Context, covariant=True)


class Op(str, Generic[C_co]):
    """An operation's name; what is planted there as a step must take contexts of its class."""

    context: type[Context]

    def __new__(cls, name: str, context: type[C_co]) -> Self:
        """Make a name that knows its operation's class of contexts."""
        made = super().__new__(cls, name)
        made.context = context
        return made


def in_directory(name: str, context: type[C_co]) -> tuple[Op[C_co]]:
    """Return an operation as directory buckets have it."""
    return (Op(f"{IN_DIRECTORY}{name}", context),)


def named_in_directory(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of operations as directory buckets have them."""
    return tuple(f"{IN_DIRECTORY}{name}" for name in names)


CREATE: Final = Op("CreateMultipartUpload", Creating)
PART: Final = Op("UploadPart", UploadingPart)
COPY: Final = Op("UploadPartCopy", CopyingPart)
COMPLETE: Final = Op("CompleteMultipartUpload", Completing)
ABORT: Final = Op("AbortMultipartUpload", UploadContext)
LIST_PARTS: Final = Op("ListParts", ListingParts)
LIST_UPLOADS: Final = Op("ListMultipartUploads", ListingUploads)
GET: Final = Op("GetObject", Reading)
HEAD: Final = Op("HeadObject", Reading)
ATTRIBUTES: Final = Op("GetObjectAttributes", Describing)
PUT: Final = Op("PutObject", Putting)
COPY_OBJECT: Final = Op("CopyObject", CopyingObject)
DELETE_OBJECT: Final = Op("DeleteObject", Deleting)
CREATE_BUCKET: Final = Op("CreateBucket", MakingBucket)
DELETE_BUCKET: Final = Op("DeleteBucket", Context)

PARTS: Final = (PART, COPY)
READS: Final = (GET, HEAD)
FAMILY: Final = (CREATE, PART, COPY, COMPLETE, ABORT, LIST_PARTS, LIST_UPLOADS)
FAMILY_AND_READS: Final = (*FAMILY, GET, HEAD, ATTRIBUTES)
"""The family, and what its results are read with."""
NONE: Final = ""
"""No operation was found for the request."""

SESSION: Final = in_directory("CreateSession", OpeningSession)
DIRECTORY_CREATE: Final = in_directory(CREATE, Creating)
DIRECTORY_PART: Final = in_directory(PART, UploadingPart)
DIRECTORY_COPY: Final = in_directory(COPY, CopyingPart)
DIRECTORY_COMPLETE: Final = in_directory(COMPLETE, Completing)
DIRECTORY_ABORT: Final = in_directory(ABORT, UploadContext)
DIRECTORY_LIST_PARTS: Final = in_directory(LIST_PARTS, ListingParts)
DIRECTORY_LIST_UPLOADS: Final = in_directory(LIST_UPLOADS, ListingDirectoryUploads)
DIRECTORY_GET: Final = in_directory(GET, Reading)
DIRECTORY_HEAD: Final = in_directory(HEAD, Reading)
DIRECTORY_ATTRIBUTES: Final = in_directory(ATTRIBUTES, Describing)
DIRECTORY_PUT: Final = in_directory("PutObject", Putting)
DIRECTORY_DELETE: Final = in_directory("DeleteObject", Deleting)
DIRECTORY_LIST_OBJECTS: Final = in_directory("ListObjectsV2", ListingDirectoryObjects)
DIRECTORY_CREATE_BUCKET: Final = in_directory("CreateBucket", MakingDirectoryBucket)
DIRECTORY_DELETE_BUCKET: Final = in_directory("DeleteBucket", Context)
DIRECTORY_PUT_ENCRYPTION: Final = in_directory("PutBucketEncryption", encryption.Encrypting)
DIRECTORY_HEAD_BUCKET: Final = in_directory("HeadBucket", Context)
WITH_SESSION: Final = (
    *DIRECTORY_CREATE,
    *DIRECTORY_PART,
    *DIRECTORY_COMPLETE,
    *DIRECTORY_ABORT,
    *DIRECTORY_LIST_PARTS,
    *DIRECTORY_LIST_UPLOADS,
    *DIRECTORY_GET,
    *DIRECTORY_HEAD,
    *DIRECTORY_PUT,
)
"""What a session signs in a directory bucket."""
