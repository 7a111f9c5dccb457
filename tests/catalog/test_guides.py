"""The guides name tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.catalog.load import load
from conformance.catalog.select import select

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = (DOCS / "tutorial.md", *sorted((DOCS / "guides").glob("*.md")))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_id_of_a_guide_selects_something(guide: Path) -> None:
    """Whoever copies an example's id gets that test, and no complaint about a term."""
    catalog = load()
    areas = {test.scenario.id.partition("/")[0] for test in catalog.tests}
    area = "|".join(sorted(map(re.escape, areas)))
    ids = re.findall(
        rf"(?<![\w./-])((?:{area})/[a-z0-9*-]+(?:/[a-z0-9*-]+)*(?:\[[^\]\n]+\])?)(?![\w./])",
        guide.read_text("utf-8"),
    )
    below = "directory-buckets/" if guide.stem == "s3-express" else ""
    for name in ids:
        assert select(catalog, [f"{below}{name.removeprefix(below)}"]), name
    if guide.stem in {"ci-gate", "comparing-servers"}:
        assert any("[" in name for name in ids)
