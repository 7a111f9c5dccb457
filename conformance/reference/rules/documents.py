"""XML request bodies: parsed safely, read by local name, refused as MalformedXML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_DOCUMENT = 2_621_440
"""Bytes of a request document (XML-018)."""


def parse_xml(body: bytes, root: str | None, *, most: int = MAX_DOCUMENT) -> Element:
    """Return the root element if the body is well-formed and its root has that local name.

    ``root`` None takes any. Raises MalformedXML, also for an empty body, and
    MaxMessageLengthExceeded beyond ``most`` bytes (XML-018).
    """
    if len(body) > most:
        raise S3Error(
            400,
            "MaxMessageLengthExceeded",
            "Your request was too big.",
            (("MaxMessageLengthBytes", str(most)),),
        )
    try:
        element: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise malformed_xml() from None
    if root is not None and local_name(element) != root:
        raise malformed_xml()
    return element


def local_name(element: Element) -> str:
    """Return the name without its namespace, which S3 does not insist on (CMP-030)."""
    return element.tag.rpartition("}")[2]


def children(element: Element, name: str) -> list[Element]:
    """Return the children of that local name."""
    return [child for child in element if local_name(child) == name]


def child(element: Element, name: str) -> Element | None:
    """Return the only child of that name, or None; MalformedXML if there are several."""
    found = children(element, name)
    if len(found) > 1:
        raise malformed_xml()
    return found[0] if found else None


def child_text(element: Element, name: str) -> str | None:
    """Return the text of the only child of that name ("" if empty), or None without one."""
    found = child(element, name)
    return None if found is None else found.text or ""


def integer(text: str | None) -> int:
    """Return a decimal integer, not negative; MalformedXML for anything else."""
    digits = "" if text is None else text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise malformed_xml()
    return int(digits[:19])


def flag(text: str | None, *, default: bool = False) -> bool:
    """Return an XML boolean; ``default`` for an absent one, MalformedXML for another word."""
    if text is None:
        return default
    word = text.strip().lower()
    if word not in ("true", "false"):
        raise malformed_xml()
    return word == "true"


def malformed_xml() -> S3Error:
    """Return the refusal of a body that is no such document (CMP-008)."""
    return S3Error(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
