"""The lines of a baseline while it is edited; all other lines stay unchanged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.baseline.file import parse_baseline
from conformance.baseline.text import INDENT, entry_lines, item_lines
from conformance.catalog import yaml12

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.baseline.entries import Entry, Judged

_BLANK: Final = re.compile(r"\s*(?:#.*)?")
_DASH: Final = re.compile(r"(\s*)-(?:\s|$)")


class Lines:
    """A baseline's text as lines that keep their numbers until `text` puts them together."""

    def __init__(self, name: str, text: str) -> None:
        baseline, layout = parse_baseline(name, text)
        self._baseline, self._layout = baseline, layout
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        self._was = tuple(text.splitlines())
        self._lines: list[list[str]] = [[line] for line in self._was]
        self._added_entries: list[str] = []
        self._added_judged: list[str] = []

    def replace_entry(self, at: int, entry: Entry, instead: list[Entry]) -> None:
        """Replace the entry at that position; an empty list removes it.

        Where only verdict or date differ, the rest of the entry stays as it is.
        """
        first = entry.line - 1
        if len(instead) == 1 and instead[0].id == entry.id and self._retouched(at, instead[0]):
            return
        span = range(first, self._end(first))
        written = [line for one in instead for line in entry_lines(one, self._indent("expected"))]
        for number in span:
            # Comments of people stay, also those between the keys of an entry that goes.
            is_comment = self._was[number].lstrip().startswith("#")
            self._lines[number] = [self._was[number]] if is_comment else []
        self._lines[first] = [*written, *self._lines[first]]

    def add_entry(self, entry: Entry) -> None:
        """Put an entry behind the last one."""
        self._added_entries += entry_lines(entry, self._indent("expected"))

    def remove_judged(self, judged: Judged) -> None:
        """Remove a test from the section ``judged``."""
        first = judged.line - 1
        for number in range(first, self._end(first)):
            self._lines[number] = []

    def add_judged(self, names: Iterable[str]) -> None:
        """Add tests at the end of the section ``judged``."""
        for name in names:
            self._added_judged += item_lines(name, self._indent("judged"))

    def text(self) -> str:
        """Return the text as it is now."""
        if self._added_entries:
            self._append("expected", self._added_entries)
        if self._added_judged:
            self._append("judged", self._added_judged)
        self._close_empty("expected")
        self._close_empty("judged")
        flat = [line for group in self._lines for line in group]
        return "".join(f"{line}{self._line_end}" for line in flat)

    def _retouched(self, at: int, entry: Entry) -> bool:
        """Change verdict and date of an entry in place; False when that is not possible."""
        node, before = self._layout.entries[at], self._baseline.entries[at]
        done = True
        if entry.allowed != before.allowed:
            value = node.entries["is"]
            done = isinstance(value, yaml12.Scalar) and len(entry.allowed) == 1
            if done:
                self._cut(value.mark.line, value.mark.column, value.mark.length, entry.allowed[0])
        if entry.until != before.until:
            value = node.entries["until"]
            self._cut(value.mark.line, value.mark.column, value.mark.length, f'"{entry.until}"')
        return done

    def _cut(self, number: int, column: int, length: int, text: str) -> None:
        line = self._lines[number][0]
        self._lines[number] = [f"{line[:column]}{text}{line[column + length :]}"]

    def _end(self, first: int) -> int:
        """Return the line after an item that begins on a line: its last line with content."""
        dash = _DASH.match(self._was[first])
        indent = len(dash[1]) if dash else 0
        end = first + 1
        for number in range(first + 1, len(self._was)):
            line = self._was[number]
            if _BLANK.fullmatch(line):
                continue
            if len(line) - len(line.lstrip()) <= indent:
                break
            end = number + 1
        return end

    def _indent(self, section: str) -> str:
        """Return the indentation of the dashes of a section."""
        nodes = self._section(section)
        if nodes and (dash := _DASH.match(self._was[nodes[0].mark.line])):
            return dash[1]
        return INDENT

    def _section(self, section: str) -> list[yaml12.Node]:
        node = self._layout.root.entries.get(section)
        return node.items if isinstance(node, yaml12.Sequence) else []

    def _append(self, section: str, written: list[str]) -> None:
        """Put lines behind the last item of a section, which is begun when it does not exist."""
        nodes = self._section(section)
        root = self._layout.root
        if nodes:
            end = self._end(nodes[-1].mark.line)
            self._lines[end - 1] = [*self._lines[end - 1], *written]
        elif section in root.keys:
            number = root.keys[section].line
            self._lines[number] = [f"{section}:", *written]
        else:
            self._lines.append([f"{section}:", *written])

    def _close_empty(self, section: str) -> None:
        """Write an empty list where the last item of a section has gone."""
        nodes = self._section(section)
        added = self._added_entries if section == "expected" else self._added_judged
        if not nodes or added:
            return
        left = any(_DASH.match(line) for node in nodes for line in self._lines[node.mark.line])
        if not left:
            number = self._layout.root.keys[section].line
            line = self._was[number]
            if section == "judged":
                self._lines[number] = []
            else:
                self._lines[number] = [line.replace(f"{section}:", f"{section}: []", 1)]
