"""summary.md: short, and nothing in it comes alive."""

from __future__ import annotations

import pytest

from conformance.record.model import ProblemLine
from conformance.report import markdown
from conformance.report.words import VERDICTS
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, record


def test_it_says_the_verdict_the_counts_and_the_findings() -> None:
    """Sentence, table, findings under their impact with the first ids."""
    failing = [
        a_test(f"a/b[{n}]", Verdict.FAIL, impact="data-loss", rules=("a.rule",)) for n in range(5)
    ]
    text = markdown.render(record(*failing, a_test("ok")))
    assert "breaks a MUST: 1 finding \\(1 may lose data\\)" in text
    assert "| FAIL | 5 |" in text
    assert "**May lose data** \\(1 finding\\)" in text
    assert "(5 tests): `a/b[0]`, `a/b[1]`, `a/b[2]` and 2 more" in text


def test_the_three_worst_findings_of_each_impact_are_shown() -> None:
    """Many of one impact hide none of another."""
    tests = [
        a_test(f"{impact}-{n}", Verdict.FAIL, impact=impact, rules=(f"{impact}.r{n}",))
        for impact in ("data-loss", "security", "interop", "cosmetic")
        for n in range(9)
    ]
    text = markdown.render(record(*tests))
    assert text.count("and 6 more findings") == 4
    for impact in ("data-loss", "security", "interop", "cosmetic"):
        assert sum(f"{impact}-" in line for line in text.splitlines()) == 3


def test_a_run_cut_short_says_so_first() -> None:
    """The warning is the first line, and what never ended is named."""
    text = markdown.render(record(a_test("a"), end=None, run={"selected": ("a", "b")}))
    assert text.startswith("> **This run was cut short")
    assert "**Never ended:** `b`" in text


def test_it_never_has_more_than_sixty_lines() -> None:
    """Whatever happened, the page stays a summary."""
    many = [
        a_test(f"t{n}", verdict, cause=f"cause {n}", impact=impact)  # type: ignore[arg-type]  # names of VERDICTS
        for n, (verdict, impact) in enumerate(
            (verdict, impact)
            for verdict in VERDICTS
            if verdict != "NOT RUN"
            for impact in ("data-loss", "security", "interop", "cosmetic", "else", "other")
            for _ in range(3)
        )
    ]
    problems = tuple(ProblemLine(text=f"problem {n}") for n in range(100))
    selected = (*(test.id for test in many), *(f"missing-{n}" for n in range(100)))
    made = record(*many, end=None, problems=problems, run={"selected": selected})
    assert len(markdown.render(made).splitlines()) <= 60


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<img src=x>", "&lt;img src=x\\>"),
        ("[a](http://b)", "\\[a\\]\\(http:&#47;/b\\)"),
        ("@team `x` | *y*", "&#64;team \\`x\\` \\| \\*y\\*"),
        ("a\n# b", "a \\# b"),
        ("&lt;", "&amp;lt;"),
    ],
)
def test_text_is_escaped(text: str, shown: str) -> None:
    """Markup, links, mentions, tables and HTML of an endpoint are shown, not followed."""
    assert markdown.escaped(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a|b", "`a¦b`")]
)
def test_code_spans_hold(text: str, shown: str) -> None:
    """No text can end the code span that it stands in."""
    assert markdown.code(text) == shown


def test_hostile_causes_stay_on_their_line() -> None:
    """A cause full of markup adds no line and no tag."""
    text = markdown.render(record(a_test("a", Verdict.FAIL, cause=HOSTILE, reason=HOSTILE)))
    assert "<script" not in text
    assert "<img" not in text
    assert text.encode("utf-8")
