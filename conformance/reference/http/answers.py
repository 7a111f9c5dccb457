"""Answers as bytes: the head that S3 puts around every answer, and its error documents."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from os import urandom
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Response, S3Error

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_UNSAFE_HEADER = re.compile("[\x00\r\n]")
_ESCAPED = re.compile('[&<>"\x00-\x08\x0b\x0c\x0d\x0e-\x1f]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_BODILESS = frozenset((204, 304))


@dataclass(frozen=True, slots=True)
class Ids:
    """What names one answer in S3's logs."""

    request_id: str
    """16 characters of 0-9A-Z."""
    host_id: str


def new_ids() -> Ids:
    """Return ids that no other answer has."""
    noise = urandom(65)
    return Ids(f"{int.from_bytes(noise[:8]):016X}", b64encode(noise[8:]).decode("ascii"))


@dataclass(frozen=True, slots=True)
class Message:
    """One answer, ready to be sent."""

    head: bytes
    body: bytes


def success(
    response: Response, ids: Ids, *, method: str, date: str, close: bool, chunks: bool = True
) -> Message:
    """Return the service's answer with the face's headers around it.

    ``chunks`` says whether the client knows them (HTTP/1.1).
    """
    body = b"" if method == "HEAD" or response.status in _BODILESS else response.body
    lines = [f"{name}: {_safe(value)}\r\n" for name, value in response.headers]
    if response.chunked and chunks:
        lines.append("Transfer-Encoding: chunked\r\n")
        body = _in_one_chunk(body)
    elif response.status not in _BODILESS:
        length = response.content_length
        lines.append(f"Content-Length: {len(response.body) if length is None else length}\r\n")
    return Message(_head(response.status, ids, date, lines, close=close), body)


def refusal(
    error: S3Error, ids: Ids, *, method: str, date: str, close: bool, chunks: bool = True
) -> Message:
    """Return a refusal: its document in one HTTP chunk as S3 sends it, none to a HEAD (XML-016)."""
    lines = [f"{name}: {_safe(value)}\r\n" for name, value in error.headers]
    if error.status in _BODILESS:
        return Message(_head(error.status, ids, date, lines, close=close), b"")
    if error.bare:
        return _bare(error, ids, date, lines, close=close)
    document = render_error(error, ids)
    lines.append("Content-Type: application/xml\r\n")
    if chunks:
        lines.append("Transfer-Encoding: chunked\r\n")
        document = _in_one_chunk(document)
    else:
        lines.append(f"Content-Length: {len(document)}\r\n")
    head = _head(error.status, ids, date, lines, close=close)
    return Message(head, b"" if method == "HEAD" else document)


def _bare(error: S3Error, ids: Ids, date: str, lines: list[str], *, close: bool) -> Message:
    """Return a refusal without a document: chunked where it is a 501, else of length 0 (MS-069)."""
    if error.status == HTTPStatus.NOT_IMPLEMENTED:
        framing, body = "Transfer-Encoding: chunked\r\n", _in_one_chunk(b"")
    else:
        framing, body = "Content-Length: 0\r\n", b""
    return Message(_head(error.status, ids, date, [*lines, framing], close=close), body)


def _in_one_chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"


def render_error(error: S3Error, ids: Ids) -> bytes:
    """Return the error document (XML-008), with a declaration if the error says so (XML-009)."""
    children = (
        ("Code", error.code),
        ("Message", error.message),
        *error.fields,
        ("RequestId", ids.request_id),
        ("HostId", ids.host_id),
    )
    text = "".join([f"<{name}>{_escape(value)}</{name}>" for name, value in children])
    document = f"<Error>{text}</Error>"
    return (DECLARATION + document if error.declaration else document).encode("utf-8", "replace")


class HttpDate:
    """The Date header's value, formatted once a second."""

    def __init__(self) -> None:
        self._known: tuple[int, str] = (-1, "")

    def __call__(self) -> str:
        """Return the present time as HTTP writes it."""
        second = int(time.time())
        known, text = self._known
        if known != second:
            text = formatdate(second, usegmt=True)
            self._known = (second, text)
        return text


def _head(status: int, ids: Ids, date: str, lines: list[str], *, close: bool) -> bytes:
    connection = "Connection: close\r\n" if close else ""
    return (
        f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\n"
        f"x-amz-id-2: {ids.host_id}\r\nx-amz-request-id: {ids.request_id}\r\nDate: {date}\r\n"
        f"{''.join(lines)}{connection}Server: AmazonS3\r\n\r\n"
    ).encode("utf-8", "replace")


def _safe(value: str) -> str:
    """Return a header value that can't begin a header of its own."""
    return _UNSAFE_HEADER.sub(" ", value)


def _escape(text: str) -> str:
    # Amazon S3 writes control characters as references too, though XML 1.0 has none of them.
    return _ESCAPED.sub(lambda match: _NAMED.get(match[0]) or f"&#{ord(match[0])};", text)
