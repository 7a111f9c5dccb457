"""A baseline is brought up to date with the suite: what the server changed is left alone."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.baseline import expectations
from conformance.baseline.comparison import judge
from conformance.baseline.edit import EditError, Wish
from conformance.baseline.file import parse_baseline
from conformance.baseline.text import new_baseline
from conformance.baseline.upgrade import renewed, upgrade
from conformance.catalog.problems import SpecError
from conformance.catalog.renames import Renames
from conformance.vocabulary.verdicts import Verdict

from .baseline_samples import TODAY, of, one_test
from .test_attribution import OLD, OTHER_REQUESTS, SAME_REQUESTS, a_test

if TYPE_CHECKING:
    from conformance.baseline.edit import Update
    from conformance.record.model import Record

WISH = Wish(today=TODAY)
TEXT = f"""\
# People wrote this.
format: 1
catalogue: '0.9'
target: reference
expected:
  # and this
  - id: t/known
    is: FAIL
    because: it is so
judged:
  - t/a
  - t/known
  - t/server
expects:
  - t/a {OLD}
  - t/known {OLD}
  - t/server {OLD}
"""


def upgraded(record: Record, text: str = TEXT) -> Update:
    """Upgrade the text, which must still be a baseline afterwards."""
    done = upgrade("b.yaml", text, record, WISH)
    parse_baseline("b.yaml", done.text)
    return done


def a_record() -> Record:
    """Return a test that the suite changed, one that the server broke, and a new one."""
    made = of(
        a_test(Verdict.FAIL, SAME_REQUESTS, failing="3333"),
        a_test(Verdict.FAIL, OLD, failing="2222", name="t/known"),
        a_test(Verdict.FAIL, OLD, failing="1111", name="t/server"),
        a_test(Verdict.PASS, OTHER_REQUESTS, name="t/new"),
    )
    return replace(made, run=replace(made.run, catalog_version="1.0"))


def test_what_the_suite_changed_is_accepted_and_listed() -> None:
    """The server's change stays, and is said to be left."""
    done = upgraded(a_record())
    assert done.changes == (
        "added    t/a: FAIL",
        "added    1 to the list `judged`",
        "digests  of 4 tests, catalogue 1.0: 1 changed, 1 new",
    )
    assert [(one.kind, one.id) for one in done.left] == [("new", "t/server")]
    found = judge(a_record(), parse_baseline("b.yaml", done.text)[0], TODAY)
    assert [one.id for one in found.differences] == ["t/server"]
    assert found.suite == ()


def test_comments_and_order_stay_and_a_second_time_changes_nothing() -> None:
    """Only the head's catalogue, the section of digests and entries are written."""
    done = upgraded(a_record())
    assert done.text.startswith('# People wrote this.\nformat: 1\ncatalogue: "1.0"\ntarget: ref')
    assert "  # and this\n  - id: t/known\n    is: FAIL\n    because: it is so\n" in done.text
    assert upgraded(a_record(), done.text).changes == ()


def test_renamed_ids_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """In entries, with their checks and wildcards, in the list of judged tests, and in digests."""
    monkeypatch.setattr(
        expectations, "renames", lambda: Renames({"t/known": "t/now", "t/a": "t/b"})
    )
    record = of(
        a_test(Verdict.PASS, OLD, name="t/b"),
        a_test(Verdict.FAIL, OLD, failing="2222", name="t/now"),
        a_test(Verdict.PASS, OLD, name="t/server"),
    )
    assert judge(record, parse_baseline("b.yaml", TEXT)[0], TODAY).differences == ()
    done = upgraded(record)
    assert {"renamed  t/known to t/now", "renamed  t/a to t/b"} <= {*done.changes}
    assert "t/known" not in done.text
    assert judge(record, parse_baseline("b.yaml", done.text)[0], TODAY).differences == ()


def test_a_test_that_is_gone_goes() -> None:
    """Its entry, its place among the judged tests, and its digests."""
    own = of(a_test(Verdict.PASS, OLD), a_test(Verdict.PASS, OLD, name="t/server"))
    record = replace(own, run=replace(own.run, catalog_version="1.0"))
    done = upgraded(record)
    assert "removed  t/known" in done.changes
    assert "t/known" not in done.text
    assert done.left == ()


def test_a_record_without_digests_upgrades_nothing() -> None:
    """It was made by an older suite."""
    with pytest.raises(EditError, match="without digests"):
        upgraded(of(one_test("t/a", Verdict.PASS)))


def test_a_new_baseline_has_the_digests_of_its_record() -> None:
    """Of all its tests, and a word where others were left out."""
    record = a_record()
    text = new_baseline(record)
    known = parse_baseline("b.yaml", text)[0]
    assert known.since.catalogue == "1.0"
    assert {name: str(words) for name, words in known.since.expected.items()} == {
        test.id: test.expects for test in record.tests
    }
    assert judge(record, known, TODAY).differences == ()
    assert "partial" not in text
    part = of(*record.tests, left_out=("t/other",))
    assert parse_baseline("b.yaml", new_baseline(part))[0].since.partial


def test_a_part_of_a_run_keeps_what_the_baseline_knows_of_the_rest() -> None:
    """Digests of tests that were left out stay."""
    part = of(a_test(Verdict.PASS, SAME_REQUESTS), left_out=("t/known", "t/server"))
    text, _ = renewed("b.yaml", TEXT, part, ())
    since = parse_baseline("b.yaml", text)[0].since
    assert not since.partial
    assert {name: str(words) for name, words in since.expected.items()} == {
        "t/a": SAME_REQUESTS, "t/known": OLD, "t/server": OLD,
    }  # fmt: skip


def test_broken_digests_are_a_mistake_with_its_place() -> None:
    """Programs write them, and merges break them."""
    with pytest.raises(SpecError, match=r"b\.yaml:15:5: error\[wrong-kind\]: no digests of a test"):
        parse_baseline("b.yaml", TEXT.replace(f"t/a {OLD}", "t/a <<<<<<<"))


@pytest.mark.parametrize("server", ["moto", "seaweedfs"])
def test_baselines_from_before_digests_have_those_of_their_time(server: str) -> None:
    """They were made of the records of 2026-11-22 by the rules of e4e4275."""
    with gzip.open(f"tests/data/upgrade/{server}-e4e4275.yaml.gz", "rt", encoding="utf-8") as file:
        known = parse_baseline("b.yaml", file.read())[0]
    assert known.since.catalogue == "0.1.0"
    assert len(known.since.expected) == 1789
    assert {one.id for one in known.judged} <= known.since.expected.keys()
