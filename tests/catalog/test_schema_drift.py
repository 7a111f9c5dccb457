"""Drift of the kept schema of steps: ours is a mistake, botocore's is a report."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.schema.drift import compared
from conformance.catalog.schema.files import schemas
from conformance.catalog.schema.steps import STEPS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

CREATE = "$defs/step/properties/CreateMultipartUpload/properties"
KEPT: dict[str, Any] = schemas()[STEPS_FILE]


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Return the schema of steps after a change of its definitions."""
    made = copy.deepcopy(KEPT)
    change(made["$defs"])
    return made


def test_the_same_schema_has_none() -> None:
    """Nothing is told of a schema that did not change, but for the version in it."""
    assert not any(compared(KEPT, {**KEPT, "$comment": "as of botocore 9.9.9"}).ours)
    assert not any(compared(KEPT, KEPT).model)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda defs: defs["step"]["properties"]["UploadPart"]["properties"].update(New=True),
            "$defs/step/properties/UploadPart/properties/New: added",
        ),
        (
            lambda defs: defs["step"]["properties"].pop("ListParts"),
            "$defs/step/properties/ListParts: gone",
        ),
        (lambda defs: defs.update({"shape-New": {}}), "$defs/shape-New: added"),
        (
            lambda defs: defs["step"]["properties"]["CreateMultipartUpload"]["properties"][
                "StorageClass"
            ]["anyOf"][0]["enum"].append("TEPID"),
            f"{CREATE}/StorageClass/anyOf/0/enum: TEPID added",
        ),
    ],
)
def test_drift_of_the_model(change: Callable[[dict[str, Any]], object], told: str) -> None:
    """Operations, members, shapes and values come from botocore."""
    found = compared(KEPT, changed(change))
    assert told in found.model
    assert found.ours == ()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda defs: defs["step"]["properties"].update(wait=True),
            "$defs/step/properties/wait: added",
        ),
        (
            lambda defs: defs["step"]["properties"].pop("framing"),
            "$defs/step/properties/framing: gone",
        ),
        (lambda defs: defs["matcher"]["properties"].pop("gt"), "$defs/matcher/properties/gt: gone"),
        (
            lambda defs: defs["answer-UploadPart"]["then"]["properties"].pop("status"),
            "$defs/answer-UploadPart/then/properties/status: gone",
        ),
        (
            lambda defs: defs["step"]["properties"]["UploadPart"]["properties"].update(
                PartNumber={"type": "string"}
            ),
            "$defs/step/properties/UploadPart/properties/PartNumber/anyOf: gone",
        ),
        (lambda defs: defs["reference"].update(pattern="x"), "$defs/reference/pattern: differs"),
        (
            lambda defs: defs["step"]["properties"]["as"]["anyOf"][0]["enum"].append("third"),
            "$defs/step/properties/as/anyOf/0/enum: differs",
        ),
    ],
)
def test_drift_of_our_own(change: Callable[[dict[str, Any]], object], told: str) -> None:
    """Words of the format, and the form in which a member is described, are ours."""
    found = compared(KEPT, changed(change))
    assert told in found.ours
    assert found.model == ()
