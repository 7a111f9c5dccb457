"""The verdict sentence says no more and no less than the record does."""

from __future__ import annotations

import pytest

from conformance.record.model import EndLine
from conformance.report.summary import summarize
from conformance.report.words import VERDICTS, duration
from conformance.vocabulary.verdicts import NOT_RUN, Verdict

from .samples import a_test, check, record


def test_failures_are_told_by_impact_worst_first() -> None:
    """The sentence counts tests and findings, names the target and orders impacts."""
    summary = summarize(
        record(
            a_test("a", Verdict.FAIL, impact="cosmetic", rules=("a.rule",)),
            a_test("b", Verdict.FAIL, impact="data-loss", rules=("b.rule",)),
            a_test("c"),
        )
    )
    assert summary.sentence == (
        "2 of 3 tests show that moto breaks a MUST: "
        "2 findings (1 may lose data, 1 is cosmetic only)."
    )
    assert not summary.good


def test_one_failure_is_told_in_the_singular() -> None:
    """One test shows, several show."""
    summary = summarize(record(a_test("a", Verdict.FAIL), a_test("b")))
    assert summary.sentence.startswith("1 of 2 tests shows that moto breaks a MUST: 1 finding (1")


def test_a_failure_of_another_level_is_not_called_a_must() -> None:
    """Only rules with the level MUST are called so."""
    summary = summarize(record(a_test("a", Verdict.FAIL, level="SHOULD")))
    assert "breaks a documented rule" in summary.sentence


def test_all_pass() -> None:
    """A run in which every test passes says so and is good."""
    summary = summarize(record(a_test("a"), a_test("b")))
    assert summary.sentence == "All 2 tests pass on moto."
    assert summary.good
    assert summary.further == ()


def test_skipped_tests_are_no_passes() -> None:
    """A run with skipped tests never says that all pass, and says what was not tested."""
    summary = summarize(record(a_test("a"), a_test("b", Verdict.SKIP)))
    assert summary.sentence == "None of 1 completed test shows that moto breaks a MUST."
    assert summary.further == (
        "1 test has no verdict: 1 skipped because the server lacks the feature.",
    )


@pytest.mark.parametrize("verdict", ["ERROR", "BLOCKED", "SKIP", "UNSUPPORTED"])
def test_nothing_judged_is_never_good(verdict: str) -> None:
    """Where no test was completed, nothing is said about the endpoint."""
    summary = summarize(record(a_test("a", verdict)))  # type: ignore[arg-type]  # parametrized
    assert summary.sentence == "Nothing can be said about moto: none of 1 test was completed."
    assert not summary.good


@pytest.mark.parametrize("verdict", ["ERROR", "BLOCKED", "XPASS"])
def test_a_run_with_unexpected_results_is_not_good(verdict: str) -> None:
    """Errors, blocked tests and unexpected passes keep a run from looking fine."""
    tests = (a_test("a"), a_test("b", verdict))  # type: ignore[arg-type]  # parametrized
    assert not summarize(record(*tests)).good


def test_a_record_cut_short_says_so_and_names_what_is_missing() -> None:
    """Without an end line the warning comes first and the missing tests are counted."""
    summary = summarize(record(a_test("a"), end=None, run={"selected": ("a", "b", "c")}))
    assert summary.warning.startswith("This run was cut short: 1 of 3 selected tests ended")
    assert summary.not_run == ("b", "c")
    assert summary.counts == {"PASS": 1, NOT_RUN: 2}
    assert not summary.good


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ({"exit_code": 1, "interrupted": True}, "This run was interrupted: 1 of 2"),
        ({"exit_code": 3}, "The endpoint could not be reached"),
        ({"exit_code": 4}, "s3-conformance itself failed"),
        ({"exit_code": 1}, "This run is incomplete: 1 of 2"),
    ],
)
def test_runs_that_are_not_whole_say_why(end: dict[str, int], words: str) -> None:
    """Every way to end early has its own words."""
    line = EndLine(ended="2026-01-02T03:04:30Z", seconds=1, **end)  # type: ignore[arg-type]  # a table of fields
    assert words in summarize(record(a_test("a"), end=line, run={"selected": ("a", "b")})).warning


def test_findings_group_tests_and_rank_by_impact_then_number() -> None:
    """One finding holds all its tests; the worst impact comes first, then the bigger group."""
    summary = summarize(
        record(
            a_test("a", Verdict.FAIL, rules=("x.rule",)),
            a_test("b", Verdict.FAIL, rules=("y.rule",)),
            a_test("c", Verdict.FAIL, rules=("y.rule",)),
            a_test("d", Verdict.FAIL, rules=("z.rule",), impact="security"),
            a_test("e", Verdict.BLOCKED, cause="set-up"),
        )
    )
    grouped = [(cause.rules, [test.id for test in cause.tests]) for cause in summary.failures]
    assert grouped == [(("z.rule",), ["d"]), (("y.rule",), ["b", "c"]), (("x.rule",), ["a"])]
    assert [cause.text for cause in summary.untested] == ["set-up"]


def test_what_a_baseline_accepts_is_no_failure_of_the_run() -> None:
    """The target still shows the finding, and the run does not count it."""
    accepted = a_test("a", Verdict.XFAIL, observed=Verdict.FAIL, checks=(check("FAIL"),))
    assert summarize(record(accepted, a_test("b"))).failures == ()


def test_failures_without_checks_are_put_together_by_their_cause() -> None:
    """A claimed capability that can't be set up names no rule; the worst impact counts."""
    summary = summarize(
        record(
            a_test("a", Verdict.FAIL, checks=(), cause="x", impact="interop"),
            a_test("b", Verdict.FAIL, checks=(), cause="x", impact="data-loss"),
            a_test("c", Verdict.FAIL, checks=(), cause="y", impact="security"),
            a_test("d", Verdict.FAIL, checks=(), cause="y", impact="security"),
        )
    )
    first, second = summary.failures
    assert (first.impact, first.mix) == ("data-loss", "1 may lose data, 1 may break clients")
    assert (second.impact, second.mix) == ("security", "")


def test_unexpected_passes_are_no_failures_of_a_rule() -> None:
    """XPASS stands apart: it says that the baseline is old, not that a rule is broken."""
    summary = summarize(record(a_test("a", Verdict.XPASS), a_test("b")))
    assert summary.failures == ()
    assert [cause.verdict for cause in summary.unexpected] == ["XPASS"]
    assert summary.sentence == "None of 2 tests shows that moto breaks a MUST."


def test_a_strict_run_is_not_good_with_warnings() -> None:
    """In a strict run WARN and VARIANT count, and the summary says so."""
    tests = (a_test("a"), a_test("b", Verdict.VARIANT))
    assert summarize(record(*tests)).good
    strict = summarize(record(*tests, run={"strict": True}))
    assert not strict.good
    assert any("strict" in sentence for sentence in strict.further)


def test_accepted_failures_are_mentioned() -> None:
    """A baseline's failures stay visible in the sentence."""
    summary = summarize(record(a_test("a", Verdict.XFAIL), a_test("b")))
    assert "beyond what the baseline accepts" in summary.sentence
    assert "1 test fails as the baseline expects." in summary.further


def test_every_verdict_has_words() -> None:
    """The order of reports covers every verdict of the record, and one that is none."""
    assert set(VERDICTS) == {*Verdict, NOT_RUN}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0314, "31 ms"), (4.25, "4.2 s"), (185, "3 min 5 s"), (7260, "2 h 1 min")],
)
def test_durations_read_well(seconds: float, text: str) -> None:
    """The unit follows the size."""
    assert duration(seconds) == text
