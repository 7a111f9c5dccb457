"""A run of real clients: the same beginning, record, baseline and reports as any other run."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.clients.client_run import ClientRun, PackOptions
from conformance.clients.installing import (
    InstallError,
    install,
    installed,
    missing_programs,
)
from conformance.clients.lines import Step
from conformance.clients.tests import test_id, tests_of
from conformance.runs.worker import EndedTest, EndedWorker, make_context
from conformance.vocabulary.times import utc_now
from conformance.vocabulary.verdicts import Verdict
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.catalog.model import Catalog, Test
    from conformance.clients.model import Client
    from conformance.engine.secrets import Secrets
    from conformance.engine.worker_context import WorkerContext
    from conformance.record.model import TestLine
    from conformance.runs.plan import Plan
    from conformance.runs.run import Run
    from conformance.runs.selection import Selection
    from conformance.wire.model import Exchange, Transport

    Taken = Mapping[Transport, Sequence[Exchange]]
    Seen = Callable[[Client, str, Transport, Sequence[Exchange], Sequence[str]], None]


def client_selection(selection: Selection, clients: Sequence[Client]) -> Selection:
    """Return a selection of the clients' steps instead of the catalogue's tests."""
    chosen = tuple(test for test, _, _ in tests_of(clients, selection.catalog))
    left_out = (*selection.left_out, *(test.id for test in selection.tests))
    return replace(selection, tests=chosen, left_out=left_out)


class ClientPack:
    """Runs clients one after the other, within a `Run` that has begun.

    ``seen`` is told the exchanges of each step as they went over the wire, secrets and all; it is
    how drift is found.
    """

    def __init__(self, run: Run, options: PackOptions, seen: Seen | None = None) -> None:
        self._run = run
        self._options = options
        self._seen = seen
        self._catalog: Catalog = run.selection.catalog
        self._wire = Wire(run.plan.endpoint, run.plan.identities)
        self._context: WorkerContext = make_context(run.plan, self._wire, "main")
        self._requests = 0

    def run_all(self) -> None:
        """Run each client; clean-up follows in any case."""
        self._run.collected([test.id for test in self._run.selection.tests])
        try:
            with tempfile.TemporaryDirectory(prefix="s3-conformance-clients-") as work:
                for client in self._options.clients:
                    self._run_client(client, Path(work))
        finally:
            self._run.worker_ended(self._close())

    def _close(self) -> EndedWorker:
        self._context.close()
        self._wire.close()
        return EndedWorker(
            name="main",
            problems=tuple(one.text for one in self._context.take_problems()),
            requests=self._wire.requests_sent + self._requests,
        )

    def _run_client(self, client: Client, work: Path) -> None:
        steps = {
            step: Step(test=test, client=client, step=step)
            for test, _, step in tests_of((client,), self._catalog)
        }
        reason = self._unavailable(client)
        if reason is not None:
            verdict, text = reason
            for one in steps.values():
                self._keep(one.not_run(verdict, text, started=utc_now(), kind="install"))
            return
        ClientRun(self, client, steps, work / client.id).carry_out()

    def _unavailable(self, client: Client) -> tuple[Verdict, str] | None:
        """Return why a client can't be run: a toolchain that is missing, or no leave to install."""
        options = self._options
        if missing := missing_programs(client):
            text = f"{client.name} needs {' and '.join(missing)}, which {_is(missing)} not found"
            since = f"; not run since {client.not_run_since}" if client.not_run_since else ""
            return Verdict.SKIP, text + since
        if installed(client, options.cache):
            return None
        if not options.install:
            hint = f"s3-conformance clients --client {client.id} --install"
            return Verdict.SKIP, f"{client.name} is not installed: {hint}"
        options.say(f"installing {client.name} {client.version} by {client.registry}")
        try:
            install(client, options.cache)
        except InstallError as error:
            return Verdict.ERROR, str(error)
        return None

    def bucket_of(self, test: Test) -> Mapping[str, str]:
        """Return the names ``bucket`` and ``prefix`` for a test.

        BucketUnavailable or Lost when there is no such bucket.
        """
        session = self._context.session(test)
        return {name: str(session.scope.names[name]) for name in ("bucket", "prefix")}

    def _keep(self, line: TestLine) -> None:
        self._run.test_ended(EndedTest(line))

    @property
    def plan(self) -> Plan:
        """The endpoint and its key pairs."""
        return self._run.plan

    @property
    def options(self) -> PackOptions:
        """What was asked for."""
        return self._options

    @property
    def secrets(self) -> Secrets:
        """The run's secrets, which learn on their own from here."""
        return self._context.secrets.copy()

    def keep(
        self,
        line: TestLine,
        client: Client,
        taken: Taken | None = None,
        buckets: Sequence[str] = (),
    ) -> None:
        """Keep a step that ended, with what went by while it was taken, and in which buckets."""
        self._keep(line)
        if taken is None:
            return
        self._requests += sum(len(one) for one in taken.values())
        step = line.id.removeprefix(test_id(client.id, ""))
        if self._seen is None:
            return
        for transport, exchanges in taken.items():
            self._seen(client, step, transport, exchanges, buckets)

    def problem(self, text: str) -> None:
        """Note what went wrong outside of a step."""
        self._run.recorder.problem(self._context.secrets.hide(text))


def _is(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"
