"""The page of the proof that is kept with the documentation, and the results beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.faults.registry import rule_faults
from conformance.prove.documentation import PAGE, RESULTS, renew
from conformance.prove.kept import read
from conformance.prove.pages import kept_page

from .samples import found, proof_of, red_of

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"
REMAKE = "make it anew: python -m conformance.prove.documentation"
PROVE = "prove its rule anew: s3-conformance prove --rule ID --write"

GAPS = {
    f"mutation/{name}"
    for name in (
        "GetObject/code/404-NoSuchVersion",
        "GetObject/ignore-header/x-amz-server-side-encryption-customer-key-MD5",
        "GetObject/status/404-NoSuchVersion",
        "GetObjectAttributes/ignore-header/x-amz-server-side-encryption-customer-key-MD5",
        "HeadObject/ignore-header/x-amz-server-side-encryption-customer-key-MD5",
        "UploadPart/status/400-InvalidChunkSizeError",
        "UploadPart/status/403-InvalidChunkSizeError",
        "UploadPartCopy/ignore-header/x-amz-copy-source-server-side-encryption-customer-key-MD5",
    )
}
"""What a scenario should notice, and none does yet. Write the scenario, and take it off here."""


def test_no_drift(catalog: Catalog) -> None:
    """The page has the rules and faults of today, with the results that are kept."""
    kept = read(FOLDER / RESULTS)
    page = kept_page(catalog, rule_faults(catalog), kept)
    assert (FOLDER / PAGE).read_text("utf-8") == page, REMAKE


def test_results_are_of_faults_and_scenarios_that_there_are(catalog: Catalog) -> None:
    """No result speaks of a fault, a scenario or a rule that is gone."""
    kept = read(FOLDER / RESULTS)
    scenarios = {scenario.id for scenario in catalog.scenarios}
    assert kept.faults.keys() <= rule_faults(catalog).keys(), REMAKE
    for one in kept.faults.values():
        assert one.caught_by.keys() <= scenarios, f"{one.fault}: {PROVE}"
        assert set(one.disturbed or ()) <= catalog.rules.keys(), f"{one.fault}: {PROVE}"


def test_nothing_that_was_proven_escaped() -> None:
    """Each fault with a result was caught; of the mutations only known gaps survived."""
    kept = read(FOLDER / RESULTS)
    assert kept.faults
    assert [name for name, one in kept.faults.items() if not one.caught_by] == []
    assert kept.mutations is not None
    assert set(kept.mutations.survived) <= GAPS


def test_the_readme_tells_how_many_faults_there_are(catalog: Catalog) -> None:
    """README rounds down to hundreds, so that a new fault need not be told there."""
    readme = (ROOT / "README.md").read_text("utf-8")
    told = re.search(r"more than ([\d,]+) faults", readme)
    assert told is not None
    assert int(told[1].replace(",", "")) == len(rule_faults(catalog)) // 100 * 100


def test_one_result_is_renewed(catalog: Catalog, tmp_path: Path) -> None:
    """A proof of one fault changes its line and its row, and nothing else."""
    for name in (PAGE, RESULTS):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    renew(tmp_path, catalog)
    assert (tmp_path / RESULTS).read_bytes() == (FOLDER / RESULTS).read_bytes()
    escaped = found("complete.order/sorted")
    renew(tmp_path, catalog, proof_of(escaped, whole=False))
    before = read(FOLDER / RESULTS).faults
    after = read(tmp_path / RESULTS).faults
    assert {name for name in after if after[name] != before[name]} == {escaped.fault}
    rows = (tmp_path / PAGE).read_text("utf-8").splitlines()
    changed = set(rows) - set((FOLDER / PAGE).read_text("utf-8").splitlines())
    assert any("**escaped**" in row and escaped.fault in row for row in changed)
    renew(tmp_path, catalog, proof_of(found(escaped.fault, red_of("complete.order", test="x/y"))))
    assert read(tmp_path / RESULTS).faults[escaped.fault].caught_by.keys() == {"x/y"}


@pytest.mark.parametrize("name", [PAGE, RESULTS])
def test_files_end_with_a_line(name: str) -> None:
    """What is generated is a text file like any other."""
    assert (FOLDER / name).read_text("utf-8").endswith("\n")
