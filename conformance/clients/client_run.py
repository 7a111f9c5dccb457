"""One client's program within a run: its surroundings, its proxies, its steps."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from conformance.clients.installing import put_program
from conformance.clients.program import Program
from conformance.clients.proxy import RecordingProxy
from conformance.engine.errors import BucketUnavailable
from conformance.engine.session import Lost
from conformance.targets.launchers.certificate import make_certificate
from conformance.vocabulary.times import timestamp, utc_now
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.catalog.model import Test
    from conformance.clients.lines import Step
    from conformance.clients.model import Client, Ending, Result
    from conformance.engine.secrets import Secrets
    from conformance.record.model import TestLine
    from conformance.runs.plan import Plan
    from conformance.targets.launchers.certificate import Certificate
    from conformance.wire.model import Exchange, Transport

    Taken = Mapping[Transport, Sequence[Exchange]]

STEP_SECONDS: Final = 60.0
_DIRECTORY_STEP: Final = "directory-bucket"
_TLS_STEP: Final = "sse-c"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOptions:
    """What a run of clients does beside what every run does."""

    clients: tuple[Client, ...]
    cache: Path
    install: bool = False
    """Whether clients that are not in the cache may be installed."""
    direct: bool = False
    """Whether clients talk to the endpoint itself, so that no exchange is recorded."""
    step_seconds: float = STEP_SECONDS
    say: Callable[[str], None] = field(default=lambda _: None)
    """Is told what takes long, such as an installation."""


class Pack(Protocol):
    """What a client's run needs of the run that it is a part of."""

    @property
    def plan(self) -> Plan:
        """The endpoint and its key pairs."""

    @property
    def options(self) -> PackOptions:
        """What was asked for."""

    @property
    def secrets(self) -> Secrets:
        """The run's secrets, which learn on their own from here."""

    def bucket_of(self, test: Test) -> Mapping[str, str]:
        """Return the names ``bucket`` and ``prefix`` for a test."""

    def keep(
        self,
        line: TestLine,
        client: Client,
        taken: Taken | None = None,
        buckets: Sequence[str] = (),
    ) -> None:
        """Keep a step that ended."""

    def problem(self, text: str) -> None:
        """Note what went wrong outside of a step."""


