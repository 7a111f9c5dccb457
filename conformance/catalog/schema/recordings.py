"""JSON Schemas of recorded requests: how they go out, and where the reference differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.lint.shape import WORD_ID
from conformance.catalog.recorded import (
    DIFFERENCE_REQUIRED,
    ROW_KEYS,
    TEMPLATE_KEYS,
    TEMPLATE_REQUIRED,
)
from conformance.catalog.schema.parts import STEPS, TEXT, TEXTS, like, object_of, spec_file

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.catalog.schema.steps import Schema


def recorded_row() -> Tree:
    """Return the schema of one recorded request of a source."""
    three: Tree = {"type": "array", "items": {"type": ["string", "null"]}, "minItems": 3}
    return {
        "type": "object",
        "properties": {
            **{key: {} for key in ROW_KEYS},
            "like": {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]},
            "customer-key": three,
            "source-key": three,
            "status": {"type": "integer"},
            "code": TEXT,
            "message": TEXT,
            "values": {"type": "object"},
            "fields": {"type": "object"},
        },
        "required": ["like"],
        "additionalProperties": False,
    }


def recordings_file() -> Schema:
    """Return the schema of the file of templates and known differences."""
    template = object_of(
        TEMPLATE_KEYS,
        TEMPLATE_REQUIRED,
        {
            "name": like(WORD_ID.pattern),
            "about": TEXT,
            "bucket": like(WORD_ID.pattern),
            "needs": TEXTS,
            "values": {"type": "object"},
            "given": STEPS,
            "request": {"type": "object"},
            "whole": {"type": "boolean"},
            "declaration": {"type": "boolean"},
            "success": {"type": "object"},
        },
    )
    texts: dict[str, Tree] = {**dict.fromkeys(DIFFERENCE_REQUIRED, TEXT), "aspects": TEXTS}
    difference = object_of(DIFFERENCE_REQUIRED, DIFFERENCE_REQUIRED, texts)
    schema = spec_file(
        "templates",
        template,
        let={"type": "object"},
        differences={"type": "array", "items": difference},
    )
    return {**schema, "required": ["format", "about", "templates"]}
