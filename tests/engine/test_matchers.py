"""Every matcher, on what it is for and on what must not slip past it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from conformance.engine import matchers
from conformance.engine.errors import EngineError
from conformance.engine.matchers import ABSENT, compare
from conformance.engine.pairing import pair
from conformance.vocabulary.format import MATCHERS

if TYPE_CHECKING:
    from .fakes import Loose

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)


def verdict(actual: Loose, expected: Loose) -> str:
    """Return the worst finding of a comparison."""
    found = {one.agreement for one in compare(actual, expected)}
    return next(word for word in ("different", "variant", "same") if word in found)


def test_matchers_are_the_vocabulary() -> None:
    """The engine knows the matchers that the lint lets through, and no others."""
    assert set(matchers.BY_NAME) == set(MATCHERS)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("a", "a"),
        (5, 5),
        ("5", 5),
        (5, "5"),
        ("true", True),
        (False, "false"),
        (b"abc", "abc"),
        (MOMENT, "2026-11-21T00:00:00Z"),
        ("Sat, 21 Nov 2026 00:00:00 GMT", MOMENT),
        ({"a": 1, "b": 2}, {"a": 1}),
        ([{"a": 1, "b": 2}], [{"b": 2}]),
        ([], []),
        (ABSENT, []),
        ({}, {}),
        (ABSENT, None),
        ("ab1", {"matches": "[a-z]+1"}),
        ("line\nline", {"matches": "line.line"}),
        (0, {"present": True}),
        ("", {"present": True}),
        (ABSENT, {"present": False}),
        (ABSENT, {"absent": True}),
        ({}, {"absent": True}),
        ("x", {"absent": False}),
        ("a", {"any_of": ["a", "b"]}),
        ("b", {"one_of": ["a", "b"]}),
        ([1, 2], {"length": 2}),
        (ABSENT, {"length": 0}),
        ("abc", {"length": {"gte": 1, "lt": 4}}),
        (b"ab", {"length": 2}),
        (5, {"gt": 4}),
        ("5", {"gte": 5, "lte": 5}),
        (MOMENT, {"lt": "2026-11-22T00:00:00Z"}),
        ([2, 1], {"unordered": [1, 2]}),
        ([{"k": "a"}, {"k": "b"}], {"unordered": [{"k": {"present": True}}, {"k": "a"}]}),
        (ABSENT, {"unordered": []}),
        ("abc", {"contains": "b"}),
        (b"abc", {"contains": "bc"}),
        ("abc", {"contains": ["a", "c"]}),
        ({"a": 1, "b": 2}, {"contains": ["a", "b"]}),
        ({"a": 1}, {"contains": "a"}),
        ({"a": 1, "b": 2}, {"contains": {"a": 1}}),
        ([{"a": 1, "b": 2}], {"contains": {"a": 1}}),
        ([1, 2, 3], {"contains": [3, 1]}),
        ("e", {"same_as": "e"}),
        ([1], {"same_as": [1]}),
        (b"abc", {"bytes_of": b"abc"}),
        (b"abc", {"bytes_of": "abc"}),
        ("a", {"not": "b"}),
        (ABSENT, {"not": "b"}),
        ("a", {"not": {"any_of": ["b", "c"]}}),
        (5, {"gt": 1, "not": 6}),
    ],
)
def test_same(actual: Loose, expected: Loose) -> None:
    """What agrees passes, across the forms that headers, XML and members have."""
    assert verdict(actual, expected) == "same"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ("a", "A"),
        ("05", 5),
        (True, 1),
        (1, True),
        ("True", True),
        (ABSENT, ""),
        (ABSENT, "absent"),
        ("x", None),
        (ABSENT, {"a": 1}),
        ("text", {"a": 1}),
        ({"a": 1}, {}),
        ([1, 2], [1]),
        ([1], [1, 2]),
        ([2, 1], [1, 2]),
        ("a", ["a"]),
        ([1], []),
        ("xab1", {"matches": "ab1"}),
        (ABSENT, {"matches": ".*"}),
        (ABSENT, {"present": True}),
        ({}, {"present": True}),
        ("", {"absent": True}),
        ("c", {"any_of": ["a", "b"]}),
        (ABSENT, {"any_of": ["a", "b"]}),
        ("c", {"one_of": ["a", "b"]}),
        ([1], {"length": 2}),
        (5, {"length": 1}),
        (ABSENT, {"length": {"gte": 1}}),
        (4, {"gt": 4}),
        (ABSENT, {"gte": 0}),
        ("abc", {"gt": 1}),
        (5, {"gte": 1, "lte": 4}),
        ([1, 1], {"unordered": [1, 2]}),
        ([1, 2, 2], {"unordered": [1, 2]}),
        ([1], {"unordered": [1, 2]}),
        ("ab", {"contains": "c"}),
        (ABSENT, {"contains": "c"}),
        ({"a": 1}, {"contains": {"a": 2}}),
        ({"a": 1}, {"contains": ["a", "b"]}),
        ([1], {"contains": 2}),
        ("e", {"same_as": "f"}),
        (ABSENT, {"same_as": "e"}),
        (ABSENT, {"same_as": None}),
        (b"abd", {"bytes_of": b"abc"}),
        (ABSENT, {"bytes_of": b""}),
        ("b", {"not": "b"}),
        (ABSENT, {"not": {"absent": True}}),
    ],
)
def test_different(actual: Loose, expected: Loose) -> None:
    """What differs never passes, least of all by being absent or of another kind."""
    assert verdict(actual, expected) == "different"


def test_later_choice_is_a_variant() -> None:
    """The first of a list is S3's answer; another of it is a variant that says so."""
    (found,) = compare("b", {"any_of": ["a", "b"]})
    assert found.agreement == "variant"
    assert 'Amazon S3 answers "a"' in found.note


