"""An endpoint without a network: requests in, answers or refusals out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from conformance.reference.domain.kms import furnished
from conformance.reference.domain.messages import Account, Pairs, Payload, Request, S3Error
from conformance.reference.domain.state import Bucket, World
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.domain.messages import Response

NOW = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
REGION = "us-east-1"
MAIN = Account("111122223333", "a" * 64, "main", "AKMAIN", "main-secret")
ALT = Account("444455556666", "b" * 64, "alt", "AKALT", "alt-secret")

Refusal = tuple[int, str, str, tuple[tuple[str, str], ...]]

MALFORMED: Refusal = (
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    (),
)
DENIED: Refusal = (403, "AccessDenied", "Access Denied", ())


def new_world(region: str = REGION) -> World:
    """Build a world with both accounts."""
    return World(region=region, accounts=(MAIN, ALT), kms=furnished(region, MAIN, ALT))


@dataclass
class Endpoint:
    """A service, asked by the main account unless said otherwise."""

    world: World = field(default_factory=new_world)

    def __post_init__(self) -> None:
        self.service = Service(self.world)

    @property
    def bucket(self) -> Bucket:
        """The bucket ``bucket``."""
        return self.world.buckets["bucket"]

    def send(
        self,
        method: str,
        target: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        *,
        caller: Account | None = MAIN,
    ) -> Response:
        """Send a request to ``/bucket[/key][?a=b&c]`` and give the answer, or raise S3Error."""
        path, _, query = target.partition("?")
        bucket, _, key = path.removeprefix("/").partition("/")
        pairs = [part.partition("=") for part in query.split("&") if part]
        return self.service.handle(
            Request(
                method=method,
                bucket=bucket or None,
                key=key or None,
                query=Pairs([(name, value) for name, _, value in pairs]),
                headers=Pairs(tuple((headers or {}).items()), fold=True),
                payload=Payload(data=body.encode() if isinstance(body, str) else body),
                caller=caller,
                signed="none" if caller is None else "header",
                secure=True,
                virtual_host=False,
                host="s3.localhost",
                now=NOW,
            )
        )

    def refused(
        self,
        method: str,
        target: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        *,
        caller: Account | None = MAIN,
    ) -> Refusal:
        """Send what must be refused; give status, code, message and fields."""
        with pytest.raises(S3Error) as caught:
            self.send(method, target, body, headers, caller=caller)
        error = caught.value
        return error.status, error.code, error.message, error.fields

    def text(self, target: str, *, caller: Account | None = MAIN) -> str:
        """GET a document; give it without its declaration and namespace."""
        body = self.send("GET", target, caller=caller).body.decode()
        declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
        assert body.startswith(declaration)
        namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        assert body.count(namespace) == 1
        return body.removeprefix(declaration).replace(namespace, "")


def missing(code: str, message: str) -> Refusal:
    """Build the 404 of a sub-resource that was never put."""
    return 404, code, message, (("BucketName", "bucket"),)
