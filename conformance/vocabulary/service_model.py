"""S3's service model: that of the installed botocore, and what the catalogue knows beside it.

The catalogue speaks of members that came with one edition of botocore, and other packages may hold
an older one in place. What ``specs/service-model.json`` has and the installed model has not is
added, so that scenarios mean the same with either.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from botocore.model import ServiceModel

FILE: Final = "service-model.json"
_SIDES: Final = {"request": "input", "answer": "output"}
_PLAIN: Final = frozenset({"string", "integer", "long", "boolean", "timestamp"})


@cache
def installed_model() -> ServiceModel:
    """Return the model as the installed botocore has it."""
    return _model(_installed())


@cache
def service_model() -> ServiceModel:
    """Return the model with all that the catalogue speaks of, made once a process."""
    tree = _installed()
    complete(tree, kept_tree(specs_root()))
    return _model(tree)


def _model(tree: dict[str, Any]) -> ServiceModel:
    # Loading botocore takes longer than all else that commands without requests do.
    from botocore.model import ServiceModel  # noqa: PLC0415

    return ServiceModel(tree, "s3")


def _installed() -> dict[str, Any]:
    from botocore.loaders import Loader  # noqa: PLC0415  # see `_model`

    tree: dict[str, Any] = Loader().load_service_model("s3", "service-2")
    return tree


def kept_tree(specs: Path) -> dict[str, Any]:
    """Return the kept edition: ``botocore``, ``members`` by id, ``enums`` by name.

    A folder without one has no members. Raises OSError or ValueError for a file that can't be read.
    """
    path = specs / FILE
    if not path.exists():
        return {"botocore": "", "members": {}, "enums": {}}
    tree: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return tree


def complete(tree: dict[str, Any], kept: Mapping[str, Any]) -> None:
    """Add to a ``service-2`` tree each kept member of a plain type, and each enum value.

    Structures and lists that the tree has not are left out, with all below them.
    """
    shapes = tree["shapes"]
    for name, values in kept["enums"].items():
        if name in shapes:
            known = shapes[name].setdefault("enum", [])
            known += [value for value in values if value not in known]
    for member, about in kept["members"].items():
        operation, side, path = member.split(" ", 2)
        top = tree["operations"].get(operation, {}).get(_SIDES[side], {}).get("shape", "")
        parents, _, leaf = path.rpartition(".")
        place, kind, *enum = about.split(", ")
        holder = _holder(shapes, top, parents)
        if holder is None or kind not in _PLAIN or leaf in holder["members"]:
            continue
        shape = enum[0] if enum else f"Kept{kind.capitalize()}"
        shapes.setdefault(shape, {"type": kind, **({"enum": kept["enums"][shape]} if enum else {})})
        holder["members"][leaf] = {"shape": shape, **_location(place)}


def _holder(shapes: Mapping[str, Any], top: str, parents: str) -> dict[str, Any] | None:
    """Return the structure that the dotted path leads to; None where there is none."""
    name = top
    for part in parents.split(".") if parents else ():
        members = shapes.get(name, {}).get("members", {})
        name = members.get(part.rstrip("[]"), {}).get("shape", "")
        for _ in range(part.count("[]")):
            name = shapes.get(name, {}).get("member", {}).get("shape", "")
    shape: dict[str, Any] = shapes.get(name, {})
    return shape if shape.get("type") == "structure" else None


def _location(place: str) -> dict[str, str]:
    location, name = place.split(" ", 1)
    given = {"locationName": name}
    return given if location == "element" else {"location": location, **given}