class ClientRun:
    """One client's program from its start to its end."""

    def __init__(self, pack: Pack, client: Client, steps: Mapping[str, Step], home: Path) -> None:
        self._pack = pack
        self._client = client
        self._steps = steps
        self._home = home
        self._proxies: dict[Transport, RecordingProxy] = {}
        self._left: dict[Transport, list[Exchange]] = {}
        self._failed: set[str] = set()
        self._buckets: tuple[str, ...] = ()

    def carry_out(self) -> None:
        """Take the steps that can be taken, and say of the others why not."""
        self._home.mkdir()
        reasons = dict(self._client.skip)
        variables = self._variables(reasons)
        taken = [step for step in self._client.steps if step not in reasons]
        for step, reason in reasons.items():
            line = self._steps[step].not_run(Verdict.SKIP, reason, started=utc_now())
            self._pack.keep(line, self._client)
        if not taken:
            return
        with ExitStack() as stack:
            variables |= self._reached(stack, variables["BUCKET"])
            variables["STEPS"] = " ".join(taken)
            known = (variables.get(name) for name in ("BUCKET", "DIRECTORY_BUCKET"))
            self._buckets = tuple(filter(None, known))
            self._run_program(variables, taken)
            for proxy in self._proxies.values():
                for text in proxy.take_unreadable():
                    self._pack.problem(f"{self._client.id}: a connection was not read: {text}")

    def _variables(self, reasons: dict[str, str]) -> dict[str, str]:
        """Return what the program is told, and add the steps that can't be taken to ``reasons``."""
        plan = self._pack.plan
        main = plan.identities["main"]
        plain = next(one for name, one in self._steps.items() if name != _DIRECTORY_STEP)
        names = self._pack.bucket_of(plain.test)
        variables = {
            "AWS_ACCESS_KEY_ID": main.access_key,
            "AWS_SECRET_ACCESS_KEY": main.secret_key,
            "AWS_REGION": plan.endpoint.region,
            "AWS_DEFAULT_REGION": plan.endpoint.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "BUCKET": names["bucket"],
            "PREFIX": names["prefix"],
        }
        if main.session_token:
            variables["AWS_SESSION_TOKEN"] = main.session_token
        if _TLS_STEP in self._client.steps and "tls" not in plan.endpoint.urls:
            reasons[_TLS_STEP] = "a customer key is sent over TLS alone, and the target has no TLS"
        if _DIRECTORY_STEP in self._client.steps:
            try:
                found = self._pack.bucket_of(self._steps[_DIRECTORY_STEP].test)
                variables["DIRECTORY_BUCKET"] = found["bucket"]
            except (BucketUnavailable, Lost) as error:
                reasons[_DIRECTORY_STEP] = f"the target has no directory bucket: {error}"
        return variables

    def _reached(self, stack: ExitStack, bucket: str) -> dict[str, str]:
        """Start the proxies, and return how the program reaches the endpoint."""
        endpoint = self._pack.plan.endpoint
        urls = dict(endpoint.urls)
        authority = endpoint.ca_file
        if not self._pack.options.direct:
            certificate: Certificate = make_certificate(self._home)
            authority = certificate.authority
            for transport in endpoint.urls:
                proxy = RecordingProxy(endpoint, transport, bucket, certificate)
                self._proxies[transport] = stack.enter_context(proxy)
                urls[transport] = proxy.url
        found = {"ENDPOINT_URL": next(iter(urls.values()))}
        if "tls" in urls:
            found["TLS_ENDPOINT_URL"] = urls["tls"]
            if authority is not None:
                trusted = str(authority)
                for name in ("CA_FILE", "AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
                    found[name] = trusted
        return found

    def _run_program(self, variables: Mapping[str, str], wanted: Sequence[str]) -> None:
        folder = put_program(self._client, self._pack.options.cache)
        seconds = self._pack.options.step_seconds
        began = time.time()
        done: set[str] = set()
        program = Program(self._client, folder, variables, self._home, seconds=seconds)
        for result in program:
            if result.step not in wanted or result.step in done:
                continue
            done.add(result.step)
            self._step_ended(result, began)
            began = result.ended
        rest = [step for step in wanted if step not in done]
        for step, verdict, reason in _unfinished(rest, program.ending):
            taken = self._take(time.time())
            line = self._steps[step].not_run(
                verdict,
                reason,
                started=utc_now(),
                kind="program",
                exchanges=_in_order(taken),
                secrets=self._pack.secrets,
            )
            self._pack.keep(line, self._client, taken, self._buckets)

    def _step_ended(self, result: Result, began: float) -> None:
        taken = self._take(result.ended)
        exchanges = _in_order(taken)
        line = self._steps[result.step].line(
            result,
            exchanges,
            started=timestamp(began),
            seconds=max(0.0, result.ended - began),
            secrets=self._pack.secrets,
            failed=self._failed,
        )
        if not result.ok:
            self._failed.add(result.step)
        self._pack.keep(line, self._client, taken, self._buckets)

    def _take(self, until: float) -> Mapping[Transport, Sequence[Exchange]]:
        """Return the exchanges that began by then; later ones are those of the next step."""
        taken: dict[Transport, list[Exchange]] = {}
        for transport, proxy in self._proxies.items():
            every = [*self._left.get(transport, ()), *proxy.take()]
            taken[transport] = [one for one in every if one.started <= until]
            self._left[transport] = [one for one in every if one.started > until]
        return taken


def _in_order(taken: Taken) -> list[Exchange]:
    """Return the exchanges of all transports by their beginning."""
    every = (one for several in taken.values() for one in several)
    return sorted(every, key=lambda one: one.started)


def _unfinished(steps: Sequence[str], ending: Ending) -> Iterator[tuple[str, Verdict, str]]:
    """Yield what to say of steps that have no result: the first is the one that did not end."""
    reason, timed_out = ending.reason, ending.timed_out
    for at, step in enumerate(steps):
        if at == 0 and timed_out:
            yield step, Verdict.FAIL, reason
        elif timed_out:
            yield step, Verdict.BLOCKED, f"not reached: in the step {steps[0]} {reason}"
        else:
            yield step, Verdict.ERROR, f"{reason}; the step said nothing"
