"""A small catalogue that stands on its own, loaded once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Catalog, Test

SPECS = Path(__file__).parent / "specs"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Load the small catalogue of these tests."""
    return load(specs=SPECS)


@pytest.fixture
def load_text(tmp_path: Path) -> Callable[[str], tuple[Test, ...]]:
    """Return a function that loads the text of one scenario file into its tests."""

    def load_one(text: str) -> tuple[Test, ...]:
        path = tmp_path / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        return load([path], specs=SPECS).tests

    return load_one
