"""Loads the catalogue: as it was kept, or from its files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conformance.catalog.compiled import compiled
from conformance.catalog.problems import Problems, SpecError
from conformance.catalog.spec_files import FACT_KINDS, fact_files, shown, spec_files, text_of
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.catalog.model import Catalog


def load(paths: Sequence[Path] | None = None, *, specs: Path | None = None) -> Catalog:
    """Load the catalogue and expand its tests.

    ``paths`` (files, or folders of ``*.yaml``) replace the scenarios of ``specs``, whose rules,
    sources, capabilities and bucket kinds are always read. Raises `SpecError` with the mistakes of
    all files, sorted, when there is any.
    """
    if paths is None and specs is None:
        root = specs_root()
        return compiled(root, shown(root), lambda: _read(None, root))
    return _read(paths, specs)


def _read(paths: Sequence[Path] | None, specs: Path | None) -> Catalog:
    # Imported here: what is kept needs none of it, and botocore's model loads slowly.
    from conformance.catalog.read_catalog import read_catalog  # noqa: PLC0415

    return read_catalog(paths, specs)


def catalog_digest(paths: Sequence[Path] | None = None, *, specs: Path | None = None) -> str:
    """Return the SHA-256, in hex, over the names and content of all files that tests are made of.

    The ledger is none of them; line ends and the place of the checkout do not count. Raises
    `SpecError` for unreadable files.
    """
    root = specs_root() if specs is None else specs
    problems = Problems()
    files = [path for kind in FACT_KINDS for path in fact_files(root, kind, problems) or ()]
    files += spec_files([root / "scenarios"] if paths is None else paths, problems)
    digest = hashlib.sha256()
    for path in files:
        text = text_of(path, problems) or ""
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        content = "\n".join(text.splitlines()).encode()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    if found := problems.sorted():
        raise SpecError(found)
    return digest.hexdigest()
