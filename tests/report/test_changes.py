"""What changed between two records, and what of it is worse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from baseline.baseline_samples import of, one_test

from conformance.report.changes import compare
from conformance.report.html.compare_page import terminal_lines
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

from .samples import a_test, record


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        ("PASS", "FAIL", "worse"),
        ("WARN", "ERROR", "worse"),
        ("PASS", "BLOCKED", "worse"),
        ("PASS", "SKIP", "worse"),
        ("FAIL", "UNSUPPORTED", "worse"),
        ("SKIP", "FAIL", "worse"),
        ("FAIL", "PASS", "better"),
        ("BLOCKED", "WARN", "better"),
        ("SKIP", "PASS", "better"),
        ("PASS", "WARN", "same"),
        ("SKIP", "UNSUPPORTED", "same"),
        ("FAIL", "ERROR", "same"),
    ],
)
def test_a_changed_verdict_turns_one_way(before: Verdict, after: Verdict, turn: str) -> None:
    """Failing, and not being judged any more, are worse."""
    (row,) = compare(of(one_test("a", before)), of(one_test("a", after))).rows
    assert (row.kind, row.turn) == ("changed", turn)


def test_strict_makes_warnings_failures() -> None:
    """PASS to WARN is a regression for those who asked."""
    sides = of(one_test("a", Verdict.PASS)), of(one_test("a", Verdict.WARN))
    assert compare(*sides).regressions == ()
    assert [row.id for row in compare(*sides, strict=True).regressions] == ["a"]


def test_the_same_twice_is_unchanged() -> None:
    """Also failures, and whatever a baseline made of them."""
    failed = one_test("a", Verdict.FAIL, status=CheckVerdict.FAIL)
    accepted = replace(failed, verdict=Verdict.XFAIL, observed=Verdict.FAIL)
    (row,) = compare(of(failed), of(accepted)).rows
    assert (row.kind, row.turn, row.checks) == ("unchanged", "same", ())


def test_another_failing_check_is_worse_though_the_verdict_is_the_same() -> None:
    """A check that held and fails now counts, a repaired one is better, a new one is neither."""
    one = one_test("a", Verdict.FAIL, status=CheckVerdict.FAIL, code=CheckVerdict.PASS)
    both = one_test("a", Verdict.FAIL, status=CheckVerdict.FAIL, code=CheckVerdict.FAIL)
    other = one_test("a", Verdict.FAIL, status=CheckVerdict.FAIL, message=CheckVerdict.FAIL)
    (row,) = compare(of(one), of(both)).rows
    assert (row.turn, [check.id for check in row.checks]) == ("worse", ["s.must.code"])
    assert compare(of(both), of(one)).rows[0].turn == "better"
    assert compare(of(one), of(other)).rows[0].turn == "same"


def test_removed_tests_are_worse_when_they_had_been_judged() -> None:
    """Else a smaller catalogue would look like a better server."""
    comparison = compare(
        of(one_test("a", Verdict.FAIL), one_test("b", Verdict.SKIP)),
        of(one_test("c", Verdict.PASS)),
    )
    assert [(row.id, row.kind, row.turn) for row in comparison.rows] == [
        ("a", "removed", "worse"),
        ("b", "removed", "same"),
        ("c", "added", "same"),
    ]
    assert comparison.common == 0


def test_an_added_failure_is_worse() -> None:
    """A new scenario that fails is news as well."""
    comparison = compare(
        of(one_test("a", Verdict.PASS)),
        of(one_test("a", Verdict.PASS), one_test("b", Verdict.FAIL)),
    )
    assert [row.id for row in comparison.regressions] == ["b"]


def test_what_a_run_was_told_to_leave_out_is_not_compared() -> None:
    """A shard is compared with a whole run by its own tests."""
    whole = of(one_test("a", Verdict.PASS), one_test("b", Verdict.PASS))
    part = of(one_test("a", Verdict.PASS), left_out=("b",))
    for comparison in (compare(whole, part), compare(part, whole)):
        assert [row.id for row in comparison.rows] == ["a"]
        assert comparison.left_out == ("b",)
        assert comparison.regressions == ()


def test_findings_that_are_new_or_gone_are_named() -> None:
    """Only where the other record has tested one of their tests."""
    failed = a_test("a", Verdict.FAIL)
    other = a_test("b", Verdict.FAIL, rules=("other.rule",))
    comparison = compare(record(failed, a_test("b")), record(a_test("a"), other))
    assert [one.rule for one in comparison.new] == ["other.rule"]
    assert [one.rule for one in comparison.gone] == ["part.number-range"]
    assert compare(record(failed), record(other)).gone == (), "the test was not run again"
    lines = [*terminal_lines(comparison)]
    assert "NEW (1 finding)" in lines
    assert "GONE (1 finding)" in lines
    assert compare(record(failed), record(failed)).new == ()


@pytest.mark.parametrize(
    ("was", "now", "check", "origin"),
    [
        ("0000000a aaaa 1111", "0000000a aaaa 1111", "1111", "target"),
        ("0000000a aaaa 1111", "0000000b aaaa 2222", "2222", "suite"),
        ("0000000a aaaa 1111", "0000000b aaaa 1111 2222", "1111", "both"),
        ("", "0000000b aaaa 1111", "1111", ""),
    ],
)
def test_a_difference_comes_from_the_target_or_from_the_suite(
    was: str, now: str, check: str, origin: str
) -> None:
    """By the digests of the test, and of the check that is another; unknown without them."""
    before = replace(one_test("a", Verdict.PASS, x=CheckVerdict.PASS), expects=was)
    after = replace(one_test("a", Verdict.FAIL, x=CheckVerdict.FAIL), expects=now)
    after = replace(after, checks=(replace(after.checks[0], expects=check),))
    comparison = compare(of(before), of(after))
    (row,) = comparison.rows
    assert (row.turn, row.origin) == ("worse", origin)
    said = "\n".join(terminal_lines(comparison))
    assert ("the suite changed this test" in said) == (origin in {"suite", "both"})


def test_a_test_of_another_catalogue_is_the_suites() -> None:
    """One that the first catalogue did not have, and one that the second has no more."""
    comparison = compare(of(one_test("a", Verdict.FAIL)), of(one_test("b", Verdict.FAIL)))
    assert {row.id: row.origin for row in comparison.rows} == {"a": "suite", "b": "suite"}
