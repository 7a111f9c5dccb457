"""JSON Schemas of rules, sources, capabilities and bucket kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.facts import (
    BUCKET_KEYS,
    BUCKET_REQUIRED,
    CAPABILITY_KEYS,
    CAPABILITY_REQUIRED,
    GRADES,
    LEVELS,
    RULE_KEYS,
    RULE_REQUIRED,
    SCOPES,
    SOURCE_KEYS,
    SOURCE_REQUIRED,
    URL,
    ZONES,
)
from conformance.catalog.lint.shape import RULE_ID, SOURCE_ID, WORD_ID
from conformance.catalog.schema.parts import STEPS, TEXT, TEXTS, like, object_of, spec_file
from conformance.catalog.schema.recordings import recorded_row
from conformance.catalog.schema.steps import one_of
from conformance.catalog.service import operation_names
from conformance.vocabulary.impacts import IMPACTS

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.catalog.schema.steps import Schema


def rules_file() -> Schema:
    """Return the schema of a file of rules."""
    known: dict[str, Tree] = {
        "id": like(RULE_ID.pattern),
        "statement": TEXT,
        "level": one_of(*LEVELS),
        "impact": one_of(*IMPACTS),
        "applies-to": {"type": "array", "items": one_of(*SCOPES)},
        "feature": TEXT,
        "same-as": like(RULE_ID.pattern),
        "form": {"type": "boolean"},
        "sources": {"type": "array", "items": TEXT, "minItems": 1},
        "seeds": TEXTS,
        "open": TEXT,
    }
    return spec_file("rules", object_of(RULE_KEYS, RULE_REQUIRED, known))


def sources_file() -> Schema:
    """Return the schema of a file of sources."""
    known: dict[str, Tree] = {
        **dict.fromkeys(SOURCE_KEYS, TEXT),
        "id": like(SOURCE_ID.pattern),
        "grade": one_of(*GRADES),
        "of": one_of(*sorted(operation_names())),
        "status": {"type": ["integer", "null"]},
        "url": {"type": "string", "pattern": f"^{URL.pattern}$"},
        "witnesses": {"type": "array", "items": like(WORD_ID.pattern), "uniqueItems": True},
        "request": {"type": "object", "additionalProperties": recorded_row(), "minProperties": 1},
    }
    return spec_file("sources", object_of(SOURCE_KEYS, SOURCE_REQUIRED, known))


def capabilities_file() -> Schema:
    """Return the schema of the file of capabilities."""
    known: dict[str, Tree] = {
        "name": like(WORD_ID.pattern),
        "about": TEXT,
        "bucket": like(WORD_ID.pattern),
        "prefers-tls": {"type": "boolean"},
        "given": STEPS,
        "probe": STEPS,
    }
    return spec_file("capabilities", object_of(CAPABILITY_KEYS, CAPABILITY_REQUIRED, known))


def buckets_file() -> Schema:
    """Return the schema of the file of bucket kinds."""
    known: dict[str, Tree] = {
        "name": like(WORD_ID.pattern),
        "about": TEXT,
        "needs": TEXTS,
        "zone": one_of(*ZONES),
        "setup": STEPS,
    }
    return spec_file("buckets", object_of(BUCKET_KEYS, BUCKET_REQUIRED, known))
