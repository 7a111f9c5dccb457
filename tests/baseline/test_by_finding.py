"""Entries that name a finding: what they accept, what stays new, when they are true no longer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.baseline.comparison import judge
from conformance.baseline.comparison import judged as judged_record
from conformance.baseline.edit import Wish, update
from conformance.baseline.file import parse_baseline
from conformance.baseline.text import new_baseline
from conformance.catalog.problems import SpecError
from conformance.findings.book import book_of
from conformance.record.catalog_line import RuleText
from conformance.record.model import CheckLine
from conformance.record.outcome import outcome
from conformance.runs.retrying import repeated
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

from .baseline_samples import TODAY, baseline, judged, of, one_test, text_of

if TYPE_CHECKING:
    from conformance.baseline.new_entries import By
    from conformance.record.model import Record, TestLine

ACCEPTED = "{finding: {rule: a.refuse, kind: accepted}, is: FAIL}"


def accepts(name: str, rule: str = "a.refuse") -> TestLine:
    """Return a test that fails because a request was accepted that must be rejected."""
    return replace(one_test(name, Verdict.FAIL, status=CheckVerdict.FAIL), rules=(rule,))


def also_differs(name: str) -> TestLine:
    """Return a test that shows, beside that, a wrong value of another operation."""
    line = accepts(name)
    value = CheckLine(
        id="t.must.ETag", verdict=CheckVerdict.FAIL, expected='"a"', got='"b"', exchange=1,
        rule="a.etag",
    )  # fmt: skip
    first = replace(line.checks[0], got="403", expected="400")
    other = replace(line.exchanges[0], operation="HeadObject", step="t")
    return replace(line, checks=(first, value), exchanges=(*line.exchanges, other))


def passes(name: str, rule: str = "a.refuse") -> TestLine:
    """Return a test that passes."""
    return replace(one_test(name, Verdict.PASS), rules=(rule,))


def run_of(*tests: TestLine, left_out: tuple[str, ...] = ()) -> Record:
    """Return a record whose catalogue knows the rules."""
    made = of(*tests, left_out=left_out)
    rules = tuple(
        RuleText(
            id=name, statement=f"{name} must hold.", level="MUST", impact="interop", sources=()
        )
        for name in ("a.refuse", "a.etag")
    )
    return replace(made, catalog=replace(made.catalog, rules=rules))


def test_one_entry_accepts_every_test_that_shows_its_finding() -> None:
    """However many tests there are, also those that fail for the first time."""
    made = run_of(accepts("a/b"), accepts("a/c[x]"), passes("a/d"))
    verdicts, differences = judged(made, baseline(ACCEPTED))
    assert verdicts == {"a/b": "XFAIL", "a/c[x]": "XFAIL", "a/d": "PASS"}
    assert differences == []


def test_a_further_deviation_of_an_accepted_test_is_new() -> None:
    """A test is accepted only when all that it shows is; what is not is named."""
    both = "{finding: {rule: a.refuse, kind: wrong-error}, is: FAIL}"
    (one,) = judge(run_of(also_differs("a/b")), baseline(both), TODAY).differences
    assert (one.kind, one.id, one.findings) == ("new", "a/b", ("a.etag/wrong-value",))
    second = "{finding: {rule: a.etag, kind: wrong-value}, is: FAIL}"
    assert judged(run_of(also_differs("a/b")), baseline(both, second)) == ({"a/b": "XFAIL"}, [])
    check = "{id: 'a/b#t.must.ETag', is: FAIL}"
    assert judged(run_of(also_differs("a/b")), baseline(both, check)) == ({"a/b": "XFAIL"}, [])


def test_another_kind_of_deviation_from_the_rule_is_new() -> None:
    """Rule and kind both count."""
    known = baseline("{finding: {rule: a.refuse, kind: lost}, is: FAIL}")
    differences = judge(run_of(accepts("a/b")), known, TODAY).differences
    assert {(one.kind, one.id, one.findings) for one in differences} == {
        ("new", "a/b", ("a.refuse/accepted",)),
        ("fixed", "a.refuse/lost", ()),
    }


def test_an_operation_narrows_an_entry() -> None:
    """The finding is accepted there and nowhere else."""
    for operation, verdict in (("ListParts", "XFAIL"), ("UploadPart", "FAIL")):
        entry = f"{{finding: {{rule: a.refuse, kind: accepted, operation: {operation}}}, is: FAIL}}"
        assert judged(run_of(accepts("a/b")), baseline(entry))[0] == {"a/b": verdict}


def test_a_finding_that_no_test_shows_any_more_is_fixed() -> None:
    """The entry names the test to be run again before that counts; a part of a run says nothing."""
    entry = "{finding: {rule: a.refuse, kind: accepted}, seen: a/c, is: FAIL}"
    (one,) = judge(run_of(passes("a/b"), passes("a/c")), baseline(entry), TODAY).differences
    assert (one.kind, one.id, one.tests) == ("fixed", "a.refuse/accepted", ("a/c",))
    part = run_of(passes("a/b"), left_out=("a/c",))
    assert judged(part, baseline(entry))[1] == []


def test_a_finding_may_come_and_go() -> None:
    """PASS beside FAIL, or a test that is flaky: nothing differs."""
    either = baseline(ACCEPTED.replace("FAIL", "[FAIL, PASS]"))
    assert judged(run_of(passes("a/b")), either)[1] == []
    assert judged(run_of(accepts("a/b")), either) == ({"a/b": "XFAIL"}, [])
    flaky = repeated(passes("a/b"), (accepts("a/b"),))
    assert judged(run_of(flaky), baseline(ACCEPTED)) == ({"a/b": "FLAKY"}, [])


def test_a_finding_whose_tests_were_not_run_has_vanished() -> None:
    """A server that lacks the feature now has not fixed it."""
    skipped = replace(one_test("a/b", Verdict.SKIP), rules=("a.refuse",))
    assert judged(run_of(skipped), baseline(ACCEPTED))[1] == [("vanished", "a.refuse/accepted", 3)]


def test_an_expired_finding_fails_once_and_not_in_each_test() -> None:
    """One line to renew, as many tests as there are."""
    entry = ACCEPTED.replace("is: FAIL", 'is: FAIL, until: "2026-11-20"')
    verdicts, differences = judged(run_of(accepts("a/b"), accepts("a/c")), baseline(entry))
    assert set(verdicts.values()) == {"FAIL"}
    assert differences == [("expired", "a.refuse/accepted", 3)]


def test_a_rule_that_there_is_not_names_the_nearest() -> None:
    """A typing mistake accepts nothing in silence."""
    known = baseline("{finding: {rule: a.refsue, kind: accepted}, is: FAIL}")
    found = judge(run_of(passes("a/b")), known, TODAY).differences
    assert [(one.kind, one.text) for one in found] == [
        ("unmatched", "no rule is called a.refsue; the nearest is a.refuse")
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{finding: {rule: a.b, kind: lots}, is: FAIL}", "kind of a finding is not lots"),
        ("{finding: {rule: a.b}, is: FAIL}", "a finding has no kind"),
        ("{finding: {rule: A B, kind: lost}, is: FAIL}", "A B is not the id of a rule"),
        ("{finding: {rule: a.b, kind: lost}, id: a/b, is: FAIL}", "an id or a finding"),
        ("{is: FAIL}", "an id or a finding"),
        ("{finding: {rule: a.b, kind: lost}, is: SKIP}", "is of an entry is not SKIP"),
        ("{id: a/b, seen: a/b, is: FAIL}", "seen belongs to an entry with a finding"),
    ],
)
def test_mistakes_in_findings_are_named(entry: str, said: str) -> None:
    """Each has its place and a hint."""
    with pytest.raises(SpecError) as caught:
        parse_baseline("b.yaml", text_of(entry))
    assert said in str(caught.value)
    assert "b.yaml:3:" in str(caught.value)


def test_a_baseline_of_two_records_says_what_varies() -> None:
    """A finding of both is expected; one that was seen once may come and go."""
    first = run_of(accepts("a/b"), passes("a/c", "a.etag"))
    second = run_of(accepts("a/b"), accepts("a/c", "a.etag"))
    text = new_baseline(first, second, by="finding")
    entries = parse_baseline("b.yaml", text)[0].entries
    assert {(one.id, one.allowed, one.seen) for one in entries} == {
        ("a.refuse/accepted", (Verdict.FAIL,), "a/b"),
        ("a.etag/accepted", (Verdict.FAIL, Verdict.PASS), "a/c"),
    }
    assert entries[0].because.startswith("TODO: a.refuse must hold. ")
    for made in (first, second):
        assert judged(made, parse_baseline("b.yaml", text)[0])[1] == []


@pytest.mark.parametrize("by", ["finding", "test", "check"])
def test_where_a_race_was_lost_any_race_may_be(by: By) -> None:
    """Failed in both records, it may pass in a gate, and another fail: the server is unchanged."""
    lines = (accepts("race/two"), passes("race/other", "a.etag"), passes("a/b"), passes("a/race"))
    racing = frozenset({"race/two", "race/other", "a/race"})
    book = replace(book_of(run_of(*lines), None), at_once=racing)
    text = new_baseline(run_of(*lines), run_of(*lines), by=by, book=book)
    known, _ = parse_baseline("b.yaml", text)
    either = (Verdict.FAIL, Verdict.PASS)
    assert [(one.id, one.allowed) for one in known.entries] == [
        ("race/**", either), ("a/race", either),
    ]  # fmt: skip
    swapped = (passes("race/two"), accepts("race/other", "a.etag"), passes("a/b"), passes("a/race"))
    for made in (run_of(*lines), run_of(*swapped)):
        assert judge(made, known, TODAY, book).differences == ()
    broken = run_of(*swapped[:2], accepts("a/b"), passes("a/race"))
    assert [one.kind for one in judge(broken, known, TODAY, book).differences] == ["new"]


def test_where_no_race_was_lost_none_may_be() -> None:
    """A race that is lost for the first time is new."""
    lines = (passes("race/two"), accepts("a/b"))
    book = replace(book_of(run_of(*lines), None), at_once=frozenset({"race/two"}))
    known, _ = parse_baseline("b.yaml", new_baseline(run_of(*lines), by="finding", book=book))
    assert [one.id for one in known.entries] == ["a.refuse/accepted"]


def test_what_a_race_shows_beside_a_steady_test_is_expected_each_time() -> None:
    """The steady test fails each time, and so its finding is fixed when it does not."""
    lines = (accepts("race/two"), accepts("a/b"))
    book = replace(book_of(run_of(*lines), None), at_once=frozenset({"race/two"}))
    text = new_baseline(run_of(*lines), by="finding", book=book)
    steady, race = parse_baseline("b.yaml", text)[0].entries
    assert (steady.allowed, steady.seen) == ((Verdict.FAIL,), "a/b")
    assert (race.id, race.allowed) == ("race/two", (Verdict.FAIL, Verdict.PASS))


def test_an_update_never_removes_what_a_race_showed() -> None:
    """PASS is added instead, and a new finding of a race has it from the start."""
    text = text_of("{finding: {rule: a.refuse, kind: accepted}, seen: race/two, is: FAIL}")
    made = run_of(passes("race/two"), accepts("race/other", "a.etag"))
    book = replace(book_of(made, None), at_once=frozenset({"race/two", "race/other"}))
    done = update("b.yaml", text, made, Wish(today=TODAY, by="finding", book=book))
    assert "changed  a.refuse/accepted: FAIL or PASS" in done.changes
    assert "added    a.etag/accepted: FAIL or PASS" in done.changes
    assert done.left == ()


def test_an_update_adds_and_removes_findings() -> None:
    """The reason of what stays is kept; what no test shows goes, what is new has its sentence."""
    text = text_of(ACCEPTED)
    made = run_of(passes("a/b"), accepts("a/c", "a.etag"))
    done = update("b.yaml", text, made, Wish(today=TODAY, by="finding"))
    assert done.changes[:2] == ("removed  a.refuse/accepted", "added    a.etag/accepted: FAIL")
    assert "finding: {rule: a.etag, kind: accepted}\n    seen: a/c\n" in done.text
    either = update("b.yaml", text, made, Wish(today=TODAY, by="finding", either=True))
    assert "changed  a.refuse/accepted: FAIL or PASS" in either.changes
    assert either.left == done.left == ()


def test_a_strict_run_widens_the_entry_of_a_finding() -> None:
    """A finding that is WARN now keeps its one entry."""
    warned = replace(one_test("a/b", Verdict.WARN, status=CheckVerdict.WARN), rules=("a.refuse",))
    made = run_of(warned)
    made = replace(made, run=replace(made.run, strict=True))
    done = update("b.yaml", text_of(ACCEPTED), made, Wish(today=TODAY, by="finding"))
    assert done.changes[0] == "changed  a.refuse/accepted: FAIL or WARN"
    assert done.left == ()


def test_a_gate_by_finding_is_red_for_a_new_one() -> None:
    """The exit code follows from what differs."""
    made = run_of(accepts("a/b"), accepts("a/c", "a.etag"))
    after = judged_record(made, baseline(ACCEPTED), TODAY, record_path="r")
    assert outcome(after).exit_code == ExitCode.DIFFERS
    assert after.baseline is not None
    assert after.baseline.findings[0].findings == ("a.etag/accepted",)


def test_a_value_that_is_left_out_and_one_that_is_wrong_are_one_finding() -> None:
    """Which of the two it is may depend on the order in which a server lists things."""
    wrong = also_differs("a/b")
    absent = replace(wrong, checks=(wrong.checks[0], replace(wrong.checks[1], got="absent")))
    text = new_baseline(run_of(wrong), by="finding")
    assert judged(run_of(absent), parse_baseline("b.yaml", text)[0]) == ({"a/b": "XFAIL"}, [])
