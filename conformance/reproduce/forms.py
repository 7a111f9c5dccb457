"""What the answer of an operation holds, by S3's model, as the script reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.wire.parse import ROOTS
from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from collections.abc import Collection

    from botocore.model import Shape

_KINDS = {
    "integer": "int", "long": "int", "float": "float", "double": "float", "boolean": "bool",
    "timestamp": "time",
}  # fmt: skip
_DEEPEST = 6


def form(operation: str, wanted: Collection[str] | None) -> str:
    """Return the source of the form of an operation's answer.

    ``wanted`` are the members that the test names; None for all.
    """
    shape = operation_model(operation).output_shape
    roots = ROOTS.get(operation, ())
    members: dict[str, str] = {}
    payload = ""
    if shape is not None:
        payload = shape.serialization.get("payload", "")
        top = shape
        if payload and shape.members[payload].type_name == "structure":
            if not shape.members[payload].serialization.get("eventstream"):
                top = shape.members[payload]
        elif payload:
            members[payload] = "('body',)"
            payload = ""
        for name, member in shape.members.items():
            place = member.serialization.get("location")
            if place and (wanted is None or name in wanted):
                members[name] = _outside(name, member, place)
        for name, member in top.members.items():
            inside = not member.serialization.get("location") and name not in members
            if inside and (not payload or top is not shape):
                members[name] = f"('xml', {_inside(name, member, 0)})"
        if operation == "GetBucketLocation":
            members = {"LocationConstraint": "('text',)"}
    kept = {
        name: written
        for name, written in members.items()
        if wanted is None or name in wanted or (payload and payload in wanted)
    }
    if members and any(w.startswith("('xml'") for w in members.values()) and not any(
        w.startswith("('xml'") for w in kept.values()
    ):
        # The answer is a document, whether or not the test names anything in it.
        name = next(name for name, w in members.items() if w.startswith("('xml'"))
        kept[name] = members[name]
    pairs = "".join(f"\n            {name!r}: {written}," for name, written in kept.items())
    inner = f"{{{pairs}\n        }}" if pairs else "{}"
    return f"Form({roots!r}, {inner}{f', {payload!r}' if payload else ''})"


def _outside(name: str, member: Shape, place: str) -> str:
    header = member.serialization.get("name", name).lower()
    if place == "headers":
        return f"('prefix', {header!r})"
    return f"('header', {header!r}, {_KINDS.get(member.type_name, 'str')!r})"


def _inside(name: str, member: Shape, depth: int) -> str:
    """Return the tag of a member, and the shape of what stands in it."""
    if member.serialization.get("xmlAttribute"):
        return f"{member.serialization['name'].rpartition(':')[2]!r}, 'attribute'"
    tag = member.serialization.get("name", name)
    if member.type_name == "list":
        item = _shape(member.member, depth + 1)
        if member.serialization.get("flattened"):
            tag = member.member.serialization.get("name") or tag
            return f"{tag!r}, ['in a row', {item}]"
        return f"{tag!r}, ['within', {item}]"
    return f"{tag!r}, {_shape(member, depth)}"


def _shape(shape: Shape, depth: int) -> str:
    if shape.type_name == "structure":
        if depth > _DEEPEST:
            return "{}"
        pairs = (f"{n!r}: ({_inside(n, m, depth + 1)})" for n, m in shape.members.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(_KINDS.get(shape.type_name, "str"))
