"""Writes a file whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def write_whole(path: Path, text: str | Iterator[str]) -> None:
    """Write text, or its pieces, as UTF-8, line ends as they are; the folder is made.

    Raises OSError when that fails; then nothing of it is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            for piece in (text,) if isinstance(text, str) else text:
                file.write(piece.encode("utf-8", "replace"))
        unfinished.replace(path)
    except BaseException:
        # Half a file would keep a full disk full.
        with suppress(OSError):
            unfinished.unlink()
        raise
