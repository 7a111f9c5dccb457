"""A small catalogue, and a small site with hostile text and with history, built once."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from chromium import browser

from conformance.site.build import build, files
from conformance.vocabulary.verdicts import Verdict

from .site_samples import hostile_record, line, record, small_catalog, surveyed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.catalog.model import Catalog
    from conformance.site.survey import Survey

__all__ = ["browser"]


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
