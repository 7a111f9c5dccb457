"""Operations as faults name them: each is there, and has contexts of the class that it claims."""

from __future__ import annotations

import pytest

from conformance.faults import operations as named
from conformance.faults.operations import Op
from conformance.reference.registry import operations


def _ops() -> set[Op[named.Context]]:
    """Return every operation that the module names, by itself or in a tuple."""
    values = [*vars(named).values()]
    tuples = [one for value in values if isinstance(value, tuple) for one in value]
    return {one for one in (*values, *tuples) if isinstance(one, Op)}


@pytest.mark.parametrize("op", sorted(_ops()), ids=str)
def test_an_operation_has_the_contexts_that_its_name_claims(op: Op[named.Context]) -> None:
    """What the type checker takes for granted about a step's context holds in the reference."""
    context = operations()[op].context
    assert isinstance(context, type)
    assert issubclass(context, op.context)


def test_directory_buckets_have_the_family_too() -> None:
    """The names of general operations give those of directory buckets."""
    assert named.named_in_directory((named.ABORT,)) == named.DIRECTORY_ABORT
    assert set(named.named_in_directory(named.FAMILY)) < operations().keys()
