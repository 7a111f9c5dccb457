"""The environment of the proof: one reference with all faults, and the engine."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

from conformance.engine.names import new_run_id
from conformance.engine.runner import run_test
from conformance.engine.worker_context import WorkerContext
from conformance.faults.planting import HEADER, WITNESS, FaultServer
from conformance.reference.server import ReferenceServer, Settings
from conformance.runs.unanswered import asked_again, was_closed
from conformance.targets.profile_file import load_profile
from conformance.vocabulary.specs_folder import specs_root
from conformance.wire.client import Wire
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from conformance.catalog.model import Catalog, Test
    from conformance.engine.capabilities import Decision
    from conformance.faults.model import Fault, Seen
    from conformance.record.model import TestLine
    from conformance.wire.model import Call, Exchange

_PROFILE: Final = "targets/reference.yaml"


class FaultySender:
    """A wire whose requests name the active fault."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._fault: str | None = None

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call; the header with the fault is added after signing."""
        if self._fault is not None:
            late = (*call.edits.late_headers, (HEADER, self._fault))
            call = replace(call, edits=replace(call.edits, late_headers=late))
        return self._wire.send(call, identity)

    @contextmanager
    def naming(self, fault: str | None) -> Iterator[None]:
        """Activate that fault within the block; None for no fault."""
        before, self._fault = self._fault, fault
        try:
            yield
        finally:
            self._fault = before


class FaultyTarget:
    """One process's reference with its faults; a context manager, not for several threads."""

    def __init__(self, catalog: Catalog, faults: Mapping[str, Fault]) -> None:
        self._catalog = catalog
        self._fault_server = FaultServer(faults)
        self._stack = ExitStack()
        self._decisions: dict[str, Decision] = {}

    @property
    def decided(self) -> bool:
        """Whether the capabilities of the endpoint were probed."""
        return bool(self._decisions)

    def __enter__(self) -> Self:
        server = self._stack.enter_context(
            ReferenceServer(
                Settings(movable_clock=True, access_points=True), shape=self._fault_server.shape
            )
        )
        shipped = load_profile(specs_root() / _PROFILE, self._catalog.capabilities)
        self._profile = shipped.reached_at(
            endpoint_url=server.endpoint_url,
            tls_endpoint_url=server.tls_endpoint_url,
            ca_file=server.ca_file,
            region=server.region,
        )
        self._endpoint = self._profile.endpoint()
        accounts = {"main": server.account, "alt": server.alt_account}
        self._identities = {
            name: Identity(one.access_key, one.secret_key) for name, one in accounts.items()
        }
        self._wire = self._stack.enter_context(Wire(self._endpoint, self._identities))
        self._sender = FaultySender(self._wire)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @contextmanager
    def context(self) -> Iterator[WorkerContext]:
        """Yield a context with buckets of its own, which are removed at the end of the block.

        Only steps of tests are answered with a fault: buckets are made, and what tests leave is
        removed, as if there were none.
        """
        context = WorkerContext(
            sender=self._sender,
            setup_sender=self._wire,
            catalog=self._catalog,
            claims=self._profile,
            endpoint=self._endpoint,
            identities=self._identities,
            run_id=new_run_id(),
            decisions=self._decisions,
            values={str(name): value for name, value in self._profile.values.items()},
            shares_set_ups=False,  # what each test touches, and what it catches, is its own
        )
        try:
            yield context
        finally:
            context.close()
            context.take_problems()

    def decide(self, tests: tuple[Test, ...]) -> None:
        """Probe the endpoint's capabilities without a fault, once for all further contexts."""
        with self.context() as context:
            decisions = context.capabilities
            for name in dict.fromkeys(name for test in tests for name in decisions.needs(test)):
                decisions.of(name)
            self._decisions = dict(decisions.made)

    def witness(self, test: Test, context: WorkerContext) -> tuple[TestLine, tuple[Seen, ...]]:
        """Run a test without a fault; return its line and the endpoint's notes on its requests."""
        self._fault_server.seen()
        with self._sender.naming(WITNESS):
            line = run_test(test, context)
        return line, self._fault_server.seen()

    def run(self, test: Test, context: WorkerContext, fault: str) -> TestLine:
        """Run a test with one fault; again if the connection was closed, as a normal run does."""
        with self._sender.naming(fault):
            line = run_test(test, context)
            if not was_closed(line):
                return line
            return asked_again(line, run_test(test, context), context.rule_book)

    def crashes(self, fault: str) -> tuple[str, ...]:
        """Return the crashes that the fault caused in the reference itself, and reset them."""
        found = self._fault_server.crashes(fault)
        self._fault_server.forget(fault)
        return found
