"""The data of a site: each document is what its published schema says."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from conformance.site.data import schemas

from .site_samples import HOSTILE

SCHEMA_OF = {
    "data/front.json": "front",
    "data/rules.json": "rules",
    "data/changes.json": "changes",
    "data/search.json": "search",
    "data/servers": "server",
    "data/badges": "badge",
}


@pytest.mark.parametrize("prefix", sorted(SCHEMA_OF))
def test_documents_are_as_their_schema_says(small_site: dict[str, str], prefix: str) -> None:
    """Every document of each kind is valid, and the schema is published beside it."""
    name = SCHEMA_OF[prefix]
    schema = json.loads(small_site[f"data/schema/{name}.schema.json"])
    assert schema == schemas()[name]
    Draft202012Validator.check_schema(schema)
    found = [text for address, text in small_site.items() if address.startswith(prefix)]
    assert found
    for text in found:
        Draft202012Validator(schema).validate(json.loads(text))


def test_a_badge_is_in_one_colour(small_site: dict[str, str]) -> None:
    """A badge says the words of the cell, and is not a grade."""
    badge = json.loads(small_site["data/badges/moto/uploads.json"])
    assert badge["schemaVersion"] == 1
    assert badge["message"] == "works"
    colors = {
        json.loads(text)["color"]
        for address, text in small_site.items()
        if address.startswith("data/badges/")
    }
    assert colors == {"informational"}


def test_changes_name_what_is_gone(small_site: dict[str, str]) -> None:
    """The feed has the step from the older to the newer run of a server."""
    (change,) = json.loads(small_site["data/changes.json"])["changes"]
    assert change["server"] == "moto"
    assert change["before"] < change["after"]
    assert (len(change["new"]), len(change["gone"])) == (0, 1)


def test_the_search_knows_every_kind_of_thing(small_site: dict[str, str]) -> None:
    """Each kind is in the index, with an address that is a page of the site."""
    entries = json.loads(small_site["data/search.json"])["entries"]
    kinds = {row[0] for row in entries}
    assert kinds >= {
        "server", "feature", "workload", "rule", "error code", "header", "incompatibility",
        "source", "test",
    }  # fmt: skip
    assert all(row[3].partition("#")[0] in small_site for row in entries)
    assert all(HOSTILE not in row[1] for row in entries)
