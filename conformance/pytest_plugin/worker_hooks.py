"""The pytest hooks of a process that runs tests: a worker of xdist, or the only process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from conformance.engine.limits import limit_of
from conformance.pytest_plugin.call_only import CallOnlyProtocol
from conformance.pytest_plugin.private_api import leave_output, upcoming, worker_input
from conformance.pytest_plugin.stopping import obey_controller_only
from conformance.runs.crossing import pack_test, pack_worker
from conformance.runs.gc_tuning import freeze_gc
from conformance.runs.heap import give_back_large_blocks
from conformance.runs.loop import runner_of
from conformance.runs.worker import EndedTest, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from conformance.catalog.model import Test
    from conformance.runs.plan import Plan
    from conformance.runs.worker import EndedWorker

CROSSING: Final = "s3_conformance"
"""Our one name among the data that xdist carries between processes."""
_ENDED: Final = pytest.StashKey[EndedTest]()
_FUNCTIONS: Final = ("test_scenario", "test_property")
_PARAMETER: Final = re.compile(rf"::(?:{'|'.join(_FUNCTIONS)})\[(.*)\]$")
_NO_TEST: Final = "NOTSET"
"""What pytest names the one item of a function for which there is no parameter."""
_HOOKS: Final = pytest.StashKey["WorkerHooks"]()


def run_in_pytest(test: Test, request: pytest.FixtureRequest) -> None:
    """Run a test and give pytest its verdict: pass, ``pytest.fail`` or ``pytest.skip``."""
    hooks = request.config.stash[_HOOKS]
    ended = request.node.stash[_ENDED] = hooks.run(test, request.session)
    line = ended.line
    if line.verdict.failed(strict=hooks.strict):
        pytest.fail(f"{line.verdict}: {line.said}", pytrace=False)
    if line.verdict.not_run:
        pytest.skip(f"{line.verdict}: {line.said}")


def catalogue_id(nodeid: str) -> str:
    """Return the catalogue's id out of pytest's."""
    found = _PARAMETER.search(nodeid)
    return found[1] if found else ""


def _test_of(item: pytest.Item) -> Test:
    """Return the test of one of our items."""
    test: Test = item.callspec.params["one_test"]  # type: ignore[attr-defined]  # a parametrized one
    return test


class WorkerHooks:
    """Collects the tests of a plan and runs them; gives ``end`` what the worker says at its end."""

    def __init__(
        self,
        plan: Plan,
        worker: Worker,
        processes: int,
        end: Callable[[EndedWorker], None] | None,
    ) -> None:
        self._plan = plan
        self._worker = worker
        self._runner = runner_of(worker, processes)
        self._end = end
        self._crosses = end is None
        """The controller is another process."""
        self._offered: set[pytest.Item] = set()

    @classmethod
    def install(
        cls,
        config: pytest.Config,
        plan: Plan,
        name: str,
        end: Callable[[EndedWorker], None] | None = None,
    ) -> None:
        """Make this process one that runs tests, under the name ``name``.

        Without ``end`` it is a worker of xdist's, and all that it says crosses to the controller.
        """
        given = worker_input(config)
        workers = given["workercount"] if given is not None else 1
        limit = limit_of(plan.concurrency, workers, plan.first_in_flight)
        worker = Worker(plan, name, workers=workers, limit=limit)
        hooks = config.stash[_HOOKS] = cls(plan, worker, workers, end)
        config.pluginmanager.register(hooks, "s3-conformance-worker")
        if end is None:
            obey_controller_only()
            give_back_large_blocks()
            config.pluginmanager.register(CallOnlyProtocol(), "s3-conformance-protocol")

    @property
    def strict(self) -> bool:
        """Whether WARN and VARIANT fail."""
        return self._plan.strict

    def run(self, test: Test, session: pytest.Session) -> EndedTest:
        """Run a test; those that are known to follow may be run ahead."""
        if self._crosses and self._plan.concurrency != 1:
            new = upcoming(session, self._offered)
            self._offered.update(new)
            self._runner.offer([test, *map(_test_of, new)])
        (ended,) = self._runner.run(test)
        return ended

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make each test of the plan a parameter of the function for its kind."""
        if metafunc.function.__name__ in _FUNCTIONS and "one_test" in metafunc.fixturenames:
            laws = metafunc.function.__name__ == "test_property"
            tests = [test for test in self._plan.tests if self._worker.is_law(test) == laws]
            metafunc.parametrize("one_test", tests, ids=[test.id for test in tests])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the empty item of a function for which there are no tests."""
        items[:] = [item for item in items if catalogue_id(item.nodeid) != _NO_TEST]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the test's line, and whether the target was lost, on the report."""
        report = yield
        ended = item.stash.get(_ENDED, None)
        if call.when != "call" or ended is None:
            return report
        del item.stash[_ENDED]  # pytest keeps its items to the end; the record has the line
        if ended.lost:
            item.session.shouldfail = ended.lost
        elif self._plan.late:
            item.session.shouldfail = "the time of the run is over"
        # A report may have attributes of others, says pytest; and xdist carries them.
        setattr(report, CROSSING, pack_test(ended) if self._crosses else ended)
        return report

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the catalogue and the tests from the garbage collector, if the process is ours.

        In pytest's only process all tests are known from here on.
        """
        if self._crosses:
            freeze_gc()
        else:
            ours = (item for item in session.items if catalogue_id(item.nodeid))
            self._runner.offer(map(_test_of, ours))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Clean up, and report how that went."""
        (ended,) = self._runner.close()
        if self._end is not None:
            self._end(ended)
            return
        freeze_gc()  # what the tests left behind, too: Python looks once more at its end
        leave_output(session.config, CROSSING, pack_worker(ended))
