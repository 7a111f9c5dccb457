"""Writes a readable scenario file: one step on each line if it fits, at most 100 columns.

Texts are quoted whenever a reader of YAML 1.1 or 1.2 could take them for anything else, and
everything beyond printable ASCII is written as an escape, so that what is read is what was run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.catalog.model import Tree

_WIDTH: Final = 98
_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9_./+-]*|\$[a-z_0-9]+")
_PROSE: Final = re.compile(r"[A-Za-z][A-Za-z0-9 ,;()'./_*-]*[A-Za-z0-9)]")
_RESERVED: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
_FLOW: Final = frozenset(",[]{}")


def write(about: str, scenario: dict[str, Tree]) -> str:
    """Return a file of one scenario; its frame's keys stand in the order given."""
    lines = ["format: 1", *_entry("about", about, 0), "scenarios:"]
    body: list[str] = []
    for key, tree in scenario.items():
        if key in {"given", "steps"} and isinstance(tree, list):
            body.append(f"{key}:")
            for one in tree:
                body += [f"  {line}" for line in _item(one, 6)]
        else:
            body += _entry(key, tree, 4)
    lines += [f"  - {body[0]}", *(f"    {line}" for line in body[1:])]
    return "\n".join(lines) + "\n"


def _item(tree: Tree, indent: int) -> list[str]:
    """Write an item of a block list; a map has one key a line."""
    if not isinstance(tree, dict) or not tree:
        return [f"- {_inline(tree)}"]
    lines = [line for key, value in tree.items() for line in _entry(key, value, indent + 2)]
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


def _entry(key: str, tree: Tree, indent: int) -> list[str]:
    """Write a key with its value on one line; as a block where that is too long."""
    name = _text(key)
    if key != "concurrently":
        said = _text(tree, block=True) if isinstance(tree, str) else _inline(tree)
        line = f"{name}: {said}"
        if len(line) + indent <= _WIDTH or not isinstance(tree, dict | list) or not tree:
            return _folded(line, tree, indent)
    if isinstance(tree, dict):
        rest = [line for k, value in tree.items() for line in _entry(k, value, indent + 2)]
        return [f"{name}:", *(f"  {line}" for line in rest)]
    items = tree if isinstance(tree, list) else [tree]
    return [
        f"{name}:",
        *(f"  {line}" for item in items for line in _item(item, indent + 2)),
    ]


def _folded(line: str, tree: Tree, indent: int) -> list[str]:
    """Break a text that is too long for its line, between words or, failing that, anywhere."""
    if len(line) + indent <= _WIDTH or not isinstance(tree, str):
        return [line]
    key, _, _ = line.partition(": ")
    room = _WIDTH - indent - 4
    words = _quoted(tree).split(" ")
    if "" in words or max(map(len, words)) > room:
        return [f"{key}:", *_chopped(tree, room)]
    lines = [f"{key}:", f"  {words[0]}"]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 1 <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}")
    return lines


def _chopped(text: str, room: int) -> list[str]:
    """Write a text over lines that a backslash ends, which YAML joins without a blank."""
    lines = [""]
    for char in text:
        piece = _escaped(char)
        if len(lines[-1]) + len(piece) > room:
            lines.append("")
        # A blank at the head of a line would be taken for its indentation.
        lines[-1] += "\\ " if piece == " " and not lines[-1] else piece
    first, last = f'  "{lines[0]}', f'{lines[-1]}"'
    if len(lines) == 1:
        return [f'{first}"']
    return [f"{first}\\", *(f"  {one}\\" for one in lines[1:-1]), f"  {last}"]


def _inline(tree: Tree) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{_text(k)}: {_inline(v)}" for k, v in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(_inline, tree)) + "]"
    if tree is None:
        return "null"
    if isinstance(tree, bool):
        return "true" if tree else "false"
    return _text(tree) if isinstance(tree, str) else str(tree)


def _text(text: str, *, block: bool = False) -> str:
    """Write a text bare where nobody could misread it; ``block`` is outside of all brackets."""
    if text.lower() in _RESERVED:
        return _quoted(text)
    bare = _PLAIN.fullmatch(text) or (_PROSE.fullmatch(text) and (block or not _FLOW & set(text)))
    return text if bare else _quoted(text)


def _quoted(text: str) -> str:
    """Return text in double quotes, with an escape for all that is not printable ASCII."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    code = ord(char)
    if char in '"\\':
        return f"\\{char}"
    if 0x20 <= code <= 0x7E:
        return char
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
