"""Every expectation that may fail or warn cites where it comes from."""

from __future__ import annotations

from conformance.catalog.load import load
from conformance.catalog.model import single_steps

_WITHOUT: int = 0
"""Checks of MUST and SHOULD that may go without a source. It only ever falls."""


def test_checks_cite_their_own_sources() -> None:
    """A must or should cites sources at its step or at its test, not at its rule alone."""
    bare = [
        f"{test.id}: {step.name}"
        for test in load().tests
        for step in single_steps(test.steps)
        for one in step.expectations
        if one.strength in ("must", "should") and not step.sources and not test.sources
    ]
    assert len(bare) <= _WITHOUT, "\n".join(bare)
