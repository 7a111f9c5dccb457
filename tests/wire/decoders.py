"""Independent readers of what the wire writes: they share no code with it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field


@dataclass
class Chunk:
    """One chunk of an aws-chunked body."""

    size: str
    signature: str
    data: bytes


@dataclass
class Decoded:
    """An aws-chunked body taken apart."""

    chunks: list[Chunk] = field(default_factory=list)
    trailers: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = False
    """Whether the empty chunk came."""
    rest: bytes = b""

    @property
    def payload(self) -> bytes:
        """The data of all chunks."""
        return b"".join(chunk.data for chunk in self.chunks)


def decode_chunks(body: bytes, sizes: list[int] | None = None) -> Decoded:
    """Take an aws-chunked body apart; ``sizes`` stand in for size lines that lie."""
    decoded = Decoded()
    while body and not decoded.ended:
        line, _, body = body.partition(b"\r\n")
        size_text, _, extension = line.decode().partition(";")
        signature = extension.removeprefix("chunk-signature=")
        lies = not re.fullmatch("[0-9a-f]+", size_text)
        size = (sizes or [])[len(decoded.chunks)] if lies else int(size_text, 16)
        decoded.chunks.append(Chunk(size_text, signature, body[:size]))
        if size == 0:
            decoded.ended = True
            break
        assert body[size : size + 2] == b"\r\n"
        body = body[size + 2 :]
    while decoded.ended and body:
        line, _, body = body.partition(b"\r\n")
        if not line:
            break
        name, _, value = line.decode().partition(":")
        decoded.trailers.append((name, value))
    decoded.rest = body
    return decoded


def signing_key(secret: str, date: str, region: str) -> bytes:
    """Derive the key of a day, region and service."""
    key = ("AWS4" + secret).encode()
    for part in (date, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def sign(secret: str, stamp: str, region: str, string: str) -> str:
    """Sign a string as of a moment."""
    key = signing_key(secret, stamp[:8], region)
    return hmac.new(key, string.encode(), hashlib.sha256).hexdigest()


def canonical_request(
    method: str, target: str, headers: list[tuple[str, str]], signed: list[str], digest: str
) -> str:
    """Write a canonical request out of what was on the wire."""
    path, _, query = target.partition("?")
    pairs = [p for p in query.split("&") if p and not p.startswith("X-Amz-Signature=")]
    full = sorted(p if "=" in p else p + "=" for p in pairs)
    lines = []
    for name in signed:
        values = [v for n, v in headers if n.lower() == name]
        lines.append(f"{name}:" + ",".join(re.sub(" +", " ", v.strip()) for v in values))
    return "\n".join([method, path, "&".join(full), *lines, "", ";".join(signed), digest])


def string_to_sign(stamp: str, region: str, canonical: str) -> str:
    """Write the string to sign over a canonical request."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return f"AWS4-HMAC-SHA256\n{stamp}\n{stamp[:8]}/{region}/s3/aws4_request\n{digest}"


def chunk_string(stamp: str, region: str, previous: str, data: bytes) -> str:
    """Write the string to sign over one chunk."""
    empty, digest = hashlib.sha256(b"").hexdigest(), hashlib.sha256(data).hexdigest()
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    return f"AWS4-HMAC-SHA256-PAYLOAD\n{stamp}\n{scope}\n{previous}\n{empty}\n{digest}"


def trailer_string(stamp: str, region: str, previous: str, trailer: bytes) -> str:
    """Write the string to sign over the trailing headers."""
    digest = hashlib.sha256(trailer).hexdigest()
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    return f"AWS4-HMAC-SHA256-TRAILER\n{stamp}\n{scope}\n{previous}\n{digest}"
