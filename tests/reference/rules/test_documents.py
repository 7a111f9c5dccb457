"""Request documents: safe, bounded, read by local names."""

from __future__ import annotations

from functools import partial

import pytest

from conformance.reference.rules.documents import (
    MAX_DOCUMENT,
    child_text,
    flag,
    integer,
    parse_xml,
)

from .building import refusal

MALFORMED = (
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    (),
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"<Other/>",
        b"<Root>",
        b"\xff\xfe",
        b'<?xml version="1.0" encoding="nonsense"?><Root/>',
        b"<!DOCTYPE Root><Root/>",
        b'<!DOCTYPE Root [<!ENTITY a "b">]><Root>&a;</Root>',
        b'<!DOCTYPE Root SYSTEM "file:///etc/passwd"><Root/>',
    ],
)
def test_refuses(body: bytes) -> None:
    """What is no such document, or brings a DTD, is MalformedXML (CMP-008)."""
    assert refusal(lambda: parse_xml(body, "Root")) == MALFORMED


@pytest.mark.parametrize(
    "body", [b"<Root><A>b</A></Root>", b'<x:Root xmlns:x="urn:x"><x:A>b</x:A></x:Root>']
)
def test_namespaces_do_not_matter(body: bytes) -> None:
    """Names count without their namespace (CMP-030)."""
    root = parse_xml(body, "Root")
    assert child_text(root, "A") == "b"
    assert child_text(root, "B") is None


def test_repeated_child() -> None:
    """An element that may be there once is refused twice."""
    root = parse_xml(b"<Root><A>b</A><A>b</A></Root>", "Root")
    assert refusal(lambda: child_text(root, "A")) == MALFORMED


def test_size() -> None:
    """A document has at most 2.5 MiB (XML-018)."""
    frame = b"<Root></Root>"
    padding = b" " * (MAX_DOCUMENT - len(frame))
    parse_xml(b"<Root>" + padding + b"</Root>", "Root")
    found = refusal(lambda: parse_xml(b"<Root>" + padding + b" </Root>", "Root"))
    fields = (("MaxMessageLengthBytes", "2621440"),)
    assert found == (400, "MaxMessageLengthExceeded", "Your request was too big.", fields)


@pytest.mark.parametrize("text", [None, "", "x", "-1", "1.5", "\u0663", "+1"])
def test_no_integer(text: str | None) -> None:
    """A number is ASCII digits."""
    assert refusal(partial(integer, text)) == MALFORMED


def test_scalars() -> None:
    """Numbers and booleans may stand between blanks; hostile lengths are cheap."""
    assert integer(" 7 ") == 7
    assert integer("9" * 100_000) == int("9" * 19)
    assert flag(" TRUE ")
    assert not flag("false")
    assert flag(None, default=True)
    assert refusal(lambda: flag("1")) == MALFORMED
