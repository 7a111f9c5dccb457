"""Two spellings of one value are one value, and two values never are."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.engine.checks import check_answer
from conformance.engine.equivalent import media_type
from conformance.engine.values import Scope

from .fakes import Loose, ok, step


def verdicts(operation: str, wanted: dict[str, Any], **came: Loose) -> set[str]:
    """Return what comparing an answer with these members comes to, the status aside."""
    headers = tuple(came.pop("headers", {}).items())
    answer = ok(**came)
    object.__setattr__(answer, "headers", headers)
    found = check_answer(
        step(operation, must={"status": 200, **wanted}), operation, answer, Scope({}), role="step"
    )
    return {one.verdict for one in found if one.field != "status"}


@pytest.mark.parametrize(
    ("wanted", "came", "same"),
    [
        ("text/plain; charset=utf-8", "Text/Plain;charset=UTF-8", True),
        ("text/plain;a=1; b=2", 'text/plain; B="2"; A=1', True),
        ("text/plain", "text/plain; charset=utf-8", False),
        ("text/plain", "text/html", False),
        ("text/plain; a=One", "text/plain; a=one", False),
    ],
)
def test_a_media_type_is_compared_by_its_grammar(wanted: str, came: str, *, same: bool) -> None:
    """Case and order mean nothing; another type or a parameter more does."""
    expected = {"PASS"} if same else {"FAIL"}
    assert verdicts("HeadObject", {"ContentType": wanted}, ContentType=came) == expected
    asked = {"headers": {"content-type": wanted}}
    assert verdicts("HeadObject", asked, headers={"Content-Type": came}) == expected


def test_a_quoted_value_is_read_without_its_quotes() -> None:
    """A semicolon within quotes ends no parameter."""
    assert media_type('a/b; c="d;\\"e"') == ("a/b", {"c": 'd;"e'})


def test_names_of_headers_have_no_case() -> None:
    """Neither in what a scenario writes nor in the names of metadata."""
    assert verdicts("HeadObject", {"headers": {"ETag": "x"}}, headers={"etag": "x"}) == {"PASS"}
    wanted = {"Metadata": {"upper": "Value"}}
    assert verdicts("HeadObject", wanted, Metadata={"UPPER": "Value"}) == {"PASS"}
    assert verdicts("HeadObject", wanted, Metadata={"UPPER": "value"}) == {"FAIL"}


@pytest.mark.parametrize(
    ("came", "same"), [("a%2fb", True), ("a/b", True), ("a%2Bb", False), ("a%20b", False)]
)
def test_an_encoded_slash_is_a_slash_in_an_encoded_listing(came: str, *, same: bool) -> None:
    """Where encoding-type was asked for; in a plain listing the text is the key itself."""
    wanted: dict[str, Any] = {"Uploads": [{"Key": "a%2Fb"}]}
    listed: dict[str, Any] = {"Uploads": [{"Key": came}]}
    encoded = verdicts("ListMultipartUploads", wanted, EncodingType="url", **listed)
    assert ("FAIL" not in encoded) is same
    assert "FAIL" in verdicts("ListMultipartUploads", wanted, **listed)


def test_the_digits_of_an_encoded_key_have_no_case() -> None:
    """``%c3`` and ``%C3`` are one byte."""
    wanted: dict[str, Any] = {"Prefix": "%C3%A9"}
    assert verdicts("ListMultipartUploads", wanted, EncodingType="url", Prefix="%c3%a9") == {"PASS"}
