"""Checks request members against S3's service model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from conformance.catalog.binding import is_call
from conformance.catalog.lint.calls import call_kind, check_call, check_calls, describe, is_runtime
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.service import request_members
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence
from conformance.vocabulary.format import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

_WANTED: Final = {
    "string": "text", "character": "text", "integer": "a whole number", "long": "a whole number",
    "boolean": "true or false", "timestamp": "a time as text", "blob": "bytes or text",
    "structure": "a map", "list": "a list", "map": "a map", "float": "a number",
    "double": "a number",
}  # fmt: skip
_CALLS: Final = {
    "string": {"text", "any"}, "character": {"text", "any"}, "integer": {"number", "any"},
    "long": {"number", "any"}, "boolean": {"any"}, "timestamp": {"text", "any"},
    "blob": {"bytes", "text", "any"}, "structure": {"map", "any"}, "list": {"list", "any"},
    "map": {"map", "any"}, "float": {"number", "any"}, "double": {"number", "any"},
}  # fmt: skip
_SCALARS: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,), "character": (str,), "integer": (int,), "long": (int,), "boolean": (bool,),
    "timestamp": (str,), "blob": (str,), "float": (int, float), "double": (int, float),
}  # fmt: skip
_COPY_SOURCE: Final = re.compile(r"/?[^/?]+/[^?]+(\?versionId=.*)?|arn:.+", re.DOTALL)


def check_members(
    operation: str, members: Map[str, tuple[Mark, Node]], problems: Problems, *, negative: bool
) -> None:
    """Check the members of one request; ``negative`` steps may hold enum values of their own."""
    known = request_members(operation)
    for name, (mark, node) in members.items():
        shape = known.get(name)
        if shape is None:
            problems.add(
                mark,
                "unknown-member",
                f"{operation} has no member {name}",
                did_you_mean(name, known),
            )
            check_calls(node, problems)
            continue
        check_value(node, shape, f"{name} of {operation}", problems, negative=negative)
        if name == "CopySource" and not negative:
            _check_copy_source(node, problems)


def check_value(
    node: Node, shape: Shape, what: str, problems: Problems, *, negative: bool = False
) -> None:
    """Check a value against a shape of the service model, and all values below it."""
    if is_runtime(node):
        return
    type_name = shape.type_name
    if isinstance(node, Mapping) and is_call(node):
        check_call(node, problems)
        if call_kind(node) not in _CALLS[type_name]:
            _wrong_type(node, type_name, what, problems)
        return
    match shape, node:
        case StructureShape(), Mapping():
            _check_structure(node, shape, what, problems, negative=negative)
        case MapShape(), Mapping():
            for key, value in node.entries.items():
                check_value(value, shape.value, f"{key} in {what}", problems, negative=negative)
        case ListShape(), Sequence():
            for item in node.items:
                check_value(item, shape.member, f"an item of {what}", problems, negative=negative)
        case _, Scalar():
            _check_scalar(node, shape, what, problems, negative=negative)
        case _:
            _wrong_type(node, type_name, what, problems)


def _check_structure(
    node: Mapping, shape: StructureShape, what: str, problems: Problems, *, negative: bool
) -> None:
    members = shape.members
    for key, value in node.entries.items():
        inner = members.get(key)
        if inner is None:
            problems.add(
                node.key_mark(key),
                "unknown-member",
                f"{what} has no member {key}",
                did_you_mean(key, members) or f"its members are {', '.join(sorted(members))}",
            )
            continue
        check_value(value, inner, f"{key} in {what}", problems, negative=negative)


def _check_scalar(
    node: Scalar, shape: Shape, what: str, problems: Problems, *, negative: bool
) -> None:
    value = node.value
    kinds = _SCALARS.get(shape.type_name, ())
    if (isinstance(value, bool) and bool not in kinds) or not isinstance(value, kinds):
        _wrong_type(node, shape.type_name, what, problems)
        return
    if negative or node.live or not isinstance(shape, StringShape) or not shape.enum:
        return
    if value not in shape.enum:
        shown = ", ".join(shape.enum[:8]) + (", …" if len(shape.enum) > 8 else "")
        problems.add(
            node.mark,
            "member-enum",
            f"{what} is not {value}",
            did_you_mean(str(value), shape.enum)
            or f"one of {shown}; another only in a step whose must expects an error",
        )


def _wrong_type(node: Node, type_name: str, what: str, problems: Problems) -> None:
    hint = ""
    if isinstance(node, Scalar) and node.value is not None and type_name in {"string", "blob"}:
        shown = str(node.value).lower() if isinstance(node.value, bool) else node.value
        hint = f'write "{shown}"'
    elif isinstance(node, Mapping) and not is_call(node) and node.entries:
        hint = did_you_mean(next(iter(node.entries)), FUNCTIONS)
    problems.add(
        node.mark, "member-type", f"{what} takes {_WANTED[type_name]}, not {describe(node)}", hint
    )


def _check_copy_source(node: Node, problems: Problems) -> None:
    text = node.value if isinstance(node, Scalar) else None
    if isinstance(text, str) and not is_runtime(node) and not _COPY_SOURCE.fullmatch(text):
        problems.add(
            node.mark,
            "member-form",
            "CopySource is bucket/key, with ?versionId=… or without",
            "write ${bucket}/${key}",
        )
