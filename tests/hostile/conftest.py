"""One reference for all hostile servers of a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[ReferenceServer]:
    """Serve the reference, which hostile servers stand in front of."""
    with ReferenceServer() as running:
        yield running
