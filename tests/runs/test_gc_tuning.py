"""What a run changes of the garbage collector of its process, and puts back."""

from __future__ import annotations

import gc
from contextlib import suppress

import pytest

from conformance.runs.gc_tuning import frozen_gc


@pytest.mark.parametrize("fails", [True, False])
def test_the_collector_is_left_as_it_was(*, fails: bool) -> None:
    """What is there is out of its sight for the block alone; others share the process."""
    gc.unfreeze()  # what a command that another test ran to its end had left
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with suppress(KeyError), frozen_gc():
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > frozen
        if fails:
            raise KeyError
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == frozen


def test_blocks_may_lie_within_each_other() -> None:
    """Two runs in one process, as `run --against` has them, leave the outer's settings alone."""
    before = gc.get_threshold()
    with frozen_gc():
        within = gc.get_threshold()
        with frozen_gc():
            assert gc.get_threshold() == within
        assert gc.get_threshold() == within
    assert gc.get_threshold() == before
