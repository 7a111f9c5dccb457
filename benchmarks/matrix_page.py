"""How large the published matrix is, and how soon a headless Chromium has it ready to use.

    python benchmarks/matrix_page.py [matrix.html]

Ready means that its script has run: rows are counted and the filter answers. Also told is how long
the filter takes from a letter to the next frame. Medians of seven loads, milliseconds.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

LOADS = 7
EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")
FILTER = """
() => new Promise((done) => {
  const box = document.getElementById("filter");
  const begun = performance.now();
  box.value = "complete";
  box.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
})
"""


def main() -> None:
    """Measure the page that is named, else the published one."""
    default = Path(__file__).parents[1] / "reports" / "published" / "matrix.html"
    path = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else default
    executable = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    ready, answers = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for _ in range(LOADS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(path.as_uri(), wait_until="domcontentloaded")
            ready.append(
                page.evaluate(
                    "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
                )
            )
            answers.append(page.evaluate(FILTER))
            page.close()
        browser.close()
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    print(f"ready after {statistics.median(ready):.0f} ms, at most {max(ready):.0f} ms")
    print(f"the filter takes {statistics.median(answers):.0f} ms, at most {max(answers):.0f} ms")


if __name__ == "__main__":
    main()
