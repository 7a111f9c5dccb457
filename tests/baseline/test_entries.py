"""A record held against a baseline: verdicts and findings, and no green that is not earned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from record.samples import record

from conformance.baseline.comparison import judge
from conformance.baseline.comparison import judged as judged_record
from conformance.baseline.file import load_baseline, parse_baseline
from conformance.catalog.problems import SpecError
from conformance.record.outcome import outcome
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

from .baseline_samples import TODAY, baseline, judged, of, one_test, text_of

if TYPE_CHECKING:
    from pathlib import Path


def test_an_expected_failure_is_xfail_and_green() -> None:
    """Everything ran, what fails is accepted, and the run is as expected."""
    made = of(one_test("a/b", Verdict.FAIL), one_test("a/c", Verdict.PASS))
    known = baseline("{id: a/b, is: FAIL}", judged=("a/b", "a/c"))
    assert judged(made, known) == ({"a/b": "XFAIL", "a/c": "PASS"}, [])
    after = judged_record(made, known, TODAY, record_path="r")
    assert outcome(after).exit_code == ExitCode.EXPECTED
    assert after.tests[0].observed == "FAIL"
    assert judged(after, known) == judged(made, known)


@pytest.mark.parametrize(
    ("entry", "came", "kind", "verdict"),
    [
        ("{id: a/b, is: FAIL}", "PASS", "fixed", "XPASS"),
        ("{id: a/b, is: FAIL}", "WARN", "fixed", "XPASS"),
        ("{id: a/b, is: FAIL}", "ERROR", "changed", "ERROR"),
        ("{id: a/b, is: FAIL}", "BLOCKED", "changed", "BLOCKED"),
        ("{id: a/b, is: FAIL}", "SKIP", "vanished", "SKIP"),
        ("{id: a/b, is: BLOCKED}", "UNSUPPORTED", "vanished", "UNSUPPORTED"),
        ('{id: a/b, is: FAIL, until: "2026-11-20"}', "FAIL", "expired", "FAIL"),
        ('{id: a/b, is: FAIL, until: "2026-11-20"}', "PASS", "fixed", "XPASS"),
    ],
)
def test_an_entry_that_is_not_true_fails_with_its_line(
    entry: str, came: Verdict, kind: str, verdict: Verdict
) -> None:
    """Fixed, otherwise broken, no longer tried, or too old: each is told, none is green."""
    made = of(one_test("a/b", came), one_test("a/c", Verdict.PASS))
    known = baseline(entry)
    assert judged(made, known) == ({"a/b": verdict, "a/c": "PASS"}, [(kind, "a/b", 3)])
    after = judged_record(made, known, TODAY, record_path="r")
    assert outcome(after).exit_code == ExitCode.DIFFERS
    assert kind in outcome(after).sentence


def test_the_last_day_of_an_entry_still_counts() -> None:
    """``until`` names the last day, not the first without."""
    known = baseline('{id: a/b, is: FAIL, until: "2026-11-21"}')
    assert judged(of(one_test("a/b", Verdict.FAIL)), known)[1] == []


@pytest.mark.parametrize("verdict", ["FAIL", "BLOCKED", "ERROR"])
def test_a_failure_without_an_entry_is_new(verdict: Verdict) -> None:
    """It keeps its verdict, and no line of the baseline is to blame."""
    assert judged(of(one_test("a/b", verdict)), baseline()) == (
        {"a/b": verdict},
        [("new", "a/b", 0)],
    )


def test_a_strict_run_accepts_what_only_it_fails() -> None:
    """WARN and VARIANT are XFAIL where they fail, and stay themselves where they do not."""
    tests = (one_test("a/w", Verdict.WARN), one_test("a/v", Verdict.VARIANT))
    known = baseline("{id: a/*, is: [WARN, VARIANT]}")
    assert judged(of(*tests, strict=True), known) == ({"a/w": "XFAIL", "a/v": "XFAIL"}, [])
    assert judged(of(*tests), known) == ({"a/w": "WARN", "a/v": "VARIANT"}, [])
    assert [kind for kind, _, _ in judged(of(*tests, strict=True), baseline())[1]] == ["new"] * 2


def test_an_entry_that_matches_nothing_names_the_nearest_id() -> None:
    """A typing mistake is told with the id that was meant, for tests and for checks."""
    made = of(one_test("upload-part/number[zero]", Verdict.FAIL, status=CheckVerdict.FAIL))
    for written, meant in (
        ("upload-part/numbr[zero]", "upload-part/number[zero]"),
        ("upload-part/number", "upload-part/number[*]"),
    ):
        known = baseline(f"{{id: '{written}', is: FAIL}}")
        found = judge(made, known, TODAY).differences[1]
        assert (found.kind, found.text) == (
            "unmatched", f"there is no such test; the nearest is {meant}"
        )  # fmt: skip
    known = baseline("{id: 'upload-part/number[zero]#s.must.stats', is: FAIL}")
    kinds = {one.kind: one for one in judge(made, known, TODAY).differences}
    assert kinds["unmatched"].text.endswith("the nearest is s.must.status")
    assert kinds["new"].id == "upload-part/number[zero]"


def test_wildcards_know_levels() -> None:
    """One star stays on its level, two cross them, a plain id is that of one test alone."""
    names = ("a/b", "a/b/c", "a/d", "a/d[x]", "a/d[y,z]")
    made = of(*(one_test(name, Verdict.FAIL) for name in names))
    for pattern, meant in (
        ("a/*", {"a/b", "a/d", "a/d[x]", "a/d[y,z]"}),
        ("a/**", set(names)),
        ("a/d", {"a/d"}),
        ("'a/d[*]'", {"a/d[x]", "a/d[y,z]"}),
        ("'a/d[*,z]'", {"a/d[y,z]"}),
        ("'**'", set(names)),
    ):
        verdicts, _ = judged(made, baseline(f"{{id: {pattern}, is: FAIL}}"))
        assert {name for name, verdict in verdicts.items() if verdict == "XFAIL"} == meant


def test_a_wildcard_is_held_to_all_that_it_names() -> None:
    """One test of the group that passes again makes the entry untrue."""
    made = of(one_test("a/b", Verdict.FAIL), one_test("a/c", Verdict.PASS))
    assert judged(made, baseline("{id: a/*, is: FAIL}")) == (
        {"a/b": "XFAIL", "a/c": "XPASS"},
        [("fixed", "a/c", 3)],
    )


def test_overlapping_entries_that_disagree_fail_with_both_lines() -> None:
    """Agreeing ones are fine; what disagrees is told at the later line, which names the earlier."""
    made = of(one_test("a/b", Verdict.FAIL))
    assert judged(made, baseline("{id: a/*, is: FAIL}", "{id: a/b, is: FAIL}"))[1] == []
    known = baseline("{id: a/*, is: FAIL}", "{id: a/b, is: [FAIL, WARN]}")
    (one,) = judge(made, known, TODAY).differences
    assert (one.kind, one.id, one.entry and one.entry.line) == ("overlap", "a/b", 4)
    assert "line 3 expects FAIL of a/b" in one.text


def test_single_checks_are_accepted_and_the_others_are_not() -> None:
    """A test is XFAIL only when every failing check is accepted; another one is new."""
    known = baseline("{id: 'a/b#s.must.status', is: FAIL}")
    both = of(one_test("a/b", Verdict.FAIL, status=CheckVerdict.FAIL, code=CheckVerdict.FAIL))
    assert judged(both, known) == ({"a/b": "FAIL"}, [("new", "a/b#s.must.code", 0)])
    one = of(one_test("a/b", Verdict.FAIL, status=CheckVerdict.FAIL, code=CheckVerdict.PASS))
    assert judged(one, known) == ({"a/b": "XFAIL"}, [])
    wide = baseline("{id: 'a/*#*.must.*', is: FAIL}")
    assert judged(both, wide) == ({"a/b": "XFAIL"}, [])


def test_a_check_that_holds_again_is_told_also_beside_one_that_does_not() -> None:
    """The entry of the repaired check has to go; the test stays an expected failure."""
    known = baseline("{id: 'a/b#s.must.status', is: FAIL}", "{id: 'a/b#s.must.code', is: FAIL}")
    made = of(one_test("a/b", Verdict.FAIL, status=CheckVerdict.FAIL, code=CheckVerdict.PASS))
    assert judged(made, known) == ({"a/b": "XFAIL"}, [("fixed", "a/b#s.must.code", 4)])
    repaired = of(one_test("a/b", Verdict.PASS, status=CheckVerdict.PASS, code=CheckVerdict.PASS))
    assert judged(repaired, known)[0] == {"a/b": "XPASS"}


@pytest.mark.parametrize("came", ["BLOCKED", "ERROR", "SKIP"])
def test_entries_of_checks_do_not_cover_a_test_that_made_none(came: Verdict) -> None:
    """Not tried is not the same as failed in the known way."""
    made = of(replace(one_test("a/b", came), checks=()))
    verdicts, differences = judged(made, baseline("{id: 'a/b#s.must.status', is: FAIL}"))
    assert verdicts == {"a/b": came}
    assert [kind for kind, _, _ in differences] == ["vanished" if came == "SKIP" else "new"]


def test_a_fault_of_the_suite_is_never_accepted() -> None:
    """Else an entry for ERROR would make a broken suite green."""
    line = replace(one_test("a/b", Verdict.ERROR), fault="suite", fault_kind="KeyError")
    assert judged(of(line), baseline("{id: a/b, is: ERROR}")) == (
        {"a/b": "ERROR"},
        [("new", "a/b", 0)],
    )


def test_a_test_that_is_judged_no_more_has_vanished() -> None:
    """Skipped, renamed or never reached: the list of judged tests knows it, with its line."""
    known = baseline(judged=("a/skipped", "a/renamed", "a/cut", "a/there"))
    tests = (one_test("a/skipped", Verdict.SKIP), one_test("a/there", Verdict.PASS))
    made = record(*tests, selected=("a/skipped", "a/there", "a/cut"), cut=True)
    after = judged_record(made, known, TODAY, record_path="r")
    assert after.baseline is not None
    assert [(one.kind, one.id, one.line) for one in after.baseline.findings] == [
        ("vanished", "a/skipped", 4),
        ("vanished", "a/renamed", 5),
        ("vanished", "a/cut", 6),
    ]
    assert outcome(after).exit_code == ExitCode.DIFFERS


def test_what_an_option_left_out_is_neither_unmatched_nor_vanished() -> None:
    """A shard, or a selection, says nothing about the rest."""
    made = of(one_test("a/b", Verdict.PASS), left_out=("a/c", "a/d"))
    assert judged(made, baseline("{id: a/c, is: FAIL}", judged=("a/b", "a/d")))[1] == []


def test_an_accepted_skip_is_no_vanished_test() -> None:
    """An entry may say that a test is not run."""
    known = baseline("{id: a/b, is: SKIP}", judged=("a/b",))
    assert judged(of(one_test("a/b", Verdict.SKIP)), known)[1] == []


def test_each_finding_brings_the_one_command_that_mends_it() -> None:
    """Names are quoted for the shell; an expired entry gets a date."""
    made = of(one_test("a/b[x y]", Verdict.PASS), one_test("a/c", Verdict.FAIL))
    known = baseline("{id: 'a/b[x y]', is: FAIL}", '{id: a/c, is: FAIL, until: "2026-01-01"}')
    after = judged_record(made, known, TODAY, record_path="my dir/r.jsonl")
    assert after.baseline is not None
    assert [one.mend for one in after.baseline.findings] == [
        "s3-conformance baseline update b.yaml 'my dir/r.jsonl' --only 'a/b[x y]'",
        "s3-conformance baseline update b.yaml 'my dir/r.jsonl' --only a/c --until 2027-02-19",
    ]


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("", "file-unreadable", 1),
        ("- a\n", "wrong-kind", 1),
        ("expected: []\n", "missing-key", 1),
        ("format: 2\nexpected: []\n", "format-version", 1),
        ("format: 1\nexpected: []\nexpect: []\n", "unknown-key", 3),
        (text_of("{id: a}"), "missing-key", 3),
        (text_of("{id: a, is: PASS}"), "wrong-kind", 3),
        (text_of("{id: a, is: XFAIL}"), "unknown-word", 3),
        (text_of("{id: a, is: []}"), "wrong-kind", 3),
        (text_of("{id: 'a#s.must.x', is: BLOCKED}"), "unknown-word", 3),
        (text_of("{id: 'a#', is: FAIL}"), "bad-id", 3),
        (text_of("{id: '', is: FAIL}"), "missing-key", 3),
        (text_of("{id: a, is: FAIL, until: soon}"), "wrong-kind", 3),
        (text_of("{id: a, is: FAIL}", "{id: a, is: FAIL}"), "duplicate-id", 4),
        ("format: 1\nexpected:\n  - {id: a, is: FAIL, because: ''}\n", "missing-key", 3),
        ("format: 1\nexpected: [\n", "yaml-syntax", 2),
    ],
)
def test_a_mistake_in_the_file_has_its_place(text: str, rule: str, line: int) -> None:
    """Nothing that is not understood is read as nothing expected."""
    with pytest.raises(SpecError) as caught:
        parse_baseline("b.yaml", text)
    assert (caught.value.problems[0].rule, caught.value.problems[0].place.line) == (rule, line)


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """Not an empty baseline."""
    with pytest.raises(SpecError, match="No such file"):
        load_baseline(tmp_path / "none.yaml")
