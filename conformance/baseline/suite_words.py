"""What a run says of the suite's own changes, in the words that all reports share. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.vocabulary.text import tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.record.baseline_line import SuiteChanges, SuiteFinding

NO_EFFECT: Final = "None of this fails the gate."


def headline(suite: SuiteChanges) -> str:
    """Return one sentence, such as ``12 tests expect something else since 0.1.0; …``."""
    parts = []
    if suite.expects:
        parts.append(f"{tests(suite.expects)} {_verb(suite.expects)} something else")
    for count, words in (
        (suite.new, "new"),
        (suite.gone, "gone"),
        (suite.evidence, "based on other evidence"),
    ):
        if count:
            noun = f"{count:,}" if parts else tests(count)
            parts.append(f"{noun} {'is' if count == 1 else 'are'} {words}")
    changed = f"{', '.join(parts)} since {suite.since or 'the baseline was made'}"
    return f"{changed}; {_effect(suite)}."


def _verb(count: int) -> str:
    return "expects" if count == 1 else "expect"


def _effect(suite: SuiteChanges) -> str:
    failing = len({one.id.partition("#")[0] for one in suite.findings if one.fails})
    others = len(suite.findings) - sum(one.fails for one in suite.findings)
    said = f"your server now fails {failing:,} of them" if failing else "your server fails none"
    if others:
        noun = "entry is" if others == 1 else "entries or results are"
        said += f", and {others:,} {noun} out of date"
    return said


def finding_words(one: SuiteFinding) -> Iterator[str]:
    """Yield what changed at one test: the difference, its corrections, and the lines to accept."""
    yield one.text
    yield from (f"correction {row}" for row in one.corrections)
    yield from one.accept


def as_text(suite: SuiteChanges) -> str:
    """Return all of it as lines of text, for reports that have one field for it."""
    lines = [headline(suite), NO_EFFECT]
    for one in suite.findings:
        first, *more = finding_words(one)
        lines += [f"{one.kind} {one.id}: {first}", *(f"  {line}" for line in more)]
    return "\n".join([*lines, suite.upgrade])
