"""The test function of scenarios: every test of the catalogue is a parameter of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.pytest_plugin.worker_hooks import run_in_pytest

if TYPE_CHECKING:
    import pytest

    from conformance.catalog.model import Test


def test_scenario(one_test: Test, request: pytest.FixtureRequest) -> None:
    """Run one test of the catalogue against the target."""
    run_in_pytest(one_test, request)
