"""The pages of the proof, and the one that is kept with the documentation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.faults.registry import rule_faults
from conformance.prove.pages import HTML, MARKDOWN, render
from conformance.prove.survey import Mutant, Survey

from .samples import found, proof_of, red_of

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "proof.md"
ROW = re.compile(
    r"^\| `(?P<fault>[^`]+)` \|.*\| (?P<caught>[^|]*) \|(?P<disturbed>[^|]*)\|$", re.MULTILINE
)


@pytest.mark.parametrize("template", [HTML, MARKDOWN])
def test_pages_name_rule_fault_and_what_caught_it(catalog: Catalog, template: str) -> None:
    """Both pages show each rule with its faults, what caught them and what else turned red."""
    tests = [red_of("part.etag", test=f"t/{n}[x]") for n in range(5)]
    caught = found("part.etag/unquoted", *tests, disturbed=("copy.range",))
    proof = proof_of(caught, found("complete.order/sorted"))
    page = render(template, catalog, rule_faults(catalog), proof, None)
    for piece in ("part.etag", "unquoted", "t/0", "copy.range", "escaped", "complete.order"):
        assert piece in page
    assert "t/3" not in page


def test_part_of_the_tests_shows_no_collateral(catalog: Catalog) -> None:
    """Where faults met the tests of their own rules alone, the page does not speak of others."""
    caught = found("part.etag/unquoted", red_of("part.etag"))
    page = render(MARKDOWN, catalog, rule_faults(catalog), proof_of(caught, whole=False), None)
    assert "disturbed" not in page


@pytest.mark.parametrize("template", [HTML, MARKDOWN])
def test_survivors_stand_there_with_their_reasons(catalog: Catalog, template: str) -> None:
    """What nothing noticed is named, and what is excused stands below its reason."""
    survey = Survey(
        mutants=(
            Mutant(id="mutation/a/b/c", says="c is gone", fate="survived", by="", tests=4),
            Mutant(
                id="mutation/d/e/f", says="f", fate="excused", by="", tests=0, reason="so be it"
            ),
        ),
        idle=(),
        seconds=2.0,
    )
    page = render(template, catalog, rule_faults(catalog), proof_of(), survey)
    assert "c is gone" in page
    assert page.index("so be it") < page.index("d/e/f")


def test_the_kept_page_has_every_rule_and_every_fault(catalog: Catalog) -> None:
    """The page names the rules and faults of today, and nothing that is gone.

    ``s3-conformance prove -n 2 --all --mutations --markdown docs/reference/proof.md`` makes it.
    """
    text = PAGE.read_text("utf-8")
    headings = re.findall(r"^## ([a-z0-9-]+\.[a-z0-9-]+)$", text, re.MULTILINE)
    excused = catalog.ledger.excuses.keys()
    assert headings == [name for name in catalog.rules if name not in excused]
    faults = {row["fault"] for row in ROW.finditer(text.partition("\n## ")[2])}
    assert faults == set(rule_faults(catalog))


def test_the_kept_page_has_no_escape_and_names_what_there_is(catalog: Catalog) -> None:
    """Each fault was caught, by scenarios of the catalogue; what it disturbs are rules of it."""
    text = PAGE.read_text("utf-8").partition("\n## ")[2]
    scenarios = {scenario.id for scenario in catalog.scenarios}
    rows = list(ROW.finditer(text))
    for row in rows:
        named = re.findall(r"`([^`]+)`", row["caught"])
        assert named, row["fault"]
        assert set(named) <= scenarios, row["fault"]
        assert set(re.findall(r"`([^`]+)`", row["disturbed"])) <= catalog.rules.keys()
    assert "**escaped**" not in text
    assert "### Survivors" not in text


def test_the_readme_tells_the_figures_of_the_page() -> None:
    """README and page speak of the same number of faults and rules."""
    page = PAGE.read_text("utf-8")
    figures = re.search(r"^(\d+) of \1 faults .*; (\d+) of \2 rules$", page, re.MULTILINE)
    assert figures is not None
    told = (ROOT / "README.md").read_text("utf-8")
    assert f"{int(figures[1]):,} faults" in told
    assert f"{figures[2]} rules" in told
