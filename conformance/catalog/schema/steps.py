"""JSON Schema of steps: S3's operations and their members, as editors complete them.

The schema says less than the lint: which names exist and of which kind values are. It is made from
the same tables and the same service model, so that the two can't drift apart.
"""

from __future__ import annotations

from typing import Final

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from conformance.catalog.dialects import DOCUMENT_KEYS, SIZES
from conformance.catalog.draft_steps import GROUP_KEYS
from conformance.catalog.lint.edits import (
    ADDRESSINGS,
    IDENTITIES,
    SHAPE_KEYS,
    SHAPE_WORDS,
    TRANSPORTS,
)
from conformance.catalog.model import Tree
from conformance.catalog.service import answer_members, operation_names, request_members
from conformance.vocabulary.format import (
    CHECKSUM_ALGORITHMS,
    ERROR_FIELDS,
    FRAMING_BREAKS,
    FRAMING_MODES,
    FUNCTIONS,
    MATCHERS,
    SESSIONS,
    SIGN_FAULTS,
    SIGN_MODES,
    STEP_KEYS,
    STRENGTHS,
)

Schema = dict[str, Tree]

STEPS_FILE: Final = "steps.schema.json"
_REFERENCE: Final[Tree] = {"$ref": "#/$defs/reference"}
_CALL: Final[Tree] = {"$ref": "#/$defs/call"}


def steps_schema() -> Schema:
    """Return the schema of a list of steps; its ``$defs`` are what the other schemas refer to."""
    shapes: dict[str, Tree] = {}
    operations: dict[str, Tree] = {
        name: _request(name, shapes) for name in sorted(operation_names())
    }
    answers: dict[str, Tree] = {
        name: {"properties": {key: {"$ref": f"#/$defs/answer-{name}"} for key in STRENGTHS}}
        for name in operations
    }
    definitions: dict[str, Tree] = {
        "reference": {"type": "string", "pattern": r"^\$"},
        "call": _call(),
        "matcher": _matcher(),
        "texts": {"type": "array", "items": {"type": "string"}},
        "step": {
            "type": "object",
            "properties": {**_step_keys(), **operations},
            "additionalProperties": False,
            "dependentSchemas": answers,
        },
        "group": {
            "type": "object",
            "properties": {
                **{key: {"type": "string"} for key in GROUP_KEYS},
                "concurrently": {"$ref": "#/$defs/steps"},
            },
            "required": ["concurrently"],
            "additionalProperties": False,
        },
        "steps": {
            "type": "array",
            "items": {
                "if": {"required": ["concurrently"]},
                "then": {"$ref": "#/$defs/group"},
                "else": {"$ref": "#/$defs/step"},
            },
        },
        **{f"answer-{name}": _answer(name) for name in operations},
        **{name: shapes[name] for name in sorted(shapes)},
    }
    return {"$ref": "#/$defs/steps", "$defs": definitions}


def one_of(*words: str) -> Tree:
    """Return the schema of a closed vocabulary."""
    return {"enum": list(words)}


def _or_reference(schema: Tree) -> Tree:
    return {"anyOf": [schema, _REFERENCE]}


def _call() -> Tree:
    arguments = {name for function in FUNCTIONS.values() for name in function.more}
    return {
        "type": "object",
        "properties": dict.fromkeys(sorted({*FUNCTIONS, *arguments}), True),
        "anyOf": [{"required": [name]} for name in FUNCTIONS],
        "additionalProperties": False,
    }


def _matcher() -> Tree:
    return {
        "type": "object",
        "properties": {name: {"description": one.meaning} for name, one in MATCHERS.items()},
        "additionalProperties": False,
        "minProperties": 1,
    }


