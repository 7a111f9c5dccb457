"""Ranges of reads and copies, and what a copy reads."""

from __future__ import annotations

import pytest

from conformance.reference.rules.copy_source import CopySource, parse_copy_source
from conformance.reference.rules.ranges import (
    MAX_COPY_SOURCE,
    check_copy_range,
    parse_copy_source_range,
    parse_range,
)

from .building import argument, asked, invalid, refusal

RANGE = "x-amz-copy-source-range"
FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last "
    "are the zero-based offsets of the first and last bytes to copy"
)


@pytest.mark.parametrize(
    ("value", "span"),
    [
        (None, None),
        ("bytes=0-9", (0, 9)),
        ("bytes=3-3", (3, 3)),
        ("bytes=5-", (5, 9)),
        ("bytes=5-100", (5, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-30", (0, 9)),
        (f"bytes=0-{'9' * 5000}", (0, 9)),
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("chars=0-1", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
        ("", None),
    ],
)
def test_reads(value: str | None, span: tuple[int, int] | None) -> None:
    """A range of bytes is cut to the object; what is none means all of it."""
    assert parse_range(value, 10) == span


@pytest.mark.parametrize(
    ("value", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0), ("bytes=-1", 0)]
)
def test_unsatisfiable(value: str, size: int) -> None:
    """A range that starts past the end is a 416 with what was asked and what there is."""
    assert refusal(lambda: parse_range(value, size)) == (
        416,
        "InvalidRange",
        "The requested range is not satisfiable",
        (("RangeRequested", value), ("ActualObjectSize", str(size))),
    )


@pytest.mark.parametrize(("value", "cut"), [("0-8", (0, 9)), ("1-1", (1, 1)), ("0-0", (0, 1))])
def test_copies(value: str, cut: tuple[int, int]) -> None:
    """A copy takes ranges of small sources too (UPC-003)."""
    request = asked({RANGE: f"bytes={value}"})
    assert check_copy_range(request, parse_copy_source_range(request), 10) == cut


@pytest.mark.parametrize(
    "value",
    [
        "0-8",
        "bytes=1-0",
        "bytes=-1-",
        "bytes=0--1",
        "bytes=0-1,3-4,7-9",
        "bytes=-",
        "bytes=-0",
        "bytes=1-",
        "bytes=-2",
        "bytes=-15",
        "bytes=0-1 ",
        "",
    ],
)
def test_copy_range_form(value: str) -> None:
    """Any other form is refused with the value (UPC-004..UPC-013)."""
    found = refusal(lambda: parse_copy_source_range(asked({RANGE: value})))
    assert found == argument(FORM, RANGE, value)


def test_copy_range_beyond_the_source() -> None:
    """An end beyond the source and a start beyond it are two refusals (UPC-014, UPC-015)."""
    end, start = asked({RANGE: "bytes=0-100"}), asked({RANGE: "bytes=100-200"})
    assert refusal(lambda: check_copy_range(end, (0, 100), 10)) == argument(
        "Range specified is not valid for source object of size: 10", RANGE, "bytes=0-100"
    )
    assert refusal(lambda: check_copy_range(start, (100, 200), 10)) == invalid(
        "The specified copy range is invalid for the source object size"
    )


def test_copy_of_too_much() -> None:
    """More than 5 GiB at once is refused, whole or as a range (UPC-033)."""
    text = "The specified copy source is larger than the maximum allowable size for a copy source: "
    expected = invalid(f"{text}5368709120")
    more = MAX_COPY_SOURCE + 1
    assert check_copy_range(asked(), None, MAX_COPY_SOURCE) == (0, MAX_COPY_SOURCE)
    assert refusal(lambda: check_copy_range(asked(), None, more)) == expected
    assert refusal(lambda: check_copy_range(asked(), (0, more - 1), more)) == expected
    assert check_copy_range(asked(), (0, 9), more) == (0, 10)


@pytest.mark.parametrize(
    ("header", "source"),
    [
        ("bucket/key", CopySource("bucket", "key", None)),
        ("/bucket/key", CopySource("bucket", "key", None)),
        ("bucket/a/b", CopySource("bucket", "a/b", None)),
        ("bucket//a", CopySource("bucket", "/a", None)),
        ("bucket%2Fkey", CopySource("bucket", "key", None)),
        ("bucket/a%20b%C3%BC", CopySource("bucket", "a bü", None)),
        ("bucket/a%2525", CopySource("bucket", "a%25", None)),
        ("bucket/a%25.txt", CopySource("bucket", "a%.txt", None)),
        ("bucket/a+b", CopySource("bucket", "a+b", None)),
        ("bucket/ü", CopySource("bucket", "ü", None)),
        ("bucket/key?versionId=abc", CopySource("bucket", "key", "abc")),
        ("bucket/key?versionId=null", CopySource("bucket", "key", "null")),
        ("bucket/key%3FversionId=abc", CopySource("bucket", "key?versionId=abc", None)),
        ("bucket/_", CopySource("bucket", "_", None)),
    ],
)
def test_copy_source(header: str, source: CopySource) -> None:
    """The header is decoded once, and its version id split off before (UPC-029, UPC-032)."""
    assert parse_copy_source(asked({"x-amz-copy-source": header})) == source


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("bucket", "Invalid copy source object key"),
        ("bucket/", "Invalid copy source object key"),
        ("", "Invalid copy source bucket name"),
        ("/", "Invalid copy source bucket name"),
        ("b/key", "Invalid copy source bucket name"),
        ("Bucket_/key", "Invalid copy source bucket name"),
        ("bucket/%zz", "Invalid copy source encoding"),
        ("bucket/%ff", "Invalid copy source encoding"),
        ("bucket/%2", "Invalid copy source encoding"),
    ],
)
def test_bad_copy_source(header: str, message: str) -> None:
    """What names no object is refused (UPC-030, UPC-031)."""
    found = refusal(lambda: parse_copy_source(asked({"x-amz-copy-source": header})))
    assert found == argument(message, "x-amz-copy-source", "x-amz-copy-source")
