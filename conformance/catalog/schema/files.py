"""JSON Schema (2020-12) of the spec files, for editors; ``python -m conformance.catalog.schema``.

The files lie in ``specs/schema/``; a test compares them with what this module makes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import botocore

from conformance.catalog.dialects import (
    BUCKETS,
    FILE_REQUIRED,
    REQUEST_KEYS,
    REQUEST_REQUIRED,
    SIZES,
)
from conformance.catalog.drafts import CASE_WORDS, SCENARIO_KEYS, SCENARIO_REQUIRED
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
from conformance.catalog.lint.shape import RULE_ID, SCENARIO_ID, SOURCE_ID, WORD_ID
from conformance.catalog.recorded import (
    DIFFERENCE_REQUIRED,
    ROW_KEYS,
    TEMPLATE_KEYS,
    TEMPLATE_REQUIRED,
)
from conformance.catalog.renames import RENAME_KEYS
from conformance.catalog.schema.steps import (
    STEPS_FILE,
    Schema,
    document_schema,
    one_of,
    steps_schema,
)
from conformance.catalog.service import operation_names
from conformance.catalog.workloads import (
    FEATURE_KEYS,
    FEATURE_REQUIRED,
    GROUP_REQUIRED,
    WORKLOAD_REQUIRED,
)
from conformance.vocabulary.dialects import SPELLINGS, TRANSPORTS
from conformance.vocabulary.impacts import IMPACTS

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Tree

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final[Tree] = {"type": "string"}
_TEXTS: Final[Tree] = {"type": "array", "items": _TEXT}
_STEPS: Final[Tree] = {"$ref": f"{STEPS_FILE}#/$defs/steps"}


def schemas() -> dict[str, Schema]:
    """Return file name to schema, for every kind of spec file."""
    steps = {
        "$comment": f"operations and members as of botocore {botocore.__version__}",
        **steps_schema(),
    }
    made = {
        STEPS_FILE: ("Steps of a scenario", steps),
        "scenario.schema.json": ("A scenario file", _scenario_file()),
        "rules.schema.json": ("A file of rules", _file("rules", _rule())),
        "sources.schema.json": ("A file of sources", _file("sources", _source())),
        "capabilities.schema.json": (
            "The capabilities that a target may lack",
            _file("capabilities", _capability()),
        ),
        "buckets.schema.json": ("The bucket kinds", _file("buckets", _bucket())),
        "incompatibilities.schema.json": (
            "Known incompatibilities of real servers",
            _file("incompatibilities", _incompatibility()),
        ),
        "statements.schema.json": (
            "What the documentation pages state",
            _file("statements", _statement()),
        ),
        "dialect.schema.json": ("How one client writes its requests", _dialect_file()),
        "recordings.schema.json": (
            "How recorded requests go out, and where the reference differs",
            _recordings_file(),
        ),
        "excuses.schema.json": (
            "Facts and rules that no scenario asserts",
            _excuses_file(),
        ),
        "features.schema.json": ("The features of the compatibility site", _features_file()),
        "workloads.schema.json": ("The workloads of the compatibility site", _workloads_file()),
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


def _object(
    keys: tuple[str, ...], required: tuple[str, ...], known: dict[str, Tree]
) -> dict[str, Tree]:
    return {
        "type": "object",
        "properties": {key: known[key] for key in keys},
        "required": list(required),
        "additionalProperties": False,
    }


def _like(pattern: str) -> Tree:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def _file(key: str, item: Tree, **more: Tree) -> Schema:
    known: dict[str, Tree] = {
        "format": {"const": 1},
        "about": _TEXT,
        **more,
        key: {"type": "array", "items": item},
    }
    return _object(tuple(known), ("format", "about", key), known)


def _scenario_file() -> Schema:
    rows: Tree = {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {**dict.fromkeys(CASE_WORDS, _TEXTS), "impact": one_of(*IMPACTS)},
        },
    }
    axis: Tree = {"type": ["array", "object"], "minItems": 1, "minProperties": 1}
    kind = _like(WORD_ID.pattern)
    known: dict[str, Tree] = {
        "id": _like(SCENARIO_ID.pattern),
        "title": {"type": "string", "pattern": "[^.]$"},
        "why": _TEXT,
        **dict.fromkeys(CASE_WORDS, _TEXTS),
        "impact": one_of(*IMPACTS),
        "bucket": {
            "anyOf": [kind, {"type": "array", "items": kind, "minItems": 1, "uniqueItems": True}]
        },
        "cases": rows,
        "matrix": {"type": "object", "additionalProperties": axis},
        "case-titles": {"type": "object", "additionalProperties": {"type": "string"}},
        "dialect": _TEXT,
        "ignored": kind,
        "given": _STEPS,
        "given-once": {"type": "boolean"},
        "steps": {"allOf": [_STEPS, {"minItems": 1}]},
    }
    scenario = _object(SCENARIO_KEYS, SCENARIO_REQUIRED, known)
    return _file("scenarios", scenario, let={"type": "object"})


def _rule() -> Tree:
    known: dict[str, Tree] = {
        "id": _like(RULE_ID.pattern),
        "statement": _TEXT,
        "level": one_of(*LEVELS),
        "impact": one_of(*IMPACTS),
        "applies-to": {"type": "array", "items": one_of(*SCOPES)},
        "feature": _TEXT,
        "same-as": _like(RULE_ID.pattern),
        "form": {"type": "boolean"},
        "sources": {"type": "array", "items": _TEXT, "minItems": 1},
        "seeds": _TEXTS,
        "open": _TEXT,
    }
    return _object(RULE_KEYS, RULE_REQUIRED, known)


def _source() -> Tree:
    known: dict[str, Tree] = {
        **dict.fromkeys(SOURCE_KEYS, _TEXT),
        "id": _like(SOURCE_ID.pattern),
        "grade": one_of(*GRADES),
        "of": one_of(*sorted(operation_names())),
        "status": {"type": ["integer", "null"]},
        "url": {"type": "string", "pattern": f"^{URL.pattern}$"},
        "witnesses": {"type": "array", "items": _like(WORD_ID.pattern), "uniqueItems": True},
        "request": {"type": "object", "additionalProperties": _recorded_row(), "minProperties": 1},
    }
    return _object(SOURCE_KEYS, SOURCE_REQUIRED, known)


def _recorded_row() -> Tree:
    three: Tree = {"type": "array", "items": {"type": ["string", "null"]}, "minItems": 3}
    return {
        "type": "object",
        "properties": {
            **{key: {} for key in ROW_KEYS},
            "like": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]},
            "customer-key": three,
            "source-key": three,
            "status": {"type": "integer"},
            "code": _TEXT,
            "message": _TEXT,
            "values": {"type": "object"},
            "fields": {"type": "object"},
        },
        "required": ["like"],
        "additionalProperties": False,
    }


def _recordings_file() -> Schema:
    template = _object(
        TEMPLATE_KEYS,
        TEMPLATE_REQUIRED,
        {
            "name": _like(WORD_ID.pattern),
            "about": _TEXT,
            "bucket": _like(WORD_ID.pattern),
            "needs": _TEXTS,
            "values": {"type": "object"},
            "given": _STEPS,
            "request": {"type": "object"},
            "whole": {"type": "boolean"},
            "declaration": {"type": "boolean"},
            "success": {"type": "object"},
        },
    )
    texts: dict[str, Tree] = {**dict.fromkeys(DIFFERENCE_REQUIRED, _TEXT), "aspects": _TEXTS}
    difference = _object(DIFFERENCE_REQUIRED, DIFFERENCE_REQUIRED, texts)
    schema = _file(
        "templates",
        template,
        let={"type": "object"},
        differences={"type": "array", "items": difference},
    )
    return {**schema, "required": ["format", "about", "templates"]}


def _capability() -> Tree:
    known: dict[str, Tree] = {
        "name": _like(WORD_ID.pattern),
        "about": _TEXT,
        "bucket": _like(WORD_ID.pattern),
        "prefers-tls": {"type": "boolean"},
        "given": _STEPS,
        "probe": _STEPS,
    }
    return _object(CAPABILITY_KEYS, CAPABILITY_REQUIRED, known)


def _bucket() -> Tree:
    known: dict[str, Tree] = {
        "name": _like(WORD_ID.pattern),
        "about": _TEXT,
        "needs": _TEXTS,
        "zone": one_of(*ZONES),
        "setup": _STEPS,
    }
    return _object(BUCKET_KEYS, BUCKET_REQUIRED, known)


def _dialect_file() -> Schema:
    document = document_schema()
    names: Tree = {"type": "array", "items": _TEXT}
    spelling = one_of(*SPELLINGS)
    size: Tree = {"type": ["string", "integer"]}
    request: dict[str, Tree] = {
        "operation": one_of(*sorted(operation_names())),
        "variant": _TEXT,
        "over": one_of(*TRANSPORTS),
        "bucket": one_of(*BUCKETS),
        "presigned": {"type": "boolean"},
        "given": names,
        "from": size,
        "below": size,
        "query": {"anyOf": [_TEXT, names]},
        "headers": {"type": "object", "additionalProperties": _TEXT},
        "unsigned": names,
        "authorization": spelling,
        "checksum": _TEXT,
        "chunk": {"anyOf": [size, {"type": "array", "items": size, "minItems": 1}]},
        "sizes": one_of(*SIZES),
        "trailer-end": _TEXT,
        "document": document,
    }
    known: dict[str, Tree] = {
        "dialect": _like(WORD_ID.pattern),
        "client": _TEXT,
        "version": _TEXT,
        "captured": {"type": "string", "format": "date"},
        "unsigned": names,
        "notes": _TEXT,
        "authorization": spelling,
        "document": document,
    }
    item: Tree = {**_object(REQUEST_KEYS, REQUEST_REQUIRED, request)}
    schema = _file("requests", item, **known)
    return {**schema, "required": ["format", *FILE_REQUIRED]}


def _incompatibility() -> Tree:
    known: dict[str, Tree] = {
        "id": _like(INCOMPATIBILITY_ID.pattern),
        "statement": _TEXT,
        "threads": {"type": "array", "items": _like(THREAD.pattern)},
        "notes": _TEXT,
        "excused": _TEXT,
    }
    return _object(INCOMPATIBILITY_KEYS, INCOMPATIBILITY_REQUIRED, known)


def _statement() -> Tree:
    known: dict[str, Tree] = {
        **dict.fromkeys(STATEMENT_KEYS, _TEXT),
        "id": _like(SCENARIO_ID.pattern),
        "rules": {"type": "array", "items": _TEXT, "minItems": 1},
    }
    statement = _object(STATEMENT_KEYS, STATEMENT_REQUIRED, known)
    return {**statement, "oneOf": [{"required": ["rules"]}, {"required": ["excused"]}]}


def _renamed_file() -> Schema:
    row: dict[str, Tree] = _object(RENAME_KEYS, RENAME_KEYS, dict.fromkeys(RENAME_KEYS, _TEXT))
    return _file("renamed", row)


def _features_file() -> Schema:
    names: Tree = {"type": "array", "items": _like(WORD_ID.pattern)}
    texts: dict[str, Tree] = {
        "id": _like(WORD_ID.pattern),
        "title": _TEXT,
        "about": _TEXT,
        "capabilities": names,
        "select": _TEXTS,
    }
    feature = _object(FEATURE_KEYS, FEATURE_REQUIRED, texts)
    of_group: dict[str, Tree] = {**texts, "features": {"type": "array", "items": feature}}
    group = _object(GROUP_REQUIRED, GROUP_REQUIRED, of_group)
    servers: Tree = {"type": "object", "additionalProperties": _TEXT}
    schema = _file("groups", group, **{"set-up": names, "servers": servers})
    return {**schema, "required": ["format", "about", "groups"]}


def _workloads_file() -> Schema:
    known: dict[str, Tree] = {
        "id": _like(WORD_ID.pattern),
        "title": _TEXT,
        "about": _TEXT,
        "needs": {"type": "array", "items": _like(WORD_ID.pattern)},
        "select": {"type": "array", "items": _TEXT, "minItems": 1},
    }
    return _file("workloads", _object(WORKLOAD_REQUIRED, WORKLOAD_REQUIRED, known))


def _excuses_file() -> Schema:
    known: dict[str, Tree] = {
        "reason": _TEXT,
        "facts": _TEXTS,
        "rules": _TEXTS,
        "members": _TEXTS,
    }
    excuse = _object(EXCUSE_KEYS, EXCUSE_REQUIRED, known)
    schema = _file("excuses", excuse, later={"type": "array", "items": excuse})
    return {**schema, "required": ["format", "about", "excuses"]}
