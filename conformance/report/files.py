"""Writes a file whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def write_whole(path: Path, text: str | Iterator[str]) -> None:
    """Write text, or its pieces, as UTF-8, line ends as they are; the folder is made.

    Raises OSError when that fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        for piece in (text,) if isinstance(text, str) else text:
            file.write(piece.encode())
    unfinished.replace(path)
