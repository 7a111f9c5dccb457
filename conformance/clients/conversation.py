"""What went over one connection, put together to exchanges. Pure but for the clock."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.clients.messages import Head, Message, MessageReader, UnreadableError
from conformance.clients.operations import operation_of
from conformance.wire.model import Answer, Exchange, Request

if TYPE_CHECKING:
    from collections.abc import Callable

_NO_BODY: Final = (204, 304)


@dataclass(slots=True)
class _Pending:
    """A request that waits for its answer."""

    message: Message
    started: float
    interim: tuple[int, ...] = ()


class Conversation:
    """Reads both directions of one connection; tells each exchange to ``ended`` when it is whole.

    ``base_url`` is the endpoint's own, for the URL of an exchange. What can't be read is passed to
    ``unreadable`` once, and then no more is read of the connection.
    """

    def __init__(
        self,
        base_url: str,
        bucket: str,
        ended: Callable[[Exchange], None],
        unreadable: Callable[[str], None],
    ) -> None:
        self._base_url = base_url
        self._bucket = bucket
        self._ended = ended
        self._unreadable = unreadable
        self._requests = MessageReader(lambda _: False, until_close=False, keep_chunks=True)
        self._answers = MessageReader(self._no_body, until_close=True, keep_chunks=False)
        self._waiting: deque[_Pending] = deque()
        self._early: deque[tuple[Message, float]] = deque()
        self._interim: tuple[int, ...] = ()
        self._began = 0.0
        self._lost = False

    def from_client(self, data: bytes) -> None:
        """Take bytes of the client."""
        if self._lost:
            return
        if not self._requests.begun:
            self._began = time.time()
        try:
            for message in self._requests.feed(data):
                self._waiting.append(_Pending(message, self._began))
                self._began = time.time()
            self._match()
        except UnreadableError as error:
            self._give_up(f"the client's side: {error}")
        except Exception as error:  # noqa: BLE001  # the bytes go on, whatever we make of them
            self._give_up(f"the client's side: {error!r}")

    def from_endpoint(self, data: bytes) -> None:
        """Take bytes of the endpoint."""
        if self._lost:
            return
        try:
            for message in self._answers.feed(data):
                self._answered(message)
        except UnreadableError as error:
            self._give_up(f"the endpoint's side: {error}")
        except Exception as error:  # noqa: BLE001  # the bytes go on, whatever we make of them
            self._give_up(f"the endpoint's side: {error!r}")

    def close(self, fault: str) -> None:
        """Take it that the connection is closed; ``fault`` says how, for requests left alone."""
        if self._lost:
            return
        last = self._answers.close()
        if last is not None:
            self._answered(last)
        unfinished = self._requests.close()
        if unfinished is not None:
            self._waiting.append(_Pending(unfinished, self._began))
        self._match()
        for pending in self._waiting:
            self._tell(pending, None, time.time(), fault)
        self._waiting.clear()

    def _answered(self, message: Message) -> None:
        status = status_of(message.head)
        if 100 <= status < 200:
            self._interim = (*self._interim, status)
            return
        self._early.append((message, time.time()))
        self._match()

    def _match(self) -> None:
        """Bring answers to their requests; one that came before its request's end waits for it."""
        while self._waiting and self._early:
            message, at = self._early.popleft()
            self._tell(self._waiting.popleft(), message, at, "")

    def _no_body(self, head: Head) -> bool:
        """Say of an answer's head that no body follows."""
        status = status_of(head)
        asked = self._waiting[0].message.head if self._waiting else self._requests.head
        is_head = asked is not None and asked.start_line.startswith("HEAD ")
        return is_head or status < 200 or status in _NO_BODY

    def _give_up(self, why: str) -> None:
        self._lost = True
        self._unreadable(why)

    def _tell(self, pending: _Pending, answer: Message | None, at: float, fault: str) -> None:
        request = request_of(pending.message, self._base_url)
        headers = {name.lower(): value for name, value in reversed(request.headers)}
        interim, self._interim = self._interim, ()
        self._ended(
            Exchange(
                operation=operation_of(request.method, request.target, headers, self._bucket),
                identity="main",
                request=request,
                answer=None if answer is None else answer_of(answer, interim),
                fault="closed" if fault or answer is None else None,
                fault_text=fault or ("no answer came" if answer is None else ""),
                started=pending.started,
                seconds=max(0.0, at - pending.started),
            )
        )


def status_of(head: Head) -> int:
    """Return the status of an answer; 0 where there is none to read."""
    words = head.start_line.split(" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0


def request_of(message: Message, base_url: str) -> Request:
    """Return a message of a client as the wire has its own requests."""
    method, _, rest = message.head.start_line.partition(" ")
    target = rest.rpartition(" ")[0]
    return Request(
        method=method,
        target=target,
        url=f"{base_url}{target}",
        headers=message.head.headers,
        body=message.body,
        payload=message.body,
    )


def answer_of(message: Message, interim: tuple[int, ...]) -> Answer:
    """Return a message of an endpoint as the wire has its answers, nothing read out of it."""
    reason = message.head.start_line.split(" ", 2)[2:]
    return Answer(
        status=status_of(message.head),
        reason=reason[0] if reason else "",
        headers=message.head.headers,
        body=message.body,
        interim=interim,
        problem="" if message.whole else "the connection was closed within the answer",
    )
