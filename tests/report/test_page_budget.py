"""How much a page has room for: what failed is cut last, and the page stays usable."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html as parser

from conformance.report.html import report_page as html
from conformance.report.html.page_budget import room
from conformance.report.summary import findings_of
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

from .pages import text_of
from .samples import a_test, check, exchange, record, text_body

if TYPE_CHECKING:
    from conformance.record.model import TestLine


def test_in_a_big_run_what_failed_is_cut_last() -> None:
    """Failing tests have sources, heads, bodies and curl lines; others are their titles alone."""
    one = exchange(body=text_body("b" * 5000), answer=text_body("a" * 5000))
    passed = [a_test(f"t/{n}", exchanges=(one,) * 60) for n in range(400)]
    made = record(*passed, a_test("bad", Verdict.FAIL, exchanges=(one,)))
    assert not room(made).roomy
    assert room(made).lean("PASS")
    assert not room(made).lean("FAIL")
    root = parser.document_fromstring(html.render(made))
    (bad,) = root.xpath("//details[@id='bad']")
    assert "b" * 5000 in bad.text_content()
    assert "a" * 5000 in bad.text_content()
    assert "recorded 2025-11-02" in bad.text_content()
    assert bad.xpath(".//pre[contains(., 'curl ')]")
    (good,) = root.xpath("//details[@id='t-7']")
    assert "recorded 2025-11-02" not in good.text_content()
    assert good.xpath(".//pre | .//table | .//dl") == []
    assert "t/7" in good.text_content()
    section = "//section[@aria-labelledby='evidence']"
    assert "recorded 2025-11-02" in text_of(root, section)


@pytest.mark.slow
@pytest.mark.parametrize("exchanges", [4, 30])
def test_a_thousand_tests_stay_below_sixteen_megabytes(exchanges: int) -> None:
    """However much is recorded, the page stays usable; failing tests keep their exchanges."""
    one = exchange(
        headers=(("x-amz-meta-long", "v" * 300),),
        body=text_body("<" * 16_384),
        answer=text_body("<Error/>" * 2048),
        answer_headers=tuple((f"x-{n}", "y" * 50) for n in range(10)),
    )
    tests = [a_test(f"t/{n}", exchanges=(one,) * exchanges) for n in range(999)]
    made = record(*tests, a_test("bad", Verdict.FAIL, exchanges=(one,) * exchanges))
    text = html.render(made)
    assert len(text.encode()) < 16_000_000
    root = parser.document_fromstring(text)
    assert len(root.xpath("//details[@id='bad']//pre[contains(., 'curl ')]")) == exchanges
    assert ("big run" in text_of(root, "//p[@class='note']")) is not room(made).roomy


@pytest.mark.slow
@pytest.mark.parametrize("said", ["'", "\x01a"])
def test_a_page_of_failures_and_markup_stays_below_sixteen_megabytes(said: str) -> None:
    """What is long as HTML is counted as long; every test and every check is there all the same."""
    one = exchange(body=text_body(said * 8192), answer=text_body(said * 8192))
    value = (said * 300)[:300]
    checks = (check("FAIL", expected=value, got=value, note=value),) * 6
    tests = [
        a_test(f"t/{n}", Verdict.FAIL, checks=checks, exchanges=(one,) * 4, cause=f"{value} {n}")
        for n in range(1500)
    ]
    text = html.render(record(*tests))
    assert len(text.encode()) < 16_000_000
    assert text.count('<tr class="c-fail">') == 9000


def failing(name: str, failures: int, exchanges: int) -> TestLine:
    """Return a test of which so many checks fail, each of an exchange of its own."""
    line = a_test(name, Verdict.FAIL, exchanges=(exchange(),) * exchanges)
    checks = tuple(
        replace(line.checks[0], id=f"s{n}.must.status", verdict=CheckVerdict.FAIL, exchange=n)
        for n in range(failures)
    )
    return replace(line, checks=checks)


def test_of_many_exchanges_those_that_failed_are_shown() -> None:
    """The others, and the checks that hold, are in the record."""
    made = record(*(failing(f"t/{n}", 1, 1000) for n in range(40)))
    assert room(made).bad_alone
    root = parser.document_fromstring(html.render(made))
    assert len(root.xpath("//details[@id='t-7']//*[contains(@class, 'exchange')]")) == 1


def test_the_last_room_has_the_evidence_of_each_finding() -> None:
    """So many that failed that their names alone would fill the page: one of each is shown."""
    made = record(*(failing(f"t/{n}", 500, 500) for n in range(60)))
    assert not room(made).named
    (finding,) = findings_of(made)
    root = parser.document_fromstring(html.render(made))
    shown = root.xpath("//details[contains(@class, 'test')][.//*[contains(@class, 'exchange')]]")
    assert [one.get("id") for one in shown] == [finding.tests[0].replace("/", "-")]
    assert shown[0].xpath(".//pre[contains(., 'curl ')]")
    assert shown[0].xpath(".//*[contains(., 'What it does')]")
    assert "without their curl lines" in text_of(
        root, "//section[@aria-labelledby='tests']/p[@class='note']"
    )
