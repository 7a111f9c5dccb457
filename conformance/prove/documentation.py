"""The page of the proof in docs/reference: ``python -m conformance.prove.documentation``.

That makes the page again out of the results beside it, in a second and without a proof;
``s3-conformance prove --rule ID --write`` proves the faults of a rule and renews both.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from conformance.catalog.load import load
from conformance.faults.registry import rule_faults
from conformance.prove.kept import known_of, read, renewed, text
from conformance.prove.pages import kept_page
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog
    from conformance.prove.model import Proof
    from conformance.prove.survey import Survey

PAGE: Final = "proof.md"
RESULTS: Final = "proof.jsonl"


def folder() -> Path:
    """Return the folder of the page, which exists only in a checkout."""
    return specs_root().parent / "docs" / "reference"


def renew(
    where: Path, catalog: Catalog, proof: Proof | None = None, survey: Survey | None = None
) -> None:
    """Update the page in a folder, and the results next to it for the faults just run.

    Raises OSError, and ValueError for results that can't be read.
    """
    faults = rule_faults(catalog)
    kept = known_of(read(where / RESULTS), faults)
    if proof is not None:
        kept = renewed(kept, proof, survey, faults)
    (where / RESULTS).write_text(text(kept), "utf-8")
    (where / PAGE).write_text(kept_page(catalog, faults, kept), "utf-8")


if __name__ == "__main__":
    renew(folder(), load(None))
    sys.stdout.write(f"{folder() / PAGE}\n")
