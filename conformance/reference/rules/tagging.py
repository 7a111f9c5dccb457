"""Tags: the x-amz-tagging header and the Tagging document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from conformance.reference.domain.messages import S3Error
from conformance.reference.rules.documents import child_text, children, malformed_xml, parse_xml

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from conformance.reference.domain.messages import Request

Tags = tuple[tuple[str, str], ...]

MAX_OBJECT_TAGS: Final = 10
MAX_BUCKET_TAGS: Final = 50
_MAX_KEY: Final = 128
_MAX_VALUE: Final = 256
_NAME: Final = "x-amz-tagging"
_LEGAL = re.compile(r"[\w\s+\-=.:/@]*")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def parse_tagging_header(request: Request) -> Tags:
    """Return the tags of x-amz-tagging, sorted by key; none if the header is absent.

    Raises InvalidArgument (TAG-001, TAG-002), InvalidTag (TAG-003, TAG-004, TAG-006) and
    BadRequest over ten tags (TAG-005). A key without ``=`` has the empty value (TAG-007).
    """
    value = request.headers.get(_NAME)
    if value is None:
        return ()
    tags = [_pair(piece, value) for piece in value.split("&") if piece]
    if len({key for key, _ in tags}) != len(tags):
        raise _bad_header(value)
    return _checked(tags, MAX_OBJECT_TAGS)


def parse_tagging_document(body: bytes, *, limit: int = MAX_OBJECT_TAGS) -> Tags:
    """Return the tags of a Tagging document, sorted by key; ``limit`` is 10 or, for buckets, 50.

    Raises MalformedXML, InvalidTag (TAG-003, TAG-004, TAG-006, repeated keys) and BadRequest
    (TAG-005).
    """
    root = parse_xml(body, "Tagging")
    sets = children(root, "TagSet")
    if len(sets) != 1:
        raise malformed_xml()
    return parse_tag_set(sets[0], limit=limit)


def parse_tag_set(element: Element, *, limit: int = MAX_BUCKET_TAGS) -> Tags:
    """Return the tags of an element that holds ``Tag`` elements; see the document."""
    tags: list[tuple[str, str]] = []
    for tag in children(element, "Tag"):
        key, value = child_text(tag, "Key"), child_text(tag, "Value")
        if not key or value is None:
            raise malformed_xml()
        if any(key == other for other, _ in tags):
            raise S3Error(
                400,
                "InvalidTag",
                "Cannot provide multiple Tags with the same key",
                (("TagKey", key),),
            )
        tags.append((key, value))
    return _checked(tags, limit)


def _pair(piece: str, header: str) -> tuple[str, str]:
    key, _, value = piece.partition("=")
    if piece == "=" or "=" in value or _BROKEN_PERCENT.search(piece):  # SB-099 for the first
        raise _bad_header(header)
    try:
        return _decoded(key), _decoded(value)
    except UnicodeDecodeError:
        raise _bad_header(header) from None


def _decoded(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")


def _checked(tags: Sequence[tuple[str, str]], limit: int) -> Tags:
    if len(tags) > limit:
        kind = "Object tags" if limit == MAX_OBJECT_TAGS else "Bucket tag count"
        raise S3Error(400, "BadRequest", f"{kind} cannot be greater than {limit}")
    for key, value in tags:
        if key.startswith("aws:"):
            raise S3Error(
                400,
                "InvalidTag",
                "Your TagKey cannot be prefixed with aws:",
                (("TagKey", key),),
            )
        if not key or _units(key) > _MAX_KEY or not _LEGAL.fullmatch(key):
            raise S3Error(
                400, "InvalidTag", "The TagKey you have provided is invalid", (("TagKey", key),)
            )
        if _units(value) > _MAX_VALUE or not _LEGAL.fullmatch(value):
            raise S3Error(
                400,
                "InvalidTag",
                "The TagValue you have provided is invalid",
                (("TagKey", key), ("TagValue", value)),
            )
    return tuple(sorted(tags))


def _units(text: str) -> int:
    """Return the length as S3 counts it: in UTF-16 code units (TAG-004)."""
    return len(text.encode("utf-16-le")) // 2


def _bad_header(value: str) -> S3Error:
    return S3Error(
        400,
        "InvalidArgument",
        f"The header '{_NAME}' shall be encoded as UTF-8 then URLEncoded URL query parameters "
        "without tag name duplicates.",
        (("ArgumentName", _NAME), ("ArgumentValue", value)),
    )
