"""The dollar sign in texts."""

from __future__ import annotations

import pytest

from conformance.catalog.references import Reference, ReferenceSyntaxError, parse, unescape


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("plain", ("plain",)),
        ("$a", Reference("a")),
        ("$a.b[0].x-y", Reference("a", ("b", 0, "x-y"))),
        ("${a}", (Reference("a"),)),
        ("x${a.b}y", ("x", Reference("a", ("b",)), "y")),
        ("$$", ("$$",)),
        ("$$a${b}$$", ("$$a", Reference("b"), "$$")),
    ],
)
def test_forms(text: str, parsed: object) -> None:
    """A name alone is a reference, anything else its pieces with $$ kept."""
    assert parse(text) == parsed


@pytest.mark.parametrize(("text", "column"), [("a $b", 2), ("$", 0), ("$1", 0), ("x${}", 1)])
def test_other_dollar_signs_are_refused(text: str, column: int) -> None:
    """A stray dollar sign is a mistake with its column."""
    with pytest.raises(ReferenceSyntaxError) as raised:
        parse(text)
    assert raised.value.column == column


def test_words() -> None:
    """References read as they are written, and $$ becomes a dollar sign at the end."""
    assert str(Reference("parts", (0, "ETag"))) == "parts[0].ETag"
    assert unescape("$$5 and $$") == "$5 and $"
