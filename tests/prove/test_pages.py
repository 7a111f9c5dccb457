"""The pages of the proof: one of a proof just made, and one out of what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.faults.registry import rule_faults
from conformance.prove.kept import KeptProof, renewed
from conformance.prove.pages import html, kept_page, markdown
from conformance.prove.survey import Mutant, Survey

from .samples import found, proof_of, red_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Catalog

SURVEY = Survey(
    mutants=(
        Mutant(id="mutation/a/b/c", says="c is gone", fate="survived", by="", tests=4),
        Mutant(
            id="mutation/UploadPart/drop-header/x-amz-version-id",
            says="no header x-amz-version-id",
            fate="excused",
            by="",
            tests=0,
            reason="the reference names no version",
        ),
    ),
    idle=(),
    seconds=2.0,
)


@pytest.mark.parametrize("page", [html, markdown])
def test_pages_name_rule_fault_and_what_caught_it(
    catalog: Catalog, page: Callable[..., str]
) -> None:
    """Both pages show each rule with its faults, what caught them and what else turned red."""
    tests = [red_of("part.etag", test=f"t/{n}[x]") for n in range(5)]
    caught = found("part.etag/unquoted", *tests, disturbed=("copy.range",))
    proof = proof_of(caught, found("complete.order/sorted"))
    faults = {one.fault: rule_faults(catalog)[one.fault] for one in proof.findings}
    text = page(catalog, faults, proof, None)
    for piece in ("part.etag", "unquoted", "t/0", "copy.range", "escaped", "complete.order"):
        assert piece in text
    assert "t/3" not in text
    assert "not proven yet" not in text


def test_part_of_the_tests_shows_no_collateral(catalog: Catalog) -> None:
    """Where faults met the tests of their own rules alone, the page does not speak of others."""
    caught = found("part.etag/unquoted", red_of("part.etag"))
    faults = {caught.fault: rule_faults(catalog)[caught.fault]}
    text = markdown(catalog, faults, proof_of(caught, whole=False), None)
    assert "disturbed" not in text


@pytest.mark.parametrize(("page", "survivor"), [(html, "c is gone"), (markdown, "mutation/a/b/c")])
def test_survivors_stand_there_with_their_reasons(
    catalog: Catalog, page: Callable[..., str], survivor: str
) -> None:
    """What nothing noticed is named, and what is excused stands below its reason."""
    text = page(catalog, {}, proof_of(), SURVEY)
    assert survivor in text
    reason = text.index("the reference names no version")
    assert reason < text.index("UploadPart/drop-header/x-amz-version-id")


def test_what_is_not_proven_yet_is_told(catalog: Catalog) -> None:
    """A fault without a result stands below its rule all the same, and is counted."""
    faults = rule_faults(catalog)
    caught = found("part.etag/unquoted", red_of("part.etag", test="upload-part/etag[x]"))
    kept = renewed(KeptProof(), proof_of(caught), None, faults)
    text = kept_page(catalog, faults, kept)
    row = next(line for line in text.splitlines() if line.startswith("| `complete.order/sorted`"))
    assert row.split("|")[3:5] == [" not proven yet ", " not measured "]
    assert f"1 of {len(faults)} faults are caught" in text
    assert f"{len(faults) - 1} of the faults below are not proven yet" in text
    asleep = text.partition("turns these scenarios red:")[2].partition(".")[0]
    assert "`authorisation/revoked`" in asleep
    assert "`upload-part/etag`" not in asleep
