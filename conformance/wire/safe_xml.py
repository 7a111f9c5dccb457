"""Parses an endpoint's XML: no document types, no entities, bounded depth and size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_XML_BYTES: Final = 64 * 1024 * 1024
_XML_ELEMENTS: Final = 500_000
_XML_DEPTH: Final = 100

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

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """Open an element under its local name."""
        self._depth += 1
        self._count += 1
        if self._depth > _XML_DEPTH or self._count > _XML_ELEMENTS:
            raise UnsafeXmlError("the document is deeper or longer than an answer may be")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: str, /) -> Element:
        """Close an element."""
        self._depth -= 1
        return super().end(tag.rpartition("}")[2])


def xml_root(body: bytes) -> Element | None:
    """Parse a document safely and return its root, all names without namespaces.

    None for what is no XML, or has a document type, or exceeds the bounds of this module.
    """
    try:
        return parse_xml(body)
    except XML_ERRORS:
        return None


def parse_xml(body: bytes) -> Element:
    """Parse a document safely and return its root; raises one of `XML_ERRORS`."""
    if len(body) > _XML_BYTES:
        raise UnsafeXmlError(f"a document of {len(body)} bytes")
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    parser.feed(body)
    root: Element = parser.close()
    return root
