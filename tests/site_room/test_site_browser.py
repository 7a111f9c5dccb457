"""The site in a real browser: axe, the search, and nothing that a page should not do."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KINDS = (
    "index.html", "search.html", "terms.html", "incompatibilities.html", "features/", "workloads/",
    "servers/", "rules/", "tests/", "sources/", "exchanges/",
)  # fmt: skip


def first_of(kind: str, site: dict[str, str]) -> str:
    """Return the address of the longest page of a kind: the one with most on it."""
    found = [one for one in site if one.startswith(kind) and one.endswith(".html")]
    return max(found, key=lambda one: len(site[one]))


@pytest.fixture
def watched(browser: Browser) -> Iterator[Page]:
    """Open a fresh page; after the test nothing may have gone wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    # Violations of the Content-Security-Policy arrive on the console, too.
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: requests.append(request.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("http://127.0.0.1:", "data:"))] == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 400)])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(
    browser: Browser,
    address: str,
    small_site: dict[str, str],
    kind: str,
    scheme: Literal["dark", "light"],
    width: int,
) -> None:
    """Contrast, landmarks, headings, names and roles are in order on every kind of page."""
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address + first_of(kind, small_site))
    page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    said = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]
    assert said == []
    assert len(found["passes"]) > 10
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_does_nothing_that_it_should_not(
    watched: Page, address: str, small_site: dict[str, str], kind: str
) -> None:
    """With hostile text on it, a page runs nothing, asks for nothing outside, and has its style."""
    watched.goto(address + first_of(kind, small_site))
    style = "getComputedStyle(document.querySelector('.skip')).position"
    assert watched.evaluate(style) == "absolute"


def test_the_search_loads_its_index_when_it_is_used(watched: Page, address: str) -> None:
    """Nothing is loaded before a word is typed; results lead to their pages."""
    asked: list[str] = []
    watched.on("request", lambda request: asked.append(request.url))
    watched.goto(f"{address}search.html")
    assert f"{address}data/search.json" not in asked
    watched.locator("#q").fill("InvalidPart")
    watched.locator("#results a").first.wait_for()
    assert f"{address}data/search.json" in asked
    watched.get_by_role("link", name="InvalidPart", exact=True).click()
    assert watched.url.endswith("terms.html#InvalidPart")


def test_a_search_can_be_linked_to(watched: Page, address: str) -> None:
    """The words may stand in the address; hostile results are text; nothing found says so."""
    watched.goto(f"{address}search.html?q=evil")
    watched.locator("#results a").first.wait_for()
    assert watched.locator("#results script, #results img").count() == 0
    watched.locator("#q").fill("there is no such thing")
    watched.get_by_text("Nothing found.").wait_for()


def test_without_javascript_the_search_leads_to_the_lists(browser: Browser, address: str) -> None:
    """With JavaScript off the note is visible, and its links lead on."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}search.html")
    links = page.locator("noscript a")
    assert links.count() == 4
    assert links.nth(1).is_visible()
    links.nth(1).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sources"
    context.close()
