"""A server for curl lines, and a real browser for our pages with what it must never do."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NoReturn

import pytest

from .scripted import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from .scripted import Server

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def server() -> Iterator[Server]:
    """Run a server that takes down what curl lines send."""
    with serving() as scripted:
        yield scripted


class Watched:
    """A page that remembers whatever it should not have done."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        # Violations of the Content-Security-Policy arrive here as errors, too.
        self.complaints.append(f"{message.type}: {message.text}")


def missing(hint: str) -> NoReturn:
    """End a test for which something is not installed."""
    if os.environ.get("CI"):
        pytest.fail(hint)
    pytest.skip(hint)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the Chromium of the machine; without one fail in CI and skip elsewhere."""
    try:
        # Imported here: the other tests of reports are for machines without a browser, too.
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        missing("playwright is not installed: python -m pip install '.[test]'")
    executable = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    if executable is None:
        looked = ", ".join(EXECUTABLES)
        missing(f"no browser found (looked for {looked}): apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Open a fresh page; after the test nothing may have gone wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watching = Watched(context.new_page())
    yield watching
    context.close()
    assert watching.complaints == []
    assert [url for url in watching.requests if not url.startswith(("file:", "data:"))] == []
