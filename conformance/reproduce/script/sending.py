"""From a step to its request: addressed, with all headers, and signed."""

from __future__ import annotations

import base64
import hashlib
import ssl
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from conformance.reproduce.script.signing import (
    Chunks,
    Keys,
    changed,
    chunked,
    faulty,
    in_order,
    other_digit,
    presigned,
    sha256,
    signature_of,
    stamp_of,
    transfer_chunked,
)
from conformance.reproduce.script.values import NotChecked, quote

USER_AGENT = "s3-conformance"
# Words for what the script puts into a header when it sends the request.
HOST, HOST_WITHOUT_PORT, NOW, SIGNATURE, TOKEN = (
    "<host>",
    "<host-without-port>",
    "<now>",
    "<signature>",
    "<token>",
)
LENGTH, SHA256, MD5, CRC32, SHA1_BASE64 = "<length>", "<sha256>", "<md5>", "<crc32>", "<sha1>"
SHA256_BASE64, OTHER_SHA256 = "<sha256-base64>", "<other-sha256>"
NOT_SIGNED = frozenset(
    (
        "accept-encoding", "authorization", "connection", "content-length", "expect",
        "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        "user-agent",
    )
)  # fmt: skip
SPACED = "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"


@dataclass(frozen=True)
class Request:
    """What a step sends."""

    method: str
    bucket: str
    target: str
    """Path behind the bucket, and query."""
    headers: list[tuple[str, str]]
    """In addition to the usual ones; or all of them, where ``usual`` is False."""
    body: bytes = b""
    usual: bool = True
    sign: str = "header"
    fault: str = ""
    expires: int = 900
    identity: str = "main"
    session: Any = None
    """``open`` for a session of the bucket, or the Credentials that CreateSession answered."""
    service: str = "s3"
    over: str = ""
    addressing: str = ""
    chunks: Chunks | None = None
    transfer_chunks: int = -1
    wait: bool = False
    late_headers: list[tuple[str, str | None]] = field(default_factory=list)
    query_order: list[str] = field(default_factory=list)
    spelling: str = SPACED
    left_out: frozenset[str] = NOT_SIGNED


