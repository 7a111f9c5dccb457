"""What the server changed and what the suite changed are reported separately."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.baseline.comparison import judge, judged
from conformance.baseline.file import parse_baseline
from conformance.record.catalog_line import RuleText
from conformance.record.model import CheckLine
from conformance.record.outcome import observed, outcome
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

from .baseline_samples import TODAY, of, one_test

if TYPE_CHECKING:
    from conformance.baseline.comparison import Judgement
    from conformance.baseline.entries import Baseline
    from conformance.record.model import Fault, TestLine

OLD = "00000001 aaaa 1111 2222"
"""Digests of a test: its whole, its requests, two checks."""
SAME_REQUESTS = "00000002 aaaa 1111 3333"
OTHER_REQUESTS = "00000003 bbbb 4444 5555"


def baseline(*entries: str, expects: tuple[str, ...] = (f"t/a {OLD}",), head: str = "") -> Baseline:
    """Read a baseline with digests; each of its tests was judged."""
    lines = ["format: 1", "catalogue: '0.9'", *([head] if head else [])]
    lines += ["expected:" if entries else "expected: []"]
    lines += [f"  - {entry[:-1]}, because: it is so}}" for entry in entries]
    lines += ["judged:", *(f"  - {one.split()[0]}" for one in expects)]
    lines += ["expects:", *(f"  - {one}" for one in expects)]
    return parse_baseline("b.yaml", "\n".join(lines) + "\n")[0]


def a_test(
    verdict: Verdict, expects: str, *, failing: str = "", name: str = "t/a", fault: Fault = ""
) -> TestLine:
    """Return a test with digests; ``failing`` is that of its failing check."""
    made = replace(one_test(name, verdict), expects=expects, fault=fault)
    words = expects.split()[2:]
    checks = tuple(
        CheckLine(
            id=f"s.must.{at}",
            verdict=CheckVerdict.FAIL if word == failing else CheckVerdict.PASS,
            expected="400",
            got="200",
            expects=word,
        )
        for at, word in enumerate(words)
    )
    return replace(made, checks=checks)


def kinds(found: Judgement) -> tuple[list[str], list[str]]:
    """Return the kinds of what differs: the server's, and the suite's."""
    return [one.kind for one in found.differences], [one.kind for one in found.suite]


@pytest.mark.parametrize(
    ("expects", "failing", "server"),
    [
        (OLD, "2222", True),
        (SAME_REQUESTS, "3333", False),
        (SAME_REQUESTS, "1111", True),
        (OTHER_REQUESTS, "4444", False),
    ],
    ids=["same-test", "other-check", "check-left-alone", "other-requests"],
)
def test_a_new_failure_is_the_suites_where_the_suite_changed_what_fails(
    expects: str, failing: str, *, server: bool
) -> None:
    """A check that is as it was before and fails now shows that the server changed."""
    found = judge(of(a_test(Verdict.FAIL, expects, failing=failing)), baseline(), TODAY)
    assert kinds(found) == ((["new"], []) if server else ([], ["new"]))
    (test,) = found.tests
    assert test.verdict == (Verdict.FAIL if server else Verdict.XFAIL)
    assert observed(test) is Verdict.FAIL


def test_a_test_that_is_new_fails_no_gate_and_one_that_was_left_out_does() -> None:
    """A baseline of a part of the catalogue does not know what is new."""
    record = of(
        a_test(Verdict.FAIL, SAME_REQUESTS, failing="1111", name="t/new"), a_test(Verdict.PASS, OLD)
    )
    assert kinds(judge(record, baseline(), TODAY)) == ([], ["new"])
    partial = baseline(head="partial: true")
    assert kinds(judge(record, partial, TODAY)) == (["new"], [])


def test_without_digests_everything_is_the_servers() -> None:
    """On either side: an older record, or a baseline that people wrote."""
    failing = a_test(Verdict.FAIL, "", failing="")
    assert kinds(judge(of(failing), baseline(), TODAY)) == (["new"], [])
    known = parse_baseline("b.yaml", "format: 1\nexpected: []\n")[0]
    failing = a_test(Verdict.FAIL, OTHER_REQUESTS, failing="4444")
    assert kinds(judge(of(failing), known, TODAY)) == (["new"], [])


@pytest.mark.parametrize(
    ("expects", "server"),
    [(OLD, True), ("00000004 aaaa 1111 2222 6666", True), (SAME_REQUESTS, False)],
    ids=["same-test", "only-more-checks", "a-check-less"],
)
def test_a_failure_that_is_gone(expects: str, *, server: bool) -> None:
    """The server fixed it where each check that was made is still made."""
    found = judge(of(a_test(Verdict.PASS, expects)), baseline("{id: t/a, is: FAIL}"), TODAY)
    assert kinds(found) == ((["fixed"], []) if server else ([], ["fixed"]))
    assert found.tests[0].verdict == (Verdict.XPASS if server else Verdict.PASS)


@pytest.mark.parametrize(
    ("expects", "server"),
    [(OLD, True), ("00000004 aaaa 1111 2222 6666", True), (SAME_REQUESTS, False)],
    ids=["same-test", "only-more-checks", "a-check-less"],
)
def test_a_finding_that_is_gone(expects: str, *, server: bool) -> None:
    """The suite let it go where the test that it was seen in is checked for less than before."""
    entry = "{finding: {rule: a.refuse, kind: accepted}, seen: t/a, is: FAIL}"
    rule = RuleText(
        id="a.refuse", statement="It is so.", level="MUST", impact="interop", sources=()
    )
    passed = replace(a_test(Verdict.PASS, expects), rules=(rule.id,))
    made = of(passed)
    made = replace(made, catalog=replace(made.catalog, rules=(rule,)))
    found = judge(made, baseline(entry), TODAY)
    assert kinds(found) == ((["fixed"], []) if server else ([], ["fixed"]))


@pytest.mark.parametrize(
    ("expects", "server"), [(SAME_REQUESTS, True), (OTHER_REQUESTS, False)],
    ids=["same-requests", "other-requests"],
)  # fmt: skip
@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.UNSUPPORTED])
def test_a_test_that_is_not_run_any_more(verdict: Verdict, expects: str, *, server: bool) -> None:
    """No answer, or none of the feature: the server's doing where the requests are the same."""
    found = judge(
        of(a_test(verdict, expects, fault="transport"), one_test("t/b", Verdict.PASS)),
        baseline(),
        TODAY,
    )
    kind = "new" if verdict is Verdict.ERROR else "vanished"
    assert kinds(found) == (([kind], []) if server else ([], [kind]))


