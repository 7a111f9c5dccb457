"""The two sets of pytest hooks: those that run tests, and those that keep the record.

Without xdist one process has both. With it each worker runs tests and sends what came of them, as
plain data on pytest's own report, to the controller, which alone writes.
"""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from conformance.pytest_plugin.crossing import (
    CROSSING,
    pack_test,
    pack_worker,
    unpack_test,
    unpack_worker,
)
from conformance.pytest_plugin.protocol import BriefProtocol
from conformance.pytest_plugin.stopping import hear_out, heed_the_controller
from conformance.runs.gc_tuning import spare_collector
from conformance.runs.worker import EndedTest, Worker

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from conformance.catalog.model import Test
    from conformance.runs.plan import Plan
    from conformance.runs.run import Run
    from conformance.runs.worker import EndedWorker

_WORKER: Final = pytest.StashKey[Worker]()
_CONTROLLER: Final = pytest.StashKey["ControllerHooks"]()
_ENDED: Final = pytest.StashKey[EndedTest]()
_FUNCTIONS: Final = ("test_scenario", "test_property")
_PARAMETER: Final = re.compile(rf"::(?:{'|'.join(_FUNCTIONS)})\[(.*)\]$")
_NO_TEST: Final = "NOTSET"
"""What pytest names the one item of a function for which there is no parameter."""


def judge(test: Test, request: pytest.FixtureRequest) -> None:
    """Run a test and give pytest its verdict: pass, ``pytest.fail`` or ``pytest.skip``."""
    worker = request.config.stash[_WORKER]
    ended = request.node.stash[_ENDED] = worker.run(test)
    line = ended.line
    if line.verdict.failed(strict=worker.plan.strict):
        pytest.fail(f"{line.verdict}: {line.reason}", pytrace=False)
    if line.verdict.not_run:
        pytest.skip(f"{line.verdict}: {line.reason}")


def catalogue_id(nodeid: str) -> str:
    """Return the catalogue's id out of pytest's."""
    found = _PARAMETER.search(nodeid)
    return found[1] if found else ""


class WorkerHooks:
    """Collects the tests of a plan and runs them."""

    def __init__(self, plan: Plan, worker: Worker, *, crosses: bool) -> None:
        self._plan = plan
        self._worker = worker
        self._crosses = crosses

    @classmethod
    def install(cls, config: pytest.Config, plan: Plan, name: str) -> None:
        """Make this process one that runs tests, under the name ``name``."""
        told = getattr(config, "workerinput", None)
        crosses = told is not None
        worker = Worker(plan, name, workers=told["workercount"] if told else 1)
        config.stash[_WORKER] = worker
        if crosses:
            heed_the_controller()
        config.pluginmanager.register(cls(plan, worker, crosses=crosses), "s3-conformance-worker")
        if crosses:
            config.pluginmanager.register(BriefProtocol(), "s3-conformance-protocol")

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
        """Put the test's line, and whether the target still lives, on the report."""
        report = yield
        ended = item.stash.get(_ENDED, None)
        if call.when != "call" or ended is None:
            return report
        del item.stash[_ENDED]  # pytest keeps its items to the end; the record has the line
        if ended.lost:
            item.session.shouldfail = ended.lost
        # pytest lets reports have attributes of others, and xdist carries them.
        setattr(report, CROSSING, pack_test(ended) if self._crosses else ended)
        return report

    def pytest_collection_finish(self) -> None:
        """Spare the collector the catalogue and the tests; with xdist the process ends with us."""
        if self._crosses:
            spare_collector()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Clean up, and tell the controller how that went."""
        ended = self._worker.close()
        if self._crosses:
            spare_collector()  # what the tests left behind, too: Python looks once more at its end
            # xdist gives a worker's config this attribute; its type has no such name.
            session.config.workeroutput[CROSSING] = pack_worker(ended)  # type: ignore[attr-defined]
        else:
            session.config.stash[_CONTROLLER].worker_ended(ended)


class ControllerHooks:
    """Takes what comes from where tests run and hands it to the `Run`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pickled: bytes | None = None
        self._workers: list[Any] = []
        """Nodes of xdist, which has no type for them, that have not said farewell."""
        self._was_interrupted = False
        self._session: pytest.Session | None = None

    @classmethod
    def install(cls, config: pytest.Config, run: Run) -> None:
        """Make this process the one that keeps the record."""
        config.stash[_CONTROLLER] = hooks = cls(run)
        config.pluginmanager.register(hooks, "s3-conformance-controller")

    @staticmethod
    def of(config: pytest.Config) -> ControllerHooks | None:
        """Return the hooks that were installed; None in a session that did not get so far."""
        return config.stash.get(_CONTROLLER, None)

    def turns_red(self, exit_code: int) -> bool:
        """End a session with the run's exit code where its own is 0; tell whether it was.

        pytest reads the session's status after everything is cleaned up, when the run has ended.
        """
        if self._session is None or self._session.exitstatus or not exit_code:
            return False
        self._session.exitstatus = exit_code
        return True

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep the session, whose status is the process's exit code."""
        self._session = session

    def pytest_report_header(self) -> str:
        """Say in pytest's own head line where the record will be."""
        return f"s3-conformance: {self._run.target.name}, record in {self._run.folder}"

    def worker_ended(self, worker: EndedWorker) -> None:
        """Take what a worker says at its end."""
        self._run.worker_ended(worker)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a test that ended, or one that was lost with its worker."""
        ended = getattr(report, CROSSING, None)
        if ended is not None:
            self._run.took(ended if isinstance(ended, EndedTest) else unpack_test(ended))
        elif report.failed:
            node = getattr(report, "node", None)
            worker = node.gateway.id if node is not None else "main"
            # xdist itself reports a test whose worker has died, in a phase that is none.
            died = report.when not in ("setup", "call", "teardown")
            text = f"worker {worker} died while running it" if died else report.longreprtext
            self._run.test_lost(catalogue_id(report.nodeid), text, worker)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn, without xdist, which tests are to be run."""
        if session.items:
            self._run.collected([catalogue_id(item.nodeid) for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: Sequence[str]) -> None:
        """Learn, with xdist, which tests are to be run."""
        del node
        self._run.collected([catalogue_id(name) for name in ids])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take a failed collection as our fault, never a quiet one."""
        if report.failed:
            self._run.our_fault(f"collecting failed: {report.longreprtext}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401  # xdist has no type for it
        """Hand a new worker the plan."""
        if self._pickled is None:
            self._pickled = pickle.dumps(self._run.plan)
        node.workerinput[CROSSING] = self._pickled
        self._workers.append(node)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401  # likewise
        """Take a worker's end: with its last words, or without any.

        xdist tells it twice of one that was interrupted.
        """
        if node not in self._workers:
            return
        self._workers.remove(node)
        said = getattr(node, "workeroutput", {}).get(CROSSING)
        if said is not None:
            self._run.worker_ended(unpack_worker(said))
        if error:
            self._run.worker_died(node.gateway.id, str(error))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that somebody stopped the run; pytest's own ways of stopping also come here."""
        if excinfo.type is KeyboardInterrupt:
            self._was_interrupted = True
            self._run.interrupted()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let interrupted workers clean up and say farewell, before xdist ends them."""
        spreading = session.config.pluginmanager.get_plugin("dsession")
        if self._was_interrupted and spreading is not None:
            hear_out(self._workers, spreading.queue, session.config.hook)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note a fault of pytest, xdist or ours."""
        self._run.our_fault(f"internal error: {excinfo.exconly()}")
