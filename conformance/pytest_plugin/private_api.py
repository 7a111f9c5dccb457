"""What the plugin has to know of pytest and xdist beyond what they document, in one module.

pyproject.toml bounds both to the major versions that this was written for; what is here is to be
looked at again before a bound is raised. Each function says why nothing public does. Of everything
else in this package only the public API is used.
"""

from __future__ import annotations

import time
from itertools import takewhile
from queue import Empty
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    import pytest

    Node = Any
    """xdist's ``WorkerController``: a worker, as the controller sees it. xdist exports no type."""

_PHASES: Final = ("setup", "call", "teardown")


def worker_input(config: pytest.Config) -> dict[str, Any] | None:
    """Return what the controller gave this worker; None in a process that is not xdist's worker.

    xdist documents that the attribute is there (how to read ``mainargv``), but pytest's type does
    not know it. Beside our own data it has ``workerid`` and ``workercount``.
    """
    given: dict[str, Any] | None = getattr(config, "workerinput", None)
    return given


def give_worker(node: Node, name: str, data: bytes) -> None:
    """Give a worker some bytes; to be called from ``pytest_configure_node``."""
    node.workerinput[name] = data


def leave_output(config: pytest.Config, name: str, data: dict[str, Any]) -> None:
    """Leave plain data for the controller at the end of a worker; see `worker_output`.

    The only thing that a worker can hand over when its last test is over. xdist's changelog and
    pytest-cov name the attribute, no document does.
    """
    config.workeroutput[name] = data  # type: ignore[attr-defined]  # xdist adds it


def worker_output(node: Node, name: str) -> dict[str, Any] | None:
    """Return what a worker left; None when it ended before it could."""
    left: dict[str, Any] | None = getattr(node, "workeroutput", {}).get(name)
    return left


def upcoming(session: pytest.Session, known: Container[pytest.Item]) -> list[pytest.Item]:
    """Return the items that xdist has sent to this worker since the last call, in their order.

    A worker is sent a few at a time, in the order in which it runs them, so that those behind the
    last ``known`` one are new. Its queue is an attribute of the plugin that runs its loop, and no
    hook shows more than the next item.
    """
    for plugin in session.config.pluginmanager.get_plugins():
        if (queue := getattr(plugin, "torun", None)) is not None:
            with queue.lock() as waiting:
                numbers = [plugin.nextitem_index, *waiting]
            latest_first = (session.items[one] for one in reversed(numbers) if isinstance(one, int))
            new = takewhile(lambda item: item not in known, latest_first)
            return list(new)[::-1]
    return []


def died_with_worker(report: pytest.TestReport) -> bool:
    """Return whether xdist made up this report, for the test in which a worker died.

    ``pytest_handlecrashitem`` is the public hook for such a test, but what it is given is not
    marked either. xdist's report has a phase that pytest's never have.
    """
    return report.when not in _PHASES


def forward_events(config: pytest.Config, until: Callable[[], bool], seconds: float) -> None:
    """Call the hooks for what xdist's workers still report, until ``until()``, or for ``seconds``.

    An interrupted controller no longer reads what its workers send, and its session ends without
    the tests that they finished meanwhile. There is no public way to them but xdist's own loop,
    which ended with the interruption. The hooks are ``pytest_runtest_logreport``, with the worker
    as ``node`` of the report as xdist documents it, and ``pytest_testnodedown``. Without xdist
    nothing is done.
    """
    session = config.pluginmanager.get_plugin("dsession")
    if session is None:
        return
    deadline = time.monotonic() + seconds
    while not until():
        try:
            name, event = session.queue.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            return
        if name == "testreport":
            event["rep"].node = event["node"]
            config.hook.pytest_runtest_logreport(report=event["rep"])
        elif name in ("workerfinished", "errordown"):
            config.hook.pytest_testnodedown(node=event["node"], error=event.get("error"))
