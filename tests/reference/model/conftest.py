"""Fixtures of the model's tests."""

from __future__ import annotations

import pytest

from conformance.reference.model.service import Service

from .kit import Client, world


@pytest.fixture
def s3() -> Client:
    """Return a client of a fresh world, acting as the main account on its own bucket."""
    return Client(Service(world()))
