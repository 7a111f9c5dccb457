"""What each operation always returns when it succeeds.

A set-up that is answered by any 2xx has not been set up: a proxy's page, or an empty answer, must
not let a test pass that never reached the state it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The answer of one operation to a valid request."""

    fields: tuple[str, ...] = ()
    """Paths into the answer that are always there."""
    status: int | None = None
    """The only status of a success; None where others are seen too."""


_NOTHING_SPECIAL: Final = Usual()
USUAL: Final[Mapping[str, Usual]] = {
    "AbortMultipartUpload": Usual(status=204),
    # Its ETag has tests of its own; the object is there without it, and the test can go on.
    "CompleteMultipartUpload": Usual(fields=("Key",)),
    "CopyObject": Usual(fields=("CopyObjectResult.ETag",)),
    "CreateMultipartUpload": Usual(fields=("UploadId",)),
    "DeleteBucketPolicy": Usual(status=204),
    "DeleteObject": Usual(status=204),
    "ListMultipartUploads": Usual(fields=("Bucket",)),
    "ListParts": Usual(fields=("UploadId",)),
    "PutObject": Usual(fields=("ETag",)),
    "UploadPart": Usual(fields=("ETag",)),
    "UploadPartCopy": Usual(fields=("CopyPartResult.ETag",)),
}


def usual(operation: str) -> Usual:
    """Return what an operation always returns; empty for an operation not in the table."""
    return USUAL.get(operation, _NOTHING_SPECIAL)
