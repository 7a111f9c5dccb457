"""x-amz-storage-class on a general purpose bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

STORAGE_CLASSES: Final = frozenset(
    {
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER",
        "DEEP_ARCHIVE",
        "GLACIER_IR",
    }
)
"""What can be asked for there; the others of the API's list belong to other kinds (CMU-009)."""

ARCHIVED: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Classes whose objects must be restored before they can be read (UPC-034)."""


def parse_storage_class(request: Request) -> str:
    """Return the storage class asked for, STANDARD by default.

    Raises InvalidStorageClass (CMU-007, CMU-008).
    """
    value = request.headers.get("x-amz-storage-class")
    if value is None:
        return "STANDARD"
    if value not in STORAGE_CLASSES:
        raise _invalid(value)
    return value


def parse_only_class(request: Request, offered: str) -> str:
    """Return the one class that a bucket of another kind has (CMU-009, DIR-019).

    Raises InvalidStorageClass for any other.
    """
    value = request.headers.get("x-amz-storage-class")
    if value not in (None, offered):
        raise _invalid(value or "")
    return offered


def _invalid(value: str) -> S3Error:
    return S3Error(
        400,
        "InvalidStorageClass",
        "The storage class you specified is not valid",
        (("StorageClassRequested", value),),
    )
