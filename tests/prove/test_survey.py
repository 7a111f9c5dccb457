"""What becomes of mutations, and the reasons of those that survive."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from conformance.faults.mutations import mutations
from conformance.prove.survey import excuses, survey
from conformance.vocabulary.verdicts import Verdict

from .samples import ScriptedCrew, base_of, red_of, trial_of

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog

CAUGHT = "mutation/UploadPart/drop-header/ETag"
WARNED = "mutation/ListParts/drop-element/Owner"
SURVIVES = "mutation/ListParts/drop-element/PartNumber"
EXCUSED = "mutation/UploadPart/drop-header/x-amz-version-id"


def test_fates(catalog: Catalog) -> None:
    """A FAIL catches, a WARN warns; what nothing notices survives, or has its reason."""
    known = {one.id: one for one in mutations(catalog)}
    faults = {name: known[name] for name in (CAUGHT, WARNED, SURVIVES, EXCUSED)}
    base = base_of(tuple(faults), [test.id for test in catalog.tests])
    crew = ScriptedCrew(
        [
            trial_of(
                CAUGHT, red_of("part.etag", verdict=Verdict.WARN), red_of("key.any", test="c/d")
            ),
            trial_of(WARNED, red_of("list-parts.shape", verdict=Verdict.WARN)),
            trial_of(SURVIVES),
            trial_of(EXCUSED),
        ],
        base,
    )
    told: list[str] = []
    found = survey(catalog, faults, crew, lambda mutant: told.append(mutant.id))
    assert [one.fate for one in found.mutants] == ["caught", "warned", "survived", "excused"]
    assert [one.by for one in found.mutants] == ["c/d", "a/b", "", ""]
    assert told == list(faults)
    assert found.share == 2 / 3
    assert found.mutants[3].reason
    # Every other reason found nothing to excuse in these four.
    assert len(found.idle) == len(excuses()) - 1
    assert all(job.until == "red" for job in crew.jobs)


def test_the_quickest_tests_come_first(catalog: Catalog) -> None:
    """A mutation meets the tests by their time, for the first FAIL ends its trial."""
    known = {one.id: one for one in mutations(catalog)}
    base = base_of((CAUGHT,), [test.id for test in catalog.tests])
    names = sorted(base.green)
    seconds = {name: float(len(names) - at) for at, name in enumerate(names)}
    object.__setattr__(base, "seconds", seconds)
    crew = ScriptedCrew([trial_of(CAUGHT)], base)
    survey(catalog, {CAUGHT: known[CAUGHT]}, crew)
    assert crew.jobs[0].tests == tuple(reversed(names))


def test_every_reason_is_about_mutations_that_there_are(catalog: Catalog) -> None:
    """A pattern of survivors.yaml names something, says why, and no two say the same."""
    names = [one.id for one in mutations(catalog)]
    known = excuses()
    assert len({one.pattern for one in known}) == len(known)
    for one in known:
        assert len(one.reason.split()) > 5
        assert any(fnmatchcase(name, one.pattern) for name in names), one.pattern
