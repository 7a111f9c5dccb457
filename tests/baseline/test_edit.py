"""Making and mending baselines: what people wrote stays, and what comes out is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record.samples import record

from conformance.baseline.comparison import judge
from conformance.baseline.edit import EditError, Wish, update
from conformance.baseline.file import parse_baseline
from conformance.baseline.text import new_baseline
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

from .baseline_samples import TODAY, of, one_test

if TYPE_CHECKING:
    from conformance.baseline.new_entries import By
    from conformance.record.model import Record

WRITTEN = """\
# Ours, since the spring.
format: 1
target: t   # any port

expected:
  # --- keys of customers ---
  - id: a/one          # the first
    is: FAIL
    because: >-
      the key is not looked at,
      says the vendor
    # to be asked again in May
    bug: https://example.com/1

  - {id: a/two, is: FAIL, because: "as one"}
  # --- copies ---
  - id: b/*
    is: FAIL  # all of them
    because: copies are not made
    bug: https://example.com/2
    until: "2026-12-31"   # then we decide
judged:
  - a/one
  - a/two
  - b/x
  - b/y
"""


def updated(text: str, made: Record, **wish: object) -> tuple[str, tuple[str, ...]]:
    """Return the text after an update and what was said."""
    result = update("b.yaml", text, made, Wish(today=TODAY, **wish))  # type: ignore[arg-type]  # as given
    return result.text, result.changes


def made(
    one: Verdict = Verdict.FAIL,
    two: Verdict = Verdict.FAIL,
    x: Verdict = Verdict.FAIL,
    y: Verdict = Verdict.FAIL,
) -> Record:
    """Return a record of the four tests."""
    pairs = (("a/one", one), ("a/two", two), ("b/x", x), ("b/y", y))
    return of(*(one_test(name, verdict) for name, verdict in pairs))


def test_a_baseline_that_is_true_is_left_as_it_is() -> None:
    """Not one byte changes."""
    assert updated(WRITTEN, made()) == (WRITTEN, ())


def test_only_the_entry_that_is_fixed_goes() -> None:
    """Comments stay, also the one within it; the others keep every character."""
    text, changes = updated(WRITTEN, made(two=Verdict.PASS))
    assert text == WRITTEN.replace('  - {id: a/two, is: FAIL, because: "as one"}\n', "")
    assert changes == ("removed  a/two",)
    text, _ = updated(WRITTEN, made(one=Verdict.PASS))
    assert "# to be asked again in May" in text
    assert "# --- keys of customers ---" in text
    assert "says the vendor" not in text


def test_a_verdict_is_changed_in_its_place() -> None:
    """Reason, link and remarks stay; the one word is replaced."""
    text, changes = updated(WRITTEN, made(one=Verdict.ERROR, two=Verdict.BLOCKED))
    assert text == WRITTEN.replace(
        "is: FAIL\n    because: >-", "is: ERROR\n    because: >-"
    ).replace("a/two, is: FAIL", "a/two, is: BLOCKED")
    assert changes == ("changed  a/one: ERROR", "changed  a/two: BLOCKED")


def test_a_wildcard_that_is_half_true_is_narrowed() -> None:
    """What is still true of it keeps reason, link and date."""
    text, changes = updated(WRITTEN, made(y=Verdict.PASS))
    assert changes == ("narrowed b/* to b/x",)
    entry = parse_baseline("b", text)[0].entries[2]
    assert (entry.id, entry.because) == ("b/x", "copies are not made")
    assert (entry.bug, entry.until) == ("https://example.com/2", date(2026, 12, 31))
    assert "# --- copies ---" in text


def test_new_failures_come_last_with_their_cause_or_a_given_reason() -> None:
    """They are added behind the last entry, and to the list of judged tests."""
    more = replace(made(), tests=(*made().tests, one_test("c/new[k=v]", Verdict.FAIL)))
    text, changes = updated(WRITTEN, more)
    assert changes == ("added    c/new[k=v]: FAIL", "added    1 to the list `judged`")
    reason = '"TODO: cause of c/new[k=v]"'
    assert f"  - id: c/new[k=v]\n    is: FAIL\n    because: {reason}\njudged:" in text
    assert text.endswith("  - b/y\n  - c/new[k=v]\n")
    text, _ = updated(WRITTEN, more, reason="known: see #7")
    assert 'because: "known: see #7"' in text


def test_an_expired_entry_is_renewed_only_with_a_date() -> None:
    """Nobody's decision is made for them; with a date only that changes."""
    late = date(2027, 1, 1)
    result = update("b.yaml", WRITTEN, made(), Wish(today=late))
    assert (result.text, [one.kind for one in result.left]) == (WRITTEN, ["expired", "expired"])
    result = update("b.yaml", WRITTEN, made(), Wish(today=late, until=date(2027, 3, 1)))
    assert result.text == WRITTEN.replace('"2026-12-31"', '"2027-03-01"')
    assert result.left == ()


def test_only_one_point_is_mended_when_one_is_named() -> None:
    """The command that a finding names does that and no more."""
    text, changes = updated(WRITTEN, made(one=Verdict.PASS, two=Verdict.PASS), only=("a/two",))
    assert changes == ("removed  a/two",)
    assert "a/one" in text


def test_what_the_run_left_out_keeps_its_entry() -> None:
    """A wildcard narrowed by a part of a run still speaks of the other part."""
    part = of(one_test("b/x", Verdict.PASS), left_out=("a/one", "a/two", "b/y"))
    text, changes = updated(WRITTEN, part)
    assert changes == ("narrowed b/* to b/y",)
    assert "a/one" in text


def test_vanished_tests_and_bogus_entries_go() -> None:
    """An entry for nothing, and a test that is skipped now, leave both lists."""
    text, changes = updated(
        WRITTEN.replace("a/two, is", "a/tow, is"), made(one=Verdict.SKIP, two=Verdict.PASS)
    )
    assert set(changes) == {
        "removed  a/one", "removed  a/tow", "removed  a/one from the list `judged`",
    }  # fmt: skip
    assert "\n  - a/one\n" not in text


def test_the_last_entry_leaves_an_empty_list() -> None:
    """The file stays a baseline, and takes entries again."""
    start = "format: 1\nexpected:\n  - {id: a/b, is: FAIL, because: x}\n"
    text, _ = updated(start, of(one_test("a/b", Verdict.PASS)))
    assert "expected: []\n" in text
    text, _ = updated(text, of(one_test("a/b", Verdict.FAIL)))
    assert "expected:\n  - id: a/b\n" in text


def test_windows_line_ends_stay() -> None:
    """A file checked out elsewhere is not rewritten as a whole."""
    text, _ = updated(WRITTEN.replace("\n", "\r\n"), made(two=Verdict.PASS))
    assert text.count("\n") == text.count("\r\n")
    assert "a/two, is" not in text


def test_a_file_in_brackets_is_refused_and_not_damaged() -> None:
    """What can't be edited line by line is told."""
    items = "{id: a/b, is: FAIL, because: x}, {id: a/c, is: FAIL, because: y}"
    text = f"format: 1\nexpected: [{items}]\n"
    with pytest.raises(EditError, match="can't be edited"):
        updated(text, of(one_test("a/b", Verdict.PASS), one_test("a/c", Verdict.FAIL)))


def test_half_a_run_makes_no_baseline() -> None:
    """Else what never ended would vanish from it."""
    half = record(one_test("a/b", Verdict.PASS), selected=("a/b", "a/c"))
    with pytest.raises(EditError, match="1 of 2 tests have no result"):
        updated(WRITTEN, half)


def test_a_new_baseline_groups_scenarios_that_fail_alike() -> None:
    """One entry for a scenario of which all fails for one cause; else one a test."""
    tests = [replace(one_test(f"a/all[{n}]", Verdict.FAIL), cause="same") for n in "xyz"]
    tests += [
        one_test("a/some[x]", Verdict.FAIL),
        one_test("a/some[y]", Verdict.PASS),
        one_test("a/no", Verdict.SKIP),
    ]
    text = new_baseline(of(*tests))
    known = parse_baseline("b", text)[0]
    assert [entry.id for entry in known.entries] == ["a/all[*]", "a/some[x]"]
    assert known.target == "t"
    assert [one.id for one in known.judged] == [test.id for test in tests[:5]]
    assert judge(of(*tests), known, TODAY).differences == ()


VERDICTS = st.sampled_from(Verdict).filter(
    lambda one: one not in {Verdict.XFAIL, Verdict.XPASS, Verdict.FLAKY}
)
NAMES = ("a/b", "a/c", "a/c[x]", "a/c[y,z]", "d/e/f[k=v]", "d/e/g")
BY = st.sampled_from(["finding", "test", "check"])
ODD = st.text(st.characters(codec="utf-8"), max_size=150)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Make whole records of some tests, the others left out or gone."""
    strict = draw(st.booleans())
    tests, left_out = [], []
    for name in NAMES:
        where = draw(st.sampled_from(["there", "there", "left out", "gone"]))
        if where == "left out":
            left_out.append(name)
        elif where == "there":
            verdict = draw(VERDICTS)
            bad = verdict in {"FAIL", "WARN", "VARIANT"}
            checks = {field: draw(st.sampled_from(CheckVerdict)) for field in ("status", "code")}
            if bad:
                checks["status"] = CheckVerdict(verdict)
            rules = (draw(st.sampled_from(["a.one", "a.two"])),)
            line = one_test(name, verdict, **checks)
            line = replace(line, rules=rules, cause=draw(ODD), reason=draw(ODD))
            tests.append(line)
    return of(*tests, left_out=tuple(left_out), strict=strict)


@settings(max_examples=300, deadline=None)
@given(
    first=records(),
    second=records(),
    third=records(),
    by=st.sampled_from(["finding", "test", "check"]),
    odd=ODD,
)
def test_an_updated_baseline_is_true(
    first: Record, second: Record, third: Record, by: By, odd: str
) -> None:
    """Whatever the runs and reasons: after an update the same record differs in nothing."""
    text = new_baseline(first, by=by, reason=odd)
    assert judge(first, parse_baseline("b", text)[0], TODAY).differences == ()
    for made_later in (second, third):
        wish = Wish(today=TODAY, by=by, reason=odd)
        if all(test.verdict in {"SKIP", "UNSUPPORTED"} for test in made_later.tests):
            with pytest.raises(EditError, match="no test with a verdict"):
                update("b", text, made_later, wish)
            continue
        result = update("b", text, made_later, wish)
        text = result.text
        assert result.left == ()
        assert update("b", text, made_later, wish).changes == ()
