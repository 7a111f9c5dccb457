"""x-amz-copy-source: the bucket, key and version that a copy reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

HEADER: Final = "x-amz-copy-source"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]+[a-z0-9]")
"""What may be a bucket's name but for its length: a name too long is one of no bucket (SA-187)."""
_ARN = re.compile(
    r"(?P<point>arn:aws:s3(?:-outposts)?:[a-z0-9-]+:\d{12}:(?:outpost/[^/]+/)?accesspoint/[^/]+)"
    r"/object/(?P<key>.+)",
    re.DOTALL,
)
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_VERSION: Final = "?versionId="


@dataclass(frozen=True, slots=True)
class CopySource:
    """What a copy reads; ``version_id`` None means the current version."""

    bucket: str
    key: str
    version_id: str | None


def parse_copy_source(request: Request) -> CopySource:
    """Return the parsed header: ``[/]bucket/key[?versionId=id]``, decoded exactly once (UPC-032).

    An access point is named by its ARN with ``/object/`` before the key.

    Raises InvalidArgument for a missing key (UPC-030), a bad bucket name or encoding (UPC-031), an
    empty version id (MS-085).
    """
    value = request.headers.get(HEADER) or ""
    path, named_version, version_id = value.partition(_VERSION)
    if _BROKEN_PERCENT.search(path):
        raise _refused("Invalid copy source encoding")
    try:
        decoded = unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("Invalid copy source encoding") from None
    if named_version and not version_id:
        raise _refused("Version id cannot be the empty string", "")
    version = version_id or None
    if named := _ARN.fullmatch(decoded.removeprefix("/")):
        return CopySource(named["point"], named["key"], version)
    bucket, _, key = decoded.removeprefix("/").partition("/")
    if not bucket:
        raise _refused("Invalid copy source bucket name")
    if not key:
        raise _refused("Invalid copy source object key")
    if not _BUCKET.fullmatch(bucket):
        raise _refused("Invalid copy source bucket name")
    return CopySource(bucket, key, version)


def unknown_source_version(source: CopySource) -> S3Error:
    """Return the refusal of a version id that nobody ever gave (MS-086)."""
    return _refused("Invalid version id specified", source.version_id or "")


def delete_marker_source() -> S3Error:
    """Return the refusal of a delete marker named by its version id (UPC-028)."""
    return S3Error(
        400,
        "InvalidRequest",
        "The source of a copy request may not specifically refer to a delete marker by version id.",
    )


def archived_source() -> S3Error:
    """Return the refusal of a source that must be restored first (SB-345)."""
    return S3Error(
        403,
        "ObjectNotInActiveTierError",
        "The source object of the COPY action is not in the active tier and is only stored in "
        "Amazon S3 Glacier",
    )


def _refused(message: str, value: str = HEADER) -> S3Error:
    fields = (("ArgumentName", HEADER), ("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)
