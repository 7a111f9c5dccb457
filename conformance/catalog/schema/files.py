"""JSON Schema (2020-12) of the spec files, for editors; ``python -m conformance.catalog.schema``.

The files lie in ``specs/schema/``; a test compares them with what this module makes. The
modules beside it say what stands in which kind of file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import botocore

from conformance.catalog.renames import RENAME_KEYS
from conformance.catalog.schema.facts import (
    buckets_file,
    capabilities_file,
    rules_file,
    sources_file,
)
from conformance.catalog.schema.ledger import excuses_file, incompatibilities_file, statements_file
from conformance.catalog.schema.parts import TEXT, object_of, spec_file
from conformance.catalog.schema.recordings import recordings_file
from conformance.catalog.schema.scenario import dialect_file, scenario_file
from conformance.catalog.schema.site import features_file, workloads_file
from conformance.catalog.schema.steps import STEPS_FILE, Schema, steps_schema

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Tree

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Schema]:
    """Return file name to schema, for every kind of spec file."""
    steps = {
        "$comment": f"operations and members as of botocore {botocore.__version__}",
        **steps_schema(),
    }
    made = {
        STEPS_FILE: ("Steps of a scenario", steps),
        "scenario.schema.json": ("A scenario file", scenario_file()),
        "rules.schema.json": ("A file of rules", rules_file()),
        "sources.schema.json": ("A file of sources", sources_file()),
        "capabilities.schema.json": (
            "The capabilities that a target may lack",
            capabilities_file(),
        ),
        "buckets.schema.json": ("The bucket kinds", buckets_file()),
        "incompatibilities.schema.json": (
            "Known incompatibilities of real servers",
            incompatibilities_file(),
        ),
        "statements.schema.json": (
            "What the documentation pages state",
            statements_file(),
        ),
        "dialect.schema.json": ("How one client writes its requests", dialect_file()),
        "recordings.schema.json": (
            "How recorded requests go out, and where the reference differs",
            recordings_file(),
        ),
        "excuses.schema.json": (
            "Facts and rules that no scenario asserts",
            excuses_file(),
        ),
        "features.schema.json": ("The features of the compatibility site", features_file()),
        "workloads.schema.json": ("The workloads of the compatibility site", workloads_file()),
        "renamed.schema.json": ("Renamed ids of tests and scenarios", _renamed_file()),
    }
    return {
        name: {"$schema": _DIALECT, "title": title, **schema}
        for name, (title, schema) in made.items()
    }


def render(schema: Schema) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path) -> tuple[Path, ...]:
    """Write all schemas into a folder, made if need be, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, schema in schemas().items():
        path = folder / name
        path.write_text(render(schema), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _renamed_file() -> Schema:
    row: dict[str, Tree] = object_of(RENAME_KEYS, RENAME_KEYS, dict.fromkeys(RENAME_KEYS, TEXT))
    return spec_file("renamed", row)
