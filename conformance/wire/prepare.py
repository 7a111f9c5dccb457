"""From a `Call` to the bytes of a request: serialised, edited, framed, addressed and signed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from conformance import __version__
from conformance.wire import checksums, express, framing, hosts, sign_faults, signing
from conformance.wire.addressing import Route, find_route
from conformance.wire.model import Call, Edits, Endpoint, Identity, Request
from conformance.wire.serialise import Serialised, encode, serialise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.wire.framing import Frame

USER_AGENT: Final = f"s3-conformance/{__version__}"
_BODY_METHODS: Final = ("PUT", "POST", "PATCH")
_CHECKSUM_WORDS: Final = ("x-amz-checksum-type", "x-amz-checksum-algorithm", "x-amz-checksum-mode")

_LINE_ENDS: Final = frozenset("\r\n\0")
_MD5: Final = ("Content-MD5", "MD5")

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request ready to be sent."""

    request: Request
    route: Route
    head: bytes = field(repr=False)
    wait_continue: bool
    """Whether the head goes out alone, to be followed by the body when an interim answer came."""


def prepare(call: Call, endpoint: Endpoint, identity: Identity) -> Prepared:
    """Make the request of a call.

    Edits work in this order: body and method, default headers, ``headers`` and ``query``, the
    signature, ``late_headers``. Raises ValueError for what no request can be made of: an unknown
    operation, a break that the framing mode cannot have, a line end in a header.
    """
    edits = call.edits
    parts = serialise(call.operation, call.members)
    payload = parts.body if edits.body is None else edits.body
    service = hosts.service_of(parts.bucket, call.operation)
    route = find_route(
        endpoint,
        parts.bucket,
        edits.addressing,
        edits.transport,
        whole_bucket=service == "s3express" and express.about_whole_bucket(call.operation),
    )
    frame = framing.plan(payload, edits.framing, anonymous=edits.sign == "anonymous")
    method = edits.method or parts.method
    expires = edits.expires_seconds if edits.sign == "presigned" else None
    context = sign_faults.faulty_context(
        identity, endpoint.region, edits.sign_fault, expires, service
    )
    headers = _default_headers(parts, route, frame, method, context, edits)
    edit_headers(headers, edits.headers)
    context = _follow_edited_date(context, headers, edits)
    target = _target(route, parts, edits.query)
    target, seed = _sign(context, method, target, headers, frame, edits)
    tamper = edits.sign_fault == "tampered-body"
    body = frame.encode(context, seed, tamper=tamper)
    if frame.transfer_chunked:
        body = framing.transfer_chunk(body)
    elif len(body) != frame.length:  # an empty payload that grew by a tampered byte
        edit_headers(headers, (("Content-Length", str(len(body))),))
    edit_headers(headers, edits.late_headers)
    request = Request(
        method=method,
        target=target,
        url=f"{route.base_url}{target}",
        headers=tuple(headers),
        body=body,
        payload=payload,
    )
    return Prepared(request, route, head_bytes(request), edits.expect_continue)


def edit_headers(headers: Headers, edits: Iterable[tuple[str, str | None]]) -> None:
    """Set, replace or remove headers by name, in place.

    The first edit of a name takes the place of the header that was there, in the edit's own
    case; a new name goes to the end; a further edit of the same name follows behind, so that the
    header is repeated.
    """
    seen: set[str] = set()
    for name, value in edits:
        lower = name.lower()
        if lower in seen:
            if value is not None:
                headers.append((name, value))
            continue
        seen.add(lower)
        at = next((i for i, (n, _) in enumerate(headers) if n.lower() == lower), len(headers))
        headers[:] = [pair for pair in headers if pair[0].lower() != lower]
        if value is not None:
            headers.insert(at, (name, value))


def edit_query(
    query: Sequence[tuple[str, str | None]], edits: Iterable[tuple[str, str | None]]
) -> list[tuple[str, str | None]]:
    """Set, replace or remove parameters by name, as `edit_headers` does, names being exact.

    ``query`` is percent-encoded, the edits are not; they come back encoded.
    """
    edited = list(query)
    seen: set[str] = set()
    for raw, value in edits:
        name = encode(raw)
        pair = None if value is None else (name, encode(value))
        if name in seen:
            edited += [pair] if pair else []
            continue
        seen.add(name)
        at = next((i for i, (n, _) in enumerate(edited) if n == name), len(edited))
        edited = [each for each in edited if each[0] != name]
        if pair:
            edited.insert(at, pair)
    return edited


