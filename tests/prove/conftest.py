"""What the tests of the proof share: the shipped catalogue, and one endpoint that holds faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.prove.workers import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped catalogue."""
    return load(None)


@pytest.fixture(scope="session")
def worker(catalog: Catalog) -> Iterator[Worker]:
    """Yield a worker with its endpoint, which was asked once what it can."""
    made = Worker(catalog)
    with made.testbed:
        made.testbed.decide(catalog.tests)
        yield made
