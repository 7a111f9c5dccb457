"""Sends raw requests, signed as the recorder of the exchanges signed them.

The wire of this package leaves Content-Length out of its signatures; the recorder did not, and
some of its answers are about just that. So a signature covers every header that the recorder's did.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Self

from conformance.recordings.exchanges import RawAnswer, RawRequest
from conformance.wire.addressing import find_route
from conformance.wire.answer import WireFault
from conformance.wire.carrier import Carrier
from conformance.wire.connection import Outgoing
from conformance.wire.signing import SigningContext, make_stamp, sign_header

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
        self._carrier = Carrier(endpoint)

    def send(self, request: RawRequest) -> RawAnswer:
        """Sign and send one request; raises Unanswered when no answer comes."""
        route = find_route(self.endpoint, "", "path", request.transport)
        try:
            raw = self._carrier.carry(
                route,
                Outgoing(self._head(request, route), request.body),
                is_head=request.method == "HEAD",
            )
        except WireFault as fault:
            raise Unanswered(f"{fault.fault}: {fault.text}") from fault
        return RawAnswer(status=raw.status, headers=raw.headers, body=raw.body)

    def close(self) -> None:
        """Close the kept connections."""
        self._carrier.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _head(self, request: RawRequest, route: Route) -> bytes:
        digest = request.header("x-amz-content-sha256") or sha256(request.body).hexdigest().encode()
        stamp = make_stamp(datetime.now(UTC))
        own = ("host", "x-amz-content-sha256", "x-amz-date", "authorization")
        headers = [
            ("Host", route.authority.encode()),
            *((name, value) for name, value in request.headers if name.lower() not in own),
            ("x-amz-content-sha256", digest),
            ("X-Amz-Date", stamp.encode()),
        ]
        target = f"{request.path}?{request.query}" if request.query else request.path
        authorization, _ = sign_header(
            SigningContext(self.identity, self.endpoint.region, stamp),
            request.method,
            target,
            [(name, _text(value)) for name, value in headers],
            digest.decode(),
            unsigned=frozenset(name.lower() for name, _ in headers if not _covers(request, name)),
        )
        headers.append(("Authorization", authorization.encode()))
        lines = [f"{request.method} {target} HTTP/1.1".encode()]
        lines += [name.encode() + b": " + value for name, value in headers]
        return b"\r\n".join((*lines, b"", b""))


def _covers(request: RawRequest, name: str) -> bool:
    """Return whether the recorder's signature covered a header."""
    lower = name.lower()
    signed = lower in _COVERED or lower.startswith("x-amz-")
    return signed and lower not in request.unsigned


def _text(value: bytes) -> str:
    """Return a header's value as text; what is not UTF-8 was meant as Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
