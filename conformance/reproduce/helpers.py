"""The fixed part of a script: what a test needs from the modules in ``script``."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FOLDER: Final = Path(__file__).parent / "script"
_MODULES: Final = (
    "values", "signing", "sending", "connection", "answers", "checks", "steps", "running",
    "command",
)  # fmt: skip
"""In the order in which the script has them."""
_ABOUT_TOOLS: Final = re.compile(r"[ \t]*#\s*(?:noqa|type: ignore|fmt:)[^\n]*")


@dataclass(frozen=True)
class _Piece:
    """One definition of a module."""

    names: frozenset[str]
    uses: frozenset[str]
    text: str


@cache
def _pieces() -> tuple[tuple[_Piece, ...], tuple[tuple[str, str], ...]]:
    """Return all definitions, and what is imported from the standard library, by name."""
    found: list[_Piece] = []
    imported: dict[str, str] = {}
    for module in _MODULES:
        text = (_FOLDER / f"{module}.py").read_text("utf-8")
        lines = text.splitlines(keepends=True)
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported |= _imports(node)
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                found.append(_piece(node, lines))
    return tuple(found), tuple(imported.items())


def _imports(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    if isinstance(node, ast.Import):
        return {
            one.asname or one.name.partition(".")[0]: f"import {one.name}"
            + (f" as {one.asname}" if one.asname else "")
            for one in node.names
        }
    if node.module is None or node.module.startswith(("conformance", "__future__")):
        return {}
    return {
        one.asname or one.name: f"from {node.module} import {one.name}"
        + (f" as {one.asname}" if one.asname else "")
        for one in node.names
    }


def _piece(node: ast.stmt, lines: list[str]) -> _Piece:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    text = "".join(lines[first : node.end_lineno])
    names = {getattr(node, "name", "")} if hasattr(node, "name") else set(_bound(node))
    uses = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            uses.add(one.id)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            # An annotation in quotation marks.
            uses |= set(re.findall(r"[A-Za-z_]\w+", one.value)) if len(one.value) < 60 else set()
    return _Piece(frozenset(names), frozenset(uses), _ABOUT_TOOLS.sub("", text).rstrip())


def _bound(node: ast.stmt) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def used_names(source: str) -> frozenset[str]:
    """Return the names that a piece of source uses."""
    return frozenset(one.id for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Name))


def fixed_part(wanted: Iterable[str]) -> tuple[str, str]:
    """Return the imports and the definitions that these names need."""
    pieces, imported = _pieces()
    by_name = {name: piece for piece in pieces for name in piece.names}
    open_names, kept = set(wanted), set[_Piece]()
    known: set[str] = set()
    while open_names:
        name = open_names.pop()
        known.add(name)
        piece = by_name.get(name)
        if piece is not None and piece not in kept:
            kept.add(piece)
            open_names |= piece.uses - known
    imports = sorted({line for name, line in imported if name in known})
    texts = [piece.text for piece in pieces if piece in kept]
    return "\n".join(imports), "\n\n\n".join(texts)
