"""Findings at the end of a run, and the lines of tests while it goes on: never a flood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from test_display import line

from conformance.findings.model import Finding
from conformance.terminal.finding_lines import AttentionLines, finding_lines
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.verdicts import Verdict

FINDING = Finding(
    id="part.rule/accepted/UploadPart",
    rule="part.rule",
    kind="accepted",
    operation="UploadPart",
    impact="data-loss",
    verdict=Verdict.FAIL,
    title="A part is checked: UploadPart accepted it",
    did="UploadPart accepted it",
    tests=("a", "b"),
    sources=(),
    witnesses=None,
    target="mine",
    steps=("UploadPart",),
)
RECORD = Path("out/record.jsonl")


def test_findings_to_the_letter() -> None:
    """How many, the worst with their impact, and how to see more of them."""
    cosmetic = replace(FINDING, impact="cosmetic", title="A text: UploadPart says it otherwise")
    warning = replace(FINDING, verdict=Verdict.WARN)
    assert finding_lines((FINDING, cosmetic, warning), RECORD) == (
        "2 findings (1 data-loss, 1 cosmetic):",
        "data-loss  A part is checked: UploadPart accepted it",
        "cosmetic   A text: UploadPart says it otherwise",
        "more about them: s3-conformance findings out/record.jsonl",
        contest_line(),
    )
    assert finding_lines((warning,), RECORD) == ()
    alone = replace(FINDING, lone_witness="argmin")
    assert finding_lines((alone,), RECORD)[1].endswith("accepted it (one witness: argmin)")


def test_there_are_at_most_ten_of_them() -> None:
    """A run of a broken server ends in a screen."""
    lines = finding_lines([FINDING] * 300, RECORD)
    assert len(lines) == 13
    assert lines[-2] == "and 290 more: s3-conformance findings out/record.jsonl"


def test_a_hostile_title_is_one_harmless_line() -> None:
    """What an endpoint said can't move the cursor."""
    (_, shown, _, _) = finding_lines((replace(FINDING, title="a\x1b[2Jb\nc"),), RECORD)
    assert shown == "data-loss  a\\x1b[2Jb\\nc"


def test_the_first_five_tests_that_need_attention_get_lines() -> None:
    """One more line says that there are others; quiet ones have none at all."""
    attention = AttentionLines()
    assert attention.of(line("a", Verdict.PASS)) == ()
    shown = [attention.of(line(str(n), Verdict.FAIL, "why")) for n in range(1000)]
    assert shown[0] == (
        "FAIL        0",
        "            t",
        "            why",
        f"            {contest_line('0')}",
    )
    assert [len(one) for one in shown[3:8]] == [4, 4, 1, 0, 0]
    assert sum(map(len, shown)) == 21


def test_a_verbose_run_gives_every_test_a_line_and_a_quiet_one_none() -> None:
    """``-v`` is for logs that somebody searches, ``-q`` for those that nobody reads."""
    verbose, quiet = AttentionLines("verbose"), AttentionLines("quiet")
    assert verbose.of(line("a", Verdict.PASS)) == ("PASS        a (0.50 s)",)
    assert [len(verbose.of(line(str(n), Verdict.FAIL, "why"))) for n in range(9)] == [4] * 9
    assert quiet.of(line("a", Verdict.FAIL, "why")) == ()
    assert len(finding_lines([FINDING] * 30, RECORD, "verbose")) == 33
    assert finding_lines([FINDING] * 30, RECORD, "quiet") == (
        "30 findings (30 data-loss): s3-conformance findings out/record.jsonl",
    )
