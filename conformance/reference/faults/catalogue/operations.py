"""The names of operations as faults speak of them."""

from __future__ import annotations

from typing import Final

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
NONE: Final = ""
"""No operation was found for the request."""
