"""What the hooks of a worker change in their process, and put back."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any, cast

import pytest

from conformance.suite.hooks import CROSSING, WorkerHooks

WORKER = SimpleNamespace(close=list, requests_sent=7, name="gw0", unfinished=None)


@pytest.mark.parametrize("collected", [True, False])
def test_the_collector_is_left_as_it_was(*, collected: bool) -> None:
    """The catalogue is taken out of its sight for the session alone; others share the process."""
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    hooks = WorkerHooks(cast("Any", None), cast("Any", WORKER), crosses=True)
    if collected:
        hooks.pytest_collection_finish()
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_freeze_count() > frozen
    session = SimpleNamespace(config=SimpleNamespace(workeroutput={}))
    hooks.pytest_sessionfinish(cast("Any", session))
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == frozen
    assert session.config.workeroutput[CROSSING]["requests"] == 7
