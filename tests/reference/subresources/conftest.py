"""Fixtures: an endpoint, with and without a bucket."""

from __future__ import annotations

import pytest

from .kit import Endpoint


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
