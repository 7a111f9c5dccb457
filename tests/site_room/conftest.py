"""A small catalogue, and a small site with hostile text and with history, built once."""

from __future__ import annotations

import os
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from conformance.site.build import build, files
from conformance.vocabulary.verdicts import Verdict

from .site_samples import hostile_record, line, record, small_catalog, surveyed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from conformance.catalog.model import Catalog
    from conformance.site.survey import Survey

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
        # Imported here: the other tests of the site are for machines without a browser, too.
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        missing("playwright is not installed: python -m pip install '.[test]'")
    executable = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    if executable is None:
        missing(f"no browser found (looked for {', '.join(EXECUTABLES)})")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield started
        started.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(small_folder: Path) -> Iterator[str]:
    """Serve the small site on loopback; return its root."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(small_folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Load the small catalogue."""
    return small_catalog()


@pytest.fixture(scope="session")
def small_survey(catalog: Catalog) -> Survey:
    """Put together two runs of one server, a hostile one of another, and the reference."""
    name = catalog.tests[0].id
    rules: dict[str, Any] = {"rules": catalog.tests[0].rules, "sources": catalog.tests[0].sources}
    return surveyed(
        catalog,
        record(line(name, Verdict.PASS, **rules), started="2026-11-22T00:00:00.000Z"),
        record(line(name, Verdict.FAIL, **rules), started="2026-11-20T00:00:00.000Z"),
        record(line(name, Verdict.PASS, **rules), target="reference"),
        hostile_record(name),
    )


@pytest.fixture(scope="session")
def small_site(small_survey: Survey) -> dict[str, str]:
    """Build the files of that site: address to text."""
    return dict(files(small_survey))


@pytest.fixture(scope="session")
def small_folder(small_survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write that site into a folder."""
    folder = tmp_path_factory.mktemp("site")
    build(small_survey, folder)
    return folder
