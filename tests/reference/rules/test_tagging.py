"""Tags in the header and in the document."""

from __future__ import annotations

import pytest

from conformance.reference.rules.tagging import parse_tagging_document, parse_tagging_header

from .building import argument, asked, refusal

MESSAGE = (
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
    "without tag name duplicates."
)
BAD_KEY = "The TagKey you have provided is invalid"
BAD_VALUE = "The TagValue you have provided is invalid"

GOOD = {
    "one": ("a=b", (("a", "b"),)),
    "sorted TAG-007": ("foo=bar&bar", (("bar", ""), ("foo", "bar"))),
    "decoded": ("k%20+%2B=v%2F%3D", (("k  +", "v/="),)),
    "unicode": ("schl%C3%BCssel=wert", (("schlüssel", "wert"),)),
    "empty": ("", ()),
    "ten": (
        "&".join(f"k{n}=v" for n in range(10)),
        tuple((f"k{n}", "v") for n in range(10)),
    ),
    "longest TAG-004": (f"{'k' * 128}={'v' * 256}", (("k" * 128, "v" * 256),)),
}


@pytest.mark.parametrize(("header", "tags"), GOOD.values(), ids=GOOD)
def test_header(header: str, tags: tuple[tuple[str, str], ...]) -> None:
    """The header is query parameters; the tags come sorted by key (TAG-007)."""
    assert parse_tagging_header(asked({"x-amz-tagging": header})) == tags


def test_no_header() -> None:
    """Without the header there are no tags."""
    assert parse_tagging_header(asked()) == ()


REFUSED = {
    "duplicate TAG-001": ("a=b&a=c", argument(MESSAGE, "x-amz-tagging", "a=b&a=c")),
    "two-equals TAG-002": ("a=b=c", argument(MESSAGE, "x-amz-tagging", "a=b=c")),
    "percent TAG-002": ("a=%zz", argument(MESSAGE, "x-amz-tagging", "a=%zz")),
    "no-utf-8 TAG-002": ("a=%ff", argument(MESSAGE, "x-amz-tagging", "a=%ff")),
    "key-characters TAG-003": ("a%26=b", (400, "InvalidTag", BAD_KEY, (("TagKey", "a&"),))),
    "value-characters TAG-003": (
        "a=b%3F",
        (400, "InvalidTag", BAD_VALUE, (("TagKey", "a"), ("TagValue", "b?"))),
    ),
    "empty-key": ("=b", (400, "InvalidTag", BAD_KEY, (("TagKey", ""),))),
    "long-key TAG-004": (
        f"{'k' * 129}=v",
        (400, "InvalidTag", BAD_KEY, (("TagKey", "k" * 129),)),
    ),
    "long-value TAG-004": (
        f"k={'v' * 257}",
        (400, "InvalidTag", BAD_VALUE, (("TagKey", "k"), ("TagValue", "v" * 257))),
    ),
    "eleven TAG-005": (
        "&".join(f"k{n}=v" for n in range(11)),
        (400, "BadRequest", "Object tags cannot be greater than 10", ()),
    ),
    "aws-prefix TAG-006": (
        "aws:a=b",
        (400, "InvalidTag", "Your TagKey cannot be prefixed with aws:", (("TagKey", "aws:a"),)),
    ),
}


@pytest.mark.parametrize(("header", "expected"), REFUSED.values(), ids=REFUSED)
def test_refuses_header(header: str, expected: object) -> None:
    """A wrong header gets the code, text and fields of AWS (TAG-001..TAG-006)."""
    assert refusal(lambda: parse_tagging_header(asked({"x-amz-tagging": header}))) == expected


def test_units_are_utf_16() -> None:
    """Lengths count UTF-16 units, so that letters beyond the first plane count twice (TAG-004)."""
    letter = "\N{DESERET CAPITAL LETTER LONG I}"
    document = "<Tagging><TagSet><Tag><Key>{}</Key><Value/></Tag></TagSet></Tagging>"
    assert parse_tagging_document(document.format(letter * 64).encode()) == ((letter * 64, ""),)
    found = refusal(lambda: parse_tagging_document(document.format(letter * 65).encode()))
    assert found[:3] == (400, "InvalidTag", BAD_KEY)


def document(*tags: tuple[str, str]) -> bytes:
    """Build a Tagging document."""
    inside = "".join(f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in tags)
    return f"<Tagging><TagSet>{inside}</TagSet></Tagging>".encode()


XML = "The XML you provided was not well-formed or did not validate against our published schema"
BAD_DOCUMENTS = {
    "empty": (b"", 10, (400, "MalformedXML", XML, ())),
    "no-set": (b"<Tagging/>", 10, (400, "MalformedXML", XML, ())),
    "no-value": (
        b"<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>",
        10,
        (400, "MalformedXML", XML, ()),
    ),
    "entity": (
        b'<!DOCTYPE x [<!ENTITY a "b">]><Tagging><TagSet/></Tagging>',
        10,
        (400, "MalformedXML", XML, ()),
    ),
    "duplicate": (
        document(("a", "b"), ("a", "c")),
        10,
        (400, "InvalidTag", "Cannot provide multiple Tags with the same key", (("TagKey", "a"),)),
    ),
    "eleven TAG-005": (
        document(*((f"k{n}", "") for n in range(11))),
        10,
        (400, "BadRequest", "Object tags cannot be greater than 10", ()),
    ),
    "fifty-one": (
        document(*((f"k{n}", "") for n in range(51))),
        50,
        (400, "BadRequest", "Bucket tag count cannot be greater than 50", ()),
    ),
}


@pytest.mark.parametrize(("body", "limit", "expected"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS)
def test_refuses_document(body: bytes, limit: int, expected: object) -> None:
    """A wrong document gets its code, text and fields."""
    assert refusal(lambda: parse_tagging_document(body, limit=limit)) == expected
