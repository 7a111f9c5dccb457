"""The state of one worker: its wire, buckets, decisions on capabilities, and problems."""

from __future__ import annotations

import copy
import hashlib
import re
import secrets as randomness
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from conformance.engine import capabilities, sweep
from conformance.engine.buckets import PLAIN, Buckets, bucket_name, zonal_end
from conformance.engine.capabilities import RUN, Claims, Decision, Probed
from conformance.engine.guard import NAME_ROOT, Territory, changes_bucket
from conformance.engine.lease import KEY_ROOT, lease_key
from conformance.engine.overlapping import overlapped
from conformance.engine.request_gate import RequestGate
from conformance.engine.secrets import Secrets
from conformance.engine.session import Sender, Session
from conformance.engine.shared_set_ups import SharedSetUps
from conformance.engine.values import Scope
from conformance.findings.book import catalog_book
from conformance.record.model import CapabilityLine, ProblemLine, RecordedExchange
from conformance.vocabulary.format import DEFAULT_VALUES, PROFILE_VALUES, STAND_INS
from conformance.vocabulary.times import utc_now
from conformance.wire.addressing import port_of
from conformance.wire.model import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.catalog.model import Capability, Catalog, Test
    from conformance.engine.session import AroundStep
    from conformance.engine.value import Value
    from conformance.wire.model import Endpoint, Exchange, Identity, Transport

_RUN_ID: Final = re.compile(r"[a-z0-9]{1,24}")
_WORKER: Final = re.compile(r"[a-z0-9]{1,8}")
_LONGEST_SLUG: Final = 12
"""Some servers keep bucket and key as one file name, in base64, of at most 255 bytes."""


def new_run_id() -> str:
    """Return an id for a run, 16 characters: the UTC time and four random hex digits."""
    return f"{datetime.now(UTC):%y%m%d%H%M%S}{randomness.token_hex(2)}"


