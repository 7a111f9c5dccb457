"""Baselines made short."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from record.samples import make_line, record

from conformance.baseline.comparison import judge
from conformance.baseline.file import parse_baseline
from conformance.record.model import CheckLine
from conformance.vocabulary.verdicts import CheckVerdict

if TYPE_CHECKING:
    from conformance.baseline.comparison import Judgement
    from conformance.baseline.entries import Baseline
    from conformance.record.model import Record, TestLine
    from conformance.vocabulary.verdicts import Verdict

TODAY = date(2026, 11, 21)


def baseline(*entries: str, judged: tuple[str, ...] = ()) -> Baseline:
    """Read a baseline of entries such as ``{id: a/b, is: FAIL}``; each gets a reason."""
    return parse_baseline("b.yaml", text_of(*entries, judged=judged))[0]


def text_of(*entries: str, judged: tuple[str, ...] = ()) -> str:
    """Return the text of such a baseline; its first entry stands on line 3."""
    lines = ["format: 1", "expected:" if entries else "expected: []"]
    lines += [f"  - {entry[:-1]}, because: it is so}}" for entry in entries]
    if judged:
        lines += ["judged:", *(f"  - {name}" for name in judged)]
    return "\n".join(lines) + "\n"


def one_test(name: str, verdict: Verdict, **checks: CheckVerdict) -> TestLine:
    """Return a test; ``checks`` are named ``s.must.<word>``."""
    line = make_line(name, verdict, cause=f"cause of {name}")
    made = tuple(
        CheckLine(
            id=f"s.must.{field}", verdict=CheckVerdict(came), expected="400", got="200", exchange=0
        )
        for field, came in checks.items()
    )
    return replace(line, checks=made or line.checks)


def of(*tests: TestLine, left_out: tuple[str, ...] = (), strict: bool = False) -> Record:
    """Return a whole record of these tests."""
    made = record(*tests, strict=strict)
    return replace(made, run=replace(made.run, left_out=left_out))


def judged(made: Record, known: Baseline) -> tuple[dict[str, Verdict], list[tuple[str, str, int]]]:
    """Return the verdicts by test, and what differs: kind, id, line."""
    judgement: Judgement = judge(made, known, TODAY)
    return (
        {test.id: test.verdict for test in judgement.tests},
        [(one.kind, one.id, one.entry.line if one.entry else 0) for one in judgement.differences],
    )
