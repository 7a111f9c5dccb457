"""Regular expressions of others are matched in linear time, or refused."""

from __future__ import annotations

import pytest

from conformance.vocabulary.patterns import LONGEST, PatternError, glob, matcher


def test_patterns_match_whole_texts() -> None:
    """A dot stands for line ends too; a pattern must match from end to end."""
    assert matcher("a.c")("a\nc")
    assert not matcher("a")("ab")
    assert matcher("é+")("éé")
    assert not matcher("a")("\ud800")


def test_a_pattern_that_would_run_for_hours_does_not() -> None:
    """Python's engine would not end over this one."""
    assert not matcher("(([a-zA-Z0-9_.-]+)+)+!")("a" * 5000)
    assert not glob("*a*a*a*a*a*a*a*a*b")("a" * 5000)


@pytest.mark.parametrize(
    "pattern", ["[", "(?=a)b", r"(a)\1", "a{2000}", "x" * (LONGEST + 1), "(" * 2000]
)
def test_what_can_not_be_searched_is_refused(pattern: str) -> None:
    """The reason is one clause, without a line of the engine's own."""
    with pytest.raises(PatternError) as raised:
        matcher(pattern)
    assert "\n" not in str(raised.value)


def test_globs() -> None:
    """One star stays within a step of the path, two do not; all else is literal."""
    assert glob("complete/*")("complete/a")
    assert not glob("complete/*")("complete/a/b")
    assert glob("complete/**")("complete/a/b")
    assert not glob("a.c")("abc")
