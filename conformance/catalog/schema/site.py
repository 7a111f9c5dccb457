"""JSON Schemas of the features and workloads of the compatibility site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.lint.shape import WORD_ID
from conformance.catalog.schema.parts import TEXT, TEXTS, like, object_of, spec_file
from conformance.catalog.workloads import (
    FEATURE_KEYS,
    FEATURE_REQUIRED,
    GROUP_REQUIRED,
    WORKLOAD_REQUIRED,
)

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.catalog.schema.steps import Schema


def features_file() -> Schema:
    """Return the schema of the file of features."""
    names: Tree = {"type": "array", "items": like(WORD_ID.pattern)}
    texts: dict[str, Tree] = {
        "id": like(WORD_ID.pattern),
        "title": TEXT,
        "about": TEXT,
        "capabilities": names,
        "select": TEXTS,
    }
    feature = object_of(FEATURE_KEYS, FEATURE_REQUIRED, texts)
    of_group: dict[str, Tree] = {**texts, "features": {"type": "array", "items": feature}}
    group = object_of(GROUP_REQUIRED, GROUP_REQUIRED, of_group)
    servers: Tree = {"type": "object", "additionalProperties": TEXT}
    schema = spec_file("groups", group, **{"set-up": names, "servers": servers})
    return {**schema, "required": ["format", "about", "groups"]}


def workloads_file() -> Schema:
    """Return the schema of the file of workloads."""
    known: dict[str, Tree] = {
        "id": like(WORD_ID.pattern),
        "title": TEXT,
        "about": TEXT,
        "needs": {"type": "array", "items": like(WORD_ID.pattern)},
        "select": {"type": "array", "items": TEXT, "minItems": 1},
    }
    return spec_file("workloads", object_of(WORKLOAD_REQUIRED, WORKLOAD_REQUIRED, known))
