"""Titles of tests: that of the scenario, then what is special about the case, in words.

The words are written in the scenario under ``case-titles``; without them a case is called by its
name, with blanks for hyphens and the usual spelling of what has one. A case whose variables the
title already names adds nothing, and neither does one that stands alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.catalog.borrowed import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SPELLED: Final[Mapping[str, str]] = {
    "http": "over plain HTTP",
    "tls": "over TLS",
    "path": "with the bucket in the path",
    "virtual-host": "with the bucket in the host",
    "header": "with a signature in the header",
    "wrong-secret": "signed with a wrong secret key",
    "unknown-key": "an access key that does not exist",
    "tampered-query": "the query was changed after signing",
    "tampered-header": "a header was changed after signing",
    "tampered-body": "the body was changed after signing",
    "tampered-signature": "the signature was changed",
    "anonymous": "no signature",
    "presigned-wrong-secret": "presigned with a wrong secret key",
    "presigned-expired": "presigned, and expired",
    "wrong-service": "signed for another service",
    "wrong-token": "a wrong session token",
    "standard-ia": "STANDARD_IA",
    "onezone-ia": "ONEZONE_IA",
    "intelligent-tiering": "INTELLIGENT_TIERING",
    "glacier-ir": "GLACIER_IR",
    "deep-archive": "DEEP_ARCHIVE",
    "express": "EXPRESS_ONEZONE",
    "aes": "AES256",
    "kms": "aws:kms",
    "dsse": "aws:kms:dsse",
    "fsx": "aws:fsx",
    "backup": "aws:backup",
    "non-ascii": "characters beyond ASCII",
    "no-base64": "not base64",
}
"""Names whose words are the same in every scenario."""
_TERMS: Final[Mapping[str, str]] = {
    one.lower(): one
    for one in (
        *("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "MD5", "ETag", "ARN", "URI", "TLS"),
        *("STANDARD", "GLACIER", "OUTPOSTS", "GOVERNANCE", "COMPLIANCE", "JSON", "XML", "CJK"),
    )
}
_KEPT: Final = re.compile(
    r"x-amz-\S+|(?:max|part|key)-\S*(?:parts|marker)|private|public-\S+|authenticated-read"
    r"|aws-exec-read|bucket-owner-\S+|full-control|(?:read|write)-acp|content-\S+|if-\S+"
)
"""S3's own names, whose hyphens are theirs."""
_NAME: Final = re.compile(r"\$\{?(\w+)")
_PLACE: Final = re.compile(r"^a directory bucket (?=in )")
"""What is left out of a kind of bucket where the title is about directory buckets anyway."""


def used_in(title: str) -> frozenset[str]:
    """Return the names of the variables in a title as it is written."""
    return frozenset(_NAME.findall(title))


def spelled(name: str, titles: Mapping[str, str]) -> str:
    """Return the words for a case or a value of an axis: those of the scenario, or its name's."""
    if name in titles:
        return titles[name]
    if name in _SPELLED:
        return _SPELLED[name]
    if name != name.lower() or _KEPT.fullmatch(name):
        return name
    return " ".join(_TERMS.get(word, word) for word in name.split("-"))


def titled(title: str, parts: Iterable[str], *, kind: str, borrowed: bool) -> str:
    """Return the title of a test; ``parts`` are the words for its case and its axes.

    ``kind`` is what a further kind of bucket is, "a directory bucket in a Local Zone"; empty in the
    scenario's own. ``borrowed`` tests have rules of general purpose buckets.
    """
    if not title:
        return ""
    if borrowed:
        place = f"in a directory bucket {WORDS}"
    elif "irectory bucket" in title:
        place = _PLACE.sub("", kind) if _PLACE.match(kind) else f"in {kind}" * bool(kind)
    else:
        place = f"in {kind}" * bool(kind)
    return "".join((title, *_joined(parts), f", {place}" * bool(place)))


def _joined(parts: Iterable[str]) -> Iterator[str]:
    for at, part in enumerate(filter(None, parts)):
        yield f"{', ' if at or part.startswith('over ') else ': '}{part}"
