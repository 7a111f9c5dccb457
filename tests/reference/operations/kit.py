"""A client without a wire: requests as objects, straight into a service."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pytest
from defusedxml.ElementTree import fromstring

from conformance.reference.domain.kms import furnished
from conformance.reference.domain.messages import (
    Account,
    Pairs,
    Payload,
    Request,
    Response,
    S3Error,
)
from conformance.reference.domain.state import Bucket, World
from conformance.reference.rules.acl import private_acl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from xml.etree.ElementTree import Element

    from conformance.reference.service import Service

MAIN = Account("111111111111", "a" * 64, "main", "AKIDMAIN", "secret-main")
ALT = Account("222222222222", "b" * 64, "alt", "AKIDALT", "secret-alt")
NOW = datetime(2026, 2, 21, 12, 30, 15, 250_000, tzinfo=UTC)
HOST = "s3.eu-central-1.example"
MIB = 1024**2
PART = b"A" * (5 * MIB)
"""The smallest part that need not be the last."""
OTHER_PART = b"B" * (5 * MIB)

NO_UPLOAD = (
    "The specified upload does not exist. The upload ID may be invalid, "
    "or the upload may have been aborted or completed."
)
INVALID_PART = (
    "One or more of the specified parts could not be found.  The part may not have been uploaded, "
    "or the specified entity tag may not match the part's entity tag."
)
MALFORMED = (
    "The XML you provided was not well-formed or did not validate against our published schema"
)
NOT_IMPLEMENTED = "A header you provided implies functionality that is not implemented"
PRECONDITION = "At least one of the pre-conditions you specified did not hold"


def world() -> World:
    """Return a world with two accounts and the buckets ``plain`` and ``theirs``."""
    made = World(
        region="eu-central-1", accounts=(MAIN, ALT), kms=furnished("eu-central-1", MAIN, ALT)
    )
    for name, owner in (("plain", MAIN), ("theirs", ALT)):
        made.buckets[name] = Bucket(
            name=name,
            owner=owner,
            created=NOW,
            region=made.region,
            acl=private_acl(owner.canonical_id),
        )
    return made


def etag(data: bytes) -> str:
    """Return the ETag of a plain part, without quotes."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def joined_etag(*parts: bytes) -> str:
    """Return the ETag of a multipart object, without quotes."""
    digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    return f"{etag(digests)}-{len(parts)}"


def b64(data: bytes) -> str:
    """Return base64 as text."""
    return base64.b64encode(data).decode("ascii")


def sse_c(key: bytes = b"k" * 32, *, source: bool = False) -> dict[str, str]:
    """Return the three headers of a customer key."""
    prefix = f"x-amz-{'copy-source-' if source else ''}server-side-encryption-customer-"
    md5 = hashlib.md5(key, usedforsecurity=False).digest()
    return {
        f"{prefix}algorithm": "AES256",
        f"{prefix}key": b64(key),
        f"{prefix}key-MD5": b64(md5),
    }


def manifest(parts: Sequence[tuple[int, str] | tuple[int, str, str]]) -> bytes:
    """Return a part list; a third item is further XML within the ``<Part>``."""
    rows = []
    for number, tag, *more in parts:
        inner = f"<PartNumber>{number}</PartNumber><ETag>&quot;{tag}&quot;</ETag>{''.join(more)}"
        rows.append(f"<Part>{inner}</Part>")
    return f"<CompleteMultipartUpload>{''.join(rows)}</CompleteMultipartUpload>".encode()


def shape(body: bytes) -> list[str]:
    """Return the names of the root's children in order, repeated ones once."""
    return list(dict.fromkeys(child.tag.partition("}")[2] for child in fromstring(body)))


def text(body: bytes, path: str) -> str | None:
    """Return the text at a path of names without namespace, None if there is no such element."""
    found = find(body, path)
    return None if not found else found[0].text or ""


def texts(body: bytes, path: str) -> list[str]:
    """Return the texts of all elements at that path."""
    return [element.text or "" for element in find(body, path)]


def find(body: bytes, path: str) -> list[Element]:
    """Return all elements at a path of names without namespace."""
    namespaced = "/".join("{*}" + name for name in path.split("/"))
    found: list[Element] = fromstring(body).findall(namespaced)
    return found


