"""Signature Version 4: headers, query, chunks; and signatures that are wrong in a named way."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from conformance.reproduce.script.values import as_time, quote


@dataclass(frozen=True)
class Keys:
    """With what, for what and as of when a request is signed."""

    access: str
    secret: str
    token: str = ""
    of_session: bool = False
    region: str = "us-east-1"
    service: str = "s3"
    stamp: str = ""

    @property
    def scope(self) -> str:
        """Return the credential scope."""
        return f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"

    def sign(self, text: str) -> str:
        """Return the signature of a string to sign."""
        key = b"AWS4" + self.secret.encode()
        for step in (*self.scope.split("/"), text):
            key = hmac.new(key, step.encode(), "sha256").digest()
        return key.hex()


def sha256(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def faulty(keys: Keys, fault: str, expires: int) -> Keys:
    """Return keys that are wrong in the way that a fault names."""

    def other(secret: str) -> str:
        return ("a" if secret[:1] != "a" else "b") + secret[1:]

    if fault == "expired":
        age = expires + 600 if expires else 3600
        earlier = datetime.now(timezone.utc) - timedelta(seconds=age)
        return replace(keys, stamp=earlier.strftime("%Y%m%dT%H%M%SZ"))
    if fault == "wrong-region":
        return replace(keys, region="us-west-2" if keys.region != "us-west-2" else "eu-west-1")
    if fault == "wrong-service":
        return replace(keys, service="s3" if keys.service != "s3" else "s3express")
    if fault == "wrong-secret":
        return replace(keys, secret=other(keys.secret))
    if fault == "unknown-key":
        return replace(keys, access="AKIAIOSFODNN0UNKNOWN")
    if fault == "missing-token":
        return replace(keys, token="")
    if fault == "wrong-token" and keys.token:
        return replace(keys, token=other(keys.token))
    if fault in ("wrong-token", "extra-token"):
        return replace(keys, token="FwoGZXIvYXdzEBYaDNOSUCHTOKEN", of_session=False)  # noqa: S106 - nobody's
    return keys


def other_digit(signature: str) -> str:
    """Change the last hex digit."""
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")


def stamp_of(headers: list[tuple[str, str]], default: str) -> str:
    """Return the time of signing that the headers name."""
    dates = {
        name.lower(): value for name, value in headers if name.lower() in ("x-amz-date", "date")
    }
    if "x-amz-date" in dates:
        return dates["x-amz-date"]
    found = as_time(dates.get("date"))
    return default if found is None else found.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def signature_of(
    keys: Keys,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    digest: str,
    left_out: frozenset[str],
) -> tuple[str, str]:
    """Return the names that are signed, and the signature."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in left_out:
            folded = re.sub("[ \t]+", " ", value.strip(" \t"))
            values.setdefault(name.lower(), []).append(folded)
    names = ";".join(sorted(values))
    path, _, query = target.partition("?")
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&")) if query else []
    canonical = [
        method,
        path,
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{','.join(values[name])}" for name in sorted(values)),
        "",
        names,
        values.get("x-amz-content-sha256", [digest])[0],
    ]
    hashed = sha256("\n".join(canonical).encode())
    return names, keys.sign(f"AWS4-HMAC-SHA256\n{keys.stamp}\n{keys.scope}\n{hashed}")


def presigned(
    keys: Keys,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    expires: int,
    left_out: frozenset[str],
) -> tuple[str, str]:
    """Return the target with the parameters of the signature, but for the signature itself."""
    names = ";".join(sorted({name.lower() for name, _ in headers} - left_out))
    pairs = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{keys.access}/{keys.scope}",
        "X-Amz-Date": keys.stamp,
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": names,
    }
    if keys.token:
        pairs["X-Amz-S3session-Token" if keys.of_session else "X-Amz-Security-Token"] = keys.token
    more = "&".join(f"{name}={quote(value)}" for name, value in pairs.items())
    target = f"{target}{'&' if '?' in target else '?'}{more}"
    return target, signature_of(keys, method, target, headers, "UNSIGNED-PAYLOAD", left_out)[1]


def in_order(target: str, order: list[str]) -> str:
    """Bring the parameters of a query into an order of names; ``*`` means all others."""
    path, _, query = target.partition("?")
    wanted = [name.lower() for name in order]
    rest = wanted.index("*") if "*" in wanted else len(wanted)

    def place(pair: str) -> int:
        name = pair.partition("=")[0].lower()
        return wanted.index(name) if name in wanted else rest

    return f"{path}?{'&'.join(sorted(query.split('&'), key=place))}"


@dataclass(frozen=True)
class Chunks:
    """An aws-chunked body: sizes in turn, whether chunks are signed, the trailing header."""

    sizes: tuple[int, ...]
    signed: bool = False
    trailer: bytes = b""
    signed_trailer: bool = False
    broken: str = ""
    capitals: bool = False
    trailer_end: bytes = b"\r\n"


def changed(body: bytes) -> bytes:
    """Change the last byte of a body."""
    return body[:-1] + bytes([body[-1] ^ 1]) if body else b"\0"


def chunked(body: bytes, chunks: Chunks, keys: Keys, seed: str, *, tampered: bool = False) -> bytes:
    """Return a body in aws-chunked form; ``seed`` is the signature of the request."""
    previous = seed

    def extension(data: bytes, *breaks: str) -> bytes:
        nonlocal previous
        if not chunks.signed:
            return b""
        kind = f"AWS4-HMAC-SHA256-PAYLOAD\n{keys.stamp}\n{keys.scope}\n{previous}\n"
        previous = keys.sign(f"{kind}{sha256(b'')}\n{sha256(data)}")
        shown = other_digit(previous) if chunks.broken in breaks else previous
        return b";chunk-signature=" + shown.encode()

    sent = changed(body) if tampered and body else body
    pieces: list[bytes] = []
    start = 0
    while start < len(body):
        size = chunks.sizes[len(pieces) % len(chunks.sizes)]
        data = body[start : start + size]
        written = b"%X" % len(data) if chunks.capitals else b"%x" % len(data)
        written = b"xyz" if chunks.broken == "bad-chunk-size" and not pieces else written
        signs = extension(data, *([] if pieces else ["wrong-chunk-signature"]))
        pieces.append(written + signs + b"\r\n" + sent[start : start + size] + b"\r\n")
        start += size
    if chunks.broken == "missing-final-chunk":
        return b"".join(pieces)
    first = [] if body else ["wrong-chunk-signature"]
    pieces.append(b"0" + extension(b"", "wrong-final-signature", *first) + b"\r\n")
    if chunks.trailer:
        pieces.append(chunks.trailer + chunks.trailer_end)
    if chunks.signed_trailer:
        line = chunks.trailer + b"\n" if chunks.trailer else b""
        kind = f"AWS4-HMAC-SHA256-TRAILER\n{keys.stamp}\n{keys.scope}\n{previous}\n"
        signature = keys.sign(f"{kind}{sha256(line)}")
        if chunks.broken == "wrong-trailer-signature":
            signature = other_digit(signature)
        pieces.append(b"x-amz-trailer-signature:" + signature.encode() + b"\r\n")
    return b"".join(pieces) + b"\r\n"


def transfer_chunked(body: bytes, size: int) -> bytes:
    """Return a body in HTTP's own chunked coding."""
    step = size or max(len(body), 1)
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
