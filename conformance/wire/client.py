"""The client: sends one call, returns one exchange, whatever the endpoint does."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

from conformance.wire.answer import RawAnswer, WireFault
from conformance.wire.carrier import Carrier
from conformance.wire.compressed import document_of
from conformance.wire.connection import Outgoing
from conformance.wire.express import Sessions
from conformance.wire.lost import LostRow
from conformance.wire.model import Answer, Call, Endpoint, Exchange, Identity, Request
from conformance.wire.parse import carries_data, parse
from conformance.wire.prepare import Prepared, prepare
from conformance.wire.throttling import asked_for, throttles, waits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from conformance.wire.model import Limits, TransportFault

_TEXT_LENGTH: Final = 300
"""Characters of a fault's text; some of them may be the endpoint's own."""
_LAST_SECONDS: Final = 5.0
"""For an answer when the run's time is over: clean-up still has to be possible."""


class Wire:
    """Sends calls to one endpoint over kept-alive connections; threads may share it.

    ``identities`` holds the key pairs by name, ``main`` and, where there is one, ``alt``. Sessions
    with directory buckets are opened and kept as SDKs do, see `conformance.wire.express`. Behind
    ``until``, by `time.monotonic`, no answer is waited for longer than a few seconds.

    Nothing is retried but what is throttled, see `conformance.wire.throttling`, and what a closed
    connection provably never delivered, see `conformance.wire.carrier`.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        identities: Mapping[str, Identity],
        until: float | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.lost = LostRow()
        self._until = until
        self._identities = dict(identities)
        self._carrier = Carrier(endpoint)
        self._sessions = Sessions(self._open_session)
        self._interrupted = threading.Event()
        self._lock = threading.Lock()
        self._waits = 0
        self._waited = 0.0

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far."""
        return self._carrier.requests_sent

    @property
    def bytes_sent(self) -> int:
        """How many bytes their bodies had, as they were framed."""
        return self._carrier.bytes_sent

    @property
    def throttled(self) -> str:
        """Return how often the endpoint throttled, and the seconds waited; empty if never."""
        if not self._waits:
            return ""
        return (
            f"the endpoint throttled {self._waits:,} requests, which then waited for "
            f"{self._waited:,.1f} s together"
        )

    def noisy(self, seconds: float = 0.0) -> bool:
        """Return whether bytes that no request asked for have come; then no connection is kept.

        They are waited for as long as that.
        """
        return self._carrier.noisy(seconds)

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send one call and return the exchange.

        What the endpoint does never raises: without an answer, ``fault`` says why. Raises
        KeyError for an identity that does not exist, and ValueError for a call of which no request
        can be made (see `conformance.wire.prepare.prepare`).
        """
        exchange = self._send_once(call, identity)
        if not _is_throttled(exchange):
            return exchange
        return self._send_again(call, identity, exchange)

    def _send_once(self, call: Call, identity: str) -> Exchange:
        signer = self._sessions.signer(call, identity, self._identities[identity])
        return self._exchange(call, identity, signer)

    def _send_again(self, call: Call, identity: str, exchange: Exchange) -> Exchange:
        """Repeat a request that is throttled, signed afresh, until it is answered or time is up.

        Without another answer until then it counts as not answered: ``fault`` is ``throttled``.
        """
        repeats = 0
        for wait in waits(self.endpoint.limits.throttled_seconds):
            answer = exchange.answer
            self._wait(max(wait, asked_for(answer) if answer is not None else 0.0))
            exchange = self._send_once(call, identity)
            repeats += 1
            if not _is_throttled(exchange):
                return replace(exchange, throttled=repeats)
        answer = exchange.answer
        said = f"{answer.status} {answer.error_code}".rstrip() if answer is not None else ""
        text = f"{said}, {repeats + 1} times"
        return replace(exchange, answer=None, fault="throttled", fault_text=text, throttled=repeats)

    def _wait(self, seconds: float) -> None:
        began = time.monotonic()
        self._interrupted.wait(seconds)
        with self._lock:
            self._waits += 1
            self._waited += time.monotonic() - began

    def _open_session(self, call: Call, identity: str) -> Answer | None:
        return self.send(call, identity).answer

    def _exchange(self, call: Call, identity: str, signer: Identity) -> Exchange:
        prepared = prepare(call, self.endpoint, signer)
        who = "anonymous" if call.edits.sign == "anonymous" else identity
        started, clock = time.time(), time.perf_counter()
        answer: Answer | None = None
        fault: TransportFault | None = None
        fault_text = ""
        limits = self._current_limits()
        try:
            raw = self._carried(prepared, call, limits)
        except WireFault as caught:
            # Its words alone: the exception holds the frames that read, and with them the body.
            fault, fault_text = caught.fault, caught.text[:_TEXT_LENGTH]
            seconds = time.perf_counter() - clock
        else:
            seconds = time.perf_counter() - clock
            answer = _read(call.operation, prepared.request, raw, limits.document_bytes)
        exchange = Exchange(
            operation=call.operation,
            identity=who,
            request=prepared.request,
            answer=answer,
            fault=fault,
            fault_text=fault_text,
            started=started,
            seconds=seconds,
        )
        self.lost.note(exchange)
        return exchange

    def _current_limits(self) -> Limits:
        """Return the endpoint's limits; at the end of the run's time those of a short answer."""
        limits = self.endpoint.limits
        if self._until is None:
            return limits
        left = max(self._until - time.monotonic(), _LAST_SECONDS)
        return replace(
            limits,
            answer_seconds=min(limits.answer_seconds, left),
            whole_seconds=min(limits.whole_seconds, left),
        )

    def _carried(self, prepared: Prepared, call: Call, limits: Limits) -> RawAnswer:
        """Return the raw answer; raises WireFault without one, and always for what is cut off."""
        body = prepared.request.body
        if prepared.cut_at is not None:
            self._carrier.cut_off(prepared.route, prepared.head, body[: prepared.cut_at])
            raise WireFault(
                "cut", f"the request ended behind {prepared.cut_at:,} bytes of its body"
            )
        return self._carrier.carry(
            prepared.route,
            Outgoing(prepared.head, body, prepared.wait_continue, call.held_back, call.when_sent),
            is_head=prepared.request.method == "HEAD",
            most_data=_most_data(call, limits),
            limits=limits,
        )

    def interrupt(self) -> None:
        """Abort every exchange in flight, and stop waiting for throttled ones."""
        self._interrupted.set()
        self._carrier.interrupt()

    def close(self) -> None:
        """Close the kept connections."""
        self._carrier.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _is_throttled(exchange: Exchange) -> bool:
    answer, to_head = exchange.answer, exchange.request.method == "HEAD"
    return answer is not None and throttles(answer, to_head=to_head)


def _most_data(call: Call, limits: Limits) -> int:
    """Return how many bytes the body of a 2xx answer may have."""
    documents = min(limits.document_bytes, limits.body_bytes)
    if not carries_data(call.operation):
        return documents
    return limits.body_bytes if call.most_data is None else min(call.most_data, limits.body_bytes)


def _read(operation: str, request: Request, raw: RawAnswer, most: int) -> Answer:
    document = raw.body
    if raw.status >= 300 or not carries_data(operation):
        document = document_of(raw.body, request.headers, raw.headers, most=most)
    parsed = parse(operation, request.method, raw.status, raw.headers, document)
    return Answer(
        status=raw.status,
        reason=raw.reason,
        headers=raw.headers,
        body=raw.body,
        interim=tuple(raw.interim),
        remarks=tuple(raw.remarks),
        members=parsed.members,
        error_code=parsed.error_code,
        error_message=parsed.error_message,
        error_fields=parsed.error_fields,
        embedded_error=parsed.embedded_error,
        misnamed=parsed.misnamed,
        problem=parsed.problem,
    )
