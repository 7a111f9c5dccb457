"""Mutations: all that the model of the operations gives, each once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from conformance.faults.model import Wiring
from conformance.faults.mutations import ROOT, is_mutation, mutations
from conformance.faults.operations import FAMILY_AND_READS
from conformance.reference.registry import operations
from conformance.vocabulary.service_model import service_model

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault


@pytest.fixture(scope="module")
def made(catalog: Catalog) -> dict[str, Fault]:
    """Return the mutations by id."""
    return {one.id: one for one in mutations(catalog)}


def test_each_has_an_id_of_its_own(catalog: Catalog, made: dict[str, Fault]) -> None:
    """No two have one id, and none breaks a rule: nobody chose what it is about."""
    assert len(list(mutations(catalog))) == len(made)
    assert all(is_mutation(name) and not one.rules for name, one in made.items())


def test_each_can_be_planted(made: dict[str, Fault]) -> None:
    """Every switch finds its place in the reference."""
    wiring = Wiring(operations=operations())
    for fault in made.values():
        for switch in fault.switches:
            switch.plant(wiring)


@pytest.mark.parametrize("operation", FAMILY_AND_READS)
def test_every_header_and_parameter_of_the_model_is_ignored_once(
    made: dict[str, Fault], operation: str
) -> None:
    """Of each operation there is a mutation for all that a request can carry beside its body."""
    shape = service_model().operation_model(operation).input_shape
    assert shape is not None
    for name, member in shape.members.items():
        where = member.serialization.get("location")
        wire = member.serialization.get("name", name)
        if where in ("header", "querystring") and wire != "Content-Length":
            kind = "header" if where == "header" else "query"
            assert f"{ROOT}{operation}/ignore-{kind}/{wire}" in made


def test_operators_of_each_kind(made: dict[str, Fault]) -> None:
    """Headers, elements, numbers, statuses, codes and details are all changed."""
    operators = Counter(name.split("/")[2] for name in made)
    assert set(operators) == {
        "drop-header",
        "shift-header",
        "drop-element",
        "shift-element",
        "ignore-header",
        "ignore-query",
        "shift-query",
        "status",
        "code",
        "drop-detail",
    }


@pytest.mark.parametrize(
    "name",
    [
        "ListParts/drop-element/PartNumber",
        "ListParts/shift-element/MaxParts",
        "CompleteMultipartUpload/code/400-InvalidPartOrder",
        "UploadPart/status/404-NoSuchUpload",
        "AbortMultipartUpload/status/204",
    ],
)
def test_what_everybody_would_think_of_is_there(made: dict[str, Fault], name: str) -> None:
    """A few that a reader may look for."""
    assert f"{ROOT}{name}" in made
