"""From an exchange, bytes and secrets and all, to what a record may keep of it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.record.model import RecordedBody, RecordedExchange, RecordedMessage
from conformance.vocabulary.times import timestamp
from conformance.wire.checksums import digest_hex
from conformance.wire.redact import (
    Known,
    is_plain,
    is_secret_header,
    redact_bytes,
    redact_headers,
    redact_text,
    redact_url,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.record.model import Role
    from conformance.wire.model import Answer, Exchange

TEXT_BYTES: Final = 16 * 1024
"""Bytes kept of a body that is text."""
BINARY_BYTES: Final = 128
"""Bytes kept of any other: enough to know it again, its digest tells the rest."""
_MARGIN: Final = 4 * 1024
"""Bytes read beyond what is kept, so that a secret across the edge is found whole."""


def recorded(
    exchange: Exchange, *, step: str, role: Role, secrets: Collection[str]
) -> RecordedExchange:
    """Return one exchange without its secrets, bodies cut to `TEXT_BYTES`.

    ``secrets`` are those of the run: they go wherever they stand, beside the places in which the
    protocol carries secrets anyway.
    """
    request, answer = exchange.request, exchange.answer
    sent = _ReadBody.of(request.body)
    came = None if answer is None else _ReadBody.of(answer.body)
    known = Known.of(secrets)
    hide = _Hiding(known, plain=is_plain("\n".join(_texts(exchange, sent, came)), known))
    return RecordedExchange(
        step=step,
        role=role,
        operation=exchange.operation,
        identity=exchange.identity,
        url=hide.url(request.url),
        request=RecordedMessage(
            start_line=f"{request.method} {hide.url(request.target)} HTTP/1.1",
            headers=hide.headers(request.headers),
            body=_body(sent, hide),
        ),
        response=None if answer is None or came is None else _response(answer, came, hide),
        fault=hide.text(f"{exchange.fault}: {exchange.fault_text}") if exchange.fault else "",
        fault_kind=exchange.fault or "",
        started=timestamp(exchange.started),
        milliseconds=round(exchange.seconds * 1000, 3),
        throttled=exchange.throttled,
    )


def recorded_body(body: bytes, secrets: Collection[str]) -> RecordedBody:
    """Return what is kept of a body; size and SHA-256 are those of the body as it was sent."""
    return _body(_ReadBody.of(body), _Hiding(Known.of(secrets), plain=False))


@dataclass(frozen=True, slots=True)
class _ReadBody:
    """A body, and its beginning as text."""

    data: bytes
    text: str | None
    """None where it is none."""

    @classmethod
    def of(cls, data: bytes) -> _ReadBody:
        return cls(data, _as_text(data[: TEXT_BYTES + _MARGIN]))


@dataclass(frozen=True, slots=True)
class _Hiding:
    """Replaces secrets in the parts of one exchange."""

    secrets: Known
    plain: bool
    """Nothing in its texts is to be replaced, but in headers that hold secrets by their name."""

    def text(self, text: str) -> str:
        return text if self.plain else redact_text(text, self.secrets)

    def url(self, url: str) -> str:
        return url if self.plain else redact_url(url, self.secrets)

    def headers(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return redact_headers(headers, self.secrets, only_named=self.plain)


def _texts(exchange: Exchange, sent: _ReadBody, came: _ReadBody | None) -> list[str]:
    """Return all that is text in an exchange, without headers that hold secrets by their name."""
    request, answer = exchange.request, exchange.answer
    texts = [request.url, sent.text or "", exchange.fault_text]
    headers = request.headers
    if answer is not None and came is not None:
        texts += (answer.reason, came.text or "")
        headers += answer.headers
    return texts + [value for name, value in headers if not is_secret_header(name)]


def _body(body: _ReadBody, hide: _Hiding) -> RecordedBody:
    size, digest = len(body.data), digest_hex(body.data, "SHA256")
    if not size:
        return RecordedBody(size=0, sha256=digest)
    if body.text is not None:
        text, truncated = _cut(hide.text(body.text), size)
        return RecordedBody(size=size, sha256=digest, text=text, truncated=truncated)
    head = redact_bytes(body.data[: BINARY_BYTES + _MARGIN], hide.secrets)[:BINARY_BYTES]
    return RecordedBody(
        size=size,
        sha256=digest,
        base64=base64.b64encode(head).decode("ascii"),
        truncated=size > BINARY_BYTES,
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


def _response(answer: Answer, came: _ReadBody, hide: _Hiding) -> RecordedMessage:
    return RecordedMessage(
        start_line=f"HTTP/1.1 {answer.status} {hide.text(answer.reason)}".rstrip(),
        headers=hide.headers(answer.headers),
        body=_body(came, hide),
    )
