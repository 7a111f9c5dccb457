"""The structure of an operation's answer, from S3's model, for the script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.wire.parse import ROOTS
from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from collections.abc import Collection

_KINDS = {
    "integer": "int", "long": "int", "float": "float", "double": "float", "boolean": "bool",
    "timestamp": "time",
}  # fmt: skip
_DEEPEST = 6


def form(operation: str, wanted: Collection[str] | None) -> str:
    """Return the source of the form of an operation's answer.

    ``wanted`` are the members that the test names; None for all.
    """
    shape: Any = operation_model(operation).output_shape
    payload, members = ("", {}) if shape is None else _members(operation, shape)
    kept = {name: text for name, text in members.items() if _named(name, payload, wanted)}
    inside = next((name for name, text in members.items() if text.startswith("('xml'")), "")
    if inside and not any(text.startswith("('xml'") for text in kept.values()):
        # The answer is a document, whether or not the test names anything in it.
        kept[inside] = members[inside]
    pairs = "".join(f"\n            {name!r}: {written}," for name, written in kept.items())
    inner = f"{{{pairs}\n        }}" if pairs else "{}"
    roots = ROOTS.get(operation, ())
    return f"Form({roots!r}, {inner}{f', {payload!r}' if payload else ''})"


def _named(name: str, payload: str, wanted: Collection[str] | None) -> bool:
    return wanted is None or name in wanted or bool(payload and payload in wanted)


def _members(operation: str, shape: Any) -> tuple[str, dict[str, str]]:  # noqa: ANN401 - botocore's
    """Return the member that the document is (empty for none), and all members as source."""
    if operation == "GetBucketLocation":
        return "", {"LocationConstraint": "('text',)"}
    payload = shape.serialization.get("payload", "")
    place = "location"
    members = {
        name: _outside(name, member, member.serialization[place])
        for name, member in shape.members.items()
        if member.serialization.get(place)
    }
    top = shape
    if payload:
        document = shape.members[payload]
        if document.type_name != "structure" or document.serialization.get("eventstream"):
            return "", members | {payload: "('body',)"}
        top = document
    for name, member in top.members.items():
        if not member.serialization.get(place):
            members[name] = f"('xml', {_inside(name, member, 0)})"
    return payload, members


def _outside(name: str, member: Any, place: str) -> str:  # noqa: ANN401 - botocore\'s
    header = member.serialization.get("name", name).lower()
    if place == "headers":
        return f"('prefix', {header!r})"
    return f"('header', {header!r}, {_KINDS.get(member.type_name, 'str')!r})"


def _inside(name: str, member: Any, depth: int) -> str:  # noqa: ANN401 - botocore\'s
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


def _shape(shape: Any, depth: int) -> str:  # noqa: ANN401 - botocore\'s
    if shape.type_name == "structure":
        if depth > _DEEPEST:
            return "{}"
        pairs = (f"{n!r}: ({_inside(n, m, depth + 1)})" for n, m in shape.members.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(_KINDS.get(shape.type_name, "str"))
