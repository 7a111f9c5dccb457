"""Parses an endpoint's XML: no document types, no entities; size, depth and time are bounded."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_XML_BYTES: Final = 8 * 1024 * 1024
"""A page of 1,000 keys of 1,024 bytes, each byte percent-encoded, has 5 MiB."""
_XML_ELEMENTS: Final = 50_000
"""The longest of S3's documents, a page of 1,000 versions, has some 12,000."""
_XML_ATTRIBUTES: Final = 10_000
"""S3's own have one namespace, and two attributes for each grantee."""
_XML_DEPTH: Final = 100
_XML_SECONDS: Final = 5.0
"""Of processor time; 8 MiB of the densest markup take about one."""
_FED_BYTES: Final = 32 * 1024
_UNFINISHED_BYTES: Final = 128 * 1024
"""Within which a tag has to end; the parser holds an unfinished one, attributes and all."""

_PLAIN_START: Final = re.compile(
    rb"<(?:[A-Za-z]|\?xml version=([\"'])1\.0\1(?: encoding=([\"'])[Uu][Tt][Ff]-8\2)?\s*\?>)"
)
_PLAIN_BYTES: Final = _FED_BYTES
_PLAIN_ENDS: Final = _XML_DEPTH

XML_ERRORS: Final = (ParseError, DefusedXmlException, ValueError, LookupError)
"""What `parse_xml` raises; LookupError is an unknown encoding."""


class UnsafeXmlError(ValueError):
    """The document is larger or deeper than any answer of S3's."""


class _Builder(TreeBuilder):
    """Builds a tree without namespaces, within bounds."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0
        self._attributes = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Open an element under its local name."""
        self._depth += 1
        self._count += 1
        self._attributes += len(attrs)
        if self._depth > _XML_DEPTH or self._count > _XML_ELEMENTS:
            raise UnsafeXmlError("the document is deeper or longer than an answer may be")
        if self._attributes > _XML_ATTRIBUTES:
            raise UnsafeXmlError("the document has more attributes than an answer may have")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: str, /) -> Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag.rpartition("}")[2])


def xml_root(body: bytes) -> Element | None:
    """Parse a document safely and return its root, all names without namespaces.

    None for what is not XML, or has a document type, or exceeds the bounds of this module.
    """
    try:
        return parse_xml(body)
    except XML_ERRORS:
        return None


def parse_xml(body: bytes) -> Element:
    """Parse a document safely and return its root; raises one of `XML_ERRORS`."""
    if len(body) > _XML_BYTES:
        raise UnsafeXmlError(f"a document of {len(body)} bytes")
    if _is_plain(body):
        return _parse_plain(body)
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    if len(body) <= _FED_BYTES:
        parser.feed(body)
    else:
        _feed_in_pieces(parser, body)
    root: Element = parser.close()
    return root


def _is_plain(body: bytes) -> bool:
    """Return whether a document has no type and is within all bounds, whatever else it is.

    In UTF-8, without ``<!``, there is neither a document type nor a comment. So few bytes hold
    neither too many elements nor too many attributes, so few end tags no depth.
    """
    return (
        len(body) <= _PLAIN_BYTES
        and _PLAIN_START.match(body) is not None
        and b"<!" not in body
        and b"\0" not in body
        and body.count(b"</") <= _PLAIN_ENDS
    )


def _parse_plain(body: bytes) -> Element:
    """Parse a plain document by the parser in C, which takes half of the time or less."""
    parser = XMLParser()  # noqa: S314 - see `_is_plain`
    parser.feed(body)
    root: Element = parser.close()
    for element in root.iter():
        if element.tag.startswith("{"):
            element.tag = element.tag.rpartition("}")[2]
    return root


def _feed_in_pieces(parser: DefusedXMLParser, body: bytes) -> None:
    """Feed a long document so that neither one endless tag nor its parsing goes on unseen."""
    until = time.thread_time() + _XML_SECONDS
    for start in range(0, len(body), _FED_BYTES):
        parser.feed(body[start : start + _FED_BYTES])
        unfinished = start + _FED_BYTES - max(parser.parser.CurrentByteIndex, 0)
        if unfinished > _UNFINISHED_BYTES:
            raise UnsafeXmlError(f"a tag of more than {_UNFINISHED_BYTES} bytes")
        if time.thread_time() > until:
            raise UnsafeXmlError(f"the document takes more than {_XML_SECONDS:g} s to read")
