"""Requests given as bytes, judged by the face alone: no socket is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conformance.reference.domain.messages import Account, S3Error
from conformance.reference.http.authentication import Proof, authenticate
from conformance.reference.http.head import parse
from conformance.reference.http.target import resolve

from .signing import ACCESS_KEY, NOW, REGION, SECRET_KEY, head

if TYPE_CHECKING:
    from datetime import datetime

ACCOUNT = Account(
    id="111122223333",
    canonical_id="c" * 64,
    name="main",
    access_key=ACCESS_KEY,
    secret_key=SECRET_KEY,
)
HOST = "bucket.s3.localhost:9000"
CREDENTIALS = Credentials(ACCESS_KEY, SECRET_KEY)


def judge(request: bytes, now: datetime = NOW) -> Proof:
    """Authenticate a request given as bytes."""
    parsed = parse(request.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    target = resolve(parsed.target, parsed.headers.get("host") or "", ("s3.localhost",))
    return authenticate(parsed, target, {ACCESS_KEY: ACCOUNT}, REGION, now)


def refused(request: bytes, now: datetime = NOW) -> S3Error:
    """Return the error that the request is refused with."""
    with pytest.raises(S3Error) as caught:
        judge(request, now)
    return caught.value


def by_botocore(auth: object, url: str, *, method: str = "PUT", **headers: str) -> bytes:
    """Return the bytes of a request that botocore signed."""
    request = AWSRequest(method, url, headers=headers)
    auth.add_auth(request)  # type: ignore[attr-defined]  # botocore's signers share no base type
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return head(method, target, [("Host", parts.netloc), *prepared.headers.items()])
