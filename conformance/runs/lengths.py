"""Which tests take so long that they are to begin early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.properties.plan import is_law
from conformance.record.costs import LEAST, dear_tests

if TYPE_CHECKING:
    from conformance.catalog.model import Test

_LONG: Final = 50
"""Requests of one ``repeat`` from which a test is long."""


def length(test: Test) -> int:
    """Return the cost of a test that is long, 0 for any other.

    Properties are long, and tests that repeat a request many times. See `dear_tests` for the unit.
    """
    is_long = is_law(test.id) or _repeats_long(test)
    return dear_tests().get(test.id, LEAST) if is_long else 0


def _repeats_long(test: Test) -> bool:
    values = (tree for step in test.single_steps() for tree in step.repeat.values())
    return any(isinstance(tree, list) and len(tree) >= _LONG for tree in values)