def _step_keys() -> dict[str, Tree]:
    sizes: Tree = {"type": ["string", "integer"]}
    sign: Tree = {
        "type": "object",
        "properties": {
            "mode": _or_reference(one_of(*SIGN_MODES)),
            "fault": _or_reference(one_of(*SIGN_FAULTS)),
            "expires": {"type": ["integer", "string"]},
            "session": _or_reference(one_of(*SESSIONS)),
        },
        "additionalProperties": False,
    }
    framing: Tree = {
        "type": "object",
        "properties": {
            "mode": _or_reference(one_of(*FRAMING_MODES)),
            "algorithm": _or_reference(one_of(*CHECKSUM_ALGORITHMS)),
            "chunk": {"anyOf": [sizes, {"type": "array", "items": sizes, "minItems": 1}]},
            "sizes": _or_reference(one_of(*SIZES)),
            "trailer-end": {"type": "string"},
            "transfer-chunked": {"type": ["boolean", "string", "integer"]},
            "broken": _or_reference(one_of(*FRAMING_BREAKS)),
        },
        "additionalProperties": False,
    }
    pairs: Tree = {"type": ["object", "string"]}
    known: dict[str, Tree] = {
        "name": {"type": "string"},
        "when": {"type": "string"},
        "save": {"type": "object", "additionalProperties": {"type": "string"}},
        "note": {"type": "string"},
        "sources": {"$ref": "#/$defs/texts"},
        "rules": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
        "repeat": {"type": "object", "minProperties": 1, "maxProperties": 1},
        "eventually": {"type": ["number", "string"]},
        "headers": pairs,
        "late-headers": pairs,
        "query": pairs,
        "body": {"type": ["string", "object"]},
        "method": {"type": "string"},
        "sign": {"anyOf": [one_of(*SIGN_MODES), sign, _REFERENCE]},
        "framing": {"anyOf": [one_of(*FRAMING_MODES), framing, _REFERENCE]},
        "addressing": _or_reference(one_of(*ADDRESSINGS)),
        "transport": _or_reference(one_of(*TRANSPORTS)),
        "expect-continue": {"type": ["boolean", "string"]},
        "ends-last": {"type": ["boolean", "string"]},
        "as": _or_reference(one_of(*IDENTITIES)),
        "dialect": {"type": "string"},
        "not-sent-by": {"$ref": "#/$defs/texts"},
        "shape": _shape(),
        **{key: {"type": ["object", "string"]} for key in STRENGTHS},
    }
    return {key: known[key] for key in STEP_KEYS}


def _shape() -> Tree:
    names: Tree = {"anyOf": [{"$ref": "#/$defs/texts"}, _REFERENCE]}
    known: dict[str, Tree] = {
        **{key: _or_reference(one_of(*words)) for key, words in SHAPE_WORDS.items()},
        **dict.fromkeys(("headers", "query", "signs"), names),
        "document": {"anyOf": [document_schema(), _REFERENCE]},
    }
    traits: Tree = {
        "type": "object",
        "properties": {key: known[key] for key in SHAPE_KEYS},
        "additionalProperties": False,
    }
    return _or_reference(traits)


def document_schema() -> Tree:
    """Return the schema of a completion's document in a client's form."""
    texts: Tree = {"type": "array", "items": {"type": "string"}}
    known: dict[str, Tree] = {
        "start": {"anyOf": [{"type": "string"}, texts]},
        "part": {"anyOf": [texts, _REFERENCE]},
        "end": {"type": "string"},
        "quote": {"type": "string"},
    }
    return {
        "type": "object",
        "properties": {key: known[key] for key in DOCUMENT_KEYS},
        "required": [key for key in DOCUMENT_KEYS if key != "quote"],
        "additionalProperties": False,
    }


def _request(operation: str, shapes: dict[str, Tree]) -> Tree:
    members: dict[str, Tree] = {
        name: _value(shape, shapes) for name, shape in request_members(operation).items()
    }
    members["with"] = {"type": ["object", "array", "string"]}
    return {
        "type": "object",
        "properties": members,
        "patternProperties": {r"\$": True},
        "additionalProperties": False,
    }


def _answer(operation: str) -> Tree:
    expected: Tree = {}
    names = [*ERROR_FIELDS, *answer_members(operation)]
    return {
        "if": {"type": "object"},
        "then": {
            "properties": dict.fromkeys(names, expected),
            "patternProperties": {r"\$": True},
            "additionalProperties": False,
        },
        "else": _REFERENCE,
    }


def _value(shape: Shape, shapes: dict[str, Tree]) -> Tree:
    """Return the schema of a request value; shapes with parts go into ``shapes`` by name."""
    match shape:
        case StructureShape() | ListShape() | MapShape():
            name = f"shape-{shape.name}"
            if name not in shapes:
                shapes[name] = {}  # a shape may hold itself
                shapes[name] = _parts(shape, shapes)
            return {"$ref": f"#/$defs/{name}"}
        case StringShape() if shape.enum:
            return {"anyOf": [one_of(*shape.enum), {"type": "string"}, _CALL]}
    plain: dict[str, Tree] = {
        "integer": {"type": ["integer", "object"]},
        "long": {"type": ["integer", "object"]},
        "boolean": {"type": ["boolean", "object"]},
    }
    known = plain.get(shape.type_name)
    return {"type": ["string", "object"]} if known is None else _or_reference(known)


def _parts(shape: StructureShape | ListShape | MapShape, shapes: dict[str, Tree]) -> Tree:
    parts: Tree
    match shape:
        case StructureShape():
            parts = {
                "type": "object",
                "properties": {
                    name: _value(member, shapes) for name, member in shape.members.items()
                },
                "patternProperties": {r"\$": True},
                "additionalProperties": False,
            }
        case ListShape():
            parts = {"type": "array", "items": _value(shape.member, shapes)}
        case _:
            parts = {"type": "object", "additionalProperties": _value(shape.value, shapes)}
    return {"anyOf": [parts, _REFERENCE, _CALL]}
