"""One fault for each law, planted before or behind the sound model of the reference.

Three of them are bugs of real servers: pages of ListParts that repeat parts, an aborted upload that
stays, and two completions that both succeed and lose data.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Pairs, Payload, Request, Response, S3Error
from conformance.wire.checksums import etag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.reference.http.exchange import Handler

    Fault = Callable[[Handler, Request], Response]

_PART: Final = re.compile(rb"<Part>.*?</Part>", re.DOTALL)
_NUMBER: Final = re.compile(rb"<PartNumber>(\d+)")


def _operation(request: Request) -> str:
    """Name the operations that faults tell apart."""
    query = request.query
    names = {
        ("PUT", True, True): "UploadPart",
        ("GET", True, False): "ListParts",
        ("POST", True, False): "CompleteMultipartUpload",
        ("DELETE", True, False): "AbortMultipartUpload",
    }
    if request.method == "POST" and "uploads" in query:
        return "CreateMultipartUpload"
    if request.method == "GET" and "uploads" in query:
        return "ListMultipartUploads"
    return names.get((request.method, "uploadId" in query, "partNumber" in query), request.method)


def _headers(request: Request, keep: Callable[[str, str], bool]) -> Request:
    pairs = [(name, value) for name, value in request.headers.items if keep(name.lower(), value)]
    return replace(request, headers=Pairs(pairs, fold=True))


def _renamed(request: Request, old: str, new: str) -> Request:
    pairs = [(new if name.lower() == old else name, value) for name, value in request.headers.items]
    return replace(request, headers=Pairs(pairs, fold=True))


def _query(request: Request, change: Callable[[str, str], str | None]) -> Request:
    pairs = [(name, change(name, value)) for name, value in request.query.items]
    return replace(
        request, query=Pairs([(name, value) for name, value in pairs if value is not None])
    )


def _before(operation: str, change: Callable[[Request], Request]) -> Fault:
    """Return a fault that misreads the requests of one operation."""

    def fault(sound: Handler, request: Request) -> Response:
        return sound.handle(change(request) if _operation(request) == operation else request)

    return fault


def _behind(operation: str, change: Callable[[Response], Response]) -> Fault:
    """Return a fault that misstates the answers of one operation."""

    def fault(sound: Handler, request: Request) -> Response:
        answer = sound.handle(request)
        return change(answer) if _operation(request) == operation else answer

    return fault


def kept_part() -> Fault:
    """Answer to a part that comes again as if it were stored, and keep the earlier one."""
    seen: set[tuple[str | None, str | None]] = set()

    def fault(sound: Handler, request: Request) -> Response:
        if _operation(request) != "UploadPart":
            return sound.handle(request)
        place = request.query.get("uploadId"), request.query.get("partNumber")
        if place in seen:
            return Response(headers=(("ETag", etag(request.payload.data)),))
        answer = sound.handle(request)
        seen.add(place)
        return answer

    return fault


def create_key_for_parts() -> Fault:
    """Encrypt every part with the key of the create, whatever its own headers say."""
    begun: dict[str, list[tuple[str, str]]] = {}
    word = "server-side-encryption-customer"

    def fault(sound: Handler, request: Request) -> Response:
        name = _operation(request)
        if name == "UploadPart":
            own = _headers(request, lambda header, _value: word not in header)
            more = begun.get(request.query.get("uploadId") or "", [])
            pairs = [*own.headers.items, *more]
            return sound.handle(replace(request, headers=Pairs(pairs, fold=True)))
        answer = sound.handle(request)
        found = re.search(rb"<UploadId>([^<]+)", answer.body)
        if name == "CreateMultipartUpload" and found:
            begun[found[1].decode()] = [
                (header, value) for header, value in request.headers.items if word in header.lower()
            ]
        return answer

    return fault


def sorted_list(request: Request) -> Request:
    """Put the list of a completion in order, each number once."""
    body = request.payload.data
    parts = {int(found[1]): part for part in _PART.findall(body) if (found := _NUMBER.search(part))}
    inner = b"".join(parts[number] for number in sorted(parts))
    start = _PART.search(body)
    if start is None:
        return request
    data = body[: start.start()] + inner + b"</CompleteMultipartUpload>"
    return replace(request, payload=replace(request.payload, data=data))


def refused_completion_aborts(sound: Handler, request: Request) -> Response:
    """Throw the upload away when its completion is refused."""
    try:
        return sound.handle(request)
    except S3Error:
        if _operation(request) == "CompleteMultipartUpload":
            sound.handle(replace(request, method="DELETE", payload=Payload()))
        raise


def both_completions(sound: Handler, request: Request) -> Response:
    """Answer 200 to a completion that came too late, as if it had made the object."""
    try:
        return sound.handle(request)
    except S3Error as error:
        if _operation(request) != "CompleteMultipartUpload" or error.code != "NoSuchUpload":
            raise
        named = re.findall(rb"<ETag>(?:&quot;|\")?([0-9a-f]{32})", request.payload.data)
        return Response(
            headers=(("Content-Type", "application/xml"),),
            body=b'<?xml version="1.0"?><CompleteMultipartUploadResult>'
            b"<ETag>&quot;" + named[0] + b"-1&quot;</ETag></CompleteMultipartUploadResult>",
        )


def late_part_is_the_object(sound: Handler, request: Request) -> Response:
    """Put a part that comes after the completion in the place of the object."""
    try:
        return sound.handle(request)
    except S3Error as error:
        if _operation(request) != "UploadPart" or error.code != "NoSuchUpload":
            raise
        return sound.handle(replace(request, query=Pairs(())))


def abort_takes_the_object(sound: Handler, request: Request) -> Response:
    """Delete the object at the key of an upload that is aborted."""
    answer = sound.handle(request)
    if _operation(request) == "AbortMultipartUpload":
        sound.handle(replace(request, query=Pairs(()), payload=Payload()))
    return answer


def abort_does_nothing(sound: Handler, request: Request) -> Response:
    """Answer 204 to an abort, and leave the upload as it is."""
    if _operation(request) == "AbortMultipartUpload":
        return Response(status=204)
    return sound.handle(request)


def _marker_one_less(name: str, value: str) -> str:
    return str(int(value) - 1) if name == "part-number-marker" else value


def _without(*names: str) -> Callable[[str, str], str | None]:
    return lambda name, value: None if name in names else value


def _body(pattern: bytes, text: bytes) -> Callable[[Response], Response]:
    return lambda answer: replace(answer, body=re.sub(pattern, text, answer.body))


def no_big_answer(answer: Response) -> Response:
    """Leave the user metadata out of an answer."""
    kept = tuple(pair for pair in answer.headers if not pair[0].lower().startswith("x-amz-meta-"))
    return replace(answer, headers=kept)


def _any_get(keep: Callable[[str, str], bool]) -> Fault:
    return _before("GET", lambda request: _headers(request, keep))


FAULTS: Final[Mapping[str, Callable[[], Fault]]] = {
    "assembly": kept_part,
    "etags": lambda: _behind("CompleteMultipartUpload", _body(rb"-1(&quot;|\")", rb"-2\1")),
    "checksum-formulas": lambda: _behind(
        "CompleteMultipartUpload", _body(rb"<Checksum(\w+)>.*?</Checksum\1>", b"")
    ),
    "checksum-values": lambda: _before(
        "UploadPart", lambda r: _headers(r, lambda name, _v: "x-amz-checksum" not in name)
    ),
    "customer-keys": create_key_for_parts,
    "acl-exclusive": lambda: _before(
        "CreateMultipartUpload", lambda r: _headers(r, lambda name, _v: name != "x-amz-acl")
    ),
    "acl-email": lambda: _before(
        "CreateMultipartUpload",
        lambda r: _headers(r, lambda _n, value: "emailAddress" not in value),
    ),
    "complete-lists": lambda: _before("CompleteMultipartUpload", sorted_list),
    "complete-conditions": lambda: _before(
        "CompleteMultipartUpload", lambda r: _headers(r, lambda name, _v: name != "if-none-match")
    ),
    "list-parts-pages": lambda: _before("ListParts", lambda r: _query(r, _marker_one_less)),
    "list-uploads-pages": lambda: _before(
        "ListMultipartUploads", lambda r: _query(r, _without("upload-id-marker"))
    ),
    "keys": lambda: _before("ListMultipartUploads", lambda r: _query(r, _without("encoding-type"))),
    "metadata": lambda: _behind("HEAD", no_big_answer),
    "tags": lambda: _before(
        "CreateMultipartUpload", lambda r: _headers(r, lambda name, _v: name != "x-amz-tagging")
    ),
    "part-numbers": lambda: _before(
        "UploadPart",
        lambda r: _query(r, lambda _n, value: "10000" if value == "10001" else value),
    ),
    "copy-ranges": lambda: _before(
        "UploadPart",
        lambda r: _headers(r, lambda name, _v: name != "x-amz-copy-source-range"),
    ),
    "ranges": lambda: _any_get(lambda name, value: (name, value[:7]) != ("range", "bytes=-")),
    "part-reads": lambda: _before("GET", lambda r: _query(r, _without("partNumber"))),
    "refusals": lambda: refused_completion_aborts,
    "directory-headers": lambda: _before(
        "CreateMultipartUpload", lambda r: _renamed(r, "content-language", "content-encoding")
    ),
    "race-completes": lambda: both_completions,
    "race-abort": lambda: abort_takes_the_object,
    "race-parts": lambda: late_part_is_the_object,
    "race-reads": kept_part,
    "machine": lambda: abort_does_nothing,
}
"""Law to the maker of its fault; a maker, because some faults remember what they saw."""
