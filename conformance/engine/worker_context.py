"""The state of one worker: its wire, buckets, sessions and problems, and what it removes."""

from __future__ import annotations

import copy
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.engine.buckets import PLAIN, Buckets, bucket_name
from conformance.engine.capabilities import means, probe
from conformance.engine.capability_decisions import CapabilityDecisions
from conformance.engine.guard import NAME_ROOT, Territory
from conformance.engine.lease import KEY_ROOT, lease_key
from conformance.engine.names import SessionNames, check_names
from conformance.engine.request_gate import RequestGate
from conformance.engine.secrets import Secrets
from conformance.engine.session import Sender, Session
from conformance.engine.shared_set_ups import SharedSetUps
from conformance.engine.values import Scope
from conformance.engine.worker_sweep import sweep_worker
from conformance.findings.book import catalog_book
from conformance.record.model import ProblemLine, RecordedExchange
from conformance.vocabulary.format import DEFAULT_VALUES, STAND_INS
from conformance.vocabulary.times import utc_now
from conformance.wire.addressing import port_of
from conformance.wire.model import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.catalog.model import Capability, Catalog, Test
    from conformance.engine.capabilities import Claims, Decision, Probed
    from conformance.engine.session import AroundStep
    from conformance.wire.model import Endpoint, Exchange, Identity, Transport


