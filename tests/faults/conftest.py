"""What the tests of faults share: the shipped catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped catalogue."""
    return load(None)
