"""From a `Call` to the bytes of a request: serialised, edited, framed, addressed and signed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from conformance.wire import (
    dialects,
    documents,
    express,
    framing,
    heads,
    hosts,
    shapes,
    sign_faults,
    signing,
)
from conformance.wire.addressing import Route, find_route
from conformance.wire.model import Call, Edits, Endpoint, Identity, Request
from conformance.wire.serialise import Serialised, serialise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.vocabulary.dialects import Form
    from conformance.wire.framing import Frame


_TRANSFER_CHUNK: Final = 64 * 1024
"""Bytes of one chunk of HTTP's own, where a client uses them: its boundaries are not ours."""
_LINE_ENDS: Final = frozenset("\r\n\0")

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request ready to be sent."""

    request: Request
    route: Route
    head: bytes = field(repr=False)
    wait_continue: bool
    """Whether the head goes out alone, to be followed by the body when an interim answer came."""
    cut_at: int | None = None
    """Bytes of the body behind which the connection ends; None sends it whole."""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A request before it is signed and its body is framed."""

    parts: Serialised
    form: Form | None
    """How the client of a dialect writes it; None for this suite's own form."""
    frame: Frame
    route: Route
    method: str
    target: str
    """Path and query, percent-encoded, without the parameters of a signature."""
    headers: tuple[tuple[str, str], ...]
    """In order; ``Authorization`` is among them, and empty, where a dialect has its place."""
    context: signing.SigningContext = field(repr=False)

    def unsigned_names(self, edits: Edits) -> frozenset[str]:
        """Return the lower-case names of headers that the signature leaves out."""
        names = signing.UNSIGNED if self.form is None else self.form.unsigned | {"authorization"}
        return names - set(edits.shape.signs)

    def spelling(self, edits: Edits) -> str:
        """Return how the three parts of the Authorization header are written."""
        return edits.shape.authorization if self.form is None else self.form.authorization


def compose(call: Call, endpoint: Endpoint, identity: Identity) -> Unsigned:
    """Build the request of a call without its signature; see `prepare`."""
    edits = call.edits
    parts = serialise(call.operation, call.members)
    service = hosts.service_of(parts.bucket, call.operation)
    route = find_route(
        endpoint,
        parts.bucket,
        edits.addressing,
        edits.transport,
        whole_bucket=service == "s3express" and express.about_whole_bucket(call.operation),
    )
    form = None
    if edits.spoken is not None:
        size = len(parts.body if edits.body is None else edits.body)
        form = dialects.choose(edits.spoken, call, size, route.transport)
    payload = _payload(call, parts, form)
    frame = _frame(payload, parts, form, edits)
    method = edits.method or parts.method
    expires = edits.expires_seconds if edits.sign == "presigned" else None
    context = sign_faults.faulty_context(
        identity, endpoint.region, edits.sign_fault, expires, service
    )
    if form is None:
        headers = heads.default_headers(parts, route, frame, method, context, edits)
    else:
        headers = heads.dialect_headers(form, parts, route, frame, context, edits)
    heads.edit_headers(headers, edits.headers)
    shapes.shape_headers(headers, edits.shape, route)
    target = _target(route, parts, form, edits)
    return Unsigned(parts, form, frame, route, method, target, tuple(headers), context)


def prepare(call: Call, endpoint: Endpoint, identity: Identity) -> Prepared:
    """Make the request of a call.

    Edits work in this order: body and method, default headers (or those of the dialect),
    ``headers`` and ``query``, the shape, the signature, ``late_headers``. Raises ValueError for
    what no request can be made of: an unknown operation, one that the dialect does not hold, a
    break that the framing mode cannot have, a line end in a header.
    """
    edits = call.edits
    composed = compose(call, endpoint, identity)
    frame, route, headers = composed.frame, composed.route, list(composed.headers)
    context = _follow_edited_date(composed.context, headers, edits)
    target, seed = _sign(composed, context, headers, edits)
    tamper = edits.sign_fault == "tampered-body"
    body = frame.encode(context, seed, tamper=tamper)
    if frame.transfer_chunked:
        form = composed.form
        size = edits.framing.transfer_chunk_bytes if form is None else _TRANSFER_CHUNK
        body = framing.transfer_chunk(body, size)
    elif len(body) != frame.length:  # an empty payload that grew by a tampered byte
        heads.edit_headers(headers, (("Content-Length", str(len(body))),))
    heads.edit_headers(headers, edits.late_headers)
    request = Request(
        method=composed.method,
        target=target,
        url=f"{route.base_url}{target}",
        headers=tuple(headers),
        body=body,
        payload=frame.payload,
    )
    cut_at = len(body) // 2 if frame.broken == "cut-body" else None
    waits = waits_for_continue(composed.form, edits)
    return Prepared(request, route, head_bytes(request), waits, cut_at)


