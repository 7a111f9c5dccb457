"""What is there before a recorded request is sent again: buckets, uploads, parts, objects."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from conformance.recordings.exchanges import RawAnswer, RawRequest
from conformance.recordings.values import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.recordings.exchanges import Headers
    from conformance.recordings.sending import RawWire

CUSTOMER_KEY: Final = base64.b64decode("K0+/yQHJcx5CgotqScZJqhfJ8hpfw4leiB3Bzyo8HSo=")
"""The key that the recorder encrypted with where a test names no other."""
PART_BYTES: Final = 5 * 1024**2
_UNBLOCKED: Final = (
    b"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
    b"<SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"
    b"<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes>"
    b"</Rule></ServerSideEncryptionConfiguration>"
)
_ELEMENT: Final = "<{0}>(.*?)</{0}>"


class StageError(Exception):
    """The set-up was refused: there is nothing to compare."""


@dataclass(slots=True)
class Stage:
    """One test at work: its bucket, and what stands for what."""

    wire: RawWire
    bucket: str
    names: Names = field(default_factory=Names)

    def send(self, request: RawRequest) -> RawAnswer:
        """Send a request as it is."""
        return self.wire.send(request)

    def do(  # the parts of a request, by name
        self,
        method: str,
        key: str = "",
        query: str = "",
        *,
        headers: Headers = (),
        body: bytes = b"",
    ) -> RawAnswer:
        """Send one request of the set-up over TLS; raises StageError unless it succeeds."""
        path = f"/{self.bucket}/{key}" if key else f"/{self.bucket}"
        sent = [(name, value.encode()) for name, value in headers]
        if body or method in ("PUT", "POST"):
            sent.append(("Content-Length", str(len(body)).encode()))
        if body and not key:
            sent.append(("Content-MD5", _md5(body)))
        request = RawRequest(method=method, path=path, query=query, headers=tuple(sent), body=body)
        answer = self.wire.send(request)
        if not 200 <= answer.status < 300:
            raise StageError(f"{method} {path}?{query}: {answer.status} {answer.body[:300]!r}")
        return answer

    def make_bucket(self, status: str = "", *, customer_keys: bool = False) -> None:
        """Make the bucket, with that versioning status and customer keys let in."""
        self.do("PUT")
        if customer_keys:
            self.do("PUT", query="encryption", body=_UNBLOCKED)
        if status:
            self.set_versioning(status)

    def set_versioning(self, status: str) -> None:
        """Enable or suspend versioning."""
        body = f"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>"
        self.do("PUT", query="versioning", body=body.encode())

    def begin(self, key: str, customer_key: bytes | None) -> str:
        """Begin an upload and return its id."""
        answer = self.do("POST", key, "uploads", headers=key_headers(customer_key))
        return element(answer, "UploadId")

    def upload(  # the parts of a request
        self, key: str, upload: str, number: int, body: bytes, customer_key: bytes | None
    ) -> str:
        """Upload a part and return its ETag, without quotes."""
        answer = self.do(
            "PUT",
            key,
            f"uploadId={upload}&partNumber={number}",
            headers=key_headers(customer_key),
            body=body,
        )
        return (answer.header("etag") or "").strip('"')

    def complete(self, key: str, upload: str, etags: list[str]) -> None:
        """Complete an upload of those parts."""
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
            for number, etag in enumerate(etags, 1)
        )
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        self.do("POST", key, f"uploadId={upload}", body=body)

    def put(
        self,
        key: str,
        body: bytes,
        customer_key: bytes | None = None,
        *,
        headers: Headers = (),
    ) -> None:
        """Put an object."""
        self.do("PUT", key, headers=(*key_headers(customer_key), *headers), body=body)

    def translated(self, request: RawRequest) -> RawRequest:
        """Return a recorded request with the stage's own bucket and ids in it.

        A Content-MD5 that was right before is right afterwards.
        """
        names = self.names.translate
        body = _latin(names, request.body)
        digests = {_md5(request.body): _md5(body)}
        return replace(
            request,
            path=names(request.path),
            query=names(request.query),
            headers=tuple(
                (name, digests.get(value, _latin(names, value))) for name, value in request.headers
            ),
            body=body,
        )


def _latin(translate: Callable[[str], str], data: bytes) -> bytes:
    return translate(data.decode("latin-1")).encode("latin-1")


def _md5(data: bytes) -> bytes:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest())


def key_headers(key: bytes | None) -> Headers:
    """Return the three headers of a customer key; none without one."""
    if key is None:
        return ()
    prefix = "x-amz-server-side-encryption-customer-"
    return (
        (f"{prefix}algorithm", "AES256"),
        (f"{prefix}key", base64.b64encode(key).decode()),
        (f"{prefix}key-MD5", _md5(key).decode()),
    )


def element(answer: RawAnswer, name: str) -> str:
    """Return the text of the first element of that name; raises StageError without one."""
    found = re.search(_ELEMENT.format(name), answer.body.decode(errors="replace"), re.DOTALL)
    if found is None:
        raise StageError(f"no <{name}> in {answer.body[:300]!r}")
    return found[1]
