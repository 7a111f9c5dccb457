"""The part list of CompleteMultipartUpload."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.operations.checks import MAX_PARTS, argument, whole_number
from conformance.reference.operations.conditions import unquoted
from conformance.reference.rules.documents import local_name, malformed_xml, parse_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CHECKSUM: Final = "Checksum"


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``<Part>``."""

    number: int
    etag: str
    """Without quotes."""
    algorithm: str | None = None
    """Of the checksum element, in capitals as its name has it, or None without one."""
    checksum: str | None = None
    """Base64."""


def parse_manifest(body: bytes) -> tuple[Entry, ...]:
    """Return the listed parts in the order of the document.

    Raises InvalidRequest for an empty body (CMP-007), MalformedXML for what is no such document
    or has no ``<Part>`` (CMP-008, CMP-009), MaxMessageLengthExceeded (XML-018), and
    InvalidArgument for more than 10,000 parts (PREC-019), a part number below 1 (CMP-028) and
    checksum elements that are several or no base64 (CK-059).
    """
    if not body:
        raise S3Error(400, "InvalidRequest", "You must specify at least one part")
    root = parse_xml(body, "CompleteMultipartUpload")
    parts = [child for child in root if local_name(child) == "Part"]
    if not parts or len(parts) != len(root):
        raise malformed_xml()
    if len(parts) > MAX_PARTS:
        text = "The CompleteMultipartUpload reqeust contains for than 10000 parts."  # S3's spelling
        raise argument(text, "CompleteMultipartUpload", "CompleteMultipartUpload")
    return tuple(_entry(part) for part in parts)


def _entry(part: Element) -> Entry:
    texts: dict[str, str] = {}
    for child in part:
        name = local_name(child)
        if name in texts:
            raise malformed_xml()
        texts[name] = child.text or ""
    if "PartNumber" not in texts or "ETag" not in texts:
        raise malformed_xml()
    raw = texts["PartNumber"].strip()
    number = whole_number(raw)
    if number is None:
        raise malformed_xml()
    if number < 1:
        raise argument("PartNumber must be >= 1", "PartNumber", raw)
    return Entry(number, unquoted(texts["ETag"]), *_checksum(texts))


def _checksum(texts: dict[str, str]) -> tuple[str | None, str | None]:
    given = {
        name.removeprefix(_CHECKSUM): value
        for name, value in texts.items()
        if name.startswith(_CHECKSUM)
    }
    if not given:
        return None, None
    text = "Invalid Base64 or multiple checksums present in request"
    if len(given) > 1:
        value = "".join(f"{name}:{value};" for name, value in given.items())
        raise argument(text, _CHECKSUM, value)
    algorithm, value = next(iter(given.items()))
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise argument(text, _CHECKSUM, value) from None
    return algorithm, value
