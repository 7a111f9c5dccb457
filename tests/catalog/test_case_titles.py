"""Titles of tests: each reads alone, and tells its case from the others of its scenario."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.case_titles import spelled, titled
from conformance.catalog.load import load

from .test_expand import scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Test

    Load = Callable[[str], tuple[Test, ...]]

CASES = """\
cases:
  wrong-value: {n: 1}
  sha256-upload: {n: 2}
matrix: {over: [http, tls]}
case-titles: {wrong-value: the checksum belongs to other data}
"""
STEP = """\
- UploadPart: {UploadId: fakeid, PartNumber: $n}
  transport: $over
  must: {status: 404}
"""


def test_every_shipped_title_is_unique() -> None:
    """A reader of a report knows from the title alone which case a test is."""
    counts = Counter(test.title for test in load().tests)
    assert [title for title, number in counts.items() if number > 1] == []


def test_a_title_says_the_case_and_the_axes(load_text: Load) -> None:
    """The scenario's words for a case are taken; else the case's name, in words."""
    titles = [test.title for test in load_text(scenario(STEP, more=CASES))]
    assert titles == [
        "Something holds: the checksum belongs to other data, over plain HTTP",
        "Something holds: the checksum belongs to other data, over TLS",
        "Something holds: SHA256 upload, over plain HTTP",
        "Something holds: SHA256 upload, over TLS",
    ]


def test_two_axes_may_have_values_of_one_name(load_text: Load) -> None:
    """``axis=value`` has words for the value of one axis."""
    more = "matrix: {n: [a, b], over: [a, b]}\ncase-titles: {n=a: first, over=a: second}"
    step = "- UploadPart: {UploadId: $n, PartNumber: 1, Body: $over}\n  must: {status: 404}\n"
    titles = [test.title for test in load_text(scenario(step, more=more))]
    assert titles == [
        "Something holds: first, second",
        "Something holds: first, b",
        "Something holds: b, second",
        "Something holds: b, b",
    ]


def test_what_the_title_names_is_not_said_twice(load_text: Load) -> None:
    """A variable of the case in the title is enough, and so is a case that stands alone."""
    more = CASES.replace("wrong-value: the checksum belongs to other data", "")
    text = scenario(STEP, more=more).replace("Something holds", '"Part ${n} is rejected"')
    titles = [test.title for test in load_text(text)]
    assert titles[0::2] == [
        "Part 1 is rejected, over plain HTTP",
        "Part 2 is rejected, over plain HTTP",
    ]
    alone = scenario(STEP, more="cases: {only: {n: 1}}\nmatrix: {over: [tls]}")
    assert [test.title for test in load_text(alone)] == ["Something holds"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crc32-of-other-bytes", "CRC32 of other bytes"),
        ("x-amz-grant-read", "x-amz-grant-read"),
        ("public-read", "public-read"),
        ("max-parts", "max-parts"),
        ("FULL_OBJECT", "FULL_OBJECT"),
        ("tls", "over TLS"),
    ],
)
def test_names_become_words(name: str, words: str) -> None:
    """Hyphens are blanks, but for those of S3's own names; terms have their usual case."""
    assert spelled(name, {}) == words


def test_a_further_kind_of_bucket_is_named() -> None:
    """The place comes last, and says when the rules are those of general purpose buckets."""
    local = titled("It holds", ["one"], kind="a directory bucket in a Local Zone", borrowed=False)
    assert local == "It holds: one, in a directory bucket in a Local Zone"
    borrowed = titled("It holds", [], kind="a directory bucket", borrowed=True)
    assert borrowed == "It holds, in a directory bucket as in general purpose buckets"
