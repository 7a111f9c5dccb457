"""Takes an answer of any form apart with h11: 1xx before it, chunks, an end with the connection.

`conformance.wire.plain_head` reads what is simpler, and nearly all answers are. This module is
imported when the first answer is not: a run of one test need not wait for h11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import h11

_QUESTIONS: Final = {
    head: h11.Request(method="HEAD" if head else "GET", target="/", headers=[("Host", "h")])
    for head in (False, True)
}
_END: Final = h11.EndOfMessage()
_FRAMING: Final = (b"content-length", b"transfer-encoding")
_HEAD_TOO_LARGE: Final = 431


class NotHttpError(Exception):
    """What came is no answer; ``too_large`` when its head is just longer than allowed."""

    def __init__(self, text: str, *, too_large: bool) -> None:
        super().__init__(text)
        self.too_large = too_large


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an interim or final answer; names in the case in which they came."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    version: bytes

    @property
    def is_interim(self) -> bool:
        """Whether the final answer is still to come."""
        return self.status < 200


class AnyAnswer:
    """The bytes of one answer; `feed` it what comes, and ask for its heads and its data.

    ``most`` is the limit of a head in bytes. What is no HTTP raises `NotHttpError`.
    """

    def __init__(self, *, most: int, to_head: bool) -> None:
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=most)
        # h11 has to hear of a request before it takes an answer; what was sent is our business.
        self._h11.send(_QUESTIONS[to_head])
        self._h11.send(_END)
        self._framed = False

    def feed(self, data: bytes) -> None:
        """Take bytes that came; none mean that the connection has ended."""
        self._h11.receive_data(data)

    def head(self) -> Head | None:
        """Return the next head; None until it has come."""
        event = self._next_event()
        if not isinstance(event, h11.Response | h11.InformationalResponse):
            return None
        self._framed = any(name in _FRAMING for name, _ in event.headers)
        headers = [(_text(name), _text(value)) for name, value in event.headers.raw_items()]
        return Head(event.status_code, _text(event.reason), tuple(headers), event.http_version)

    def data(self) -> bytes | None:
        """Return the next bytes of the body; empty until more has come, None at its end."""
        event = self._next_event()
        if isinstance(event, h11.Data):
            return bytes(event.data)
        return b"" if event is h11.NEED_DATA else None

    @property
    def ends_with_connection(self) -> bool:
        """Whether only the end of the connection shows where the body ends."""
        return self._h11.their_state is h11.SEND_BODY and not self._framed

    @property
    def is_complete(self) -> bool:
        """Whether the answer has come to its end."""
        return self._h11.their_state is h11.DONE

    @property
    def rest(self) -> tuple[bytes, bool]:
        """What came behind all that was taken apart, and whether the connection has ended."""
        return self._h11.trailing_data

    def _next_event(self) -> object:
        try:
            return self._h11.next_event()
        except h11.RemoteProtocolError as error:
            too_large = error.error_status_hint == _HEAD_TOO_LARGE
            raise NotHttpError(str(error), too_large=too_large) from error


def _text(raw: bytes) -> str:
    """Decode a header as UTF-8, as Latin-1 where it is not."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
