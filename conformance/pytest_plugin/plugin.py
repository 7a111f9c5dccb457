"""The pytest plugin: options for a plain pytest run, and the hooks of whichever process this is."""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from conformance.catalog.problems import SpecError
from conformance.engine.limits import read_concurrency
from conformance.pytest_plugin.controller_hooks import ControllerHooks
from conformance.pytest_plugin.private_api import worker_input
from conformance.pytest_plugin.worker_hooks import CROSSING, WorkerHooks
from conformance.runs.errors import UsageError
from conformance.runs.options import RunOptions
from conformance.targets.option_values import read_options, with_environment
from conformance.targets.options import OPTIONS
from conformance.vocabulary.text import OptionError, harmless, not_empty

if TYPE_CHECKING:
    from collections.abc import Generator

    from conformance.runs.run import Run
    from conformance.targets.options import TargetOption

_MAIN: Final = "main"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say which target; ``pytest --pyargs conformance.suite --help``."""
    group = parser.getgroup("s3-conformance", "the S3 endpoint to test")
    for row in OPTIONS:
        if not row.pytest_flag:
            continue
        if row.kind == "switch":
            group.addoption(row.pytest_flag, dest=_dest(row), action="store_true", help=row.help)
        else:
            group.addoption(
                row.pytest_flag,
                dest=_dest(row),
                metavar=row.metavar or "|".join(row.choices),
                help=row.help,
            )
    group.addoption("--s3-select", metavar="EXPR", action="append", default=[])
    group.addoption(
        "--s3-concurrency", metavar="N|auto", default="auto", help="tests in flight in each process"
    )
    group.addoption("--s3-strict", action="store_true", help="WARN and VARIANT fail too")
    group.addoption("--s3-bucket", metavar="NAME", help="use this bucket of yours")
    group.addoption("--s3-out", metavar="DIR", help="folder of the run's record")


def _dest(row: TargetOption) -> str:
    """Return the name among pytest's own options, which another plugin must not have."""
    return f"s3_target_{row.field}"


def run_options(config: pytest.Config) -> RunOptions:
    """Return what pytest's options, and the environment, ask for.

    Raises `UsageError` and `OptionError`; an empty value is a mistake, such as a variable not set.
    """
    given = {row.field: config.getoption(_dest(row), None) for row in OPTIONS}
    flags = {row.field: row.pytest_flag for row in OPTIONS}
    select = config.getoption("s3_select")
    out = config.getoption("s3_out")
    for name, values in (
        ("select", select),
        ("bucket", [config.getoption("s3_bucket")]),
        ("out", [out]),
    ):
        for value in values:
            if value is not None:
                not_empty(value, f"--s3-{name}")
    return RunOptions(
        target=with_environment(read_options(given, flags), os.environ),
        select=tuple(select),
        strict=config.getoption("s3_strict"),
        bucket=config.getoption("s3_bucket"),
        concurrency=read_concurrency(config.getoption("s3_concurrency"), "--s3-concurrency"),
        out=None if out is None else Path(out),
        command=(Path(sys.argv[0]).name, *sys.argv[1:]),
        face="pytest",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Become the worker that xdist made this process, or the controller, or both in one."""
    given = worker_input(config)
    if given is not None:
        # The bytes come from our own controller, over the pipe that xdist made.
        plan = pickle.loads(given[CROSSING])  # noqa: S301
        WorkerHooks.install(config, plan, given["workerid"])
        return
    if not config.getoption("collectonly") and not config.getoption("help"):
        _begin(config)


def _begin(config: pytest.Config) -> None:
    """Begin a run and register the hooks of the process that keeps its record.

    That process runs the tests, too, unless xdist does. Ends the session when nothing can be run.
    """
    # Imported here: a worker needs none of it.
    from conformance.runs.display import Silence  # noqa: PLC0415
    from conformance.runs.run import Run  # noqa: PLC0415
    from conformance.runs.selection import make_selection  # noqa: PLC0415

    try:
        options = run_options(config)
        run = Run(options, make_selection(options), Silence())
        end = _End(run)
        config.add_cleanup(end.end)
        well = run.begin()
    except (SpecError, UsageError, OptionError) as error:
        raise pytest.UsageError(str(error)) from error
    if not well:
        pytest.exit(run.trouble, run.trouble_code)
    config.pluginmanager.register(end, "s3-conformance-end")
    config.pluginmanager.register(ControllerHooks(run), "s3-conformance-controller")
    if config.getoption("dist", "no") == "no":
        WorkerHooks.install(config, run.plan, _MAIN, run.worker_ended)


class _End:
    """Ends a run with pytest's session, or before if that does not get so far."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._stack = ExitStack()
        self._stack.enter_context(run)

    def end(self) -> None:
        """End the run, unless it has ended."""
        self._stack.close()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, exitstatus: int) -> Generator[None]:
        """End the run after all hooks, and keep pytest from being green where the run is not.

        Tests that were all skipped are well for pytest, and have shown nothing.
        """
        yield
        self.end()
        ending = self._run.ending
        if not exitstatus and ending is not None and ending.exit_code:
            pytest.exit(f"s3-conformance: {harmless(ending.sentence)}", ending.exit_code)
