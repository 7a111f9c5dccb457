"""Where something stands in a file of specs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something stands in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Render as ``file:line:column``, the form that editors follow."""
        return f"{self.file}:{self.line}:{self.column}"
