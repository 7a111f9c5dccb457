"""A server for curl lines, and a page in a real browser with what it must never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chromium import browser

from .scripted import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

    from .scripted import Server

__all__ = ["browser"]


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


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Open a fresh page; after the test nothing may have gone wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watching = Watched(context.new_page())
    yield watching
    context.close()
    assert watching.complaints == []
    assert [url for url in watching.requests if not url.startswith(("file:", "data:"))] == []
