"""The pages of matrix and compare in a real browser: usable, quick, accessible, silent."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from conformance.record.catalog_line import RuleText
from conformance.record.model import CapabilityLine
from conformance.report import matrix
from conformance.report.changes import compare
from conformance.report.html import compare_page
from conformance.targets.launchers.registry import LAUNCHERS
from conformance.vocabulary.verdicts import Verdict

from .samples import CATALOG, HOSTILE, a_test, check, exchange, record, text_body

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from conformance.record.model import Record

    from .conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PUBLISHED = Path(__file__).parents[2] / "reports" / "published" / "matrix.html"
_RULES = 60
_STATES: tuple[Verdict, ...] = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.WARN,
    Verdict.SKIP,
    Verdict.UNSUPPORTED,
    Verdict.BLOCKED,
)


def target(name: str, turn: int) -> Record:
    """Return a record in which each rule comes out its way; those from 50 on hold everywhere."""
    rules = tuple(
        RuleText(id=f"rule.n-{n}", statement=HOSTILE, level="MUST", impact="interop", sources=())
        for n in range(_RULES)
    )
    tests = [
        a_test(
            f"t/{n}[{case}]",
            Verdict.PASS if n >= 50 else _STATES[(n + turn) % len(_STATES)],
            rules=(f"rule.n-{n}",),
            reason=HOSTILE,
        )
        for n in range(_RULES)
        for case in ("a", "b")
    ]
    capability = CapabilityLine(name="sse-c", about="keys", claimed="unsaid", probed="no")
    return record(
        *tests,
        run={"target": name},
        catalog=replace(CATALOG, rules=rules),
        capabilities=(capability,),
    )


@pytest.fixture(scope="module")
def matrix_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a matrix of four targets."""
    path = tmp_path_factory.mktemp("matrix") / "matrix.html"
    records = [target(name, turn) for turn, name in enumerate(("reference", "one", "two", HOSTILE))]
    path.write_text(matrix.render(records), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a page of tests that turned each way."""
    verdicts: tuple[tuple[str, Verdict, Verdict], ...] = (
        ("worse", Verdict.PASS, Verdict.FAIL),
        ("better", Verdict.FAIL, Verdict.PASS),
        ("changed", Verdict.PASS, Verdict.WARN),
    )
    sides = [
        record(
            *(
                a_test(
                    f"turn/{name}",
                    pair[side],
                    reason=HOSTILE,
                    checks=(check("PASS" if pair[side] == "PASS" else "FAIL"),),
                    exchanges=(exchange(answer=text_body(f"<a>{side}</a>{HOSTILE}")),),
                )
                for name, *pair in verdicts
            ),
            a_test("turn/same"),
        )
        for side in (0, 1)
    ]
    path = tmp_path_factory.mktemp("compare") / "compare.html"
    path.write_text(compare_page.render(compare(*sides)), encoding="utf-8")
    return path


def rows(page: Page) -> int:
    """Return how many rules a reader sees in the matrix."""
    count: int = page.eval_on_selector_all(
        ".matrix tbody tr", "all => all.filter(one => one.checkVisibility()).length"
    )
    return count


def test_the_matrix_shows_differences_and_on_demand_everything(
    watched: Watched, matrix_page: Path
) -> None:
    """The box adds the rules on which all agree; the filter finds tests by their ids."""
    page = watched.page
    page.goto(matrix_page.as_uri())
    assert rows(page) == 50
    page.get_by_label("Show also the rules and tests").check()
    assert rows(page) == _RULES
    page.locator("#filter").fill("T/59[B]")
    assert rows(page) == 1
    assert page.locator("output").inner_text() == f"1 of {_RULES} rules"
    page.locator("#filter").fill("there is no such rule")
    assert page.get_by_text("No rule matches the filter.").is_visible()


def test_a_rule_leads_to_its_tests(watched: Watched, matrix_page: Path) -> None:
    """The link opens them; an address of a hidden rule shows it."""
    page = watched.page
    page.goto(matrix_page.as_uri())
    page.get_by_role("link", name="rule.n-7", exact=True).click()
    # What a new address shows comes an event later: a busy browser takes its time.
    page.locator("[id='rule.n-7']").get_by_text("t/7[a]").wait_for(state="visible")
    page.goto("about:blank")
    page.goto(f"{matrix_page.as_uri()}#rule.n-55")
    page.get_by_label("Show also the rules and tests").check()
    page.locator("[id='rule.n-55'][open]").wait_for(state="attached")


def test_the_matrix_can_be_read_without_scripts(browser: Browser, matrix_page: Path) -> None:
    """The box works by style alone, and no control is there that would do nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(matrix_page.as_uri())
    assert not page.locator("#filter").is_visible()
    last = page.locator(".matrix tbody tr").filter(has_text="rule.n-59")
    assert not last.is_visible()
    page.get_by_label("Show also the rules and tests").check()
    assert last.is_visible()
    context.close()


def test_the_comparison_filters_like_the_report(watched: Watched, comparison: Path) -> None:
    """Tiles, filter, marked lines; what did not change is not there."""
    page = watched.page
    page.goto(comparison.as_uri())
    assert page.locator("details.test").count() == 3
    page.locator(".tile[data-v='WORSE']").click()
    assert page.locator("details.test:visible").count() == 1
    page.locator("details.test:visible > summary").click()
    marks = page.locator("details.test[open] mark").all_inner_texts()
    assert "<a>0</a>" in marks
    assert "<a>1</a>" in marks


def test_the_published_matrix_is_small_and_usable(watched: Watched) -> None:
    """Many targets in one file below 4 MB: a column each, differences first, a filter that finds.

    How long it takes to open is for benchmarks/matrix_page.py to say.
    """
    assert PUBLISHED.stat().st_size <= 4_000_000
    page = watched.page
    page.goto(PUBLISHED.as_uri())
    heads = page.locator(".matrix thead th").all_inner_texts()
    folder = PUBLISHED.parent
    there = [name for name in LAUNCHERS if (folder / name / "record.jsonl.gz").is_file()]
    assert [head.lower() for head in heads] == ["rule", *there]
    differing = rows(page)
    page.get_by_label("Show also the rules and tests").check()
    assert rows(page) > differing > 50
    page.locator("#filter").fill("complete/too-small")
    assert 1 <= rows(page) < 10
    page.locator(".matrix tbody tr:visible a").first.click()
    opened = page.locator("details.rule[open]")
    assert opened.count() == 1
    assert opened.locator("td").count() % len(there) == 0
    for link in page.locator("section[aria-labelledby=targets] a").all():
        assert (folder / (link.get_attribute("href") or "")).is_file()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 400)])
@pytest.mark.parametrize("which", ["matrix_page", "comparison"])
def test_axe_finds_nothing(
    browser: Browser,
    request: pytest.FixtureRequest,
    which: str,
    scheme: Literal["dark", "light"],
    width: int,
) -> None:
    """Contrast, landmarks, headings, names and roles are in order, with details open."""
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    path: Path = request.getfixturevalue(which)
    page.goto(path.as_uri())
    page.evaluate(
        "[...document.querySelectorAll('details')].slice(0, 4).forEach(one => { one.open = true })"
    )
    page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]
    assert told == []
    assert len(found["passes"]) > 15
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()