def header(response: Response | S3Error, name: str) -> str | None:
    """Return the first header of that name, in any case."""
    for given, value in response.headers:
        if given.lower() == name.lower():
            return value
    return None


@dataclass
class Client:
    """Sends requests to a service as one account, at a time of its own."""

    service: Service
    bucket: str = "plain"
    caller: Account | None = MAIN
    now: datetime = NOW
    virtual_host: bool = False
    secure: bool = True
    signed: Literal["header", "query"] = "header"

    @property
    def state(self) -> Bucket:
        """The bucket itself."""
        return self.service.world.buckets[self.bucket]

    def acting(self, caller: Account | None) -> Client:
        """Return the same client for another account, or for nobody."""
        return replace(self, caller=caller)

    def later(self, **by: float) -> Client:
        """Return the same client at a later time."""
        return replace(self, now=self.now + timedelta(**by))

    def send(
        self,
        method: str,
        key: str | None = None,
        query: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        payload: Payload | None = None,
    ) -> Response:
        """Send one request; raise the S3Error it is refused with."""
        pairs = list(query.items()) if hasattr(query, "items") else list(query)
        return self.service.handle(
            Request(
                method=method,
                bucket=self.bucket,
                key=key,
                query=Pairs(pairs),
                headers=Pairs(list((headers or {}).items()), fold=True),
                payload=payload or Payload(data=body),
                caller=self.caller,
                signed="none" if self.caller is None else self.signed,
                secure=self.secure,
                virtual_host=self.virtual_host,
                host=f"{self.bucket}.{HOST}" if self.virtual_host else HOST,
                now=self.now,
            )
        )

    def refused(
        self,
        method: str,
        key: str | None = None,
        query: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        payload: Payload | None = None,
    ) -> S3Error:
        """Send one request that must be refused; return the refusal."""
        with pytest.raises(S3Error) as caught:
            self.send(method, key, query, headers, body, payload)
        return caught.value

    def put(self, key: str, body: bytes = b"", **headers: str) -> Response:
        """PutObject; header names with underscores."""
        return self.send("PUT", key, headers=_dashed(headers), body=body)

    def get(self, key: str, query: Mapping[str, str] | None = None, **headers: str) -> Response:
        """GetObject."""
        return self.send("GET", key, query or {}, _dashed(headers))

    def begin(self, key: str = "k", headers: Mapping[str, str] | None = None) -> str:
        """CreateMultipartUpload; return the upload id."""
        made = self.send("POST", key, {"uploads": ""}, headers)
        found = text(made.body, "UploadId")
        assert found
        return found

    def part(
        self,
        upload: str,
        number: int | str = 1,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        key: str = "k",
    ) -> Response:
        """UploadPart."""
        query = {"partNumber": str(number), "uploadId": upload}
        return self.send("PUT", key, query, headers, body)

    def upload(self, *bodies: bytes, key: str = "k") -> tuple[str, bytes]:
        """Begin an upload and send its parts; return its id and its full manifest."""
        upload = self.begin(key)
        for number, body in enumerate(bodies, 1):
            self.part(upload, number, body, key=key)
        return upload, manifest([(n, etag(body)) for n, body in enumerate(bodies, 1)])

    def complete(
        self,
        upload: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        *,
        key: str = "k",
    ) -> Response:
        """CompleteMultipartUpload."""
        return self.send("POST", key, {"uploadId": upload}, headers, body)

    def not_completed(
        self,
        upload: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        *,
        key: str = "k",
    ) -> S3Error:
        """CompleteMultipartUpload that must be refused; return the refusal."""
        return self.refused("POST", key, {"uploadId": upload}, headers, body)

    def parts(self, upload: str, *, key: str = "k", **query: str) -> bytes:
        """ListParts; return the document."""
        asked = {"uploadId": upload, **_dashed(query)}
        return self.send("GET", key, asked).body

    def uploads(self, **query: str) -> bytes:
        """ListMultipartUploads; return the document."""
        return self.send("GET", None, {"uploads": "", **_dashed(query)}).body

    def abort(self, upload: str, *, key: str = "k") -> Response:
        """AbortMultipartUpload."""
        return self.send("DELETE", key, {"uploadId": upload})


def _dashed(names: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in names.items()}


def told(error: S3Error) -> tuple[int, str, str]:
    """Return status, code and message."""
    return error.status, error.code, error.message
