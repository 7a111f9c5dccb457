"""Signature Version 4 as arithmetic: canonical requests, strings to sign, keys, signatures."""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = sha256().hexdigest()
_SIGNATURE_PARAMETER = "X-Amz-Signature"


@lru_cache(maxsize=64)
def signing_key(secret_key: str, date: str, region: str, service: str) -> bytes:
    """Return the key of one day's credential scope; ``date`` as YYYYMMDD."""
    key = b"AWS4" + secret_key.encode("utf-8")
    for text in (date, region, service, "aws4_request"):
        key = hmac.digest(key, text.encode("utf-8"), "sha256")
    return key


def sign(key: bytes, string_to_sign: bytes) -> str:
    """Return the signature in lower-case hex."""
    return hmac.digest(key, string_to_sign, "sha256").hex()


def same(one: str, other: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(one.encode("utf-8"), other.encode("utf-8"))


def canonical_request(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    signed: Sequence[str],
    payload_hash: str,
) -> bytes:
    """Return the canonical request of already canonical ``path`` and ``query``.

    A header that is signed but was not sent counts as empty.
    """
    lines = [f"{name}:{headers.get(name, '')}\n" for name in signed]
    text = f"{method}\n{path}\n{query}\n{''.join(lines)}\n{';'.join(signed)}\n{payload_hash}"
    return text.encode("utf-8", "surrogateescape")


def string_to_sign(timestamp: str, scope: str, canonical: bytes) -> bytes:
    """Return the string to sign of a request; ``scope`` is date/region/service/aws4_request."""
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{sha256(canonical).hexdigest()}".encode()


def chunk_string_to_sign(timestamp: str, scope: str, previous: str, digest: str) -> bytes:
    """Return the string to sign of one chunk with that SHA-256, after that signature."""
    return (
        f"{ALGORITHM}-PAYLOAD\n{timestamp}\n{scope}\n{previous}\n{EMPTY_SHA256}\n{digest}".encode()
    )


def trailer_string_to_sign(timestamp: str, scope: str, previous: str, digest: str) -> bytes:
    """Return the string to sign of the trailers with that SHA-256, after the last chunk's."""
    return f"AWS4-HMAC-SHA256-TRAILER\n{timestamp}\n{scope}\n{previous}\n{digest}".encode()


def canonical_headers(
    fields: Sequence[tuple[bytes, bytes]], signed: Collection[str]
) -> dict[str, str]:
    """Return the signed headers' canonical values: trimmed, inner blanks single, repeats joined."""
    values: dict[str, str] = {}
    for raw_name, raw_value in fields:
        name = raw_name.decode("ascii")
        if name in signed:
            value = b" ".join(raw_value.split()).decode("utf-8", "surrogateescape")
            values[name] = f"{values[name]},{value}" if name in values else value
    return values


def path_encoded_anew(path: str) -> str:
    """Return the canonical form that the documentation gives: decoded, then encoded."""
    return quote(unquote_to_bytes(path), safe="/~")


def query_as_sent(raw: str) -> str:
    """Return the canonical form of a query that was sent in canonical encoding."""
    return _sorted_query(raw, lambda text: text)


def query_encoded_anew(raw: str) -> str:
    """Return the canonical form that the documentation gives: decoded, then encoded."""
    return _sorted_query(raw, _encode)


def _sorted_query(raw: str, form: Callable[[str], str]) -> str:
    if not raw:
        return ""
    pairs = []
    for piece in raw.split("&"):
        name, _, value = piece.partition("=")
        if piece and name != _SIGNATURE_PARAMETER:
            pairs.append((form(name), form(value)))
    pairs.sort()
    return "&".join([f"{name}={value}" for name, value in pairs])


def _encode(text: str) -> str:
    return quote(
        unquote_plus(text, errors="surrogateescape"), safe="-_.~", errors="surrogateescape"
    )