def test_every_difference_is_reported() -> None:
    """A map is compared key by key to the end, each with its own path, expected and got."""
    actual = {"Parts": [{"ETag": "x", "Size": 5}], "Owner": {"ID": "me"}}
    expected = {"Parts": [{"ETag": "e", "Size": 5}, {"ETag": "f"}], "Owner": {"ID": "you"}}
    found = {one.path: (one.agreement, one.expected, one.got) for one in compare(actual, expected)}
    assert found == {
        ".Parts.length": ("different", "2", "1"),
        ".Parts[0].ETag": ("different", '"e"', '"x"'),
        ".Parts[0].Size": ("same", "5", "5"),
        ".Parts[1].ETag": ("different", '"f"', "absent"),
        ".Owner.ID": ("different", '"you"', '"me"'),
    }


def test_matchers_of_one_map_are_told_apart() -> None:
    """Several matchers together give a check each, under its own name."""
    paths = [one.path for one in compare("abc", {"length": {"gte": 1}, "matches": "a.c"})]
    assert paths == [".length.gte", ".matches"]


def test_missing_and_unexpected_items_are_named() -> None:
    """A list in any order says what is missing and what is too much."""
    (found,) = compare([1, 3], {"unordered": [1, 2]})
    assert found.note == "missing 2; unexpected 3"


def test_first_changed_byte_of_a_large_body() -> None:
    """Bodies are shown by size and digest, and the first difference by its place."""
    body = bytes(2_000_000)
    came = body[:1_234_567] + b"\x01" + body[1_234_568:]
    (found,) = compare(came, {"bytes_of": body})
    assert found.note == "the first difference is at byte 1234567"
    assert found.got.startswith("2000000 bytes, SHA-256 ")
    assert len(found.got) < 100


@pytest.mark.parametrize(
    "expected",
    [
        {"length": 1, "Parts": []},
        {"any_of": []},
        {"any_of": "a"},
        {"one_of": []},
        {"matches": "("},
        {"matches": 5},
        {"unordered": "a"},
        {"bytes_of": 5},
    ],
)
def test_misused_matchers_are_errors(expected: Loose) -> None:
    """A matcher that can't be understood is an error of the scenario, not a verdict."""
    with pytest.raises(EngineError):
        compare("a", expected)


def test_pairing_gives_each_expectation_an_item_of_its_own() -> None:
    """A broad expectation does not take the only item of a narrow one."""
    fits = {(0, 0), (0, 1), (1, 0)}
    assert pair(2, 2, lambda row, item: (row, item) in fits) == [1, 0]
    assert pair(2, 1, lambda row, item: True) == [0, None]  # noqa: ARG005  # fits every pair
