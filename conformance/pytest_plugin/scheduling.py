"""Which tests xdist gives to which worker, where a worker runs several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from xdist.scheduler import LoadScheduling

from conformance.engine.limits import MOST

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

_AT_ONCE: Final = 8
_LEAST: Final = 2
"""A worker begins its last test only when it knows of another, or that there is none."""


class AheadScheduling(LoadScheduling):  # type: ignore[misc]  # xdist exports no types
    """Keeps as many tests with each worker as it may have in flight, and takes none back.

    xdist's own ways leave a worker with two tests at the end, or steal what it has begun.
    """

    def check_schedule(self, node: WorkerController, duration: float = 0) -> None:
        """Give a worker more when it has fewer than it may begin."""
        del duration
        if node.shutting_down:
            return
        if not self.pending:
            node.shutdown()
        most = min(MOST, max(_LEAST, self._fair_share()))
        while self.pending and len(self.node2pending[node]) < most:
            self._send_tests(node, min(_AT_ONCE, most - len(self.node2pending[node])))

    def _fair_share(self) -> int:
        """Return how many tests each worker has if all divide what has not ended, rounded up."""
        left = len(self.pending) + sum(map(len, self.node2pending.values()))
        return -(-left // len(self.node2pending))


class AheadSchedule:
    """The plugin that has xdist schedule so."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> AheadScheduling:
        """Return the scheduler."""
        return AheadScheduling(config, log)
