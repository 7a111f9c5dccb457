"""What hostile answers are made of."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from .proxy import answer_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .proxy import Does, Turn

MIB = 1024 * 1024
XML = b"Content-Type: application/xml"
HTML = b"Content-Type: text/html"
JS = b"<script>alert(1)</script><img src=x onerror=alert(1)>"
ANSI = b"\x1b[2J\x1b]0;owned\x07\x1b[31mred \xe2\x80\xae\xc2\x9b"
ESCAPED_JS = JS.replace(b"<", b"&lt;").replace(b">", b"&gt;")


def endless(piece: bytes) -> Iterator[bytes]:
    """Yield the same bytes for ever."""
    return itertools.repeat(piece)


def pour(turn: Turn, head: bytes, pieces: Iterator[bytes]) -> str:
    """Send a head and then every piece, and close."""
    turn.say(head)
    for piece in pieces:
        turn.say(piece)
    return "close"


def fixed(answer: bytes) -> Does:
    """Answer every request with the same bytes."""
    return lambda turn: turn.answer(answer)


def and_close(answer: bytes) -> Does:
    """Answer with these bytes, and close."""

    def does(turn: Turn) -> str:
        turn.say(answer)
        return "close"

    return does


def document(body: bytes, *fields: bytes) -> Does:
    """Answer 200 with this document."""
    return fixed(answer_of(b"200 OK", body, XML, *fields))


def poured_document(start: bytes, piece: bytes, count: int, end: bytes) -> Does:
    """Answer 200 with a long document, of which the server never holds more than a piece."""

    def does(turn: Turn) -> object:
        length = len(start) + count * len(piece) + len(end)
        turn.say(b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n" % (XML, length))
        turn.say(start)
        many = max(1, MIB // len(piece))
        for _ in range(count // many):
            turn.say(piece * many)
        turn.say(piece * (count % many) + end)
        return None

    return does


def cut(where: str, how: str) -> Does:
    """Send a part of the honest answer, and end the connection."""

    def does(turn: Turn) -> str:
        answer = turn.honest()
        head, body = parts_of(answer)
        kept = head[: len(head) // 2] if where == "head" else answer[: -max(1, len(body) // 2)]
        turn.say(kept)
        if how == "reset":
            turn.reset()
        elif how == "hang":
            turn.hang()
        return "close"

    return does
