"""Stops the workers of an interrupted run one by one, each with its clean-up and its results.

Ctrl-C reaches the whole foreground group of a terminal, another signal the controller alone. So
that a worker is stopped once, whoever was hit, it listens to its controller and to nobody else.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, Final

from conformance.pytest_plugin.private_api import forward_events

if TYPE_CHECKING:
    import pytest

_CLEAN_UP_SECONDS: Final = 30.0
"""For the clean-up of all workers; what they leave is then removed by name."""
_START_SECONDS: Final = 10.0
_TELL_PROCESS: Final = "import os; channel.send(os.getpid())"


def obey_controller_only() -> None:
    """In a worker: be interrupted by SIGTERM, which `Workers.interrupt` sends, not by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


class Workers:
    """The workers of xdist that have not ended, with their processes."""

    def __init__(self) -> None:
        self._processes: dict[Any, int | None] = {}
        """By xdist's node; None for a worker on another machine."""

    def started(self, node: Any) -> None:  # noqa: ANN401  # xdist exports no type
        """Take a worker that starts; to be called before it is given work.

        Later it could not be asked for its process: it runs one thing at a time.
        """
        process = None
        if node.gateway.spec.popen:
            channel = node.gateway.remote_exec(_TELL_PROCESS)
            process = channel.receive(_START_SECONDS)
            channel.waitclose(_START_SECONDS)
        self._processes[node] = process

    def ended(self, node: Any) -> bool:  # noqa: ANN401  # likewise
        """Take a worker that ended; False when that was known, as xdist may report it twice."""
        return self._processes.pop(node, self) is not self

    def interrupt(self, config: pytest.Config) -> None:
        """Interrupt the workers, and pass on their results until each has ended."""
        for process in self._processes.values():
            if process is not None:
                _interrupt(process)
        forward_events(config, lambda: not self._processes, _CLEAN_UP_SECONDS)


def _interrupt(process: int) -> None:
    try:
        os.kill(process, signal.SIGTERM)
    except OSError:
        return  # it has ended
