"""From an exchange, bytes and secrets and all, to what a record may keep of it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from conformance.record.model import RecordedBody, RecordedExchange, RecordedMessage
from conformance.vocabulary.times import timestamp
from conformance.wire.checksums import digest_hex
from conformance.wire.redact import Known, redact_bytes, redact_headers, redact_text, redact_url

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.record.model import Role
    from conformance.wire.model import Answer, Exchange, Request

TEXT_BYTES: Final = 16 * 1024
"""Bytes kept of a body that is text."""
BINARY_BYTES: Final = 128
"""Bytes kept of any other: enough to know it again, its digest tells the rest."""
_MARGIN: Final = 4 * 1024
"""Bytes read beyond what is kept, so that a secret across the edge is found whole."""


_NO_BODY: Final = RecordedBody(size=0, sha256=digest_hex(b"", "SHA256"))


def recorded(
    exchange: Exchange, *, step: str, role: Role, secrets: Collection[str]
) -> RecordedExchange:
    """Return one exchange without its secrets, bodies cut to `TEXT_BYTES`.

    ``secrets`` are those of the run: they go wherever they stand, beside the places in which the
    protocol carries secrets anyway.
    """
    secrets = Known.of(secrets)
    request, answer = exchange.request, exchange.answer
    target = redact_url(request.target, secrets)
    return RecordedExchange(
        step=step,
        role=role,
        operation=exchange.operation,
        identity=exchange.identity,
        url=redact_url(request.url.removesuffix(request.target), secrets) + target,
        request=_request(request, target, secrets),
        response=None if answer is None else _response(answer, secrets),
        fault=_fault(exchange, secrets),
        fault_kind=exchange.fault or "",
        started=timestamp(exchange.started),
        milliseconds=round(exchange.seconds * 1000, 3),
        throttled=exchange.throttled,
    )


def recorded_body(body: bytes, secrets: Collection[str]) -> RecordedBody:
    """Return what is kept of a body; size and SHA-256 are those of the body as it was sent."""
    if not body:
        return _NO_BODY
    text = _as_text(body[: TEXT_BYTES + _MARGIN])
    kept_text = kept_base64 = None
    if text is not None:
        kept_text, truncated = _cut(redact_text(text, secrets), len(body))
    else:
        head = redact_bytes(body[: BINARY_BYTES + _MARGIN], secrets)[:BINARY_BYTES]
        kept_base64 = base64.b64encode(head).decode("ascii")
        truncated = len(body) > BINARY_BYTES
    return RecordedBody(
        size=len(body),
        sha256=digest_hex(body, "SHA256"),
        text=kept_text,
        base64=kept_base64,
        truncated=truncated,
    )


def _cut(text: str, size: int) -> tuple[str, bool]:
    """Cut redacted text; where more was to come, what may hold half a secret goes as well."""
    if size > TEXT_BYTES + _MARGIN:
        text = text[:-_MARGIN]
    data = text.encode()
    if len(data) <= TEXT_BYTES:
        return text, size > TEXT_BYTES + _MARGIN
    return data[:TEXT_BYTES].decode(errors="ignore"), True


def _as_text(head: bytes) -> str | None:
    """Decode the beginning of a body; None when it is not text. A character cut in two is left."""
    for missing in range(4):
        try:
            text = head[: len(head) - missing].decode()
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                return None
            continue
        return None if "\0" in text else text
    return None


def _request(request: Request, target: str, secrets: Collection[str]) -> RecordedMessage:
    return RecordedMessage(
        start_line=f"{request.method} {target} HTTP/1.1",
        headers=redact_headers(request.headers, secrets),
        body=recorded_body(request.body, secrets),
    )


def _response(answer: Answer, secrets: Collection[str]) -> RecordedMessage:
    return RecordedMessage(
        start_line=f"HTTP/1.1 {answer.status} {redact_text(answer.reason, secrets)}".rstrip(),
        headers=redact_headers(answer.headers, secrets),
        body=recorded_body(answer.body, secrets),
    )


def _fault(exchange: Exchange, secrets: Collection[str]) -> str:
    if exchange.fault is None:
        return ""
    return redact_text(f"{exchange.fault}: {exchange.fault_text}", secrets)
