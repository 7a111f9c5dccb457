"""One request of one connection: authenticated, read, handed to the model, answered."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from conformance.reference.domain.messages import (
    HangUp,
    Pairs,
    Payload,
    Request,
    Response,
    S3Error,
)
from conformance.reference.http import answers
from conformance.reference.http.authentication import Holders, Proof, authenticate
from conformance.reference.http.claims import AUTHENTICATION_NAMES, UNCOMPARED
from conformance.reference.http.errors import internal_error, request_timeout, wrong_length
from conformance.reference.http.limits import Limits
from conformance.reference.http.payload import Intake, assemble, intake
from conformance.reference.http.stream import Disconnected, Stream
from conformance.reference.http.target import Target, resolve

if TYPE_CHECKING:
    from conformance.reference.http.head import Head

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
CLOCK = "x-s3-conformance-clock"
"""The header by which a test moves the clock for one request, where the face lets it."""
_SECONDS = re.compile(r"[+-]?[0-9]{1,6}")


Authenticate = Callable[["Head", Target, Holders, str, datetime], Proof]


class Assemble(Protocol):
    """What makes a payload of a body as it came: `payload.assemble`."""

    def __call__(self, head: Head, proof: Proof, body: bytes, *, body_bytes: int) -> Payload:
        """Return the payload, or one with ``problem`` set; never raises S3Error."""
        ...


class Handler(Protocol):
    """What answers requests: a `Service`, or a fake in tests."""

    def handle(self, request: Request) -> Response:
        """Answer one request, or raise S3Error. Called from many threads."""
        ...


def utc_now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Face:
    """What every connection of one endpoint shares."""

    handler: Handler
    accounts: Holders
    """Accounts and sessions by access key."""
    region: str
    bases: tuple[str, ...]
    """Domains under which ``<bucket>.<base>`` addresses a bucket, longest first."""
    clock: Callable[[], datetime] = utc_now
    movable_clock: bool = False
    """A request may say by `CLOCK` how many seconds later (or, with -, earlier) it comes."""
    limits: Limits = field(default_factory=Limits)
    date: answers.HttpDate = field(default_factory=answers.HttpDate)
    authenticate: Authenticate = authenticate
    assemble: Assemble = assemble
    takes_incomplete: bool = False
    """A body that ended early is treated as the whole; only a planted fault does that."""
    finish: Callable[[answers.Message], answers.Message] | None = None
    """A last look at every answer, as bytes."""
    choose: Callable[[Face, Head], tuple[Face, Head]] | None = None
    """From a request's head to the face that answers it, and the head as that one sees it.

    This is how a server of planted faults takes another fault for each request.
    """


class Exchange:
    """One request and its answer on ``stream``."""

    def __init__(self, face: Face, stream: Stream, head: Head, *, secure: bool) -> None:
        if face.choose is not None:
            face, head = face.choose(face, head)
        self._face = face
        self._stream = stream
        self._head = head
        self._secure = secure
        self._ids = answers.new_ids()
        self._close = not head.keep_alive

    def run(self) -> bool:
        """Answer; return whether the connection can take another request.

        Raises OSError, TimeoutError or Disconnected when the connection breaks.
        """
        now = self._now()
        limits = self._face.limits
        try:
            target = resolve(
                self._head.target,
                self._head.headers.get("host") or "",
                self._face.bases,
                self._face.region,
            )
            proof = self._face.authenticate(
                self._head, target, self._face.accounts, self._face.region, now
            )
        except S3Error as error:
            return self._refuse_unread(error)
        plan = intake(
            self._head,
            proof,
            body_bytes=limits.body_bytes,
            framing_bytes=limits.framing_bytes,
            content=target.key is not None,
        )
        payload = self._payload(plan, proof)
        if payload is None:
            return False
        self._answer(self._request(target, proof, payload, now))
        if self._close:
            self._stream.linger()
        return not self._close

    def _payload(self, plan: Intake, proof: Proof) -> Payload | None:
        """Read the body; None when the client was refused and is to be left."""
        if plan.problem is not None:
            # Nobody reads this body, if there is one: the connection is of no more use.
            self._close = True
            return Payload(problem=plan.problem)
        if self._head.expects_continue and plan.length != 0:
            self._stream.send(_CONTINUE)
        try:
            if plan.length is None:
                body = self._stream.chunked_body(plan.limit)
            else:
                body = self._stream.body(plan.length)
        except TimeoutError:
            self._give_up(request_timeout())
            return None
        except Disconnected as early:
            if not self._face.takes_incomplete:
                self._give_up(wrong_length())
                return None
            body = early.came
        except S3Error as error:
            self._give_up(error)
            return None
        return self._face.assemble(self._head, proof, body, body_bytes=self._face.limits.body_bytes)

    def _request(self, target: Target, proof: Proof, payload: Payload, now: datetime) -> Request:
        headers = self._head.headers
        if proof.signed == "query":
            headers = with_query_headers(headers, target.query)
        return Request(
            method=self._head.method,
            bucket=target.bucket,
            key=target.key,
            query=target.query,
            headers=headers,
            payload=payload,
            caller=proof.caller,
            signed=proof.signed,
            secure=self._secure,
            virtual_host=target.virtual_host,
            host=target.host,
            now=now,
            service=proof.service,
            session=proof.session,
            zone=target.zone,
        )

    def _now(self) -> datetime:
        """Return the time of the request, which a movable clock lets its sender choose."""
        moved = self._head.headers.get(CLOCK) if self._face.movable_clock else None
        shift = 0
        if moved is not None and _SECONDS.fullmatch(moved):
            shift = int(moved)
        return self._face.clock() + timedelta(seconds=shift)

    def _answer(self, request: Request) -> None:
        try:
            response = self._face.handler.handle(request)
        except S3Error as error:
            self._refuse(error)
        except HangUp:
            self._close = True
        except Exception:  # noqa: BLE001  # a defect of the model must not end the server
            traceback.print_exc(file=sys.stderr)
            self._refuse(internal_error())
        else:
            self._close = self._close or response.closing
            message = answers.success(
                response,
                self._ids,
                method=self._head.method,
                date=self._face.date(),
                close=self._close,
                chunks=self._head.http_1_1,
            )
            self._send(message)

    def _refuse(self, error: S3Error) -> None:
        if error.status == HTTPStatus.BAD_REQUEST:
            self._close = True  # as S3 does after each of them (MS-081)
        message = answers.refusal(
            error,
            self._ids,
            method=self._head.method,
            date=self._face.date(),
            close=self._close,
            chunks=self._head.http_1_1,
        )
        self._send(message)

    def _send(self, message: answers.Message) -> None:
        if self._face.finish is not None:
            message = self._face.finish(message)
        self._stream.send(message.head, message.body)

    def _refuse_unread(self, error: S3Error) -> bool:
        """Refuse before the body, which costs a client that sends one its connection (MS-081)."""
        if self._head.chunked or self._head.content_length:
            self._close = True
        error.declaration = self._head.wants_declaration
        self._refuse(error)
        if self._close:
            self._stream.linger()
        return not self._close

    def _give_up(self, error: S3Error) -> None:
        self._close = True
        self._refuse(error)
        self._stream.linger()


def refuse_bytes(face: Face, stream: Stream, error: S3Error) -> None:
    """Answer what is not HTTP request at all, then leave the client."""
    message = answers.refusal(
        error, answers.new_ids(), method="", date=face.date(), close=True, chunks=False
    )
    stream.send(message.head, message.body)
    stream.linger()


def with_query_headers(headers: Pairs, query: Pairs) -> Pairs:
    """Return the headers with the x-amz-* ones that ride in a presigned query (AUTH-008).

    A header of the request goes before a parameter of the same name. What a parameter says of the
    body's checksum is signed with the rest and not compared with the body (LO-446).
    """
    further = [
        (name, value)
        for name, value in query.items
        if name.lower().startswith("x-amz-")
        and name.lower() not in AUTHENTICATION_NAMES
        and name.lower() not in UNCOMPARED
        and name not in headers
    ]
    return Pairs((*headers.items, *further), fold=True) if further else headers
