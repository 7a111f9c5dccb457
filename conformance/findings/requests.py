"""What a recorded request asked for: its query, who signed it and how, and the upload it names."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import parse_qsl, unquote

from conformance.vocabulary.text import split_url

if TYPE_CHECKING:
    from conformance.record.model import RecordedExchange, TestLine

UploadState = Literal["live", "completed", "aborted", "foreign", "unknown"]
"""What the story so far says of the upload that a request names."""

_START_LINE: Final = re.compile(r"HTTP/\S+ (\d{3})")
_CODE: Final = re.compile(r"<Code>([^<]{1,100})</Code>")
_OLD_SIGNATURE: Final = frozenset({"awsaccesskeyid", "signature"})
"""Query parameters of Signature Version 2."""
_UPLOAD_ID: Final = re.compile(r"<UploadId>([^<]+)</UploadId>")
_STORES: Final = frozenset({"PutObject", "CopyObject", "CompleteMultipartUpload"})
_ENDS: Final = frozenset({"CompleteMultipartUpload", "AbortMultipartUpload"})


def query(exchange: RecordedExchange) -> dict[str, str]:
    """Return the query of a request, of a repeated parameter the first value."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(split_url(exchange.url).query, keep_blank_values=True):
        found.setdefault(name, value)
    return found


def header(exchange: RecordedExchange, name: str) -> str | None:
    """Return a header of a request; None where it was not sent."""
    wanted = name.lower()
    return next((value for key, value in exchange.request.headers if key.lower() == wanted), None)


def status(exchange: RecordedExchange | None) -> int:
    """Return the status of the answer; 0 without an answer."""
    if exchange is None or exchange.response is None:
        return 0
    line = _START_LINE.match(exchange.response.start_line)
    return int(line[1]) if line else 0


def text(exchange: RecordedExchange) -> str:
    """Return the body of an answer as far as the record keeps it; empty for none."""
    return (exchange.response.body.text or "") if exchange.response is not None else ""


def error_code(exchange: RecordedExchange | None) -> str:
    """Return the error code of the answer; empty for none."""
    if exchange is None or status(exchange) < 300:
        return ""
    code = _CODE.search(text(exchange))
    return code[1] if code else ""


def is_presigned(exchange: RecordedExchange) -> bool:
    """Return whether the signature, or a part of it, is in the address."""
    names = {name.lower() for name in query(exchange)}
    return bool(names & _OLD_SIGNATURE) or any(name.startswith("x-amz-") for name in names)


def is_anonymous(exchange: RecordedExchange) -> bool:
    """Return whether a request has neither a signature nor credentials."""
    return header(exchange, "authorization") is None and not is_presigned(exchange)


def is_of_another(exchange: RecordedExchange) -> bool:
    """Return whether another identity than the main one signed."""
    return exchange.identity not in {"", "main", "anonymous"}


def upload_state(test: TestLine, exchange: RecordedExchange) -> UploadState | None:
    """Return what happened to the upload that a request names; None when it names none.

    Only what the test itself did counts: an upload that it did not begin is unknown.
    """
    upload = query(exchange).get("uploadId")
    if not upload:
        return None
    made = [
        one
        for one in test.exchanges
        if one.operation == "CreateMultipartUpload" and upload in unescape(text(one))
    ]
    if not made:
        return "unknown"
    if all(_path(one) != _path(exchange) for one in made):
        return "foreign"
    for one in test.exchanges:
        if one is exchange:
            break
        if _ended(one, upload):
            return "completed" if one.operation.startswith("Complete") else "aborted"
    return "live"


def ended_beside(test: TestLine, exchange: RecordedExchange) -> bool:
    """Return whether any other request of the test ended the upload that a request names.

    For requests that ran at the same time, of which the order is not known.
    """
    upload = query(exchange).get("uploadId", "")
    return any(one is not exchange and _ended(one, upload) for one in test.exchanges)


def never_stored(test: TestLine, exchange: RecordedExchange, *, not_run: bool = False) -> bool:
    """Return whether the test tried to store an object at the key of a read, and never could.

    ``not_run`` says that a step of the test could not be sent, which may be the one that stores.
    """
    tried = [
        one for one in test.exchanges if one.operation in _STORES and _path(one) == _path(exchange)
    ]
    return (bool(tried) or not_run) and not any(200 <= status(one) < 300 for one in tried)


def refused_before(test: TestLine, exchange: RecordedExchange) -> bool:
    """Return whether an earlier request for the same upload was refused with a 4xx."""
    upload = query(exchange).get("uploadId")
    for one in test.exchanges:
        if one is exchange:
            return False
        if query(one).get("uploadId") == upload and 400 <= status(one) < 500:
            return True
    return False


def _ended(exchange: RecordedExchange, upload: str) -> bool:
    return (
        exchange.operation in _ENDS
        and 200 <= status(exchange) < 300
        and query(exchange).get("uploadId") == upload
        and "<Error>" not in text(exchange)
    )


def _path(exchange: RecordedExchange) -> str:
    parts = split_url(exchange.url)
    return f"{parts.netloc}{unquote(parts.path)}"


def open_keys(test: TestLine, until: RecordedExchange) -> frozenset[str]:
    """Return the keys of the uploads that a test had open when it sent a request."""
    found: dict[str, str] = {}
    for one in test.exchanges:
        if one is until:
            break
        if one.operation == "CreateMultipartUpload" and status(one) == 200:
            upload = _UPLOAD_ID.search(text(one))
            key = unquote(split_url(one.url).path)
            if upload:
                found[unescape(upload[1])] = key
        ended = query(one).get("uploadId", "")
        if ended in found and _ended(one, ended):
            del found[ended]
    bucket = unquote(split_url(until.url).path).rstrip("/")
    return frozenset(key.removeprefix(f"{bucket}/").lstrip("/") for key in found.values())
