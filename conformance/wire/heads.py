"""The headers of a request: this suite's or a dialect's, with the edits of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.version import __version__
from conformance.wire import checksums, dialects, sign_faults, signing
from conformance.wire.serialise import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.vocabulary.dialects import Form
    from conformance.wire.addressing import Route
    from conformance.wire.framing import Frame
    from conformance.wire.model import Edits
    from conformance.wire.serialise import Serialised

USER_AGENT: Final = f"s3-conformance/{__version__}"
_BODY_METHODS: Final = ("PUT", "POST", "PATCH")
_CHECKSUM_WORDS: Final = ("x-amz-checksum-type", "x-amz-checksum-algorithm", "x-amz-checksum-mode")
_MD5: Final = ("Content-MD5", "MD5")

Headers = list[tuple[str, str]]


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


def default_headers(
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
    """Return whether a presigned or anonymous request tells how its payload is (un)signed."""
    return frame.is_chunked or frame.broken == "wrong-payload-hash"


def _announce_chunks(headers: Headers) -> None:
    """Put ``aws-chunked`` in front of whatever Content-Encoding the call has."""
    for index, (name, value) in enumerate(headers):
        if name.lower() == "content-encoding":
            if "aws-chunked" not in value:
                headers[index] = (name, f"aws-chunked,{value}")
            return
    headers.append(("Content-Encoding", "aws-chunked"))


def dialect_headers(
    form: Form,
    parts: Serialised,
    route: Route,
    frame: Frame,
    context: signing.SigningContext,
    edits: Edits,
) -> Headers:
    """Return the headers that a client writes; ``Authorization`` is empty until all is signed."""
    token = context.identity.session_token
    values = dialects.Values(
        payload=frame.payload,
        length=frame.length,
        authority=route.authority,
        host=route.host,
        user_agent=USER_AGENT,
        stamp=context.stamp,
        payload_hash=frame.payload_hash,
        token=token if edits.sign == "header" else None,
        algorithm=dialects.algorithm(form, parts.headers),
    )
    made = dialects.headers(form, parts.headers, values)
    if edits.sign == "header" and token is not None:
        name = signing.TOKEN_HEADERS[context.identity.of_session]
        if all(each.lower() != name.lower() for each, _ in made):
            made.insert(0, (name, token))
    if edits.sign != "header":
        made = [pair for pair in made if pair[0].lower() != "authorization"]
    return made


def _has_checksum(headers: Headers) -> bool:
    """Return whether the call brings a checksum of its own, in a header or a trailer."""
    names = [name.lower() for name, _ in headers]
    return any(
        name in ("content-md5", "x-amz-trailer")
        or (name.startswith("x-amz-checksum-") and name not in _CHECKSUM_WORDS)
        for name in names
    )
