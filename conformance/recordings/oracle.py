"""Reads the file of recorded exchanges, which is never part of this project.

One exchange a line: ``group`` (the operation under test), ``test``, ``n`` (its place in the test),
``request`` (method, path, query, headers, body) and ``response`` (status, headers, body). Bodies
may be cut, and the recorder has taken out ids, dates and signatures.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.recordings.exchanges import Exchange, RawAnswer, RawRequest, Transport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_DROPPED: Final = ("authorization", "connection", "x-amz-date")
"""Headers of a request that are made again, or that say nothing beyond one connection."""
_REDACTED: Final = "[REDACTED]"
_GUESSES: Final = ("latin-1", "cp1252", "cp1254")
"""What the recorder took UTF-8 for where the answer named no charset."""
_REFUSED_HASH: Final = re.compile(
    rb"<ArgumentName>x-amz-content-sha256</ArgumentName><ArgumentValue>(.*?)</ArgumentValue>"
)


class OracleError(ValueError):
    """The file holds no recorded exchanges."""


def read_oracle(path: Path) -> tuple[Exchange, ...]:
    """Read the file; raises OSError, or OracleError with the line that is no exchange."""
    exchanges = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                exchanges.append(_exchange(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise OracleError(f"{path}:{number}: no recorded exchange: {error!r}") from None
    if not exchanges:
        raise OracleError(f"{path}: no recorded exchange")
    return tuple(exchanges)


def by_test(exchanges: tuple[Exchange, ...]) -> Iterator[tuple[Exchange, ...]]:
    """Yield the exchanges of each test together, in their order."""
    tests: dict[tuple[str, str], list[Exchange]] = {}
    for exchange in exchanges:
        tests.setdefault((exchange.group, exchange.test), []).append(exchange)
    for group in tests.values():
        yield tuple(sorted(group, key=lambda exchange: exchange.number))


def _exchange(line: Mapping[str, Any]) -> Exchange:
    answer = _answer(line["response"])
    return Exchange(
        group=line["group"],
        test=line["test"],
        number=line["n"],
        request=_with_redacted_hash(_request(line["request"], line["test"]), answer),
        answer=answer,
    )


def _with_redacted_hash(request: RawRequest, answer: RawAnswer) -> RawRequest:
    """Put back a payload hash that S3 refused, and so told."""
    match = _REFUSED_HASH.search(answer.body)
    if match is None:
        return request
    return replace(request, headers=(*request.headers, ("x-amz-content-sha256", match[1])))


def _request(given: Mapping[str, Any], test: str) -> RawRequest:
    headers = tuple(
        (name, _header_bytes(value))
        for name, value in given["headers"].items()
        if name.lower() not in _DROPPED and value != _REDACTED
    )
    length = next((int(v) for n, v in headers if n.lower() == "content-length" and v.isdigit()), 0)
    chunked = any(n.lower() == "transfer-encoding" for n, _ in headers)
    transport: Transport = "http" if "over_http" in test else "tls"
    return RawRequest(
        method=given["method"],
        path=given["path"],
        query=given["query_params"].removeprefix("?"),
        headers=headers,
        body=_request_body(given.get("body") or "", 0 if chunked else length),
        transport=transport,
        unsigned=_behind_signature(given["headers"]),
    )


def _behind_signature(headers: Mapping[str, Any]) -> frozenset[str]:
    """Return the headers that stand behind the signature, which so can't cover them."""
    names = [name.lower() for name in headers]
    return frozenset(names[names.index("authorization") :] if "authorization" in names else ())


def _header_bytes(value: str) -> bytes:
    """Return a header as the recorder's client sent it, which writes Latin-1."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def _request_body(text: str, length: int) -> bytes:
    """Return the bytes of a body: binary ones were recorded in base64, long ones were cut."""
    body = text.encode()
    if not length or len(body) == length:
        return body
    try:
        binary = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        binary = b""
    if len(binary) == length:
        return binary
    return body.ljust(length, b"x")[:length]


def _answer(given: Mapping[str, Any]) -> RawAnswer:
    return RawAnswer(
        status=given["status_code"],
        headers=tuple(
            (name, value) for name, value in given["headers"].items() if value != _REDACTED
        ),
        body=_answer_body(given["body"] or ""),
        cut=given.get("body_cut_from") is not None,
    )


def _answer_body(text: str) -> bytes:
    if not text.isascii():
        for guess in _GUESSES:
            try:
                data = text.encode(guess)
                data.decode()
            except UnicodeError:
                continue
            return data
    return text.encode()
