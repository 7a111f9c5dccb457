"""The test function of laws: every law of ``conformance.properties`` is a parameter of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.pytest_plugin.worker_hooks import run_in_pytest

if TYPE_CHECKING:
    import pytest

    from conformance.catalog.model import Test


def test_property(one_test: Test, request: pytest.FixtureRequest) -> None:
    """Try one law on made-up examples against the target."""
    run_in_pytest(one_test, request)
