"""The page in a real browser: it works, with and without scripts, and asks for nothing."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Literal

import pytest

from conformance.record.model import CapabilityLine, ProblemLine, Record
from conformance.report.html import report_page as html
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, binary_body, check, exchange, record, text_body

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from .conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LINKED = "parts-number-4"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a page with every verdict and hostile text in it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html.render(_record(passed=60)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the same with few passed tests: axe looks at every element many times."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html.render(_record(passed=2)), encoding="utf-8")
    return path


def _record(passed: int) -> Record:
    hostile = exchange(
        "PUT /b/k?partNumber=1 HTTP/1.1",
        headers=((HOSTILE, HOSTILE),),
        body=binary_body(bytes(range(256))),
        answer=text_body(HOSTILE * 3),
    )
    verdicts = ("FAIL", "XPASS", "ERROR", "BLOCKED", "WARN", "DISPUTED", "XFAIL", "VARIANT")
    odd = [
        a_test(
            f"odd/{verdict.lower()}",
            verdict,  # type: ignore[arg-type]  # the names above
            reason=HOSTILE,
            impact="data-loss",
            checks=(check("FAIL"), check("WARN"), check("DISPUTED"), check("OBSERVED")),
            exchanges=(hostile, exchange(status="", fault="timeout")),
            operations=("CopyObject",),
        )
        for verdict in (*verdicts, "SKIP", "UNSUPPORTED")
    ]
    plain = [
        a_test(f"parts/number[{n}]", exchanges=(exchange(), exchange())) for n in range(passed)
    ]
    causes = [a_test(f"many/{n}", Verdict.FAIL, impact="cosmetic", cause="same") for n in range(9)]
    tests = (*odd, *causes, *plain)
    capability = CapabilityLine(
        name="sse-c", about="keys", claimed="unsaid", probed="yes", exchanges=(exchange(),)
    )
    return record(
        *tests,
        end=None,
        run={"selected": (*(test.id for test in tests), "never/came")},
        capabilities=(capability,),
        problems=(ProblemLine(text=HOSTILE),),
    )


def shown(page: Page) -> list[str]:
    """Return the verdicts of the tests that a reader sees, in order."""
    verdicts: list[str] = page.eval_on_selector_all(
        "details.test, .missing li",
        "all => all.filter(one => one.checkVisibility()).map(one => one.dataset.v)",
    )
    return verdicts


def test_tiles_filter_and_the_address_keeps_the_filter(watched: Watched, report: Path) -> None:
    """A tile leaves only its verdict; a second adds to it; the address brings both back."""
    page = watched.page
    page.goto(report.as_uri())
    everything = len(shown(page))
    page.get_by_role("button", name="FAIL", exact=False).first.click()
    assert set(shown(page)) == {"FAIL"}
    assert len(shown(page)) == 10
    page.locator(".tile[data-v='NOT RUN']").press("Space")
    assert set(shown(page)) == {"FAIL", "NOT RUN"}
    assert page.locator("output").inner_text() == f"11 of {everything} tests"
    page.goto(page.url)
    page.reload()
    assert set(shown(page)) == {"FAIL", "NOT RUN"}
    assert page.locator(".tile[data-v='FAIL']").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Show all").click()
    assert len(shown(page)) == everything
    assert page.evaluate("location.search") == ""


def test_text_filters_by_id_title_rule_and_operation(watched: Watched, report: Path) -> None:
    """Every word must be found; nothing found says so; Escape shows all again."""
    page = watched.page
    page.goto(report.as_uri())
    everything = len(shown(page))
    page.keyboard.press("/")
    page.keyboard.type("COPYOBJECT odd/fail")
    assert shown(page) == ["FAIL"]
    page.locator("#filter").fill("part.number-range parts/")
    assert len(shown(page)) == 60
    page.locator("#filter").fill("begin with 1")
    assert len(shown(page)) == everything - 1
    page.locator("#filter").fill("there is no such test")
    assert shown(page) == []
    assert page.get_by_text("No test matches the filter.").is_visible()
    page.keyboard.press("Escape")
    assert len(shown(page)) == everything
    page.get_by_role("link", name="CopyObject", exact=True).click()
    assert len(shown(page)) == 10


def test_a_deep_link_opens_the_test_and_brings_it_into_view(watched: Watched, report: Path) -> None:
    """The test of the fragment is open and on screen, also when a filter had hidden it."""
    page = watched.page
    page.goto(f"{report.as_uri()}?v=FAIL#{LINKED}")
    test = page.locator(f"[id='{LINKED}']")
    assert test.get_attribute("open") is not None
    box = test.locator("summary").first.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 400
    page.evaluate("scrollTo(0, 0)")
    page.locator(".causes a", has_text="odd/fail").first.click()
    opened = page.locator("[id='odd-fail']")
    assert opened.get_attribute("open") is not None
    assert opened.get_by_text("Request", exact=True).first.is_visible()


@pytest.mark.parametrize("query", ["", "?v=PASS", "?v=PASS&q=parts"])
def test_on_a_phone_the_bar_does_not_cover_a_linked_test(
    browser: Browser, report: Path, query: str
) -> None:
    """The bar wraps there to two lines or more; the badge of the test stands below all of them."""
    context = browser.new_context(viewport={"width": 375, "height": 700})
    page = context.new_page()
    page.goto(f"{report.as_uri()}{query}#{LINKED}")
    bar = page.locator("form.filter").bounding_box()
    badge = page.locator(f"[id='{LINKED}'] .badge").first.bounding_box()
    assert bar is not None
    assert badge is not None
    assert bar["height"] > 64
    assert bar["y"] + bar["height"] <= badge["y"] < 400
    context.close()


def test_a_fragment_that_names_nothing_does_no_harm(watched: Watched, report: Path) -> None:
    """Broken escapes and unknown names leave the page as it is."""
    for fragment in ("#%E0%A4%A", "#nothing", "#"):
        watched.page.goto("about:blank")
        watched.page.goto(report.as_uri() + fragment)
        assert len(shown(watched.page)) == 80


def test_lines_can_be_copied_without_the_button_s_own_text(watched: Watched, report: Path) -> None:
    """The copied text is the command alone."""
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{report.as_uri()}#{LINKED}")
    page.locator(f"[id='{LINKED}'] .copied").first.click()
    page.get_by_text("Copied", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "s3-conformance run --select 'parts/number[4]' --target moto"


def test_everything_can_be_read_without_scripts(browser: Browser, report: Path) -> None:
    """No control is shown that would do nothing; tests open; tiles jump to their tests."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert not page.locator("form.filter").is_visible()
    page.locator("[id='odd-fail'] > summary").click()
    assert page.locator("[id='odd-fail']").get_by_text("What it does").is_visible()
    page.locator(".tile[data-v='SKIP']").click()
    page.wait_for_url(lambda url: url.endswith("#verdict-skip"))
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 400)])
def test_axe_finds_nothing(
    browser: Browser, small_report: Path, scheme: Literal["dark", "light"], width: int
) -> None:
    """Contrast, landmarks, headings, names and roles are in order, with tests open and closed."""
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(small_report.as_uri())
    page.evaluate(
        "for (const one of document.querySelectorAll("
        "'[id^=odd-], [id^=odd-f] details, [id^=odd-s] details, .more'))"
        " one.open = true"
    )
    page.locator(".tile[data-v='FAIL']").click()
    page.locator(".tile[data-v='FAIL']").click()
    # Evaluated by the debugger, which the page's policy does not bind.
    page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    told = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]
    assert told == []
    assert len(found["passes"]) > 15
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    context.close()
