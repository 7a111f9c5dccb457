"""A real browser, for whoever looks at our pages."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

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


def missing(hint: str) -> NoReturn:
    """End a test for which something is not installed."""
    if os.environ.get("CI"):
        pytest.fail(hint)
    pytest.skip(hint)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the Chromium of the machine; without one fail in CI and skip elsewhere."""
    try:
        # Imported here: most tests are for machines without a browser, too.
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
