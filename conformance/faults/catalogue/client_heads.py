"""Faults that refuse a request for how its headers are written, each for one trait of clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.client_shapes import by_head, denied, has
from conformance.faults.edits import header
from conformance.faults.model import Fault, answers, refuses
from conformance.reference.domain.messages import Response

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.http.head import Head


def _lower(head: Head) -> bool:
    return b"host" in head.names and b"authorization" in head.names


def _upper(head: Head) -> bool:
    return b"HOST" in head.names and b"AUTHORIZATION" in head.names


def _length_early(head: Head) -> bool:
    """Return whether a part's Content-Length stands before its Authorization."""
    names = [name.lower() for name in head.names]
    return (
        head.method == "PUT"
        and {b"content-length", b"authorization"} <= set(names)
        and names.index(b"content-length") < names.index(b"authorization")
    )


def _length_late(head: Head) -> bool:
    """Return whether a part's Content-Length stands behind its Authorization."""
    names = [name.lower() for name in head.names]
    return (
        head.method == "PUT"
        and {b"content-length", b"authorization"} <= set(names)
        and names.index(b"content-length") > names.index(b"authorization")
    )


def _host_not_first(head: Head) -> bool:
    return head.names[0].lower() != b"host"


def _without_port(head: Head) -> bool:
    # The reference listens on no default port, so that a right Host header names one.
    return ":" not in (head.headers.get("host") or "")


def _coded(request: Request, response: Response) -> Response:
    """Say that the data is coded, which it is not."""
    if "gzip" not in header(request, "accept-encoding"):
        return response
    return Response(
        status=response.status,
        headers=(*response.headers, ("Content-Encoding", "gzip")),
        body=response.body[::-1],
    )


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "client.headers/lower-case",
        "Header names in lower case are not read",
        by_head(_lower),
    ),
    refuses(
        "client.headers/upper-case",
        "Header names in upper case are not read",
        by_head(_upper),
    ),
    refuses(
        "client.headers/host-first",
        "A request whose first header is not Host is rejected",
        by_head(_host_not_first),
    ),
    refuses(
        "client.headers/length-early",
        "A Content-Length before the Authorization header is not read",
        by_head(_length_early),
    ),
    refuses(
        "client.headers/length-late",
        "A Content-Length after the Authorization header is not read",
        by_head(_length_late),
    ),
    refuses(
        "client.headers/port",
        "A Host header without the port is rejected",
        by_head(_without_port),
    ),
    refuses(
        "client.preferences/gzip",
        "A request with Accept-Encoding: gzip is rejected",
        denied(lambda request: has(request, "accept-encoding", "gzip"), status=406),
    ),
    refuses(
        "client.preferences/several",
        "A request with two codings in Accept-Encoding is rejected",
        denied(lambda request: "," in header(request, "accept-encoding"), status=406),
    ),
    refuses(
        "client.preferences/none",
        "A request without Accept-Encoding is rejected",
        denied(lambda request: "accept-encoding" not in request.headers, *op.FAMILY, status=406),
    ),
    refuses(
        "client.preferences/any",
        "A request with Accept: */* is rejected",
        denied(lambda request: has(request, "accept", "*/*"), status=406),
    ),
    refuses(
        "client.preferences/keep-alive",
        "A request with Connection: keep-alive is rejected",
        denied(lambda request: has(request, "connection", "keep-alive")),
    ),
    refuses(
        "client.preferences/user-agent",
        "A request without User-Agent is rejected",
        denied(lambda request: "user-agent" not in request.headers, *op.FAMILY, status=403),
    ),
    answers(
        "client.preferences/coded",
        "Data is returned encoded for clients that accept gzip",
        sw.Say(op.GET, _coded),
    ),
    refuses(
        "client.no-length/create",
        "A create without a length is rejected",
        denied(
            lambda request: "content-length" not in request.headers,
            op.CREATE,
            status=411,
            code="MissingContentLength",
        ),
    ),
    refuses(
        "client.no-length/copy",
        "A copy without a length is rejected",
        denied(
            lambda request: "content-length" not in request.headers,
            op.COPY,
            status=411,
            code="MissingContentLength",
        ),
    ),
    refuses(
        "client.empty-length/abort",
        "An abort with a length is rejected",
        denied(lambda request: "content-length" in request.headers, op.ABORT),
    ),
    refuses(
        "client.empty-length/lists",
        "A list with a length is rejected",
        denied(lambda request: "content-length" in request.headers, op.LIST_UPLOADS, op.LIST_PARTS),
    ),
    refuses(
        "client.empty-length/reads",
        "A read with a length is rejected",
        denied(lambda request: "content-length" in request.headers, *op.READS),
    ),
    refuses(
        "client.content-type/copy",
        "A copy with a Content-Type of JSON is rejected",
        denied(lambda request: has(request, "content-type", "application/x-amz-json-1.0"), op.COPY),
    ),
    refuses(
        "client.content-type/part",
        "A part with Content-Type: text/plain is rejected",
        denied(lambda request: has(request, "content-type", "text/plain"), op.PART),
    ),
    refuses(
        "client.content-type/form",
        "A part with the Content-Type of a form is rejected",
        denied(
            lambda request: has(request, "content-type", "application/x-www-form-urlencoded"),
            op.PART,
        ),
    ),
    refuses(
        "client.content-type/xml",
        "A completion with Content-Type: application/xml is rejected",
        denied(lambda request: has(request, "content-type", "application/xml"), op.COMPLETE),
    ),
    refuses(
        "client.content-type/bytes",
        "A completion with Content-Type: application/octet-stream is rejected",
        denied(
            lambda request: has(request, "content-type", "application/octet-stream"), op.COMPLETE
        ),
    ),
    refuses(
        "client.content-type/reads",
        "A read with a Content-Type is rejected",
        denied(lambda request: has(request, "content-type", "application/xml"), *op.READS),
    ),
    refuses(
        "client.further-headers/api-version",
        "x-amz-api-version is rejected",
        denied(lambda request: "x-amz-api-version" in request.headers),
    ),
    refuses(
        "client.further-headers/sdk",
        "Headers that begin with amz-sdk are rejected",
        denied(lambda request: any(name.startswith("amz-sdk-") for name in request.headers)),
    ),
    refuses(
        "client.further-headers/trailing-md5",
        "x-amz-te is rejected on reads",
        denied(lambda request: "x-amz-te" in request.headers, op.GET),
    ),
)
