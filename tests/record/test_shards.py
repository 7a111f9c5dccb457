"""Parts of a run: stable by id, merged to the whole, refused when they are none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml.ElementTree import fromstring

from conformance.record.catalog_line import CatalogLine, RuleText
from conformance.record.merge import MergeError, merge
from conformance.record.model import CapabilityLine
from conformance.record.options import PropertyOptions, RecordedOptions
from conformance.record.outcome import outcome
from conformance.record.reader import read
from conformance.record.shard import Shard
from conformance.record.writer import write_record
from conformance.report import badge, junit
from conformance.report.summary import summarize
from conformance.targets.options import TargetChoice
from conformance.vocabulary.verdicts import Verdict

from .samples import end_line, make_line, record

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.model import Record

IDS = tuple(f"area/test[case-{n}]" for n in range(200))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_each_test_belongs_to_one_part(count: int) -> None:
    """The parts are disjoint and together everything, and none of them is empty."""
    parts = [
        [name for name in IDS if Shard(index, count).holds(name)] for index in range(1, count + 1)
    ]
    assert sorted(name for part in parts for name in part) == sorted(IDS)
    assert all(parts)


def test_parts_do_not_move_over_releases() -> None:
    """The hash is part of the contract: cheap tests stay in their part."""
    name = "upload-part/sse-c/matches-create[other-key]"
    assert [Shard(n, 4).holds(name) for n in (1, 2, 3, 4)] == [False, False, False, True]


@pytest.mark.parametrize(
    "text", ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1 /4", "01/4"]
)
def test_anything_else_is_no_part(text: str) -> None:
    """A typing mistake must not run the wrong tests."""
    with pytest.raises(ValueError, match="part"):
        Shard.parse(text)


def parts(count: int = 3, ids: tuple[str, ...] = IDS[:30]) -> dict[str, Record]:
    """Return the records of the parts of a run."""
    made = {}
    for index in range(1, count + 1):
        shard = Shard(index, count)
        mine = tuple(name for name in ids if shard.holds(name))
        one = record(*(make_line(name, Verdict.PASS) for name in mine))
        run = replace(
            one.run,
            command=("s3-conformance", "run", "--shard", str(shard), "--out", f"p{shard}"),
            options=RecordedOptions(target=TargetChoice(target="t"), out=f"p{shard}"),
            strict=True,
            shard=str(shard),
            left_out=("never/selected", *(name for name in ids if name not in mine)),
        )
        rule = RuleText(id=f"r.{index}", statement="s", level="MUST", impact="interop", sources=())
        catalog = CatalogLine(rules=(rule,), sources=())
        made[f"{index}.jsonl"] = replace(one, run=run, catalog=catalog)
    return made


def test_the_parts_make_the_whole(tmp_path: Path) -> None:
    """Id by id, with all rules, no shard left in the command, and as expected."""
    merged = merge(parts())
    whole = merged.record
    assert merged.missing == ()
    assert {test.id for test in whole.tests} == set(IDS[:30]) == set(whole.run.selected)
    assert whole.run.left_out == ("never/selected",)
    assert whole.run.command == ("s3-conformance", "run", "--target", "t", "--strict")
    assert whole.run.options.out == ""
    assert whole.run.shard == ""
    assert {rule.id for rule in whole.catalog.rules} == {"r.1", "r.2", "r.3"}
    assert outcome(whole).exit_code == 0
    write_record(tmp_path / "r.jsonl", whole)
    assert read(tmp_path / "r.jsonl") == whole


def unselected(some: dict[str, Record]) -> dict[str, Record]:
    """Return the parts as of a run without options: they leave out each other's tests alone."""
    return {
        name: replace(
            part, run=replace(part.run, left_out=tuple(x for x in part.run.left_out if x in IDS))
        )
        for name, part in some.items()
    }


def test_a_part_that_is_not_there_is_named_and_its_tests_are_selected_and_not_run() -> None:
    """The number of the part, how many tests it had, and no report that can look green."""
    some = unselected(parts())
    lost = {test.id for test in some.pop("2.jsonl").tests}
    merged = merge(some)
    whole = merged.record
    assert merged.missing == (f"part 2/3 is missing: {len(lost)} tests have no result",)
    assert whole.end is not None
    assert (whole.end.exit_code, merged.least, outcome(whole).exit_code) == (1, 1, 1)
    assert set(whole.run.selected) == set(IDS[:30])
    assert whole.run.left_out == ()
    assert set(outcome(whole).missing) == lost
    assert whole.problems[-1].text == merged.missing[0]
    _no_report_is_green(whole)
    assert f"{len(lost)} not tested" in badge.render(whole)


def test_no_number_is_said_of_a_missing_part_where_options_left_tests_out() -> None:
    """Which of its tests were selected nobody knows; the whole is not green all the same."""
    some = parts()
    out = next(name for name in IDS[30:] if Shard(1, 3).holds(name))
    first = some["1.jsonl"]
    left_out = (*first.run.left_out, out)
    some["1.jsonl"] = replace(first, run=replace(first.run, left_out=left_out))
    del some["2.jsonl"]
    merged = merge(some)
    assert merged.missing == ("part 2/3 is missing",)
    assert {test.id for test in merged.record.tests} == set(merged.record.run.selected)
    assert outcome(merged.record).sentence.endswith("or a part is missing.")
    _no_report_is_green(merged.record)


