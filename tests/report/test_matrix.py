"""The matrix: what each cell says, what is hidden, what is doubted, and no ranking anywhere."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from lxml import html as parser

from conformance.record.model import CapabilityLine, Record
from conformance.report.matrix import markdown, render
from conformance.report.matrix_table import make_table
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, record


def target(name: str, *verdicts: Verdict | None, **run: object) -> Record:
    """Return a record of a target with the tests ``t/0``, ``t/1`` …; None leaves one out."""
    tests = [a_test(f"t/{n}", verdict) for n, verdict in enumerate(verdicts) if verdict is not None]
    capability = CapabilityLine(name="sse-c", about="keys", claimed="yes", probed="yes")
    fields = {"target": name, "server": f"{name} 1.0", "selected": tuple(t.id for t in tests)}
    return record(*tests, run=fields | run, capabilities=(capability,))


def states(*records: Record) -> list[tuple[str, ...]]:
    """Return the states of the tests, a row each."""
    (rule,) = make_table(records).rules
    return [tuple(cell.state for cell in test.cells) for test in rule.tests]


def test_what_was_not_run_looks_like_nothing_that_passed() -> None:
    """Skipped, unsupported, blocked, cut short and unknown tests have states of their own."""
    cut = target("b", None, selected=("t/0",))
    assert states(target("a", Verdict.PASS), cut) == [("passes", "not-run")]
    assert states(
        target("a", Verdict.SKIP, Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.VARIANT)
    ) == [
        ("skipped",),
        ("unsupported",),
        ("blocked",),
        ("passes",),
    ]
    assert states(target("a", Verdict.PASS), target("b", None)) == [("passes", "absent")]
    page = parser.document_fromstring(
        render([target("a", Verdict.PASS), target("b", Verdict.SKIP)])
    )
    cells = page.xpath("//table[contains(@class, 'matrix')]//td")
    assert [(cell.get("class"), cell.text_content().strip()) for cell in cells] == [
        ("c passes", "✓ 1 pass"),
        ("c skipped", "○ not claimed"),
    ]


def test_a_rule_is_as_bad_as_the_worst_of_its_tests() -> None:
    """With how many of the judged ones, and how many were not."""
    (rule,) = make_table(
        [target("a", Verdict.FAIL, Verdict.PASS, Verdict.SKIP, Verdict.WARN)]
    ).rules
    assert rule.cells[0].text == "1 of 3 fail, 1 not tested"
    assert (
        make_table([target("a", Verdict.WARN, Verdict.PASS)]).rules[0].cells[0].text
        == "1 of 2 warn"
    )


def test_only_differences_show_by_default() -> None:
    """Rows on which all agree are marked, and hidden by style until somebody asks."""
    agree = [target("a", Verdict.PASS), target("b", Verdict.PASS)]
    differ = [target("a", Verdict.PASS), target("b", Verdict.FAIL)]
    assert make_table(agree).rules[0].differs is False
    assert make_table(differ).rules[0].differs is True
    only_one = [
        target("a", Verdict.FAIL),
        target("b", Verdict.SKIP),
        target("c", Verdict.UNSUPPORTED),
    ]
    assert make_table(only_one).rules[0].differs is False, "the others were not asked"
    tried = [target("a", Verdict.PASS), target("b", Verdict.BLOCKED)]
    assert make_table(tried).rules[0].differs is True
    assert 'class="row same"' in render(agree)
    assert 'class="row same"' not in render(differ)
    assert "body:has(#all:not(:checked)) .same { display: none; }" in render(agree)


def test_a_case_that_all_servers_fail_is_doubted() -> None:
    """The reference passes by construction and is no witness; two must have been judged."""
    everyone = [
        target("reference", Verdict.PASS),
        target("a", Verdict.FAIL),
        target("b", Verdict.FAIL),
    ]
    (rule,) = make_table(everyone).rules
    assert (rule.doubtful, rule.tests[0].doubtful) == (1, True)
    assert "doubt 1 case" in render(everyone)
    assert 'class="row same"' not in render(everyone[1:]), "though all agree"
    for others in (
        [target("a", Verdict.FAIL), target("b", Verdict.PASS)],
        [target("a", Verdict.FAIL), target("b", Verdict.SKIP)],
        [target("reference", Verdict.FAIL), target("a", Verdict.FAIL)],
    ):
        assert make_table(others).rules[0].doubtful == 0
    different = [target("a", Verdict.FAIL, Verdict.PASS), target("b", Verdict.PASS, Verdict.FAIL)]
    assert make_table(different).rules[0].doubtful == 0, "no single case fails everywhere"


@pytest.mark.parametrize(
    ("claimed", "probed", "words"),
    [
        ("yes", "ignored", "declared"),
        ("no", "not-probed", "declared missing"),
        ("unsaid", "yes", "detected"),
        ("unsaid", "no", "not detected"),
        ("unsaid", "ignored", "accepted and ignored"),
        ("unsaid", "not-probed", "not declared"),
    ],
)
def test_every_state_of_a_capability_has_its_words(
    claimed: Literal["yes", "no", "unsaid"],
    probed: Literal["yes", "no", "ignored", "not-probed"],
    words: str,
) -> None:
    """Whatever a profile says and a probe found, the matrix says so."""
    line = CapabilityLine(name="sse-c", about="keys", claimed=claimed, probed=probed)
    one = record(a_test("t/0", needs=("sse-c",)), capabilities=(line,))
    page = parser.document_fromstring(render([one]))
    assert words in page.text_content()


def test_counts_by_capability_and_no_number_that_ranks() -> None:
    """Failed of judged; no per cent, no score, no order by merit."""
    tests = (
        a_test("t/0", Verdict.FAIL, needs=("sse-c",)),
        a_test("t/1", needs=("sse-c",)),
        a_test("u"),
    )
    capability = CapabilityLine(name="sse-c", about="keys", claimed="unsaid", probed="yes")
    one = record(*tests, run={"target": "zz"}, capabilities=(capability,))
    other = target("aa", Verdict.PASS)
    table = make_table([one, other])
    assert [column.label for column in table.columns] == ["zz", "aa"]
    assert [row.name for row in table.capabilities] == ["sse-c", "no special capability"]
    assert markdown([one]).splitlines()[2:] == [
        "| sse\\-c | 1 of 2 fail |",
        "| no special capability | 0 of 1 fail |",
    ]
    body = parser.document_fromstring(render([one, other])).find("body")
    text = " ".join(part.text_content() for part in body if part.tag != "script")
    assert "%" not in text
    assert not re.search(r"score|rank(?!ing)|best|winner", text)
    assert "not a ranking" in text


def test_two_runs_of_one_target_and_two_catalogues_are_told_apart() -> None:
    """A number each; a warning where the scenarios were not the same."""
    table = make_table(
        [target("a", Verdict.PASS), target("a", Verdict.FAIL, catalog_digest="ff" * 32)]
    )
    assert [column.label for column in table.columns] == ["a 1", "a 2"]
    assert "2 different catalogues" in table.warnings[0]
    cut = record(a_test("t"), end=None)
    assert "cut short" in make_table([cut]).warnings[0]


def test_the_page_is_inert_and_links_only_where_told() -> None:
    """Hostile names are text; the policy allows nothing but the page's own parts."""
    bad = record(
        a_test(HOSTILE, Verdict.FAIL, reason=HOSTILE, title=HOSTILE), run={"target": HOSTILE}
    )
    text = render([bad, target("a", Verdict.PASS)], ["", "a/report.html"])
    page = parser.document_fromstring(text)
    assert page.xpath("//img") == []
    assert len(page.xpath("//script")) == 1
    links = [href for href in page.xpath("//@href") if not href.startswith("#")]
    of_source = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html"
    assert links == ["data:,", "a/report.html", of_source]
    assert not page.xpath("//@style|//@onclick|//@src")
    policy = page.xpath("//meta[@http-equiv]/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_ten_targets_and_a_thousand_tests_stay_below_five_megabytes() -> None:
    """Also where every second one fails with a long reason."""
    reason = "UploadPart: status is 200, expected 400; code is absent, expected InvalidPart " * 4
    records = [
        record(
            *(
                a_test(
                    f"area/scenario-{n // 4}[case-{n}]",
                    Verdict.FAIL if (n + at) % 2 else Verdict.PASS,
                    reason=reason,
                    rules=("part.number-range", "part.other"),
                )
                for n in range(1000)
            ),
            run={"target": f"target-{at}"},
        )
        for at in range(10)
    ]
    assert len(render(records).encode()) < 5_000_000


def test_a_rule_that_is_broken_says_what_the_server_did() -> None:
    """The findings of each target stand beside its count."""
    broken = record(a_test("a", Verdict.FAIL), run={"target": "one"})
    held = record(a_test("a"), run={"target": "two"})
    (rule,) = make_table([broken, held]).rules
    assert rule.cells[0].reason == "CreateMultipartUpload accepted what must be rejected with 400"
    assert rule.cells[1].reason == ""
    assert "accepted what must be rejected" in render([broken, held])


def test_many_cells_are_signs_and_cases_with_the_same_signs_share_a_row() -> None:
    """Of 17 servers and 2,400 tests the page stays below 1 MB, and each case can be found."""
    cases = [f"t/{at}[{case}]" for at in range(250) for case in ("a", "b", "c")]
    half = [
        record(
            *(
                a_test(name, Verdict.FAIL if at % 3 == 2 and number % 2 else Verdict.PASS)
                for at, name in enumerate(cases)
            ),
            run={"target": f"server-{number}"},
        )
        for number in range(28)
    ]
    page = render(half)
    assert "<code>t/7[a] [b]</code>" in page
    assert "<code>t/7[c]</code>" in page
    shared = page.partition("<code>t/7[c]</code>")[2].partition("<tr")[0]
    assert shared.count("<td class=f>✗") == shared.count("<td>✓") == 14
    assert len(page.encode()) < 12 * len(cases) * len(half)
