"""How a mistake is shown."""

from __future__ import annotations

import pytest

from conformance.catalog.problems import Mark, Problems, SourceFile, SpecError, did_you_mean


def test_rendering_with_caret_and_hint() -> None:
    """Place, rule and text stand first, then the line, carets below the mistake, the hint."""
    file = SourceFile("a.yaml", ("one", "two: three"))
    problems = Problems()
    problems.add(Mark(file, 1, 5, 5), "unknown-key", "no", "did you mean four?")
    problems.add(Mark(file, 1, 5, 5), "unknown-key", "no", "said twice, shown once")
    problems.add(Mark(file, 0, 1, 99), "bad-id", "carets end with the line")
    assert str(SpecError(problems.sorted())) == (
        "a.yaml:1:2: error[bad-id]: carets end with the line\n"
        "    one\n"
        "     ^^\n"
        "\n"
        "a.yaml:2:6: error[unknown-key]: no\n"
        "    two: three\n"
        "         ^^^^^\n"
        "    hint: did you mean four?\n"
        "\n"
        "2 mistakes in 1 file"
    )


def test_carets_keep_tabs() -> None:
    """A caret stands below its character whatever the width of a tab before it."""
    problems = Problems()
    problems.add(Mark(SourceFile("a", ("a\tb",)), 0, 2, 1), "yaml-tab", "tab")
    assert str(problems.sorted()[0]).splitlines()[2] == "     \t^"


def test_only_known_rules_are_reported() -> None:
    """A rule's name that is not in the table is a mistake of ours."""
    with pytest.raises(KeyError):
        Problems().add(Mark(SourceFile("a", ()), 0, 0, 1), "no-such-rule", "")


def test_nearest_words() -> None:
    """Near words are named, in another case too; far ones are not."""
    assert did_you_mean("UploadID", ["UploadId", "Key"]) == "did you mean UploadId?"
    assert did_you_mean("STATUS", ["status", "code"]) == "did you mean status?"
    assert did_you_mean("zebra", ["status", "code"]) == ""
