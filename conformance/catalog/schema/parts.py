"""What the schemas of all kinds of spec files are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.catalog.schema.steps import STEPS_FILE, Schema

if TYPE_CHECKING:
    from conformance.catalog.model import Tree

TEXT: Final[Tree] = {"type": "string"}
TEXTS: Final[Tree] = {"type": "array", "items": TEXT}
STEPS: Final[Tree] = {"$ref": f"{STEPS_FILE}#/$defs/steps"}


def object_of(
    keys: tuple[str, ...], required: tuple[str, ...], known: dict[str, Tree]
) -> dict[str, Tree]:
    """Return the schema of an object with these keys and no others; ``known`` has their schemas."""
    return {
        "type": "object",
        "properties": {key: known[key] for key in keys},
        "required": list(required),
        "additionalProperties": False,
    }


def like(pattern: str) -> Tree:
    """Return the schema of a text that matches a pattern as a whole."""
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def spec_file(key: str, item: Tree, **more: Tree) -> Schema:
    """Return the schema of a file that holds a list of items under ``key``, and ``more`` keys."""
    known: dict[str, Tree] = {
        "format": {"const": 1},
        "about": TEXT,
        **more,
        key: {"type": "array", "items": item},
    }
    return object_of(tuple(known), ("format", "about", key), known)
