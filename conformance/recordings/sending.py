"""Sends raw requests, signed as the recorder of the exchanges signed them.

The wire of this package leaves Content-Length out of its signatures; the recorder did not, and
some of its answers are about just that. So the signature is made here, over every header that the
recorder covered.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, unquote

from conformance.recordings.exchanges import RawAnswer, RawRequest
from conformance.wire.addressing import find_route
from conformance.wire.answer import WireFault
from conformance.wire.connection import Pool

if TYPE_CHECKING:
    from types import TracebackType

    from conformance.wire.addressing import Route
    from conformance.wire.model import Endpoint, Identity

_COVERED: Final = ("content-length", "content-md5", "content-type", "host")
"""Signed beside the x-amz-* headers."""


class Unanswered(Exception):  # noqa: N818  # what became of a request, not an error of ours
    """No answer came."""


class RawWire:
    """Sends raw requests to one endpoint, over kept-alive connections; one thread at a time."""

    def __init__(self, endpoint: Endpoint, identity: Identity) -> None:
        self.endpoint = endpoint
        self.identity = identity
        self._pool = Pool(endpoint)

    def send(self, request: RawRequest) -> RawAnswer:
        """Sign and send one request; raises Unanswered when no answer comes."""
        route = find_route(self.endpoint, "", "path", request.transport)
        head = self._head(request, route)
        try:
            return self._exchange(route, head, request, fresh=False)
        except _Stale:
            return self._exchange(route, head, request, fresh=True)

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _exchange(
        self, route: Route, head: bytes, request: RawRequest, *, fresh: bool
    ) -> RawAnswer:
        try:
            connection = self._pool.take(route, fresh=fresh)
        except WireFault as fault:
            raise Unanswered(f"{fault.fault}: {fault.text}") from fault
        try:
            raw = connection.exchange(
                head,
                request.body,
                self.endpoint.limits,
                is_head=request.method == "HEAD",
                wait_continue=False,
            )
        except WireFault as fault:
            connection.close()
            if connection.reused and not fault.answered and not fresh:
                raise _Stale from fault
            raise Unanswered(f"{fault.fault}: {fault.text}") from fault
        if raw.reusable:
            self._pool.give_back(connection)
        else:
            connection.close()
        return RawAnswer(status=raw.status, headers=raw.headers, body=raw.body)

    def _head(self, request: RawRequest, route: Route) -> bytes:
        digest = request.header("x-amz-content-sha256") or sha256(request.body).hexdigest().encode()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        own = ("host", "x-amz-content-sha256", "x-amz-date", "authorization")
        headers = [
            ("Host", route.authority.encode()),
            *((name, value) for name, value in request.headers if name.lower() not in own),
            ("x-amz-content-sha256", digest),
            ("X-Amz-Date", stamp.encode()),
        ]
        authorization = _authorization(
            request, headers, digest, stamp, self.identity, self.endpoint.region
        )
        headers.append(("Authorization", authorization.encode()))
        target = f"{request.path}?{request.query}" if request.query else request.path
        lines = [f"{request.method} {target} HTTP/1.1".encode()]
        lines += [name.encode() + b": " + value for name, value in headers]
        return b"\r\n".join((*lines, b"", b""))


class _Stale(Exception):  # noqa: N818  # caught in this module
    """A kept connection had been closed before the request was read."""


def _authorization(  # what a signature covers
    request: RawRequest,
    headers: list[tuple[str, bytes]],
    digest: bytes,
    stamp: str,
    identity: Identity,
    region: str,
) -> str:
    covered = {
        name.lower(): value
        for name, value in headers
        if (name.lower() in _COVERED or name.lower().startswith("x-amz-"))
        and name.lower() not in request.unsigned
    }
    names = ";".join(sorted(covered))
    canonical = b"\n".join(
        (
            request.method.encode(),
            quote(unquote(request.path), safe="/-_.~").encode(),
            _canonical_query(request.query).encode(),
            *(f"{name}:{_canonical(covered[name])}".encode() for name in sorted(covered)),
            b"",
            names.encode(),
            digest,
        )
    )
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical).hexdigest()}"
    key = f"AWS4{identity.secret_key}".encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return (
        f"AWS4-HMAC-SHA256 Credential={identity.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )


def _canonical(value: bytes) -> str:
    """Return a header's value trimmed, blanks folded; what is no UTF-8 was meant as Latin-1."""
    folded = b" ".join(value.split())
    try:
        return folded.decode()
    except UnicodeDecodeError:
        return folded.decode("latin-1")


def _canonical_query(query: str) -> str:
    pairs = []
    for piece in query.split("&") if query else ():
        name, _, value = piece.partition("=")
        pairs.append(tuple(quote(unquote(part), safe="-_.~") for part in (name, value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))
