"""The whole catalogue: finding it, loading it, telling two apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import catalog_digest, load
from conformance.catalog.problems import SpecError

from .conftest import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog


def test_what_a_catalogue_holds(catalog: Catalog) -> None:
    """Rules, sources, capabilities and bucket kinds are read as they stand."""
    rule = catalog.rules["life.create"]
    assert (rule.level, rule.impact, rule.applies_to, rule.sources, rule.seeds, rule.open) == (
        "MUST", "interop", ("general-purpose", "directory"), ("CMU-1", "page-one"), ("page-one",),
        "",
    )  # fmt: skip
    assert rule.place.line == 4
    assert catalog.rules["life.later"].open == "nobody here can wait that long"
    source = catalog.sources["CMU-1"]
    assert (source.grade, source.date, source.status, source.code) == (
        "recorded", "2026-02-21", 200, "",
    )  # fmt: skip
    assert catalog.sources["GUESS-1"].status is None
    capability = catalog.capabilities["sse-c"]
    assert (capability.bucket, capability.prefers_tls) == ("sse-c", True)
    assert [step.name for step in (*capability.given, *capability.probe)] == [
        "CreateMultipartUpload", "UploadPart",
    ]  # fmt: skip
    assert capability.given[0].members["SSECustomerAlgorithm"] == "AES256"
    assert catalog.capabilities["tls"].probe == ()
    kind = catalog.buckets["versioned"]
    assert kind.needs == ("versioning",)
    assert [step.operation for step in kind.setup] == ["CreateBucket", "PutBucketVersioning"]


def test_paths_replace_the_scenarios_only() -> None:
    """A named file is loaded with the rules of the catalogue; the rest of it stays out."""
    some = load([SPECS / "scenarios" / "customer-keys.yaml"], specs=SPECS)
    assert [scenario.id for scenario in some.scenarios] == ["upload-part/sse-c/matches-create"]
    assert "life.abort" in some.rules


def test_a_file_named_twice_is_loaded_once() -> None:
    """A folder and a file within it don't give every id twice."""
    folder = SPECS / "scenarios"
    twice = load([folder, folder / "lifecycle.yaml"], specs=SPECS)
    assert len(twice.scenarios) == 3


def test_places_are_relative_to_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files below the working folder are named from there, others in full."""
    monkeypatch.chdir(SPECS)
    loaded = load(specs=SPECS)
    assert loaded.scenarios[0].place.file == "scenarios/customer-keys.yaml"
    monkeypatch.chdir(SPECS / "rules")
    assert load(specs=SPECS).scenarios[0].place.file == str(
        SPECS / "scenarios" / "customer-keys.yaml"
    )


def test_digest_follows_content_alone(tmp_path: Path) -> None:
    """The digest is the same in another place and with other line ends, another after a change."""
    for file in SPECS.rglob("*.yaml"):
        copy = tmp_path / file.relative_to(SPECS)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    digest = catalog_digest(specs=SPECS)
    assert len(digest) == 64
    assert catalog_digest(specs=tmp_path) == digest
    one = [SPECS / "scenarios" / "lifecycle.yaml"]
    assert catalog_digest(one, specs=SPECS) != digest
    changed = tmp_path / "buckets.yaml"
    changed.write_bytes(changed.read_bytes() + b"# changed\n")
    assert catalog_digest(specs=tmp_path) != digest
    with pytest.raises(SpecError):
        catalog_digest([tmp_path / "gone.yaml"], specs=SPECS)


def test_the_projects_own_catalogue_loads() -> None:
    """Every spec file of the project is free of mistakes, and its ids are all different."""
    own = load()
    ids = [test.id for test in own.tests]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 250
