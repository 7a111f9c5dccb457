"""Stops the workers of an interrupted run one by one, each with its clean-up and its last words.

Ctrl-C reaches the whole foreground group of a terminal, another signal the controller alone. So
that a worker is stopped once, whoever was hit, it listens to its controller and to nobody else.
"""

from __future__ import annotations

import os
import signal
import time
from queue import Empty
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from queue import Queue

    import pluggy

_PATIENCE_SECONDS: Final = 30.0
"""For the clean-up of all workers; what they leave is then removed by name."""


def heed_the_controller() -> None:
    """In a worker: be interrupted by SIGTERM, which `hear_out` sends, and not by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def hear_out(
    workers: Sequence[Any],
    events: Queue[tuple[str, dict[str, Any]]],
    hook: pluggy.HookRelay,
) -> None:
    """Interrupt xdist's workers, and pass on what they say until each has ended.

    ``events`` is xdist's queue, which it does not read any more once it was interrupted itself.
    Of it come ends of tests (``pytest_runtest_logreport``) and of workers
    (``pytest_testnodedown``, after which a worker is no longer among ``workers``).
    """
    for node in workers:
        _interrupt(node)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while workers:
        try:
            name, said = events.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            return
        if name == "testreport":
            said["rep"].node = said["node"]
            hook.pytest_runtest_logreport(report=said["rep"])
        elif name in ("workerfinished", "errordown"):
            hook.pytest_testnodedown(node=said["node"], error=said.get("error"))


def _interrupt(node: Any) -> None:  # noqa: ANN401  # xdist has no type for its nodes
    try:
        os.kill(node.gateway._rinfo().pid, signal.SIGTERM)  # noqa: SLF001  # execnet documents it
    except OSError:
        return  # it has ended, or does not answer any more
