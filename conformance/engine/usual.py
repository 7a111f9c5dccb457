"""What each operation always gives when it succeeds, and the rule that says so.

A set-up that is answered by any 2xx has not been set up: a proxy's page, or an empty answer, must
not let a test pass that never reached the state it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The answer of one operation to a valid request."""

    rule: str = ""
    """The rule that a server breaks for which the operation does not work at all."""
    fields: tuple[str, ...] = ()
    """Paths into the answer that are always there."""
    status: int | None = None
    """The only status of a success; None where others are seen too."""


_NOTHING_SPECIAL: Final = Usual()
USUAL: Final[Mapping[str, Usual]] = {
    "AbortMultipartUpload": Usual(rule="life.abort-frees", status=204),
    "CompleteMultipartUpload": Usual(rule="life.complete-assembles", fields=("ETag",)),
    "CopyObject": Usual(fields=("CopyObjectResult.ETag",)),
    "CreateMultipartUpload": Usual(rule="life.create-returns-id", fields=("UploadId",)),
    "DeleteBucketPolicy": Usual(status=204),
    "DeleteObject": Usual(status=204),
    "ListMultipartUploads": Usual(rule="list-uploads.shape", fields=("Bucket",)),
    "ListParts": Usual(rule="list-parts.shape", fields=("UploadId",)),
    "PutObject": Usual(fields=("ETag",)),
    "UploadPart": Usual(rule="part.etag", fields=("ETag",)),
    "UploadPartCopy": Usual(rule="copy.result", fields=("CopyPartResult.ETag",)),
}


def usual(operation: str) -> Usual:
    """Return what an operation always gives; nothing for one of which nothing is said here."""
    return USUAL.get(operation, _NOTHING_SPECIAL)
