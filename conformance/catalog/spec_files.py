"""Finds and reads the files of a catalogue, and shows their places as a reader finds them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog.problems import Mark, Problems, SourceFile
from conformance.catalog.yaml12 import Node, read

if TYPE_CHECKING:
    from collections.abc import Iterable

FACT_KINDS: Final = ("rules", "sources", "capabilities", "buckets", "dialects")
"""What tests are made of beside scenarios; a folder of files each, or one file."""
_OPTIONAL: Final = frozenset({"dialects"})
"""Kinds of which a catalogue of somebody's own may hold nothing."""


def fact_files(root: Path, kind: str, problems: Problems) -> list[Path] | None:
    """Return the files of one kind; None where there are none and need be none."""
    if kind in _OPTIONAL and not (root / kind).exists():
        return None
    folder = root / kind
    return spec_files([folder if folder.is_dir() else root / f"{kind}.yaml"], problems)


def spec_files(paths: Iterable[Path], problems: Problems) -> list[Path]:
    """Return files as they are named, and the YAML files of folders, each once."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.yaml"))
            if not inside:
                _unreadable(path, "a folder without any *.yaml", problems)
            files.extend(inside)
        elif path.exists():
            files.append(path)
        else:
            _unreadable(path, "no such file or folder", problems)
    return list(dict.fromkeys(files))


def read_file(path: Path, problems: Problems) -> Node | None:
    """Return a file as a tree with places; None, and a problem, where it can't be read."""
    text = text_of(path, problems)
    if text is None:
        return None
    node = read(shown(path), text, problems)
    if node is None and not text.strip():
        _unreadable(path, "an empty file", problems)
    return node


def text_of(path: Path, problems: Problems) -> str | None:
    """Return the text of a file; None, and a problem, where there is none in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        _unreadable(path, f"not UTF-8 at byte {error.start}", problems)
    except OSError as error:
        _unreadable(path, error.strerror or str(error), problems)
    return None


def _unreadable(path: Path, text: str, problems: Problems) -> None:
    mark = Mark(SourceFile(shown(path), ()), 0, 0, 1)
    problems.add(mark, "file-unreadable", text)


def shown(path: Path) -> str:
    """Name a file as a reader finds it: below the working folder when it is there."""
    here = Path.cwd()
    absolute = path.absolute()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(path)