class WorkerContext:
    """What a worker needs to run tests; threads may share it, each with a test of its own.

    ``gate`` lets all requests out, ``break_off`` aborts those in flight. ``sender`` sends the steps
    of tests, and ``setup_sender`` (by default the same) all the rest: probes, buckets, clean-up.
    Each step of a test is performed within ``around_step``. These are how a run looks into what is
    sent, or changes it; nothing is put in their place later.
    ``lent`` is the user's own bucket: then nothing is created, and only keys below the run's
    prefix are touched. ``decisions`` are those that another process has come to already; what is
    missing among them is probed when a test first needs it, see ``capability_lines``. ``values``
    are what the target's profile tells, by the names of `PROFILE_VALUES`. Where not
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
        if not _RUN_ID.fullmatch(run_id) or not _WORKER.fullmatch(worker):
            raise ValueError(f"{run_id!r} or {worker!r} can't stand in the name of a bucket")
        self.catalog = catalog
        self.rule_book = catalog_book(catalog)
        self.worker = worker
        self.capability_lines: list[CapabilityLine] = []
        self.secrets = Secrets.of(identities.values())
        self._sender = sender
        self._setup_sender = setup_sender or sender
        self._around_step = around_step
        self.gate = gate or RequestGate()
        self._break_off = break_off
        self.set_ups = SharedSetUps()
        self._shares_set_ups = shares_set_ups
        self._set_up = threading.RLock()
        """Held while a probe is asked or a bucket is made, each of which may need the other."""
        self._problems: list[ProblemLine] = []
        self._claims = claims
        self._endpoint = endpoint
        self._identities = identities
        self._values = DEFAULT_VALUES | {
            name: value
            for name, value in (values or {}).items()
            if lent is None or name not in STAND_INS
        }
        self._at_hand = capabilities.means(endpoint, identities, self._values)
        self._decisions = dict(decisions or {})
        self._in_question: set[str] = set()
        self._territory = Territory(
            bucket_prefix=f"{NAME_ROOT}{run_id}-",
            key_prefix=f"{KEY_ROOT}{run_id}/",
            lent=lent,
            stand_ins=frozenset(self._values[name] for name in STAND_INS if name in self._values),
        )
        self._buckets = Buckets(
            kinds=catalog.buckets,
            territory=self._territory,
            worker=worker,
            open_session=self._open,
            region=endpoint.region,
            refusal=self._refusal,
            zones=self._values,
            lock=self._set_up,
        )

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """The decisions made so far, for workers that need not probe again."""
        return self._decisions

    def needs(self, test: Test) -> tuple[str, ...]:
        """Return what a test needs, its bucket's needs included."""
        kind = self.catalog.buckets.get(test.bucket)
        return tuple(dict.fromkeys((*test.needs, *(kind.needs if kind else ()))))

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
        Buckets that tests name themselves, and that a server may have made unasked, do not count.
        """
        if not any(_is_missing(one) for one in session.exchanges):
            return ""
        named = {name for name in session.scope.names.values() if isinstance(name, str)}
        for bucket in sorted(named & self._territory.made & self._buckets.prepared):
            ask = Call(operation="HeadBucket", members={"Bucket": bucket})
            answers = [self._setup_sender.send(ask).answer for _ in range(2)]
            if all(answer is not None and answer.status == 404 for answer in answers):
                self._territory.made.discard(bucket)
                self._buckets.forget(bucket)
                self.set_ups.forget()
                return bucket
        return ""

    def target_is_back(self) -> None:
        """Retry what failed before the target was restarted."""
        self._buckets.forget_failures()
        self.set_ups.forget()

    def claimed(self, needs: Sequence[str]) -> tuple[str, ...]:
        """Return the needs if the target declares all of them; else nothing."""
        return tuple(needs) if all(self._claims.claim(one) == "yes" for one in needs) else ()

    def ignores(self, capability: str) -> str:
        """Return why the profile says that a capability is ignored; empty when it does not."""
        return self._claims.ignores.get(capability, "")

    def decide(self, test: Test) -> Decision:
        """Decide whether a test is run; the first missing capability gives the reason."""
        return self._refusal(self.needs(test)) or self._spared(test) or RUN

    def decision(self, name: str) -> Decision:
        """Return the decision about one capability, probing it when that was not done yet."""
        known = self._decisions.get(name)
        if known is not None:
            return known
        with self._set_up:
            if name in self._in_question:
                return RUN  # its own probe asks for a bucket that needs it
            return self._decisions.get(name) or self._asked(name)

    def decide_all(self, names: Sequence[str]) -> None:
        """Decide about capabilities: those that buckets need first, then the others, overlapping.

        A probe may ask for a bucket, and so for what that needs; behind the first ones only for
        what is known.
        """
        of_buckets = {name for kind in self.catalog.buckets.values() for name in kind.needs}
        for name in names:
            if name in of_buckets:
                self.decision(name)
        left = [name for name in names if name not in self._decisions]
        found = overlapped(self._found, left, self.gate.width, break_off=self._break_off)
        for line, decision in found:
            self._keep(line, decision)

    def _asked(self, name: str) -> Decision:
        self._in_question.add(name)
        try:
            return self._keep(*self._found(name))
        finally:
            self._in_question.discard(name)

    def _found(self, name: str) -> tuple[CapabilityLine, Decision]:
        capability = self.catalog.capabilities[name]
        return capabilities.decide(capability, self._claims, self._at_hand, self._probe)

    def _keep(self, line: CapabilityLine, decision: Decision) -> Decision:
        self._decisions[line.name] = decision
        self.capability_lines.append(line)
        return decision

    @contextmanager
    def through(self, sender: Sender) -> Iterator[WorkerContext]:
        """Yield a context that sends through ``sender`` and shares everything except its problems.

        Those become this context's at the end of the block.
        """
        other = copy.copy(self)
        other._sender = other._setup_sender = sender  # noqa: SLF001  # one of its own kind
        other._problems = []  # noqa: SLF001  # likewise
        try:
            yield other
        finally:
            self._problems += other._problems  # noqa: SLF001  # likewise

    def session(self, test: Test) -> Session:
        """Open the session of a test, its bucket made; BucketUnavailable when that can't be had."""
        needs = (*self.needs(test), *filter(None, (test.scenario.ignored,)))
        shared = self.set_ups.label(test) if self._shares_set_ups else ""
        plain = self._open(shared or test.id, self._buckets.name(test.bucket), needs)
        return replace(plain, sender=self._sender, around_step=self._around_step, shared=shared)

    def clean(self, session: Session) -> None:
        """Remove what a session made; what could not be removed is noted as a problem."""
        plain = replace(session, sender=self._setup_sender)
        for text in session.leftovers.remove(plain.send):
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
        territory, sender = self._territory, self._setup_sender
        width = self.gate.width
        for text in self.set_ups.remove(
            self._open("given-once", "", ()).send, width, self._break_off
        ):
            self.problem(text)
        prefix = f"{territory.key_prefix}{self.worker}/"
        if territory.lent is not None:
            steps = [partial(sweep.plan_keys, sender, territory.lent, prefix)]
        else:
            made, written = sorted(territory.made), sorted(territory.written)
            steps = [partial(sweep.plan_bucket, sender, bucket, prefix) for bucket in made]
            steps += [partial(sweep.plan_keys, sender, stand_in, prefix) for stand_in in written]
            territory.made.clear()
            territory.written.clear()

        def swept(listing: Callable[[], sweep.Plan]) -> list[str]:
            found = listing()
            return [*found.problems, *sweep.apply(sender, found, territory)]

        for texts in overlapped(swept, steps, width, break_off=self._break_off):
            for text in texts:
                self.problem(text)

    def _spared(self, test: Test) -> Decision | None:
        """Keep a test from a lent bucket that it would change as a whole."""
        if self._territory.lent is None:
            return None
        for step in test.single_steps():
            if changes_bucket(step.operation) and "Bucket" not in step.members:
                sent = f"this sends {step.operation} to it"
                return Decision("skip", f"with --bucket the bucket is left as it is, and {sent}")
        return None

    def _refusal(self, needs: Sequence[str]) -> Decision | None:
        decisions = (self.decision(name) for name in needs)
        return next((one for one in decisions if one.kind != "run"), None)

    def _open(self, label: str, bucket: str, needs: Sequence[str]) -> Session:
        territory = self._territory
        prefix = f"{territory.key_prefix}{self.worker}/{slug(label)}/"
        names: dict[str, Value] = {
            "bucket": bucket,
            "key": f"{prefix}object",
            "prefix": prefix,
            "region": self._endpoint.region,
            "port": port_of(self._endpoint, self._transport(needs)),
            "other_bucket": f"{territory.bucket_prefix}{self.worker}-none{zonal_end(bucket)}",
            "access_key": self._identities["main"].access_key,
            **{PROFILE_VALUES[name]: value for name, value in self._values.items()},
        }
        further = {
            "second_bucket": self._buckets.second,
            "second_directory_bucket": self._buckets.second_directory,
        }
        scope = Scope(names, on_demand=further)
        return Session(
            self._setup_sender,
            territory,
            scope,
            self.secrets.copy(),
            self._transport(needs),
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
            return capabilities.probe(capability, open_session)
        finally:
            for session in opened:
                self.clean(session)


def _is_missing(exchange: RecordedExchange) -> bool:
    response = exchange.response
    return response is not None and response.start_line.startswith("HTTP/1.1 404")


def slug(label: str) -> str:
    """Return a label as part of a key: letters, digits, dashes, and a short hash."""
    words = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")
    return f"{words}-{hashlib.sha256(label.encode()).hexdigest()[:6]}"
