"""Documents of an endpoint: read alike by both parsers, and refused where they are unsafe."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.wire import safe_xml
from conformance.wire.safe_xml import XML_ERRORS, parse_xml, xml_root

NAMES = st.sampled_from(["Part", "ETag", "Key", "Owner", "{http://s3/doc/}Part", "{urn:x}Size"])
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)


def built(name: str, text: str, attribute: str, children: list[Element]) -> Element:
    """Return an element of these."""
    element = Element(name, {"{urn:xsi}type": attribute} if attribute else {})
    element.text = text
    element.extend(children)
    return element


LEAVES = st.builds(built, NAMES, TEXTS, TEXTS, st.just([]))
TREES = st.recursive(
    LEAVES,
    lambda inside: st.builds(built, NAMES, TEXTS, st.just(""), st.lists(inside, max_size=4)),
    max_leaves=12,
)


def shown(element: Element) -> tuple[object, ...]:
    """Return everything of a tree, to be compared."""
    inside = [shown(child) for child in element]
    return element.tag, element.text, element.tail, dict(element.attrib), inside


@given(TREES, st.sampled_from(["", "<?xml version='1.0'?>", '<?xml version="1.0"?>\n', "<?pi a?>"]))
def test_both_parsers_read_the_same_tree(tree: Element, start: str) -> None:
    """A plain document gives the tree that the slower parser makes of it."""
    document = start.encode() + tostring(tree, "utf-8")
    assert safe_xml._is_plain(document) is not start.startswith("<?pi")
    read = parse_xml(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(safe_xml, "_is_plain", lambda _: False)
        slowly = parse_xml(document)
    assert shown(read) == shown(slowly)


ENTITY = '<!DOCTYPE Error [<!ENTITY a "b">]><Error><Code>&a;</Code></Error>'


@pytest.mark.parametrize(
    "document",
    [
        ENTITY.encode(),
        b'<?xml version="1.0" encoding="UTF-8"?>' + ENTITY.encode(),
        f'<?xml version="1.0" encoding="utf-16"?>{ENTITY}'.encode("utf-16"),
        ENTITY.encode("utf-16-le"),
        ENTITY.encode("utf-16-be"),
        b'<?xml version="1.0" encoding="utf-7"?>+ADw-!DOCTYPE Error+AD4-<Error/>',
        b"<Error>" + b"<a>" * 100 + b"</a>" * 100 + b"</Error>",
        b"<a>" * 10_000,
        b"<a>" + b" " * (8 * 1024 * 1024) + b"</a>",
        b"<Error>" + b"<a/>" * 50_000 + b"</Error>",
        b"<Error " + b" ".join(b'a%d=""' % at for at in range(10_001)) + b"/>",
        b"<Error>&unknown;</Error>",
        b"<Error><Code></Error>",
        b"",
        b"Error",
    ],
)
def test_an_unsafe_document_is_refused(document: bytes) -> None:
    """A document type, in any encoding, too much of anything, and what is no XML give no tree."""
    assert xml_root(document) is None
    with pytest.raises(XML_ERRORS):
        parse_xml(document)


@pytest.mark.parametrize(
    ("document", "elements"),
    [
        (b"<a>" * 100 + b"</a>" * 100, 100),
        (b"<a>" + b"<b/>" * 49_999 + b"</a>", 50_000),
        (b"<a>" + b" " * (8 * 1024 * 1024 - 7) + b"</a>", 1),
    ],
)
def test_the_largest_documents_are_read(document: bytes, elements: int) -> None:
    """Depth, elements and bytes are within their limits."""
    root = xml_root(document)
    assert root is not None
    assert sum(1 for _ in root.iter()) == elements