class WorkerContext:
    """What a worker needs to run tests; threads may share it, each with a test of its own.

    ``gate`` lets all requests out, ``break_off`` aborts those in flight. ``sender`` sends the steps
    of tests, and ``setup_sender`` (by default the same) all the rest: probes, buckets, clean-up.
    Each step of a test is performed within ``around_step``. These are how a run looks into what is
    sent, or changes it; nothing is put in their place later.
    ``lent`` is the user's own bucket: then nothing is created, and only keys below the run's
    prefix are touched. ``decisions`` are those that another process has come to already; what is
    missing among them is probed when a test first needs it, see ``capabilities``. ``values`` are
    what the target's profile tells, by the names of `PROFILE_VALUES`. Where not
    ``shares_set_ups`` every test has a set-up of its own, see `SharedSetUps`. Names:
    ``run_id`` up to 24, ``worker`` up to 8 lower-case letters and digits, else ValueError.
    """

    def __init__(  # noqa: PLR0913  # all by name; a context is made in one place
        self,
        *,
        sender: Sender,
        setup_sender: Sender | None = None,
        around_step: AroundStep = nullcontext,
        gate: RequestGate | None = None,
        break_off: Callable[[], None] = lambda: None,
        catalog: Catalog,
        claims: Claims,
        endpoint: Endpoint,
        identities: Mapping[str, Identity],
        run_id: str,
        worker: str = "main",
        lent: str | None = None,
        decisions: Mapping[str, Decision] | None = None,
        values: Mapping[str, str] | None = None,
        shares_set_ups: bool = True,
    ) -> None:
        check_names(run_id, worker)
        self.catalog = catalog
        self.rule_book = catalog_book(catalog)
        self.worker = worker
        self.secrets = Secrets.of(identities.values())
        self._sender = sender
        self._setup_sender = setup_sender or sender
        self._around_step = around_step
        self.gate = gate or RequestGate()
        self._break_off = break_off
        self.set_ups = SharedSetUps()
        self._shares_set_ups = shares_set_ups
        self._problems: list[ProblemLine] = []
        self._endpoint = endpoint
        told = DEFAULT_VALUES | {
            name: value
            for name, value in (values or {}).items()
            if lent is None or name not in STAND_INS
        }
        self._territory = Territory(
            bucket_prefix=f"{NAME_ROOT}{run_id}-",
            key_prefix=f"{KEY_ROOT}{run_id}/",
            lent=lent,
            stand_ins=frozenset(told[name] for name in STAND_INS if name in told),
        )
        self._names = SessionNames(
            worker=worker,
            territory=self._territory,
            region=endpoint.region,
            access_key=identities["main"].access_key,
            values=told,
        )
        self.capabilities = CapabilityDecisions(
            catalog=catalog,
            claims=claims,
            at_hand=means(endpoint, identities, told),
            lent=lent,
            probe=self._probe,
            gate=self.gate,
            break_off=break_off,
            made=dict(decisions or {}),
        )
        self._buckets = Buckets(
            kinds=catalog.buckets,
            territory=self._territory,
            worker=worker,
            open_session=self._open,
            region=endpoint.region,
            refusal=self.capabilities.refusal,
            zones=told,
        )

    def first_bucket(self) -> None:
        """Make the plain bucket now; BucketUnavailable, or Lost, when that can't be had."""
        self._buckets.name(PLAIN)

    def write(self) -> Exchange:
        """Send a minimal write, to see whether the target answers it."""
        bucket = self._territory.lent or next(iter(sorted(self._territory.made)), "")
        if not bucket:
            label = bucket_name(self._territory.bucket_prefix, self.worker, PLAIN)
            call = Call(operation="CreateBucket", members={"Bucket": label})
        else:
            key = f"{self._territory.key_prefix}{self.worker}/alive"
            call = Call(operation="PutObject", members={"Bucket": bucket, "Key": key, "Body": b""})
        session = self._open("alive", bucket, ())
        try:
            return session.send(call)
        finally:
            if len(session.leftovers):
                self.clean(session)

    @property
    def lease_key(self) -> str:
        """The key of this worker's lease."""
        return lease_key(self._territory.key_prefix, self.worker)

    @property
    def lease_bucket(self) -> str:
        """The bucket for a lease: the lent one, or the plain one; empty until that is made."""
        territory = self._territory
        plain = bucket_name(territory.bucket_prefix, self.worker, PLAIN)
        return territory.lent or (plain if plain in territory.made else "")

    def gone_bucket(self, session: Session) -> str:
        """Return the run's bucket that somebody else removed during a test; empty if none.

        Asked for only where an answer was a 404. It is made again by the next test that needs it.
        """
        if not any(_is_missing(one) for one in session.exchanges):
            return ""
        named = {name for name in session.scope.names.values() if isinstance(name, str)}
        gone = self._buckets.gone(named, self._setup_sender)
        if gone:
            self.set_ups.forget()
        return gone

    def target_is_back(self) -> None:
        """Retry what failed before the target was restarted."""
        self._buckets.forget_failures()
        self.set_ups.forget()

    @contextmanager
    def through(self, sender: Sender) -> Iterator[WorkerContext]:
        """Yield a context that sends through ``sender`` and shares everything except its problems.

        Those become this context's at the end of the block.
        """
        other = copy.copy(self)
        other._sender = other._setup_sender = sender  # noqa: SLF001  # one of its own kind
        other._problems = []  # noqa: SLF001  # likewise
        other.capabilities = replace(self.capabilities, probe=other._probe)  # noqa: SLF001  # likewise
        try:
            yield other
        finally:
            self._problems += other._problems  # noqa: SLF001  # likewise

    def session(self, test: Test) -> Session:
        """Open the session of a test, its bucket made; BucketUnavailable when that can't be had."""
        needs = (*self.capabilities.needs(test), *filter(None, (test.scenario.ignored,)))
        shared = self.set_ups.label(test) if self._shares_set_ups else ""
        plain = self._open(shared or test.id, self._buckets.name(test.bucket), needs)
        return replace(plain, sender=self._sender, around_step=self._around_step, shared=shared)

    def clean(self, session: Session) -> None:
        """Remove what a session made; what could not be removed is noted as a problem."""
        plain = replace(session, sender=self._setup_sender)
        texts = session.leftovers.remove(plain.send, self.gate.width, self._break_off)
        for text in texts:
            self.problem(session.secrets.hide(text))
        session.requests, session.sent = plain.requests, plain.sent

    def problem(self, text: str) -> None:
        """Note what went wrong outside of a test."""
        at = utc_now()
        self._problems.append(ProblemLine(text=self.secrets.hide(text), worker=self.worker, at=at))

    def take_problems(self) -> tuple[ProblemLine, ...]:
        """Return the problems noted since this was last asked."""
        taken = tuple(self._problems)
        del self._problems[: len(taken)]
        return taken

    @contextmanager
    def few_problems(self, most: int, where: str) -> Iterator[None]:
        """Of the problems noted within the block keep the first ``most``, and say how many came.

        A broken endpoint leaves the same one again and again.
        """
        noted = len(self._problems)
        try:
            yield
        finally:
            more = len(self._problems) - noted - most
            if more > 0:
                del self._problems[noted + most :]
                self.problem(f"{where}: {more} more problems like these")

    def close(self) -> None:
        """Remove the worker's buckets, and what is left below its prefix in those of the user."""
        width, break_off = self.gate.width, self._break_off
        texts = self.set_ups.remove(self._open("given-once", "", ()).send, width, break_off)
        for text in texts:
            self.problem(text)
        sender, territory = self._setup_sender, self._territory
        for text in sweep_worker(sender, territory, self.worker, width, break_off):
            self.problem(text)

    def _open(self, label: str, bucket: str, needs: Sequence[str]) -> Session:
        transport = self._transport(needs)
        names = self._names.of(label, bucket, port_of(self._endpoint, transport))
        further = {
            "second_bucket": self._buckets.second,
            "second_directory_bucket": self._buckets.second_directory,
        }
        return Session(
            self._setup_sender,
            self._territory,
            Scope(names, on_demand=further),
            self.secrets.copy(),
            transport,
            gate=self.gate,
        )

    def _transport(self, needs: Sequence[str]) -> Transport | None:
        known = self.catalog.capabilities
        prefers = any(name in known and known[name].prefers_tls for name in needs)
        return "tls" if prefers and "tls" in self._endpoint.urls else None

    def _probe(self, capability: Capability) -> Probed:
        opened: list[Session] = []

        def open_session() -> Session:
            bucket = self._buckets.name(capability.bucket)
            opened.append(self._open(f"probe-{capability.name}", bucket, (capability.name,)))
            return opened[0]

        try:
            return probe(capability, open_session)
        finally:
            for session in opened:
                self.clean(session)


def _is_missing(exchange: RecordedExchange) -> bool:
    response = exchange.response
    return response is not None and response.start_line.startswith("HTTP/1.1 404")
