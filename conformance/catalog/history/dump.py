"""Prints the digests of a checkout's catalogue, read by the code of that checkout.

Run as a program of its own, never imported: of the code of today it takes `digests`, `expected` and
`tables` alone, which need nothing of the catalogue's classes but their fields.
"""

from __future__ import annotations

import importlib
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


def _today(name: str, today: Path) -> ModuleType:
    """Return a module of today's code under its own name, whatever the checkout has there."""
    parent = name.rpartition(".")[0]
    if parent not in sys.modules:
        try:
            importlib.import_module(parent)
        except ModuleNotFoundError:
            package = ModuleType(parent)
            package.__path__ = []
            sys.modules[parent] = package
    spec = spec_from_file_location(name, today / f"{name.replace('.', '/')}.py")
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def main(today: Path, version: str, commit: str) -> None:
    """Print the table."""
    loading = importlib.import_module("conformance.catalog.load")
    catalog = loading.load()
    laws = importlib.import_module("conformance.properties.plan").law_tests(catalog)
    digest = loading.catalog_digest()
    _today("conformance.vocabulary.expected", today)
    digests = _today("conformance.catalog.digests", today)
    tables = _today("conformance.catalog.history.tables", today)
    made = digests.Digests(catalog.rules, catalog.sources, catalog.capabilities)
    rows = [(test.id, str(made.of(test))) for test in (*catalog.tests, *laws)]
    sys.stdout.write(tables.write_table(version, commit, digest, rows))


if __name__ == "__main__":
    main(Path(sys.argv[2]), sys.argv[3], sys.argv[4])
