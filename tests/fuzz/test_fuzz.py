"""A few inputs of each kind in every run of the tests; ``tox -e fuzz`` tries them for hours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .inputs import INPUTS


@pytest.mark.parametrize("kind", INPUTS)
def test_no_input_raises(kind: str) -> None:
    """Whatever comes is read, or refused with its mistakes."""
    work, made = INPUTS[kind]

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.deferred(made))
    def attempt(data: Any) -> None:  # noqa: ANN401  # as the strategy makes it
        work(data)

    attempt()
