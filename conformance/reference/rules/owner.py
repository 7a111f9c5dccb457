"""x-amz-expected-bucket-owner, and its copy-source sister."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket

_ACCOUNT_ID = re.compile(r"[0-9]{12}")


def check_expected_owner(request: Request, bucket: Bucket) -> None:
    """Refuse a request that expects another bucket owner (OWN-001..003).

    Raises InvalidBucketOwnerAWSAccountID (OWN-002) and AccessDenied (OWN-001).
    """
    _check(request, "x-amz-expected-bucket-owner", bucket)


def check_expected_source_owner(request: Request, bucket: Bucket) -> None:
    """Do the same for the source bucket of a copy (UPC-043)."""
    _check(request, "x-amz-source-expected-bucket-owner", bucket)


def _check(request: Request, name: str, bucket: Bucket) -> None:
    expected = request.headers.get(name)
    if expected is None:
        return
    if not _ACCOUNT_ID.fullmatch(expected):
        raise S3Error(
            400,
            "InvalidBucketOwnerAWSAccountID",
            "The value of the expected bucket owner parameter must be an AWS Account ID... "
            f"[{expected}]",
        )
    if expected != bucket.owner.id:
        raise S3Error(403, "AccessDenied", "Access Denied")
