"""JSON Schemas of what the catalogue answers for beside its own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.ledger import (
    EXCUSE_KEYS,
    EXCUSE_REQUIRED,
    INCOMPATIBILITY_ID,
    INCOMPATIBILITY_KEYS,
    INCOMPATIBILITY_REQUIRED,
    STATEMENT_KEYS,
    STATEMENT_REQUIRED,
    THREAD,
)
from conformance.catalog.lint.shape import SCENARIO_ID
from conformance.catalog.schema.parts import TEXT, TEXTS, like, object_of, spec_file

if TYPE_CHECKING:
    from conformance.catalog.model import Tree
    from conformance.catalog.schema.steps import Schema


def incompatibilities_file() -> Schema:
    """Return the schema of the file of known incompatibilities."""
    known: dict[str, Tree] = {
        "id": like(INCOMPATIBILITY_ID.pattern),
        "statement": TEXT,
        "threads": {"type": "array", "items": like(THREAD.pattern)},
        "notes": TEXT,
        "excused": TEXT,
    }
    return spec_file(
        "incompatibilities", object_of(INCOMPATIBILITY_KEYS, INCOMPATIBILITY_REQUIRED, known)
    )


def statements_file() -> Schema:
    """Return the schema of a file of what documentation pages state."""
    known: dict[str, Tree] = {
        **dict.fromkeys(STATEMENT_KEYS, TEXT),
        "id": like(SCENARIO_ID.pattern),
        "rules": {"type": "array", "items": TEXT, "minItems": 1},
    }
    statement = object_of(STATEMENT_KEYS, STATEMENT_REQUIRED, known)
    either: Tree = [{"required": ["rules"]}, {"required": ["excused"]}]
    return spec_file("statements", {**statement, "oneOf": either})


def excuses_file() -> Schema:
    """Return the schema of the file of excuses."""
    known: dict[str, Tree] = {
        "reason": TEXT,
        "facts": TEXTS,
        "rules": TEXTS,
        "members": TEXTS,
    }
    excuse = object_of(EXCUSE_KEYS, EXCUSE_REQUIRED, known)
    schema = spec_file("excuses", excuse, later={"type": "array", "items": excuse})
    return {**schema, "required": ["format", "about", "excuses"]}
