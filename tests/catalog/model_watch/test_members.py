"""The members and values that are taken from a service model."""

from __future__ import annotations

from conformance.catalog.model_watch.kept import installed_family
from conformance.catalog.model_watch.members import OPERATIONS

from .models import family, tree


def test_members_say_how_they_travel_and_what_they_are() -> None:
    """Headers, queries and elements are told by their own names, at any depth."""
    members = {name: member.about for name, member in family().members.items()}
    assert members["UploadPart request UploadId"] == "querystring uploadId, string"
    assert members["UploadPart request StorageClass"] == "header x-amz-storage-class, string, Kind"
    assert members["UploadPart answer ETag"] == "header ETag, string"
    assert members["ListParts answer Parts"] == "element Part, list"
    assert members["ListParts answer Parts[].ETag"] == "element ETag, string"
    assert members["ListParts answer Owner.ID"] == "element ID, string"


def test_values_are_those_of_the_enumerations_of_members() -> None:
    """Each value of an enumeration has an id."""
    assert [name for name, _, _ in family().values()] == ["Kind COLD", "Kind WARM"]


def test_a_shape_that_holds_itself_ends() -> None:
    """A structure within itself is told once."""
    model = tree()
    model["shapes"]["Owner"]["members"]["Above"] = {"shape": "Owner"}
    names = family(model).members
    assert "ListParts answer Owner.Above" in names
    assert "ListParts answer Owner.Above.Above" not in names


def test_the_installed_model_has_every_operation() -> None:
    """Each operation of the family has a request and an answer in botocore."""
    found = {(member.operation, member.side) for member in installed_family().members.values()}
    assert found == {(name, side) for name in OPERATIONS for side in ("request", "answer")}
