"""What became of each member, in small and of the project's own catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.catalog.ledger_model import Excuse, Ledger
from conformance.catalog.load import load
from conformance.catalog.model_watch.drift import drift
from conformance.catalog.model_watch.kept import kept_family
from conformance.catalog.model_watch.watch import MOST_EXCUSED, Watch, watch
from conformance.catalog.place import Place

from .models import family, tree


def excused(*names: str) -> Watch:
    """Return the watch of the project's catalogue over the small model, with these excuses."""
    place = Place("excuses.yaml", 1, 1)
    excuses = {
        name: Excuse(subject=name, reason="so be it", later=False, of_the_model=True, place=place)
        for name in names
    }
    return watch(replace(load(), ledger=Ledger(excuses=excuses)), family())


def test_states() -> None:
    """What a scenario sends or expects is asserted; an excuse closes what none does."""
    assert {entry.id for entry in excused().of("open")} == {
        "UploadPart request StorageClass", "Kind COLD", "Kind WARM",
    }  # fmt: skip
    found = excused("Kind COLD")
    assert [(entry.id, entry.reason) for entry in found.of("excused")] == [
        ("Kind COLD", "so be it")
    ]
    assert not found.complete


@pytest.mark.parametrize("name", ["UploadPart request Key", "UploadPart request Gone"])
def test_excuses_out_of_date(name: str) -> None:
    """An excuse for what is asserted, or for what the model does not have, is stale."""
    assert excused(name).stale == (name,)


def test_too_many_excuses_are_not_complete() -> None:
    """With more than one in twenty excused nothing is complete, though nothing is open."""
    found = excused("UploadPart request StorageClass", "Kind COLD", "Kind WARM")
    assert not found.of("open")
    assert not found.stale
    assert len(found.of("excused")) > MOST_EXCUSED * len(found.entries)
    assert not found.complete


def test_drift_of_two_editions() -> None:
    """What is new, gone and changed is told by its id."""
    model = tree()
    del model["shapes"]["Part"]["members"]["ETag"]
    model["shapes"]["Kind"]["enum"] = ["WARM", "HOT"]
    model["shapes"]["UploadPartOutput"]["members"] = {
        "ETag": {"shape": "Text", "location": "header", "locationName": "E-Tag"},
        "VersionId": {"shape": "Text", "location": "header", "locationName": "x-amz-version-id"},
    }
    found = drift(family(), family(model, "1.1.0"))
    assert found.added == {
        "UploadPart answer VersionId": "header x-amz-version-id, string",
        "Kind HOT": "",
    }
    assert found.removed == ("ListParts answer Parts[].ETag", "Kind COLD")
    was, now = "header ETag, string", "header E-Tag, string"
    assert found.changed == {"UploadPart answer ETag": (was, now)}
    assert not found.none
    assert drift(family(), family()).none


def test_nothing_is_open_in_the_project() -> None:
    """Every member and value is asserted, or excused with a reason, and few are."""
    found = watch(load(), kept_family())
    assert [entry.id for entry in found.of("open")] == []
    assert found.stale == ()
    assert found.complete
