"""JSON Schemas of scenario files, and of the dialects that scenarios may be written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.dialects import (
    BUCKETS,
    FILE_REQUIRED,
    REQUEST_KEYS,
    REQUEST_REQUIRED,
    SIZES,
)
from conformance.catalog.drafts import CASE_WORDS, SCENARIO_KEYS, SCENARIO_REQUIRED
from conformance.catalog.lint.shape import SCENARIO_ID, WORD_ID
from conformance.catalog.schema.parts import STEPS, TEXT, TEXTS, like, object_of, spec_file
from conformance.catalog.schema.steps import Schema, document_schema, one_of
from conformance.catalog.service import operation_names
from conformance.vocabulary.dialects import SPELLINGS, TRANSPORTS
from conformance.vocabulary.impacts import IMPACTS

if TYPE_CHECKING:
    from conformance.catalog.model import Tree


def scenario_file() -> Schema:
    """Return the schema of a scenario file."""
    rows: Tree = {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {**dict.fromkeys(CASE_WORDS, TEXTS), "impact": one_of(*IMPACTS)},
        },
    }
    axis: Tree = {"type": ["array", "object"], "minItems": 1, "minProperties": 1}
    kind = like(WORD_ID.pattern)
    known: dict[str, Tree] = {
        "id": like(SCENARIO_ID.pattern),
        "title": {"type": "string", "pattern": "[^.]$"},
        "why": TEXT,
        **dict.fromkeys(CASE_WORDS, TEXTS),
        "impact": one_of(*IMPACTS),
        "bucket": {
            "anyOf": [kind, {"type": "array", "items": kind, "minItems": 1, "uniqueItems": True}]
        },
        "cases": rows,
        "matrix": {"type": "object", "additionalProperties": axis},
        "case-titles": {"type": "object", "additionalProperties": {"type": "string"}},
        "dialect": TEXT,
        "ignored": kind,
        "given": STEPS,
        "given-once": {"type": "boolean"},
        "steps": {"allOf": [STEPS, {"minItems": 1}]},
    }
    scenario = object_of(SCENARIO_KEYS, SCENARIO_REQUIRED, known)
    return spec_file("scenarios", scenario, let={"type": "object"})


def dialect_file() -> Schema:
    """Return the schema of the dialect of one client."""
    document = document_schema()
    names: Tree = {"type": "array", "items": TEXT}
    spelling = one_of(*SPELLINGS)
    size: Tree = {"type": ["string", "integer"]}
    request: dict[str, Tree] = {
        "operation": one_of(*sorted(operation_names())),
        "variant": TEXT,
        "over": one_of(*TRANSPORTS),
        "bucket": one_of(*BUCKETS),
        "presigned": {"type": "boolean"},
        "given": names,
        "from": size,
        "below": size,
        "query": {"anyOf": [TEXT, names]},
        "headers": {"type": "object", "additionalProperties": TEXT},
        "unsigned": names,
        "authorization": spelling,
        "checksum": TEXT,
        "chunk": {"anyOf": [size, {"type": "array", "items": size, "minItems": 1}]},
        "sizes": one_of(*SIZES),
        "trailer-end": TEXT,
        "document": document,
    }
    known: dict[str, Tree] = {
        "dialect": like(WORD_ID.pattern),
        "client": TEXT,
        "version": TEXT,
        "captured": {"type": "string", "format": "date"},
        "unsigned": names,
        "notes": TEXT,
        "authorization": spelling,
        "document": document,
    }
    item: Tree = {**object_of(REQUEST_KEYS, REQUEST_REQUIRED, request)}
    schema = spec_file("requests", item, **known)
    return {**schema, "required": ["format", *FILE_REQUIRED]}
