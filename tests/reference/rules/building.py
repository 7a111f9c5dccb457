"""Requests, buckets and worlds for the tests of rules."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from conformance.reference.domain.kms import furnished
from conformance.reference.domain.messages import Account, Pairs, Payload, Request, S3Error
from conformance.reference.domain.metadata import Metadata
from conformance.reference.domain.state import Bucket, Upload, World
from conformance.reference.domain.values import Encryption
from conformance.reference.rules.acl import private_acl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOW = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
REGION = "us-east-1"
MAIN = Account("111122223333", "a" * 64, "main", "AKMAIN", "main-secret")
ALT = Account("444455556666", "b" * 64, "alt", "AKALT", "alt-secret")
KEY_A, KEY_B = b"a" * 32, b"b" * 32


def asked(
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "PUT",
    query: Mapping[str, str] | None = None,
    body: bytes = b"",
    trailers: Mapping[str, str] | None = None,
    caller: Account | None = MAIN,
    secure: bool = True,
    key: str | None = "key",
) -> Request:
    """Build a request to ``bucket``, over TLS and by the main account unless said otherwise."""
    return Request(
        method=method,
        bucket="bucket",
        key=key,
        query=Pairs(tuple((query or {}).items())),
        headers=Pairs(tuple((headers or {}).items()), fold=True),
        payload=Payload(data=body, trailers=Pairs(tuple((trailers or {}).items()), fold=True)),
        caller=caller,
        signed="none" if caller is None else "header",
        secure=secure,
        virtual_host=False,
        host="s3.localhost",
        now=NOW,
    )


def a_world() -> World:
    """Build a world with both accounts and the furnished keys."""
    return World(region=REGION, accounts=(MAIN, ALT), kms=furnished(REGION, MAIN, ALT))


def a_bucket(**changes: Any) -> Bucket:  # noqa: ANN401 - any field of the bucket
    """Build a bucket of the main account that takes ACLs and blocks nothing, with changes."""
    fields: dict[str, Any] = {
        "name": "bucket",
        "owner": MAIN,
        "created": NOW,
        "region": REGION,
        "acl": private_acl(MAIN.canonical_id),
        "ownership": "ObjectWriter",
    }
    return Bucket(**(fields | changes))


def an_upload(initiator: Account) -> Upload:
    """Build an active upload of the object ``key`` that an account began."""
    return Upload(
        id="an-upload",
        key="key",
        sequence=1,
        initiated=NOW,
        initiator=initiator,
        owner=MAIN,
        encryption=Encryption(),
        metadata=Metadata(),
        storage_class="STANDARD",
        acl=private_acl(MAIN.canonical_id),
    )


def sse_c(key: bytes = KEY_A, *, source: bool = False) -> dict[str, str]:
    """Build the three headers of a customer key."""
    prefix = "x-amz-copy-source-" if source else "x-amz-"
    prefix += "server-side-encryption-customer-"
    return {
        f"{prefix}algorithm": "AES256",
        f"{prefix}key": base64.b64encode(key).decode(),
        f"{prefix}key-md5": base64.b64encode(
            hashlib.md5(key, usedforsecurity=False).digest()
        ).decode(),
    }


def refusal(attempt: Callable[[], object]) -> tuple[int, str, str, tuple[tuple[str, str], ...]]:
    """Run what must be refused; give status, code, message and fields of the refusal."""
    with pytest.raises(S3Error) as caught:
        attempt()
    error = caught.value
    return error.status, error.code, error.message, error.fields


def argument(
    message: str, name: str, value: str | None = None
) -> tuple[int, str, str, tuple[tuple[str, str], ...]]:
    """Build an InvalidArgument as ``refusal`` gives it."""
    fields = [("ArgumentName", name)]
    if value is not None:
        fields.append(("ArgumentValue", value))
    return 400, "InvalidArgument", message, tuple(fields)


def invalid(message: str) -> tuple[int, str, str, tuple[tuple[str, str], ...]]:
    """Build an InvalidRequest without fields as ``refusal`` gives it."""
    return 400, "InvalidRequest", message, ()