def test_a_fault_of_the_suite_is_never_accepted() -> None:
    """Also in a test that is new."""
    broken = a_test(Verdict.ERROR, OTHER_REQUESTS, name="t/new", fault="suite")
    found = judge(of(broken, a_test(Verdict.PASS, OLD)), baseline(), TODAY)
    assert kinds(found) == (["new"], [])


def test_a_test_that_is_gone_and_one_that_never_was() -> None:
    """An entry about nothing is the suite's change only where the baseline knew the test.

    Never in scenario files of the user's own, of which a run may have been given fewer.
    """
    known = baseline(
        "{id: t/b, is: FAIL}", "{id: t/typo, is: FAIL}", expects=(f"t/a {OLD}", f"t/b {OLD}")
    )
    own = of(a_test(Verdict.PASS, OLD))
    found = judge(own, known, TODAY)
    assert {one.id for one in found.differences} == {"t/b", "t/typo"}
    shipped = replace(own, run=replace(own.run, catalog_version="1.0"))
    found = judge(shipped, known, TODAY)
    assert [(one.kind, one.id) for one in found.differences] == [("unmatched", "t/typo")]
    assert [(one.kind, one.id) for one in found.suite] == [
        ("vanished", "t/b"),
        ("unmatched", "t/b"),
    ]


def test_the_run_says_what_the_suite_changed_and_ends_as_expected() -> None:
    """One sentence of counts, and the lines that accept what fails."""
    record = of(
        a_test(Verdict.FAIL, SAME_REQUESTS, failing="3333"),
        a_test(Verdict.PASS, OLD, name="t/new"),
    )
    made = judged(record, baseline(), TODAY, record_path="r.jsonl")
    assert made.baseline is not None
    suite = made.baseline.suite
    assert suite is not None
    assert (suite.since, suite.expects, suite.new, suite.gone) == ("0.9", 1, 1, 0)
    assert made.baseline.findings == ()
    assert made.baseline.as_expected == 0
    assert suite.findings[0].accept[0] == "  - id: t/a"
    assert suite.upgrade == "s3-conformance baseline upgrade b.yaml r.jsonl"
    assert outcome(made).exit_code == 0


def test_an_entry_past_its_day_is_about_the_baseline_itself() -> None:
    """Whatever the suite did to its test."""
    known = baseline("{id: t/a, is: FAIL, until: '2020-01-01'}")
    found = judge(of(a_test(Verdict.FAIL, OTHER_REQUESTS, failing="4444")), known, TODAY)
    assert kinds(found) == (["expired"], [])