@pytest.mark.parametrize(
    "options",
    [
        RecordedOptions(select=("a/**",)),
        RecordedOptions(level="MUST"),
        RecordedOptions(properties=PropertyOptions(profile="off")),
    ],
)
def test_options_that_choose_make_the_number_unknown(options: RecordedOptions) -> None:
    """They may have left out tests of the missing part alone."""
    some = unselected(parts())
    del some["2.jsonl"]
    last = some["3.jsonl"]
    some["3.jsonl"] = replace(last, run=replace(last.run, options=options))
    merged = merge(some)
    assert merged.missing == ("part 2/3 is missing",)
    _no_report_is_green(merged.record)


def _no_report_is_green(whole: Record) -> None:
    summary = summarize(whole)
    assert summary.warning
    assert not summary.good
    suite = fromstring(junit.render(whole))
    assert suite.get("errors") == "1"
    assert suite.find("testsuite/testcase[@classname='run'][@name='whole']/error") is not None
    assert json.loads(badge.render(whole))["message"].startswith("incomplete: ")


@pytest.mark.parametrize(("code", "word"), [(3, "reach"), (4, "fault of the suite")])
def test_a_part_that_gave_up_makes_the_whole_give_up(code: int, word: str) -> None:
    """What ended it stands in no test, so the end carries it; so does what judges the whole."""
    some = parts()
    some["2.jsonl"] = replace(some["2.jsonl"], end=replace(end_line(), exit_code=code))
    merged = merge(some)
    assert merged.least == code
    assert merged.record.end is not None
    assert merged.record.end.exit_code == code
    assert merged.faults == (f"part 2/3 ended in {code}, and so does the whole: 2.jsonl",)
    found = outcome(merged.record)
    assert found.exit_code == code
    assert word in found.sentence
    assert not summarize(merged.record).good
    some["1.jsonl"] = replace(some["1.jsonl"], end=None)
    assert merge(some).least == code, "also where another part has no end"


def test_what_a_test_shows_is_judged_with_the_tests() -> None:
    """A crash that a baseline accepts must not come back through the end of its part."""
    some = parts()
    lost = make_line("area/lost", Verdict.ERROR, fault="transport", kind="refused", answered=False)
    part = some["2.jsonl"]
    end = replace(end_line(), exit_code=3)
    some["2.jsonl"] = replace(part, tests=(*part.tests, lost), end=end)
    merged = merge(some)
    assert (merged.least, outcome(merged.record).exit_code) == (0, 3)
    accepted = replace(lost, verdict=Verdict.XFAIL, observed=Verdict.ERROR)
    tests = tuple(accepted if test.id == lost.id else test for test in merged.record.tests)
    assert outcome(replace(merged.record, tests=tests)).exit_code == 0


def test_a_part_that_was_cut_short_is_named_and_never_green() -> None:
    """With the number of its lost tests and one of them."""
    some = parts()
    cut = some["1.jsonl"]
    some["1.jsonl"] = replace(cut, tests=cut.tests[:-2], end=None)
    merged = merge(some)
    assert "part 1/3 was cut short: 2 tests have no result" in merged.missing[0]
    assert merged.record.end is None
    assert outcome(merged.record).exit_code == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"suite_version": "2"}, "two versions of the suite: 1 and 2"),
        ({"catalog_digest": "ff"}, "two catalogues of scenarios"),
        ({"target": "moto"}, "two targets: t and moto"),
        ({"server": "moto 5"}, "two servers"),
        ({"region": "eu"}, "two regions"),
        ({"addressing": "virtual-host"}, "two styles of addressing"),
        ({"strict": False}, "two strictness"),
        ({"shard": "2/5"}, "parts of different wholes: of 3 and 5 parts"),
    ],
)
def test_parts_of_different_wholes_are_refused(changes: dict[str, Any], words: str) -> None:
    """The names of the files and what differs."""
    some = parts()
    other = some["2.jsonl"]
    some["2.jsonl"] = replace(other, run=replace(other.run, **changes))
    with pytest.raises(MergeError, match=words):
        merge(some)


def test_overlapping_records_are_refused() -> None:
    """Which verdict would count is nobody's to guess."""
    some = parts()
    some["again.jsonl"] = replace(some["1.jsonl"], tests=some["1.jsonl"].tests[:1])
    with pytest.raises(MergeError, match=r"1\.jsonl and again\.jsonl both hold"):
        merge(some)
    with pytest.raises(MergeError, match="no record"):
        merge({})


def test_probes_that_disagree_become_a_problem() -> None:
    """What one machine found and another did not makes the parts different runs."""
    some = parts(2)
    for name, probed in zip(some, ("yes", "no"), strict=True):
        line = CapabilityLine(name="sse-c", about="a", claimed="unsaid", probed=probed)  # type: ignore[arg-type]  # one of its words
        some[name] = replace(some[name], capabilities=(line,))
    merged = merge(some)
    assert [line.probed for line in merged.record.capabilities] == ["yes"]
    assert (
        "sse-c does not say the same everywhere: yes in 1.jsonl, no in 2.jsonl"
        in merged.record.problems[0].text
    )


def test_the_end_of_the_whole_adds_up() -> None:
    """Requests are summed, the longest part is the time, one interruption is one of all."""
    some = parts(2)
    for number, name in enumerate(some, start=1):
        end = replace(end_line(interrupted=number == 2), seconds=float(number), requests=10)
        some[name] = replace(some[name], end=end)
    end_of_all = merge(some).record.end
    assert end_of_all is not None
    assert (end_of_all.seconds, end_of_all.requests, end_of_all.interrupted) == (2.0, 20, True)
    assert end_of_all.exit_code == 1
