"""The names of operations as faults speak of them."""

from __future__ import annotations

from typing import Final

from conformance.reference.routing import IN_DIRECTORY

CREATE: Final = "CreateMultipartUpload"
PART: Final = "UploadPart"
COPY: Final = "UploadPartCopy"
COMPLETE: Final = "CompleteMultipartUpload"
ABORT: Final = "AbortMultipartUpload"
LIST_PARTS: Final = "ListParts"
LIST_UPLOADS: Final = "ListMultipartUploads"
GET: Final = "GetObject"
HEAD: Final = "HeadObject"
ATTRIBUTES: Final = "GetObjectAttributes"

PARTS: Final = (PART, COPY)
READS: Final = (GET, HEAD)
FAMILY: Final = (CREATE, PART, COPY, COMPLETE, ABORT, LIST_PARTS, LIST_UPLOADS)
FAMILY_AND_READS: Final = (*FAMILY, GET, HEAD, ATTRIBUTES)
"""The family, and what its results are read with."""
NONE: Final = ""
"""No operation was found for the request."""


def in_directory(*names: str) -> tuple[str, ...]:
    """Return the names of operations as directory buckets have them."""
    return tuple(f"{IN_DIRECTORY}{name}" for name in names)


SESSION: Final = in_directory("CreateSession")
DIRECTORY_CREATE: Final = in_directory(CREATE)
DIRECTORY_PART: Final = in_directory(PART)
DIRECTORY_COPY: Final = in_directory(COPY)
DIRECTORY_COMPLETE: Final = in_directory(COMPLETE)
DIRECTORY_ABORT: Final = in_directory(ABORT)
DIRECTORY_LIST_PARTS: Final = in_directory(LIST_PARTS)
DIRECTORY_LIST_UPLOADS: Final = in_directory(LIST_UPLOADS)
DIRECTORY_GET: Final = in_directory(GET)
DIRECTORY_HEAD: Final = in_directory(HEAD)
DIRECTORY_PUT: Final = in_directory("PutObject")
WITH_SESSION: Final = in_directory(
    CREATE, PART, COMPLETE, ABORT, LIST_PARTS, LIST_UPLOADS, GET, HEAD, "PutObject"
)
"""What a session signs in a directory bucket."""
