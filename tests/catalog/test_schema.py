"""The JSON Schemas: no drift, all specs valid, mistakes seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import botocore
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from conformance.catalog.problems import Problems
from conformance.catalog.schema.drift import steps_drift
from conformance.catalog.schema.files import render, schemas, write
from conformance.catalog.schema.steps import STEPS_FILE
from conformance.catalog.yaml12 import plain, read

from .conftest import ROOT, SPECS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MADE = schemas()
REGISTRY: Registry[bool | Mapping[str, Any]] = Registry().with_resources(
    [(name, Resource.from_contents(schema)) for name, schema in MADE.items()]
)
KINDS = {
    "scenarios": "scenario.schema.json",
    "rules": "rules.schema.json",
    "sources": "sources.schema.json",
    "capabilities.yaml": "capabilities.schema.json",
    "buckets.yaml": "buckets.schema.json",
}


def mistakes(path: Path, schema: str) -> list[str]:
    """Return what a schema finds in a spec file."""
    node = read(str(path), path.read_text(encoding="utf-8"), Problems())
    assert node is not None
    validator = Draft202012Validator(MADE[schema], registry=REGISTRY)
    return [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(
        plain(node))]  # fmt: skip


def kept(name: str) -> str:
    """Return a schema as it is kept."""
    return (ROOT / "specs" / "schema" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(MADE))
def test_schemas_are_schemas(name: str) -> None:
    """What is made is JSON Schema."""
    Draft202012Validator.check_schema(MADE[name])


@pytest.mark.parametrize("name", sorted(MADE.keys() - {STEPS_FILE}))
def test_no_drift(name: str) -> None:
    """The files in specs/schema are what the vocabulary gives."""
    assert kept(name) == render(MADE[name])


def test_no_drift_of_steps_in_what_our_code_decides() -> None:
    """The kept schema of steps has our words and our form, whatever botocore is installed.

    What the installed botocore has beside the kept edition is told by
    ``s3-conformance coverage --model --against installed``.
    """
    assert steps_drift().ours == ()
    if json.loads(kept(STEPS_FILE))["$comment"].endswith(f" {botocore.__version__}"):
        assert kept(STEPS_FILE) == render(MADE[STEPS_FILE])


@pytest.mark.parametrize("kind", ["incompatibilities", "statements", "excuses"])
def test_the_ledger_validates(kind: str) -> None:
    """The three files of the ledger are what their schemas say."""
    assert mistakes(ROOT / "specs" / f"{kind}.yaml", f"{kind}.schema.json") == []


def test_mistakes_in_the_ledger_are_seen() -> None:
    """A thread of another form, and a statement without rules and excuse, are seen."""
    invalid = ROOT / "tests" / "invalid"
    thread = invalid / "bad-thread" / "incompatibilities.yaml"
    assert mistakes(thread, "incompatibilities.schema.json")
    statement = invalid / "statement-without-rule" / "statements.yaml"
    assert mistakes(statement, "statements.schema.json")


@pytest.mark.parametrize("root", [SPECS, ROOT / "specs"], ids=["tests", "project"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_valid_specs_validate(root: Path, kind: str) -> None:
    """What the loader takes, the schema takes."""
    path = root / kind
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    assert files
    assert [text for file in files for text in mistakes(file, KINDS[kind])] == []


@pytest.mark.parametrize(
    "rule",
    [
        "bad-edit", "bad-id", "empty-steps", "format-version", "member-type", "missing-key",
        "title-full-stop", "unknown-key", "unknown-member", "unknown-operation", "unknown-word",
        "wrong-kind",
    ],
)  # fmt: skip
def test_mistakes_are_seen(rule: str) -> None:
    """An editor shows what can be seen in one file alone."""
    assert mistakes(ROOT / "tests" / "invalid" / f"{rule}.yaml", "scenario.schema.json")


def test_mistakes_in_rules_are_seen() -> None:
    """A rule without sources, or with words of no vocabulary, is seen."""
    invalid = ROOT / "tests" / "invalid"
    assert mistakes(invalid / "rule-without-source" / "rules" / "a.yaml", "rules.schema.json")
    several = mistakes(invalid / "several-files" / "rules" / "a.yaml", "rules.schema.json")
    assert any("MAST" in text for text in several)


def test_all_files_are_written(tmp_path: Path) -> None:
    """The command writes every schema into the folder that it is given."""
    paths = write(tmp_path / "new")
    assert {path.name for path in paths} == set(MADE)
    assert json.loads(paths[0].read_text(encoding="utf-8")) == MADE[paths[0].name]
