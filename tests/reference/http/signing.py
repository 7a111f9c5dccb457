"""An independent signer, so that the face is not its own judge.

Signature Version 4 and the aws-chunked framing, written from the documentation's formulas with
the standard library alone.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
REGION = "eu-central-1"
ACCESS_KEY = "AKIAFACETESTS0000001"
SECRET_KEY = "secret/of+the/face/tests"
EMPTY = hashlib.sha256().hexdigest()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()


@dataclass(kw_only=True)
class Signer:
    """Signs one request, and then its chunks; every part of the claim can be bent."""

    secret_key: str = SECRET_KEY
    access_key: str = ACCESS_KEY
    region: str = REGION
    service: str = "s3"
    time: datetime = NOW
    previous: str = field(default="", init=False)

    @property
    def timestamp(self) -> str:
        """The request time in the basic ISO form."""
        return f"{self.time:%Y%m%dT%H%M%SZ}"

    @property
    def scope(self) -> str:
        """The credential scope."""
        return f"{self.time:%Y%m%d}/{self.region}/{self.service}/aws4_request"

    def mac(self, text: str) -> str:
        """Return the signature of a string to sign, and remember it for the next chunk."""
        key = _mac(f"AWS4{self.secret_key}".encode(), f"{self.time:%Y%m%d}")
        for word in (self.region, self.service, "aws4_request"):
            key = _mac(key, word)
        self.previous = _mac(key, text).hex()
        return self.previous

    def authorization(
        self,
        method: str,
        path: str,
        query: str,
        headers: Sequence[tuple[str, str]],
        payload_hash: str,
    ) -> str:
        """Return the Authorization header over all of ``headers``."""
        names, signature = self.signature(method, path, query, headers, payload_hash)
        return (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{self.scope},"
            f"SignedHeaders={names},Signature={signature}"
        )

    def signature(
        self,
        method: str,
        path: str,
        query: str,
        headers: Sequence[tuple[str, str]],
        payload_hash: str,
    ) -> tuple[str, str]:
        """Return the signed headers' names and the signature; path and query are canonical."""
        ordered = sorted((name.lower(), value) for name, value in headers)
        names = ";".join(name for name, _ in ordered)
        lines = "".join(f"{name}:{value}\n" for name, value in ordered)
        request = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{payload_hash}"
        digest = hashlib.sha256(request.encode("utf-8", "surrogateescape")).hexdigest()
        return names, self.mac(f"AWS4-HMAC-SHA256\n{self.timestamp}\n{self.scope}\n{digest}")

    def presigned(self, method: str, host: str, path: str, *, expires: str = "900") -> str:
        """Return a presigned target over the Host header alone."""
        credential = quote(f"{self.access_key}/{self.scope}", safe="")
        query = (
            f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}"
            f"&X-Amz-Date={self.timestamp}&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host"
        )
        _, signature = self.signature(method, path, query, [("host", host)], "UNSIGNED-PAYLOAD")
        return f"{path}?{query}&X-Amz-Signature={signature}"

    def chunk(self, data: bytes) -> bytes:
        """Return one signed chunk; the empty one has no line end of its own behind it."""
        digest = hashlib.sha256(data).hexdigest()
        text = "\n".join(
            (
                "AWS4-HMAC-SHA256-PAYLOAD",
                self.timestamp,
                self.scope,
                self.previous,
                EMPTY,
                digest,
            )
        )
        head = b"%x;chunk-signature=%b\r\n" % (len(data), self.mac(text).encode())
        return head + data + b"\r\n" if data else head

    def trailer(self, name: str, value: str) -> bytes:
        """Return a trailing header with its signature."""
        digest = hashlib.sha256(f"{name}:{value}\n".encode()).hexdigest()
        text = "\n".join(
            ("AWS4-HMAC-SHA256-TRAILER", self.timestamp, self.scope, self.previous, digest)
        )
        return f"{name}:{value}\r\nx-amz-trailer-signature:{self.mac(text)}\r\n".encode()

    def request(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        host: str = "127.0.0.1",
        headers: Sequence[tuple[str, str]] = (),
        payload_hash: str | None = None,
        late: Sequence[tuple[str, str]] = (),
        length: bool = True,
    ) -> bytes:
        """Return a whole signed request as bytes; ``late`` headers are not signed."""
        path, _, query = target.partition("?")
        payload_hash = payload_hash or hashlib.sha256(body).hexdigest()
        signed = [
            ("host", host),
            ("x-amz-content-sha256", payload_hash),
            ("x-amz-date", self.timestamp),
            *headers,
        ]
        authorization = self.authorization(method, path, query, signed, payload_hash)
        sent = [*signed, ("Authorization", authorization), *late]
        if length and (body or method in ("PUT", "POST")):
            sent.append(("Content-Length", str(len(body))))
        return head(method, target, sent) + body


def head(method: str, target: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """Return a request head as bytes."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "surrogateescape")
