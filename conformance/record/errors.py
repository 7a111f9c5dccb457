"""What can be wrong with a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.vocabulary.errors import ConformanceError

if TYPE_CHECKING:
    from pathlib import Path


class RecordError(ConformanceError):
    """A record that can't be read: which file, which line (from 1; 0 for the whole file), why."""

    def __init__(self, path: Path, line: int, text: str) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {text}")
        self.path = path
        self.line = line
        self.text = text