def head_bytes(request: Request) -> bytes:
    """Return the request line and the headers as they go out, in UTF-8.

    Raises ValueError where a line end or NUL would make another request of it.
    """
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    said = "".join(lines)
    if "\r" in said or "\n" in said or "\0" in said:
        bad = next(line for line in lines if set(line) & _LINE_ENDS)
        raise ValueError(f"a line end in a request's head: {bad.partition(':')[0]!r}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _default_headers(
    parts: Serialised,
    route: Route,
    frame: Frame,
    method: str,
    context: signing.SigningContext,
    edits: Edits,
) -> Headers:
    """Return all headers that a request has without edits, the signature apart."""
    headers: Headers = [
        ("Host", route.authority),
        ("Accept-Encoding", "identity"),
        ("User-Agent", USER_AGENT),
    ]
    headers += parts.headers
    if frame.content_encoding:
        _announce_chunks(headers)
    headers += frame.headers
    if parts.needs_checksum and not _has_checksum(headers):
        # Directory buckets take no Content-MD5 (DIR-016).
        express_bucket = context.service == "s3express"
        name, algorithm = ("x-amz-checksum-crc32", "CRC32") if express_bucket else _MD5
        headers.append((name, checksums.digest_base64(frame.payload, algorithm)))
    if edits.expect_continue:
        headers.append(("Expect", "100-continue"))
    if frame.transfer_chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    elif frame.length or method in _BODY_METHODS:
        headers.append(("Content-Length", str(frame.length)))
    if edits.sign_fault == "tampered-header":
        headers.append((sign_faults.TAMPERED_HEADER, "signed"))
    if edits.sign == "header":
        headers.append(("X-Amz-Date", context.stamp))
        if context.identity.session_token is not None:
            name = signing.TOKEN_HEADERS[context.identity.of_session]
            headers.append((name, context.identity.session_token))
    if edits.sign == "header" or _names_payload_hash(frame):
        headers.append(("x-amz-content-sha256", frame.payload_hash))
    return headers


def _names_payload_hash(frame: Frame) -> bool:
    """Say whether a presigned or anonymous request tells how its payload is (un)signed."""
    return frame.is_chunked or frame.broken == "wrong-payload-hash"


def _announce_chunks(headers: Headers) -> None:
    """Put ``aws-chunked`` in front of whatever Content-Encoding the call has."""
    for index, (name, value) in enumerate(headers):
        if name.lower() == "content-encoding":
            if "aws-chunked" not in value:
                headers[index] = (name, f"aws-chunked,{value}")
            return
    headers.append(("Content-Encoding", "aws-chunked"))


def _has_checksum(headers: Headers) -> bool:
    """Say whether the call brings a checksum of its own, in a header or a trailer."""
    names = [name.lower() for name, _ in headers]
    return any(
        name in ("content-md5", "x-amz-trailer")
        or (name.startswith("x-amz-checksum-") and name not in _CHECKSUM_WORDS)
        for name in names
    )


def _follow_edited_date(
    context: signing.SigningContext, headers: Headers, edits: Edits
) -> signing.SigningContext:
    """Sign as of the date that an edit put into the headers."""
    if edits.sign != "header" or not edits.headers:
        return context
    stamp = signing.header_stamp(headers, context.stamp)
    return replace(context, stamp=stamp)


def _target(route: Route, parts: Serialised, edits: Iterable[tuple[str, str | None]]) -> str:
    """Return path and query, percent-encoded, nothing normalised."""
    query = edit_query(parts.query, edits)
    joined = "&".join(name if value is None else f"{name}={value}" for name, value in query)
    path = f"{route.path_prefix}{parts.path}" or "/"
    return f"{path}?{joined}" if joined else path


def _sign(
    context: signing.SigningContext,
    method: str,
    target: str,
    headers: Headers,
    frame: Frame,
    edits: Edits,
) -> tuple[str, str]:
    """Sign as the edits say; returns the target to send and the seed of chunk signatures.

    An ``Authorization`` header that an edit put there stays as it is.
    """
    fault = edits.sign_fault
    seed = ""
    if edits.sign == "header":
        value, seed = signing.sign_header(context, method, target, headers, frame.payload_hash)
        if fault == "tampered-signature":
            value = sign_faults.change_digit(value)
        edited = any(name.lower() == "authorization" for name, _ in headers)
        if fault != "missing-signature" and not edited:
            headers.append(("Authorization", value))
    elif edits.sign == "presigned":
        target, seed = signing.presign(context, method, target, headers, edits.expires_seconds)
        if fault != "missing-signature":
            sent = sign_faults.change_digit(seed) if fault == "tampered-signature" else seed
            target = f"{target}&X-Amz-Signature={sent}"
    if fault == "tampered-header":
        edit_headers(headers, ((sign_faults.TAMPERED_HEADER, "changed"),))
    if fault == "tampered-query":
        target = f"{target}{'&' if '?' in target else '?'}{sign_faults.TAMPERED_PARAMETER}"
    return target, seed
