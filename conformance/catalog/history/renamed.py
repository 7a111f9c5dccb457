"""The shipped table of renamed ids."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from conformance.catalog.problems import Problems
from conformance.catalog.renames import FILE, Renames, read_renames
from conformance.catalog.yaml12 import read
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from pathlib import Path


def renames() -> Renames:
    """Return the table; an empty one where none is shipped. The lint finds its mistakes."""
    return _renames(specs_root() / FILE)


@lru_cache(maxsize=4)
def _renames(path: Path) -> Renames:
    if not path.is_file():
        return Renames()
    problems = Problems()
    node = read(str(path), path.read_text("utf-8"), problems)
    return Renames() if node is None else Renames(read_renames(node, problems).pairs)
