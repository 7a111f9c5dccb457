"""The made pages: no drift, whole, with links that lead somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.catalog.pages.markup import prose, row
from conformance.catalog.pages.reference import pages, write
from conformance.vocabulary.specs_folder import specs_root

from .conftest import ROOT, SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog

FOLDER = ROOT / "docs" / "reference"
NAMES = (
    "rules.md",
    "sources.md",
    "incompatibilities.md",
    "capabilities.md",
    "coverage.md",
    "dialects.md",
)


@pytest.fixture(scope="module")
def own() -> Catalog:
    """Load the project's own catalogue."""
    return load()


@pytest.fixture(scope="module")
def made(own: Catalog) -> dict[str, str]:
    """Make the project's own pages."""
    return pages(own, specs_root())


@pytest.mark.parametrize("name", NAMES)
def test_no_drift(made: dict[str, str], name: str) -> None:
    """The pages in docs/reference are what the specs give; the module's command makes them."""
    assert (FOLDER / name).read_text(encoding="utf-8") == made[name]


def test_all_pages_are_made(made: dict[str, str]) -> None:
    """The pages are these five, and making them again gives the same."""
    assert tuple(made) == NAMES
    assert pages(load(), specs_root()) == made


@pytest.mark.parametrize("name", NAMES)
def test_no_noise(made: dict[str, str], name: str) -> None:
    """No line ends in blanks, no two lines in a row are empty, and the last one ends."""
    text = made[name]
    assert not re.search(r"[ \t]\n|\n\n\n", text)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(made: dict[str, str], name: str) -> None:
    """Files that are linked exist, and so do the places within pages."""
    anchors = {
        f"{page}#{anchor}"
        for page, text in made.items()
        for anchor in (
            *re.findall(r'<a id="([^"]+)">', text),
            *(head.replace(".", "") for head in re.findall(r"^#+ (\S+)$", text, re.MULTILINE)),
        )
    }
    targets = re.findall(r"(?<!\\)\]\(([^)]+)\)", made[name])
    local = {target for target in targets if not target.startswith("https://")}
    assert {target for target in local if "#" in target} <= anchors
    for target in local:
        if "#" not in target:
            assert (FOLDER / target).is_file(), target


def test_tables_are_even(made: dict[str, str]) -> None:
    """Every row of a table has as many cells as the row above it."""
    for text in made.values():
        before = 0
        for line in text.splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert cells == before or not (cells and before), line
            before = cells


def test_everything_is_there(own: Catalog, made: dict[str, str]) -> None:
    """Every rule, source, row, statement, capability and scenario has its place."""
    for rule in own.rules.values():
        assert f"\n### {rule.id}\n\n{prose(rule.statement)}.\n" in made["rules.md"]
    for name in own.sources:
        assert f'<a id="{name.lower()}"></a>{name} |' in made["sources.md"]
    for scenario in own.scenarios:
        assert f"[{scenario.id}](../../specs/scenarios/" in made["rules.md"]
    for each in own.ledger.incompatibilities.values():
        assert f"{each.id} | {prose(each.statement)}" in made["incompatibilities.md"]
        for thread in each.threads:
            repository, number = thread.split("#")
            address = f"(https://github.com/{repository}/issues/{number})"
            assert f"[{thread}]{address}" in made["incompatibilities.md"]
    for statement in own.ledger.statements.values():
        assert f"\n| {statement.id} | {prose(statement.statement)} |" in made["coverage.md"]
    for capability in own.capabilities.values():
        assert f"\n## {capability.name}\n" in made["capabilities.md"]


def test_a_probe_in_words(catalog: Catalog) -> None:
    """A capability comes with its probe as sentences, or with who decides in its place."""
    said = pages(catalog, SPECS)["capabilities.md"]
    assert "\n1. Given: CreateMultipartUpload with SSE-C key probe." in said
    assert "No probe: the profile of the target, or how the run was called, decides.\n" in said


def test_text_stays_text() -> None:
    """What Markdown or HTML would take for its own is shown as it was written."""
    assert prose("a | b_c <Part> *x*\n  [y] `z` & \\") == (
        r"a \| b\_c &lt;Part&gt; \*x\* \[y\] \`z\` &amp; \\"
    )
    assert row("a", "", prose("b|c")) == r"| a |  | b\|c |"


def test_pages_are_written(tmp_path: Path) -> None:
    """The command writes every page into the folder that it is given."""
    assert [path.name for path in write(tmp_path)] == list(NAMES)
    assert all((tmp_path / name).read_text(encoding="utf-8") for name in NAMES)
