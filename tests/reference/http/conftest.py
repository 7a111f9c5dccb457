"""Fixtures: the face over a fake service, and raw connections to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .signing import Signer
from .talking import Client, FakeService, connected, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.server import ReferenceServer


@pytest.fixture
def service() -> FakeService:
    """Give a service that keeps what it is asked."""
    return FakeService()


@pytest.fixture
def server(service: FakeService) -> Iterator[ReferenceServer]:
    """Run the face over ``service``."""
    with serving(service) as running:
        yield running


@pytest.fixture
def client(server: ReferenceServer) -> Iterator[Client]:
    """Open a raw connection to ``server``."""
    with connected(server) as open_client:
        yield open_client


@pytest.fixture
def signer() -> Signer:
    """Give a signer whose key the server knows."""
    return Signer()