@dataclass
class Answer:
    """What came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    interim: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Endpoint:
    """Where requests go."""

    urls: dict[str, str]
    region: str
    addressing: str
    virtual_host_base: str
    context: ssl.SSLContext
    keys: dict[str, Keys]
    timeout: float = 30.0

    def place(self, request: Request) -> tuple[Any, str, str]:
        """Return the URL, host and path prefix of a request."""
        over = request.over or next(iter(self.urls))
        if over not in self.urls:
            raise NotChecked(f"the test sends this over {over}: give that endpoint, too")
        url = urlsplit(self.urls[over])
        in_host = bool(request.bucket) and (request.addressing or self.addressing) != "path"
        if in_host:
            return (
                url,
                f"{request.bucket}.{self.virtual_host_base or url.hostname}",
                url.path.rstrip("/"),
            )
        return (
            url,
            url.hostname or "",
            url.path.rstrip("/") + (f"/{quote(request.bucket)}" if request.bucket else ""),
        )

    def signer(self, request: Request) -> Keys:
        """Return the keys that a request is signed with, wrong where it asks for that."""
        if request.identity not in self.keys:
            raise NotChecked(
                "a second identity sends this: set S3_CONFORMANCE_ALT_ACCESS_KEY and"
                " S3_CONFORMANCE_ALT_SECRET_KEY"
            )
        keys = self.keys[request.identity]
        if isinstance(request.session, dict):
            keys = Keys(
                request.session.get("AccessKeyId", ""),
                request.session.get("SecretAccessKey", ""),
                request.session.get("SessionToken", ""),
                of_session=True,
            )
        now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        keys = replace(keys, region=self.region, service=request.service, stamp=now)
        return faulty(keys, request.fault, request.expires if request.sign == "presigned" else 0)


def usual_headers(request: Request) -> list[tuple[str, str]]:
    """Return the headers that every request has, around its own."""
    headers = [
        ("Host", HOST),
        ("Accept-Encoding", "identity"),
        ("User-Agent", USER_AGENT),
        *request.headers,
    ]
    if request.body or request.method in ("PUT", "POST", "PATCH"):
        headers.append(("Content-Length", LENGTH))
    if request.sign == "header":
        headers += [
            ("X-Amz-Date", NOW),
            ("x-amz-content-sha256", SHA256),
            ("Authorization", SIGNATURE),
        ]
    return headers


def prepared(endpoint: Endpoint, request: Request) -> tuple[Any, str, list[tuple[str, str]], bytes]:
    """Return where a request goes, its target, its headers and its body, all signed."""
    url, host, prefix = endpoint.place(request)
    keys = endpoint.signer(request)
    default = {"http": 80, "https": 443}[url.scheme]
    port = "" if url.port in (None, default) else f":{url.port}"
    headers = usual_headers(request) if request.usual else list(request.headers)
    body = request.body
    length = (
        len(body) if request.chunks is None else len(chunked(body, request.chunks, keys, "0" * 64))
    )

    def digest(name: str) -> str:
        return base64.b64encode(hashlib.new(name, body).digest()).decode()

    words = {
        HOST: host + port,
        HOST_WITHOUT_PORT: host,
        NOW: keys.stamp,
        TOKEN: keys.token,
        LENGTH: str(length),
        SHA256: sha256(body),
        OTHER_SHA256: sha256(body + b"\0"),
        MD5: digest("md5"),
        SHA1_BASE64: digest("sha1"),
        SHA256_BASE64: digest("sha256"),
        CRC32: base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode(),
    }
    headers = [
        (name, words.get(value, value)) for name, value in headers if keys.token or value != TOKEN
    ]
    if keys.token and request.sign == "header" and all(value != keys.token for _, value in headers):
        if request.fault != "missing-token":
            headers.append(("X-Amz-Security-Token", keys.token))
    signed = [(name, value) for name, value in headers if value != SIGNATURE]
    target = prefix + request.target
    target = target if target.startswith("/") else f"/{target}"
    seed = ""
    if request.sign == "header":
        keys = replace(keys, stamp=stamp_of(signed, keys.stamp))
        digest_sent = sha256(body)
        names, seed = signature_of(
            keys, request.method, target, signed, digest_sent, request.left_out
        )
        shown = other_digit(seed) if request.fault == "tampered-signature" else seed
        whole = request.spelling % (f"{keys.access}/{keys.scope}", names, shown)
        headers = [(name, whole if value == SIGNATURE else value) for name, value in headers]
    elif request.sign == "presigned":
        target, seed = presigned(
            keys, request.method, target, signed, request.expires, request.left_out
        )
        if request.fault != "missing-signature":
            shown = other_digit(seed) if request.fault == "tampered-signature" else seed
            target = f"{target}&X-Amz-Signature={shown}"
        if request.query_order:
            target = in_order(target, request.query_order)
    if request.fault == "tampered-query":
        target = f"{target}{'&' if '?' in target else '?'}x-tampered=1"
    tampered = request.fault == "tampered-body"
    if request.chunks is not None:
        body = chunked(body, request.chunks, keys, seed, tampered=tampered)
    elif tampered:
        body = changed(body)
    if request.transfer_chunks >= 0:
        body = transfer_chunked(body, request.transfer_chunks)
    elif len(body) != length:
        headers = edited(headers, [("Content-Length", str(len(body)))])
    return url, target, edited(headers, request.late_headers), body


def edited(
    headers: list[tuple[str, str]], edits: list[tuple[str, str | None]]
) -> list[tuple[str, str]]:
    """Set, replace or remove headers behind the signature."""
    seen: set[str] = set()
    for name, value in edits:
        lower = name.lower()
        at = next((i for i, (n, _) in enumerate(headers) if n.lower() == lower), len(headers))
        if lower in seen:
            at = len(headers)
        else:
            headers = [pair for pair in headers if pair[0].lower() != lower]
        seen.add(lower)
        if value is not None:
            headers.insert(at, (name, value))
    return headers
