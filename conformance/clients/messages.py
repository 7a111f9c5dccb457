"""Splits the bytes of one direction of a connection into HTTP/1.1 messages. Pure.

The proxy only looks on: what it can't read it passes on anyway, so nothing here is strict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

HEAD_BYTES: Final = 128 * 1024
BODY_BYTES: Final = 64 * 1024 * 1024
"""Of one message; whoever sends more is passed on, and read no further."""
_SIZE: Final = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_LENGTH: Final = re.compile(r"\d{1,18}")
_BLANK: Final = b"\r\n\r\n"


class UnreadableError(Exception):
    """The bytes are not HTTP/1.1, or more than is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Start line and headers, in order and case."""

    start_line: str
    headers: tuple[tuple[str, str], ...]

    def header(self, name: str) -> str:
        """Return the first header of that lower-case name; empty without one."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as far as it came."""

    head: Head
    body: bytes
    """As sent, HTTP's own chunks included, where the reader keeps them; else without them."""
    whole: bool = True


class MessageReader:
    """Takes the bytes of one direction as they come, and gives the messages that are whole.

    ``bodiless`` says of a head that no body follows, whatever its headers promise. ``until_close``
    is for answers: without a length their body ends with the connection. ``keep_chunks`` keeps
    HTTP's own chunked coding in the body.
    """

    def __init__(
        self,
        bodiless: Callable[[Head], bool],
        *,
        until_close: bool,
        keep_chunks: bool,
    ) -> None:
        self._bodiless = bodiless
        self._until_close = until_close
        self._keep_chunks = keep_chunks
        self._data = bytearray()
        self.head: Head | None = None
        """Of the message that is under way."""
        self._body = bytearray()
        self._reading = self._message()
        next(self._reading)

    @property
    def begun(self) -> bool:
        """Whether bytes of an unfinished message are there."""
        return self.head is not None or bool(self._data)

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes; return the messages that they finish. Raises `UnreadableError`."""
        self._data += data
        found = []
        while True:
            try:
                next(self._reading)
            except StopIteration as end:
                found.append(end.value)
                self._reading = self._message()
                continue
            return found

    def close(self) -> Message | None:
        """Return the message that the end of the connection finishes, or cuts short."""
        if self.head is None:
            return None
        ended = self._until_close and not self._framed(self.head)
        message = Message(head=self.head, body=bytes(self._body), whole=ended)
        self.head = None
        return message

    def _message(self) -> Generator[None, None, Message]:
        self.head, self._body = None, bytearray()
        while not self._data.startswith(b"\r\n") and _BLANK not in self._data:
            if len(self._data) > HEAD_BYTES:
                raise UnreadableError(f"a head of more than {HEAD_BYTES} bytes")
            yield
        while self._data.startswith(b"\r\n"):
            del self._data[:2]  # some clients send an empty line behind a body
        while _BLANK not in self._data:
            yield
        raw, _, _ = bytes(self._data).partition(_BLANK)
        del self._data[: len(raw) + len(_BLANK)]
        head = self.head = _head(raw)
        if not self._bodiless(head):
            yield from self._take_body(head)
        self.head = None
        return Message(head=head, body=bytes(self._body))

    def _framed(self, head: Head) -> bool:
        return _chunked(head) or bool(_LENGTH.fullmatch(head.header("content-length")))

    def _take_body(self, head: Head) -> Generator[None, None, None]:
        length = head.header("content-length")
        if _chunked(head):
            yield from self._take_chunks()
        elif _LENGTH.fullmatch(length):
            yield from self._take(int(length))
        elif self._until_close:
            while True:
                self._keep(len(self._data))
                yield

    def _take(self, size: int, *, keep: bool = True) -> Generator[None, None, None]:
        while size:
            step = min(size, len(self._data))
            self._keep(step, keep=keep)
            size -= step
            if size:
                yield

    def _take_chunks(self) -> Generator[None, None, None]:
        while True:
            while b"\n" not in self._data:
                yield
            line = _SIZE.match(self._data)
            if line is None:
                raise UnreadableError("a chunk without a size")
            size = int(line[1], 16)
            self._keep(line.end(), keep=self._keep_chunks)
            if not size:
                break
            yield from self._take(size)
            yield from self._take(2, keep=self._keep_chunks)
        line_end = b""
        while line_end != b"\r\n":  # trailing headers end with an empty line
            while b"\n" not in self._data:
                yield
            line_end = bytes(self._data[: self._data.index(b"\n") + 1])
            self._keep(len(line_end), keep=self._keep_chunks)

    def _keep(self, size: int, *, keep: bool = True) -> None:
        if keep:
            self._body += self._data[:size]
        del self._data[:size]
        if len(self._body) > BODY_BYTES:
            raise UnreadableError(f"a body of more than {BODY_BYTES} bytes")


def _chunked(head: Head) -> bool:
    return head.header("transfer-encoding").lower().rstrip().endswith("chunked")


def _head(raw: bytes) -> Head:
    lines = raw.decode("utf-8", "surrogateescape").split("\r\n")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise UnreadableError("a header line without a colon")
        headers.append((name, value.strip(" \t")))
    if not lines[0].startswith("HTTP/") and "HTTP/" not in lines[0]:
        raise UnreadableError("a start line that is not of HTTP")
    return Head(start_line=lines[0], headers=tuple(headers))