def _payload(call: Call, parts: Serialised, form: Form | None) -> bytes:
    """Return the body before it is framed: the step's own, the client's document, or S3's."""
    if call.edits.body is not None:
        return call.edits.body
    document = call.edits.shape.document or (form.document if form is not None else None)
    if document is None:
        return parts.body
    written = documents.completion(document, call.operation, call.members)
    return parts.body if written is None else written


def _frame(payload: bytes, parts: Serialised, form: Form | None, edits: Edits) -> Frame:
    wanted = edits.framing
    if form is not None:
        wanted = dialects.framing(form, dialects.algorithm(form, parts.headers), len(payload))
    return framing.plan(payload, wanted, anonymous=edits.sign == "anonymous")


def waits_for_continue(form: Form | None, edits: Edits) -> bool:
    """Return whether the body waits for 100 Continue."""
    if form is None:
        return edits.expect_continue
    return any(name.lower() == "expect" for name, _ in form.headers)


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


def _follow_edited_date(
    context: signing.SigningContext, headers: Headers, edits: Edits
) -> signing.SigningContext:
    """Sign as of the date that an edit put into the headers."""
    if edits.sign != "header" or not edits.headers:
        return context
    stamp = signing.header_stamp(headers, context.stamp)
    return replace(context, stamp=stamp)


def _target(route: Route, parts: Serialised, form: Form | None, edits: Edits) -> str:
    """Return path and query, percent-encoded, nothing normalised."""
    given = parts.query if form is None else dialects.query(form, parts.query)
    query = heads.edit_query(given, edits.query)
    path = f"{route.path_prefix}{parts.path}" or "/"
    return _with_query(path, shapes.shape_query(query, edits.shape))


def _with_query(path: str, query: Iterable[tuple[str, str | None]]) -> str:
    joined = "&".join(name if value is None else f"{name}={value}" for name, value in query)
    return f"{path}?{joined}" if joined else path


def _sign(
    composed: Unsigned, context: signing.SigningContext, headers: Headers, edits: Edits
) -> tuple[str, str]:
    """Sign as the edits say; returns the target to send and the seed of chunk signatures.

    An ``Authorization`` header that an edit put there stays as it is.
    """
    method, target = composed.method, composed.target
    fault = edits.sign_fault
    seed = ""
    unsigned = composed.unsigned_names(edits)
    if edits.sign == "header":
        value, seed = signing.sign_header(
            context,
            method,
            target,
            headers,
            composed.frame.payload_hash,
            unsigned=unsigned,
            spelling=composed.spelling(edits),
        )
        if fault == "tampered-signature":
            value = sign_faults.change_digit(value)
        put_authorization(headers, "" if fault == "missing-signature" else value)
        shapes.shape_headers(headers, edits.shape)
    elif edits.sign == "presigned":
        target, seed = signing.presign(
            context, method, target, headers, edits.expires_seconds, unsigned=unsigned
        )
        if fault != "missing-signature":
            sent = sign_faults.change_digit(seed) if fault == "tampered-signature" else seed
            target = f"{target}&X-Amz-Signature={sent}"
        target = _presigned_in_order(target, composed.form, edits)
    if fault == "tampered-header":
        heads.edit_headers(headers, ((sign_faults.TAMPERED_HEADER, "changed"),))
    if fault == "tampered-query":
        target = f"{target}{'&' if '?' in target else '?'}{sign_faults.TAMPERED_PARAMETER}"
    return target, seed


def put_authorization(headers: Headers, value: str) -> None:
    """Put the signature in the dialect's place, else at the end; empty removes the header.

    A value that an edit put there stays as it is.
    """
    at = next((i for i, (name, _) in enumerate(headers) if name.lower() == "authorization"), None)
    if at is None:
        if value:
            headers.append(("Authorization", value))
    elif not headers[at][1]:
        headers[at : at + 1] = [(headers[at][0], value)] if value else []


def _presigned_in_order(target: str, form: Form | None, edits: Edits) -> str:
    """Bring the parameters of a signature into the client's order, which no signature covers."""
    if form is None and not edits.shape.query:
        return target
    path, _, joined = target.partition("?")
    pairs: list[tuple[str, str | None]] = []
    for parameter in joined.split("&"):
        name, equals, value = parameter.partition("=")
        pairs.append((name, value if equals else None))
    if form is not None:
        pairs = dialects.in_order(pairs, [name for name, _ in form.query])
    return _with_query(path, shapes.shape_query(pairs, edits.shape))
