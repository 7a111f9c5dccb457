"""How large the report of a run is, and how soon a headless Chromium shows and filters it.

    python benchmarks/report_page.py [report.html | record.jsonl.gz]

Without a file it is the report of the published record of moto. Shown are the first paint, when its
script has run, and how long the filter takes from a letter to the next frame. Medians of seven
loads, milliseconds; on a busy machine they mean little.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from conformance.cli.findings import known_findings
from conformance.record.reader import read
from conformance.report.html.report_page import render

LOADS = 7
EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
FILTER = """
(words) => new Promise((done) => {
  const box = document.getElementById("filter");
  const begun = performance.now();
  box.value = words;
  box.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
})
"""
WORDS = ("complete", "code:BadDigest", "status:500", "", "x-amz-checksum")


def page_of(file: Path, folder: Path) -> Path:
    """Return the page, which is made when a record is named."""
    if file.suffix == ".html":
        return file
    record = read(file)
    page = folder / "report.html"
    page.write_text(render(record, known_findings(record)), "utf-8")
    return page


def main() -> None:
    """Measure the page that is named, else the one of the published record of moto."""
    published = Path(__file__).parents[1] / "reports" / "published" / "moto" / "record.jsonl.gz"
    executable = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    paint, ready, answers = [], [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        named = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else published
        path = page_of(named, Path(folder))
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for _ in range(LOADS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(path.as_uri(), wait_until="load")
            page.wait_for_function(f"{PAINT.rpartition('.')[0]} !== undefined")
            paint.append(page.evaluate(PAINT))
            ready.append(page.evaluate(READY))
            answers += [page.evaluate(FILTER, words) for words in WORDS]
            page.close()
        browser.close()
        size = path.stat().st_size
    print(f"{named.name}: {size / 1e6:.2f} MB")
    for name, found in (("first paint", paint), ("ready", ready), ("the filter", answers)):
        print(f"{name}: {statistics.median(found):.0f} ms, at most {max(found):.0f} ms")


if __name__ == "__main__":
    main()
