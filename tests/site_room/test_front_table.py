"""The front of the site as a table for a README."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.site.front_table import BEGIN, END, front_table, with_front
from conformance.vocabulary.verdicts import Verdict

from .site_samples import capability, hostile_record, line, record, surveyed

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog


def test_a_row_is_a_workload_or_a_feature_and_a_column_a_server(catalog: Catalog) -> None:
    """Each cell has the sign of the front; clients are left out, and each sign is explained."""
    first = catalog.tests[0].id
    seen = surveyed(
        catalog,
        record(line(first, Verdict.PASS), capabilities=(capability(probed="no"),), target="one"),
        record(line(first, Verdict.FAIL), capabilities=(capability(),), target="two"),
    )
    text = front_table(seen)
    rows = text.splitlines()
    assert rows[0] == "| | one | two |"
    assert rows[2].startswith("| **Workloads** |")
    by_title = {row.split(" | ")[0].strip("| "): row for row in rows}
    assert by_title["Uploads"].split(" | ")[1:] == ["✓", "▼\N{NO-BREAK SPACE}0 |"]
    assert by_title["Backup"].split(" | ")[1] == "○"
    assert "Clients" not in text
    signs = {cell for row in rows for cell in row.strip("| ").split(" | ") if len(cell) == 1}
    assert all(sign in rows[-1] for sign in signs)


def test_the_name_of_a_server_is_only_text(catalog: Catalog) -> None:
    """A record of a stranger adds no column, no markup and no line to the page."""
    text = front_table(surveyed(catalog, hostile_record(catalog.tests[0].id)))
    assert text.splitlines()[1] == "|---|:-:|"
    assert text.splitlines()[0].replace("\\|", "").count("|") == 3
    assert "<" not in text
    assert "\x1b" not in text


def test_a_page_without_marks_is_refused() -> None:
    """Where the table belongs is for its author to say; the rest of the page stays."""
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert with_front(page, "new\n") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    with pytest.raises(ValueError, match="no line"):
        with_front("nothing", "new")
