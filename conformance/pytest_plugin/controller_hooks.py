"""The pytest hooks of the process that keeps the record.

Without xdist it runs the tests, too. With it each worker runs tests and sends the results,
as plain data on pytest's own report, to this process, which alone writes.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from conformance.pytest_plugin.private_api import died_with_worker, give_worker, worker_output
from conformance.pytest_plugin.stopping import Workers
from conformance.pytest_plugin.worker_hooks import CROSSING, catalogue_id
from conformance.runs.crossing import unpack_test, unpack_worker
from conformance.runs.worker import EndedTest
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.runs.run import Run


class ControllerHooks:
    """Takes what comes from where tests run and hands it to the `Run`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pickled: bytes | None = None
        self._workers = Workers()
        self._workers_end = False

    def pytest_report_header(self) -> list[str]:
        """Say in pytest's own head lines what is tested and where the record will be."""
        where = [harmless(line) for line in self._run.options.target.where()]
        name = f"{self._run.target.name}, record in {self._run.folder}"
        return [f"s3-conformance: {line}" for line in (*where, name)]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Take a test that begins, here or in a worker."""
        self._run.test_began(catalogue_id(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a test that ended, or one that was lost with its worker."""
        ended = getattr(report, CROSSING, None)
        if ended is not None:
            self._run.test_ended(ended if isinstance(ended, EndedTest) else unpack_test(ended))
        elif report.failed:
            node = getattr(report, "node", None)
            worker = node.gateway.id if node is not None else "main"
            died = died_with_worker(report)
            text = f"worker {worker} died while running it" if died else report.longreprtext
            self._run.test_lost(catalogue_id(report.nodeid), text, worker)
        if self._run.stopped and not self._workers_end:
            self._workers_end = True
            pytest.exit("as many tests failed as were asked for", pytest.ExitCode.TESTS_FAILED)

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
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401  # xdist exports no type
        """Give a new worker the plan."""
        if self._pickled is None:
            plan = self._run.plan
            if node.config.getoption("dist") == "worksteal":
                plan = replace(plan, concurrency=1)  # what has begun must not be taken away
            self._pickled = pickle.dumps(plan)
        give_worker(node, CROSSING, self._pickled)
        self._workers.started(node)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:  # noqa: ANN401  # likewise
        """Take a worker's end, with what it left for us or without anything."""
        if not self._workers.ended(node):
            return
        output = worker_output(node, CROSSING)
        if output is not None:
            self._run.worker_ended(unpack_worker(output))
        if error:
            self._run.worker_died(node.gateway.id, str(error))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note that somebody stopped the run; pytest's own ways of stopping also come here."""
        if excinfo.type is KeyboardInterrupt:
            self._workers_end = True
            self._run.interrupted()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let interrupted workers clean up and report, before xdist ends them."""
        if self._workers_end:
            self._workers.interrupt(session.config)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note a fault of pytest, xdist or ours."""
        self._run.our_fault(f"internal error: {excinfo.exconly()}")
