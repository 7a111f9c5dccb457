"""The fields of answers, put together where one defect of a server shows in all of them."""

from __future__ import annotations

import re
from typing import Final

_INDEX: Final = re.compile(r"\[[^\]]*\]")
_MATCHER: Final = re.compile(
    r"(?:\.(?:present|absent|matches|length|unordered|contains|one_of|any_of|bytes_of|not|same_as"
    r"|gte?|lte?))+$"
)
LISTINGS: Final = frozenset({"ListParts", "ListMultipartUploads"})

_FAMILIES: Final = (
    ("checksum", re.compile(r"(?:.*\.)?Checksum\w*|headers\.x-amz-(?:checksum-.*|trailer)")),
    (
        "customer key",
        re.compile(
            r"(?:.*\.)?SSECustomer\w*|headers\.x-amz-server-side-encryption-customer-.*"
        ),
    ),
    (
        "encryption",
        re.compile(
            r"(?:.*\.)?(?:ServerSideEncryption|SSEKMS\w*|BucketKeyEnabled)"
            r"|headers\.x-amz-server-side-encryption.*"
        ),
    ),
    ("owner", re.compile(r"(?:.*\.)?(?:Owner|Initiator)(?:\..*)?")),
    ("next marker", re.compile(r"Next\w*Marker|NextPartNumberMarker")),
    ("page size", re.compile(r"MaxParts|MaxUploads")),
    ("IsTruncated", re.compile(r"IsTruncated")),
    ("version id", re.compile(r"VersionId|headers\.x-amz-version-id")),
    ("request id", re.compile(r"headers\.x-amz-request-id|headers\.x-amz-id-2|error\.RequestId")),
    ("number of parts", re.compile(r"PartsCount|headers\.x-amz-mp-parts-count")),
    ("ETag", re.compile(r"ETag|headers\.etag|(?:CopyPartResult|CopyObjectResult)\.ETag")),
    ("storage class", re.compile(r"(?:.*\.)?StorageClass|headers\.x-amz-storage-class")),
    ("abort date", re.compile(r"Abort(?:Date|RuleId)|headers\.x-amz-abort-.*")),
)
_CONTENT: Final = re.compile(
    r"(?:Parts|Uploads|CommonPrefixes|Versions|DeleteMarkers|Contents|Grants|TagSet|ObjectParts)\b.*"
    r"|Body|body|ContentLength|xml\..*"
)


def plain(path: str) -> str:
    """Return a path without positions and matchers: ``Parts.ETag`` for ``Parts[0].ETag.present``."""
    return _MATCHER.sub("", _INDEX.sub("", path))


def family(path: str) -> str:
    """Return the family of a field that echoes or marks; empty for content and for all others."""
    name = plain(path)
    return next((label for label, form in _FAMILIES if form.fullmatch(name)), "")


def is_content(path: str) -> bool:
    """Tell whether a field is what was asked for itself, rather than a mark or an echo beside it."""
    return not family(path) and _CONTENT.fullmatch(plain(path)) is not None
