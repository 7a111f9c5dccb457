"""The changelog of expectations as data: the rows of docs/explanation/corrections.md by test.

The page is the one place where a correction is written; the wheel carries a copy of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = "docs/explanation/corrections.md"
_COLUMNS: Final = ("id", "tests", "before", "after", "why")
_NAMES: Final = re.compile(r"`([^`]+)`")
_CELL: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One row: what tests asserted before, what they assert now, and why."""

    id: str
    tests: tuple[str, ...]
    """Ids, with ``*`` for anything; a scenario's id stands for all its tests."""
    before: str
    after: str
    why: str

    def names(self, test_id: str) -> bool:
        """Return whether the row is about a test."""
        return any(_pattern(one).fullmatch(test_id) for one in self.tests)

    def __str__(self) -> str:
        """Return the row as one sentence."""
        return f"{self.id}: {self.before} \N{RIGHTWARDS ARROW} {self.after}; {self.why}"


def corrections() -> tuple[Correction, ...]:
    """Return the rows of the shipped page; none where it does not exist."""
    return _read(_path())


def corrections_of(test_id: str) -> tuple[Correction, ...]:
    """Return the rows about one test."""
    return tuple(one for one in corrections() if one.names(test_id))


def read_corrections(page: str) -> tuple[Correction, ...]:
    """Return the rows of the page's tables with the columns id, tests, before, after and why."""
    return tuple(_rows(page))


def _path() -> Path:
    root = specs_root()
    shipped = root / "history" / Path(PAGE).name
    return shipped if shipped.is_file() else root.parent / PAGE


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Correction, ...]:
    return read_corrections(path.read_text("utf-8")) if path.is_file() else ()


def _rows(page: str) -> Iterator[Correction]:
    inside = False
    for line in page.splitlines():
        cells = tuple(cell.strip() for cell in _CELL.split(line)[1:-1])
        if cells == _COLUMNS:
            inside = True
        elif len(cells) != len(_COLUMNS):
            inside = False
        elif inside and set("".join(cells)) - set("-: "):
            name, tests, before, after, why = (cell.replace("\\|", "|") for cell in cells)
            yield Correction(
                id=name, tests=tuple(_tests(tests)), before=before, after=after, why=why
            )


def _tests(cell: str) -> Iterator[str]:
    """Yield the ids of a cell; a bracket alone is another case of the scenario before it."""
    scenario = ""
    for name in _NAMES.findall(cell):
        if name.startswith("["):
            yield f"{scenario}{name}"
        else:
            scenario = name.partition("[")[0]
            yield name


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    # Brackets are part of ids, and no classes of characters.
    quoted = name.replace("[", "[[]")
    whole = translate(quoted)
    return re.compile(whole if "[" in name else f"{whole}|{translate(quoted + '[[]*')}")
