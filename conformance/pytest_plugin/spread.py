"""Starts pytest for a run of ours, shut off from whatever else the user's pytest does."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from conformance.pytest_plugin.plugin import Handover
from conformance.pytest_plugin.scheduling import AheadSchedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.runs.run import Run

_FOLDER: Final = Path(__file__).parents[1] / "suite"
# What our tests have no use for; each would be asked before, around and after every one of them.
_WITHOUT: Final = (
    "assertion", "cacheprovider", "capture", "doctest", "faulthandler", "junitxml", "logging",
    "monkeypatch", "nose", "pastebin", "recwarn", "setuponly", "setupplan", "skipping", "stepwise",
    "subtests", "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings",
)  # fmt: skip
_FOREIGN: Final = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
_OURS: Final = ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTHONSAFEPATH")
_PACKAGES: Final = Path(__file__).parents[2]
"""Where this package is, which workers have to import."""


def spread_tests(run: Run, workers: str) -> None:
    """Run the plan's tests in ``workers`` (a number or ``auto``) processes of xdist.

    A user's configuration, plugins and environment do not count here: a ``-k`` in PYTEST_ADDOPTS
    would leave tests out of a run that then looks green.
    """
    # Before pytest's hooks: what fails here, such as a full disk, is no mistake of theirs.
    run.collected([test.id for test in run.plan.tests])
    ahead = run.plan.concurrency != 1
    arguments = [
        "--quiet",
        "-c",
        str(_FOLDER / "pytest.ini"),
        f"--rootdir={_FOLDER}",
        "--import-mode=importlib",
        "-p",
        "conformance.pytest_plugin.plugin",
        *(word for name in _WITHOUT for word in ("-p", f"no:{name}")),
        *("-p", "xdist.plugin", "-n", workers, "--dist", "load" if ahead else "worksteal"),
        *(str(_FOLDER / name) for name in ("test_scenarios.py", "test_properties.py")),
    ]
    plugins: list[object] = [Handover(run)]
    if ahead:
        plugins.append(AheadSchedule())
    with _alone():
        code = pytest.main(arguments, plugins=plugins)
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        run.our_fault(f"pytest ended with {code!r}")


def _is_working_folder(entry: str) -> bool:
    """Return whether workers would import from the user's folder: a py.py there ends them."""
    if entry == "":
        return True
    with suppress(OSError):
        return Path(entry).samefile(Path.cwd()) and not Path(entry).samefile(_PACKAGES)
    return False


@contextmanager
def _alone() -> Iterator[None]:
    """Keep foreign options and plugins from pytest and its workers within the block."""
    before = {name: os.environ.pop(name, None) for name in _FOREIGN}
    before |= {name: os.environ.get(name) for name in _OURS}
    os.environ |= dict.fromkeys(_OURS, "1")
    path = sys.path[:]
    sys.path[:] = [one for one in path if not _is_working_folder(one)]
    try:
        yield
    finally:
        sys.path[:] = path
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
