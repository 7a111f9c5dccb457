"""Fixtures: clients of the operations, with and without buckets."""

from __future__ import annotations

import pytest

from conformance.reference.service import Service

from .operations.endpoint import Endpoint
from .operations.kit import Client, world


@pytest.fixture
def s3() -> Client:
    """Return a client of a fresh world, acting as the main account on its own bucket."""
    return Client(Service(world()))


@pytest.fixture
def empty() -> Endpoint:
    """Give an endpoint without buckets."""
    return Endpoint()


@pytest.fixture
def endpoint() -> Endpoint:
    """Give an endpoint with a new bucket, made with nothing asked for."""
    endpoint = Endpoint()
    endpoint.send("PUT", "/bucket")
    return endpoint
