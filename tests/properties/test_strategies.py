"""Strategies give what they say, and reach both sides of every bound."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from conformance.properties import strategies as ours
from conformance.properties.strategies import encryption, metadata, numbers
from conformance.properties.strategies.bodies import big_body, word
from conformance.properties.strategies.complete_lists import ListedPart, refusals

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
SEEK = settings(max_examples=2_000, deadline=None, derandomize=True, database=None)


@QUICK
@given(ours.key_names())
def test_keys_are_legal(name: str) -> None:
    """A name is 1 to 200 bytes, without control characters or segments of dots."""
    assert 1 <= len(name.encode()) <= 200
    assert all(char.isprintable() or char.isspace() or ord(char) > 0x7F for char in name)
    assert not {".", ".."} & set(name.split("/"))


@QUICK
@given(ours.key_names())
def test_encoded_keys_match(name: str) -> None:
    """The pattern takes the encodings that clients decode to the name, and not the name alone."""
    pattern = re.compile(ours.encoded_pattern(name))
    for encoded in (quote(name, safe="/"), quote_plus(name, safe="/*"), quote(name, safe="")):
        assert pattern.fullmatch(encoded), encoded
    if any(char in name for char in " %+&é"):
        assert not pattern.fullmatch(name)


@pytest.mark.parametrize("number", [0, 1, 10_000, 10_001, -1])
def test_bounds_are_reached(number: int) -> None:
    """Numbers on both sides of each bound come up."""
    assert (
        find(ours.part_numbers_around_bounds(), lambda one: one == number, settings=SEEK) == number
    )


@QUICK
@given(ours.part_numbers())
def test_part_numbers_are_legal(number: int) -> None:
    """A part number is one that S3 takes."""
    assert numbers.is_legal(number)


@QUICK
@given(ours.customer_headers())
def test_customer_headers(headers: ours.CustomerHeaders) -> None:
    """Headers are legal when all three are there and agree, or none is."""
    call = headers.members.get("with")
    assert headers.sent == (call is not None)
    assert headers.legal == (not headers.sent or headers.consistent)
    if headers.consistent:
        assert call == {"sse_c": {"seed": headers.seed}}


def test_the_whole_cross_product_is_reached() -> None:
    """Each of the broken forms of customer headers comes up."""
    for wanted in (("algorithm",), ("key",), ("key-md5",), ("algorithm", "key")):
        drops = ours.customer_headers().map(lambda headers: headers.dropped)
        assert find(drops, wanted.__eq__, settings=SEEK) == wanted
    assert find(ours.customer_headers(), lambda h: h.wrong_md5, settings=SEEK).wrong_md5


@QUICK
@given(ours.access_headers())
def test_access_headers(headers: ours.AccessHeaders) -> None:
    """A canned ACL and grants are legal when not both are there."""
    both = "ACL" in headers.members and len(headers.members) > 1
    assert headers.legal is not both


@QUICK
@given(ours.email_grants())
def test_email_grants(grants: dict[str, str]) -> None:
    """At least one grant names an e-mail address."""
    assert any("emailAddress=" in value for value in grants.values())
    assert set(grants) <= set(ours.GRANT_MEMBERS)


@QUICK
@given(ours.encryption_headers())
def test_encryption_headers(members: dict[str, object]) -> None:
    """What belongs to KMS is legal beside KMS alone."""
    trees = dict(members)
    if "SSEKMSKeyId" in trees and trees.get("ServerSideEncryption") in (None, "AES256"):
        assert not encryption.is_legal(trees)  # type: ignore[arg-type]  # trees
    if set(trees) <= {"ServerSideEncryption"}:
        assert encryption.is_legal(trees)  # type: ignore[arg-type]  # trees


@QUICK
@given(st.integers(1, 50).flatmap(lambda size: st.tuples(st.just(size), ours.byte_ranges(size))))
def test_ranges_lie_within(drawn: tuple[int, ours.ByteRange]) -> None:
    """A range means at least one byte, and none beyond the end."""
    size, asked = drawn
    assert 0 <= asked.first < asked.end <= size
    assert asked.header.startswith("bytes=")


@QUICK
@given(ours.user_metadata())
def test_metadata_is_legal(drawn: dict[str, str]) -> None:
    """Metadata is ASCII without blanks at the ends, and within 2 KB."""
    assert all(value == value.strip() and value.isascii() for value in drawn.values())
    assert sum(len(name) + len(value) for name, value in drawn.items()) <= 2_048


def test_no_metadata_is_a_word_of_the_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """``Metadata: {gt: x}`` would be read as a matcher, and a sound server would fail."""
    monkeypatch.setattr(metadata, "_NAME", "gt")
    seen: set[str] = set()

    @QUICK
    @given(ours.user_metadata())
    def draw(drawn: dict[str, str]) -> None:
        seen.update(drawn)

    draw()
    assert "gt" not in seen
    assert {"g", "t", "gg"} <= seen


@QUICK
@given(ours.tag_sets())
def test_tags_are_legal(tags: dict[str, str]) -> None:
    """There are ten tags at most, and their header holds no bare separator."""
    assert len(tags) <= 10
    assert ours.tagging_header(tags).count("=") == len(tags)


STORED = {1: word("a"), 2: big_body(), 3: word("bb")}
PART = ListedPart


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        ((PART(1),), ()),
        ((PART(2), PART(3)), ()),
        ((PART(2, "unquoted"), PART(3)), ()),
        ((), ("InvalidRequest", "MalformedXML")),
        ((PART(3), PART(2)), ("InvalidPartOrder", "EntityTooSmall")),
        ((PART(1), PART(3)), ("EntityTooSmall",)),
        ((PART(9),), ("InvalidPart",)),
        ((PART(1, "wrong"),), ("InvalidPart",)),
        ((PART(9), PART(2)), ("InvalidPartOrder",)),
        ((PART(3), PART(1), PART(2)), ("InvalidPartOrder", "EntityTooSmall")),
    ],
)
def test_lists_are_judged(listed: tuple[ListedPart, ...], codes: tuple[str, ...]) -> None:
    """A list is taken when ascending, known, right in ETags and sizes; else the code is told."""
    assert refusals(listed, STORED) == codes


@pytest.mark.parametrize(
    ("kind", "exists", "status"),
    [
        ("none", True, 200),
        ("if-none-match", False, 200),
        ("if-none-match", True, 412),
        ("if-match", True, 200),
        ("if-match", False, 404),
        ("if-match-other", True, 412),
    ],
)
def test_conditions(kind: str, exists: bool, status: int) -> None:
    """A condition decides together with what stands at the key."""
    assert ours.Condition(kind, exists).status == status  # type: ignore[arg-type]  # a literal
