"""The table of corrections: an answer to every row of the reviews, about tests that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from conformance.catalog.load import load

_ROOT: Final = Path(__file__).parents[2]
_PAGE: Final = _ROOT / "docs" / "explanation" / "corrections.md"
_IDS: Final = _ROOT / "tests" / "data" / "review-rows.txt"
_ROW: Final = re.compile(r"^\| ([^|]+) \| ([^|]*) \|(.*)$")
_NAMED: Final = re.compile(r"`([a-z-]+/[a-z0-9/-]+)(?:\[[^`\]]*\])?`")


def _rows() -> dict[str, tuple[str, str]]:
    """Return row id to its tests and the rest; a row may answer several ids."""
    found: dict[str, tuple[str, str]] = {}
    for line in _PAGE.read_text().splitlines():
        if match := _ROW.match(line):
            for one in match[1].split(","):
                found.setdefault(one.strip(), (match[2], match[3]))
    return found


def test_each_row_of_the_reviews_has_an_answer() -> None:
    """No row of the reviews is left out of the page."""
    assert not set(_IDS.read_text().split()) - set(_rows())


def test_rows_speak_of_tests_that_exist() -> None:
    """A scenario that a row names is in the catalogue, unless the row says that it was dropped."""
    known = {test.scenario.id for test in load().tests}
    missing = {
        (row, name)
        for row, (tests, rest) in _rows().items()
        if "dropped" not in rest
        for name in _NAMED.findall(tests)
        if name not in known and not name.startswith("property/")
    }
    assert not missing
