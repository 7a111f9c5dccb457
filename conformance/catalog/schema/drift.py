"""The kept schema of steps against what is made today: our part and botocore's, distinguished.

What our code decides (the words of the format, how a member becomes a schema) has to be in the kept
file. Operations, members, shapes and enum values that another botocore has, or no longer has, are
drift of the model: they are reported, and no mistake. The two can be distinguished by their names:
words of the format begin with a small letter, S3's names with a capital one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from conformance.catalog.schema.files import render, schemas
from conformance.catalog.schema.steps import STEPS_FILE
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalog.model import Tree
    from conformance.catalog.schema.steps import Schema

_MADE_OF_NAMES: Final = ("shape-", "answer-")
"""What definitions are called that stand for one shape, or for the answer of one operation."""
_VERSION: Final = "$comment"


@dataclass(frozen=True, slots=True)
class SchemaDrift:
    """Where a kept schema differs; lines like ``$defs/step/properties/GetObject: added``."""

    ours: tuple[str, ...]
    """In what our code decides: the file is out of date."""
    model: tuple[str, ...]
    """In what botocore's model says."""


@dataclass(slots=True)
class _Compared:
    ours: list[str] = field(default_factory=list)
    model: list[str] = field(default_factory=list)

    def compare(self, where: str, kept: Tree, made: Tree) -> None:
        """Compare two values at one place."""
        match kept, made:
            case dict(), dict():
                self._names(where, kept, made)
                for name in kept:
                    if name in made:
                        self.compare(f"{where}/{name}" if where else name, kept[name], made[name])
            case list(), list() if where.endswith("/enum") and _is_of_model(where):
                self._values(where, kept, made)
            case list(), list() if len(kept) == len(made):
                for position, (old, new) in enumerate(zip(kept, made, strict=True)):
                    self.compare(f"{where}/{position}", old, new)
            case _ if kept != made:
                self.ours.append(f"{where}: differs")

    def _names(self, where: str, kept: dict[str, Tree], made: dict[str, Tree]) -> None:
        for name, what in _changes(kept, made):
            line = f"{where}/{name}: {what}" if where else f"{name}: {what}"
            (self.model if _is_name_of_model(name) else self.ours).append(line)

    def _values(self, where: str, kept: list[Tree], made: list[Tree]) -> None:
        self.model += [
            f"{where}: {value} {what}" for value, what in _changes(map(str, kept), map(str, made))
        ]


def compared(kept: Schema, made: Schema) -> SchemaDrift:
    """Compare a kept schema with the one that is made today; the version in it says nothing."""
    found = _Compared()
    found.compare("", _without_version(kept), _without_version(made))
    return SchemaDrift(tuple(found.ours), tuple(found.model))


def steps_drift() -> SchemaDrift:
    """Compare the kept schema of steps with what the installed botocore gives."""
    kept = json.loads((specs_root() / "schema" / STEPS_FILE).read_text("utf-8"))
    made = json.loads(render(schemas()[STEPS_FILE]))
    return compared(cast("Schema", kept), cast("Schema", made))


def _changes(kept: Iterable[str], made: Iterable[str]) -> list[tuple[str, str]]:
    old, new = dict.fromkeys(kept), dict.fromkeys(made)
    return [
        *((name, "added") for name in new if name not in old),
        *((name, "gone") for name in old if name not in new),
    ]


def _is_name_of_model(name: str) -> bool:
    return name[:1].isupper() or name.startswith(_MADE_OF_NAMES)


def _is_of_model(where: str) -> bool:
    """Return whether a place is within what one operation, member or shape became."""
    return any(_is_name_of_model(step) for step in where.split("/"))


def _without_version(schema: Schema) -> dict[str, Tree]:
    return {name: tree for name, tree in schema.items() if name != _VERSION}
