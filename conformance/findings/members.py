"""The fields of answers, put together where one defect of a server shows in all of them."""

from __future__ import annotations

import re
from typing import Final

LISTINGS: Final = frozenset({"ListParts", "ListMultipartUploads"})

_INDEX: Final = re.compile(r"\[[^\]]*\]")
_MATCHER: Final = re.compile(
    r"(?:\.(?:present|absent|matches|length|unordered|contains|one_of|any_of|bytes_of|not|same_as"
    r"|gte?|lte?))+$"
)
TAG_COUNT: Final = "the number of tags"
_FAMILIES: Final = tuple(
    (label, re.compile(form))
    for label, form in (
        ("checksums", r"(?:.*\.)?Checksum\w*|headers\.x-amz-(?:checksum-.*|trailer)"),
        (
            "the customer key",
            r"(?:.*\.)?SSECustomer\w*|headers\.x-amz-server-side-encryption-customer-.*",
        ),
        ("owners", r"(?:.*\.)?(?:Owner|Initiator)(?:\..*)?"),
        ("next markers", r"Next\w*Marker"),
        ("the page size", r"MaxParts|MaxUploads"),
        ("IsTruncated", r"IsTruncated"),
        ("the version id", r"VersionId|headers\.x-amz-version-id"),
        ("the request id", r"headers\.x-amz-(?:request-id|id-2)|error\.RequestId"),
        ("the number of parts", r"PartsCount|headers\.x-amz-mp-parts-count"),
        (TAG_COUNT, r"TagCount|headers\.x-amz-tagging-count"),
        ("the ETag", r"ETag|headers\.etag|Copy(?:Part|Object)Result\.ETag"),
        ("the storage class", r"(?:.*\.)?StorageClass|headers\.x-amz-storage-class"),
        ("the abort date", r"Abort(?:Date|RuleId)|headers\.x-amz-abort-.*"),
    )
)
_CONTENT: Final = re.compile(
    r"(?:Parts|Uploads|CommonPrefixes|Versions|DeleteMarkers|Contents|Grants|TagSet|ObjectParts)"
    r"\b.*|Body|body|ContentLength|xml\..*"
)


def plain(path: str) -> str:
    """Return a path without positions and matchers: ``Parts.ETag`` of ``Parts[0].ETag.present``."""
    return _MATCHER.sub("", _INDEX.sub("", path))


def family(path: str) -> str:
    """Return the family of a field that is an echo or a marker; empty for all others."""
    name = plain(path)
    return next((label for label, form in _FAMILIES if form.fullmatch(name)), "")


def is_content(path: str) -> bool:
    """Return whether a field is requested content, not a marker or a repeated parameter.

    Encryption is not among the families: each of its headers has a rule of its own.
    """
    return not family(path) and _CONTENT.fullmatch(plain(path)) is not None
