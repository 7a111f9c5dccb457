"""Mistakes in spec files: where they are, what is wrong, and how they are shown."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from conformance.catalog.lint.rules import LINT_RULES
from conformance.catalog.place import Place
from conformance.vocabulary.errors import ConformanceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A spec file's name, as it is shown, and its lines without line ends."""

    name: str
    lines: tuple[str, ...]


class Mark(NamedTuple):
    """Where a node is in its file; lines and columns count from 0, length in characters."""

    file: SourceFile
    line: int
    column: int
    length: int

    @property
    def place(self) -> Place:
        """The same for people: counted from 1."""
        return Place(self.file.name, self.line + 1, self.column + 1)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``rule`` is a name in `LINT_RULES`; ``length`` is how many carets it gets."""

    place: Place
    rule: str
    text: str
    hint: str = ""
    length: int = 1
    source_line: str = ""
    """The line that holds it, as read; empty when the file could not be."""

    def __str__(self) -> str:
        """Render the mistake with its line, a caret below it and the hint."""
        head = f"{self.place}: error[{self.rule}]: {self.text}"
        parts = [head]
        if self.source_line:
            column = self.place.column - 1
            parts.append(f"    {self.source_line}")
            # A tab keeps its width under the caret only when it is repeated there.
            indent = "".join("\t" if c == "\t" else " " for c in self.source_line[:column])
            room = max(1, len(self.source_line) - column)
            parts.append(f"    {indent}{'^' * max(1, min(self.length, room))}")
        if self.hint:
            parts.append(f"    hint: {self.hint}")
        return "\n".join(parts)


class SpecError(ConformanceError):
    """Spec files hold mistakes: all of them, sorted by file and line, in ``problems``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(render(self.problems))


class Problems:
    """Collects mistakes; the same mistake met again (in another case, say) counts once."""

    def __init__(self) -> None:
        self._found: dict[tuple[Place, str, str], Problem] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, mark: Mark, rule: str, text: str, hint: str = "") -> None:
        """Note a mistake at ``mark``; ``rule`` must be one of `LINT_RULES`."""
        if rule not in LINT_RULES:
            raise KeyError(rule)
        place = mark.place
        lines = mark.file.lines
        line = lines[mark.line] if mark.line < len(lines) else ""
        problem = Problem(place, rule, text, hint, max(1, mark.length), line)
        self._found.setdefault((place, rule, text), problem)

    def sorted(self) -> tuple[Problem, ...]:
        """All of them by file, line, column."""
        return tuple(
            sorted(
                self._found.values(),
                key=lambda p: (p.place.file, p.place.line, p.place.column, p.rule, p.text),
            )
        )


def render(problems: Sequence[Problem]) -> str:
    """Render them all, an empty line between two, and a count at the end."""
    files = len({problem.place.file for problem in problems})
    count = f"{len(problems)} mistake{'s' * (len(problems) != 1)}"
    tail = f"{count} in {files} file{'s' * (files != 1)}"
    return "\n\n".join([*map(str, problems), tail])


def did_you_mean(word: str, known: Iterable[str], limit: int = 3) -> str:
    """Return ``did you mean a or b?`` for the nearest known words; empty when none is near."""
    candidates = sorted(known)
    near = difflib.get_close_matches(word, candidates, n=limit, cutoff=0.6)
    if not near:
        folded = {name.lower(): name for name in candidates}
        near = [
            folded[name]
            for name in difflib.get_close_matches(word.lower(), folded, n=limit, cutoff=0.6)
        ]
    return f"did you mean {' or '.join(near)}?" if near else ""
