"""One request over a connection of its own, and its answer, both bounded."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import time
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

MOST_BYTES = 256 * 1024 * 1024
USER_AGENT = "s3-conformance"
# Words for what the script puts into a header when it sends the request.
HOST, HOST_WITHOUT_PORT, NOW, SIGNATURE, TOKEN = "<host>", "<host-without-port>", "<now>", "<signature>", "<token>"
LENGTH, SHA256, MD5, CRC32, SHA1_BASE64 = "<length>", "<sha256>", "<md5>", "<crc32>", "<sha1>"
SHA256_BASE64, OTHER_SHA256 = "<sha256-base64>", "<other-sha256>"
NOT_SIGNED = frozenset(
    "accept-encoding authorization connection content-length expect keep-alive proxy-authorization"
    " te trailer transfer-encoding upgrade user-agent".split()
)
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
            return url, f"{request.bucket}.{self.virtual_host_base or url.hostname}", url.path.rstrip("/")
        return url, url.hostname or "", url.path.rstrip("/") + (
            f"/{quote(request.bucket)}" if request.bucket else ""
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
    headers = [("Host", HOST), ("Accept-Encoding", "identity"), ("User-Agent", USER_AGENT), *request.headers]
    if request.body or request.method in ("PUT", "POST", "PATCH"):
        headers.append(("Content-Length", LENGTH))
    if request.sign == "header":
        headers += [("X-Amz-Date", NOW), ("x-amz-content-sha256", SHA256), ("Authorization", SIGNATURE)]
    return headers


def prepared(endpoint: Endpoint, request: Request) -> tuple[Any, str, list[tuple[str, str]], bytes]:
    """Return where a request goes, its target, its headers and its body, all signed."""
    url, host, prefix = endpoint.place(request)
    keys = endpoint.signer(request)
    default = {"http": 80, "https": 443}[url.scheme]
    port = "" if url.port in (None, default) else f":{url.port}"
    headers = usual_headers(request) if request.usual else list(request.headers)
    body = request.body
    length = len(body) if request.chunks is None else len(chunked(body, request.chunks, keys, "0" * 64))

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
    headers = [(name, words.get(value, value)) for name, value in headers if keys.token or value != TOKEN]
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
        names, seed = signature_of(keys, request.method, target, signed, digest_sent, request.left_out)
        shown = other_digit(seed) if request.fault == "tampered-signature" else seed
        whole = request.spelling % (f"{keys.access}/{keys.scope}", names, shown)
        headers = [(name, whole if value == SIGNATURE else value) for name, value in headers]
    elif request.sign == "presigned":
        target, seed = presigned(keys, request.method, target, signed, request.expires, request.left_out)
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


def send(endpoint: Endpoint, request: Request) -> Answer:
    """Send a request; once more, signed afresh, while the server asks to slow down."""
    for pause in (0.2, 0.5, 1, 2, 4, 8, 0):
        answer = send_once(endpoint, request)
        throttled = answer.status == 429 or (answer.status == 503 and b"SlowDown" in answer.body)
        if not throttled or not pause:
            return answer
        time.sleep(pause)
    return answer


def send_once(endpoint: Endpoint, request: Request) -> Answer:
    """Send a request once and return its answer; `NotChecked` when none comes."""
    url, target, headers, body = prepared(endpoint, request)
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    try:
        with socket.create_connection((url.hostname, port), timeout=endpoint.timeout) as plain:
            sock: socket.socket = plain
            if url.scheme == "https":
                name = next(value for key, value in headers if key.lower() == "host")
                sock = endpoint.context.wrap_socket(plain, server_hostname=name.rsplit(":", 1)[0])
            return exchanged(sock, head, body, request)
    except OSError as error:
        raise NotChecked(f"no answer from {url.scheme}://{url.netloc}: {error}") from None


def exchanged(sock: socket.socket, head: bytes, body: bytes, request: Request) -> Answer:
    """Send the bytes of a request and read the answer."""
    reader = Reader(sock)
    if request.wait:
        sock.sendall(head)
        timeout = sock.gettimeout()
        sock.settimeout(1.0)
        try:
            status, found = reader.head()
            if status >= 200:
                return reader.rest(status, found, request.method)
            reader.interim.append(status)
        except TimeoutError:
            pass
        sock.settimeout(timeout)
        head = b""
    try:
        sock.sendall(head + body)
    except (BrokenPipeError, ConnectionResetError):
        pass  # an answer may have come all the same
    return reader.answer(request.method)


def as_utf8(value: str) -> str:
    """Return a header's value as UTF-8 where it is that."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


class Reader:
    """Reads one HTTP answer."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.data = b""
        self.interim: list[int] = []

    def more(self) -> bool:
        """Read what comes next; False at the end."""
        piece = self.sock.recv(262_144)
        self.data += piece
        if len(self.data) > MOST_BYTES:
            raise NotChecked("the answer is too large")
        return bool(piece)

    def line(self, end: bytes) -> bytes:
        """Return all up to an end."""
        while end not in self.data:
            if len(self.data) > 1_000_000 or not self.more():
                raise NotChecked("the connection was closed, or the answer is no HTTP")
        found, _, self.data = self.data.partition(end)
        return found

    def head(self) -> tuple[int, list[tuple[str, str]]]:
        """Return status and headers."""
        first, *lines = self.line(b"\r\n\r\n").decode("latin-1").split("\r\n")
        words = first.split(" ", 2)
        if not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
            raise NotChecked("the answer is no HTTP")
        pairs = [line.partition(":")[::2] for line in lines]
        return int(words[1]), [(name, value.strip()) for name, value in pairs]

    def answer(self, method: str) -> Answer:
        """Return the final answer."""
        status, headers = self.head()
        while status < 200:
            self.interim.append(status)
            status, headers = self.head()
        return self.rest(status, headers, method)

    def rest(self, status: int, headers: list[tuple[str, str]], method: str) -> Answer:
        """Read the body that the headers announce."""
        said = {name.lower(): value for name, value in headers}
        if method == "HEAD" or status in (204, 304):
            body = b""
        elif "chunked" in said.get("transfer-encoding", "").lower():
            body = b"".join(iter(self.chunk, b""))
        elif said.get("content-length", "").isdigit():
            body = self.exactly(int(said["content-length"]))
        else:
            while self.more():
                pass
            body = self.data
        return Answer(status, [(name, as_utf8(value)) for name, value in headers], body, self.interim)

    def exactly(self, size: int) -> bytes:
        """Return so many bytes."""
        while len(self.data) < size:
            if not self.more():
                raise NotChecked("the connection was closed within an answer")
        found, self.data = self.data[:size], self.data[size:]
        return found

    def chunk(self) -> bytes:
        """Return the next chunk; nothing behind the last one."""
        size = int(self.line(b"\r\n").split(b";")[0], 16)
        data = self.exactly(size)
        if size:
            self.line(b"\r\n")
        return data
