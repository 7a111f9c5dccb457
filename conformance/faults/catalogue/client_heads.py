"""Faults that refuse a request for how its head is written, each for one trait of real clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.client_shapes import (
    by_head,
    denied,
    has,
    in_turn,
    signs,
    unsigned,
)
from conformance.faults.edits import header
from conformance.faults.model import Fault, answers, refuses
from conformance.reference.domain.messages import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.http.head import Head

_BY_PROXIES: Final = (
    "accept-encoding", "content-length", "user-agent", "accept", "connection",
    "amz-sdk-invocation-id", "amz-sdk-request", "x-amz-user-agent", "x-amz-api-version",
    "x-amz-te", "content-type",
)  # fmt: skip
"""Headers that clients sign and that something on the way may change, add or take away."""


def _signed(name: str) -> Fault:
    return refuses(
        f"client.signed-headers/{name}",
        f"A signature that covers {name} is a SignatureDoesNotMatch",
        denied(lambda request: signs(request, name), status=403, code="SignatureDoesNotMatch"),
    )


def _metadata(request: Request) -> bool:
    return any(signs(request, name) for name in request.headers.starting("x-amz-meta-"))


def _lower(head: Head) -> bool:
    return all(name == name.lower() for name in head.names)


def _upper(head: Head) -> bool:
    return all(name == name.upper() for name in head.names)


def _host_not_first(head: Head) -> bool:
    return head.names[0].lower() != b"host"


def _without_port(head: Head) -> bool:
    # The reference listens on no default port, so that a right Host header names one.
    return ":" not in (head.headers.get("host") or "")


def _query(text: str) -> Callable[[Head], bool]:
    """Return a predicate: a parameter is written exactly so."""

    def written(head: Head) -> bool:
        return text in head.target.partition("?")[2].split("&")

    return written


def _empty(request: Request) -> bool:
    return any(request.query.get(name) == "" for name in ("key-marker", "upload-id-marker"))


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
    *(_signed(name) for name in _BY_PROXIES),
    refuses(
        "client.signed-headers/metadata",
        "A signature that covers metadata is a SignatureDoesNotMatch",
        denied(_metadata, op.CREATE, status=403, code="SignatureDoesNotMatch"),
    ),
    refuses(
        "client.signed-headers/conditions",
        "A signature that covers If-Match is a SignatureDoesNotMatch",
        denied(
            lambda request: signs(request, "if-match"),
            *op.READS,
            status=403,
            code="SignatureDoesNotMatch",
        ),
    ),
    refuses(
        "client.authorization/blanks",
        "The parts of the Authorization header are told apart by a comma and a blank",
        by_head(lambda head: ",SignedHeaders" in (head.headers.get("authorization") or "")),
    ),
    refuses(
        "client.unsigned-payload/documents",
        "UNSIGNED-PAYLOAD is refused on requests without data",
        denied(
            unsigned,
            op.CREATE,
            op.COMPLETE,
            op.LIST_PARTS,
            op.LIST_UPLOADS,
            op.ABORT,
            op.COPY,
        ),
    ),
    refuses(
        "client.unsigned-payload/create",
        "UNSIGNED-PAYLOAD is refused on CreateMultipartUpload",
        denied(unsigned, op.CREATE),
    ),
    refuses(
        "client.unsigned-payload/complete",
        "UNSIGNED-PAYLOAD is refused on CompleteMultipartUpload",
        denied(unsigned, op.COMPLETE),
    ),
    refuses(
        "client.unsigned-payload/reads",
        "UNSIGNED-PAYLOAD is refused on reads",
        denied(unsigned, *op.READS),
    ),
    refuses(
        "client.unsigned-payload/session",
        "UNSIGNED-PAYLOAD is refused on CreateSession",
        denied(unsigned, *op.SESSION),
    ),
    refuses(
        "client.unsigned-payload/checksum",
        "A part with UNSIGNED-PAYLOAD and a checksum header is refused",
        denied(
            lambda request: unsigned(request) and "x-amz-checksum-crc32" in request.headers,
            op.PART,
        ),
    ),
    refuses(
        "client.unsigned-payload/md5",
        "A part with UNSIGNED-PAYLOAD and Content-MD5 is refused",
        denied(lambda request: unsigned(request) and "content-md5" in request.headers, op.PART),
    ),
    refuses(
        "client.unsigned-payload/completion-md5",
        "A completion with UNSIGNED-PAYLOAD and Content-MD5 is refused",
        denied(lambda request: unsigned(request) and "content-md5" in request.headers, op.COMPLETE),
    ),
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
        "A request whose first header is not Host is refused",
        by_head(_host_not_first),
    ),
    refuses(
        "client.headers/length-early",
        "A Content-Length behind x-amz-date is not read",
        by_head(lambda head: head.names[-1].lower() == b"content-length" and head.method == "PUT"),
    ),
    refuses(
        "client.headers/port",
        "A Host header without the port is refused",
        by_head(_without_port),
    ),
    refuses(
        "client.preferences/gzip",
        "A request with Accept-Encoding: gzip is refused",
        denied(lambda request: has(request, "accept-encoding", "gzip"), status=406),
    ),
    refuses(
        "client.preferences/several",
        "A request with two codings in Accept-Encoding is refused",
        denied(lambda request: "," in header(request, "accept-encoding"), status=406),
    ),
    refuses(
        "client.preferences/none",
        "A request without Accept-Encoding is refused",
        denied(lambda request: "accept-encoding" not in request.headers, *op.FAMILY, status=406),
    ),
    refuses(
        "client.preferences/any",
        "A request with Accept: */* is refused",
        denied(lambda request: has(request, "accept", "*/*"), status=406),
    ),
    refuses(
        "client.preferences/keep-alive",
        "A request with Connection: keep-alive is refused",
        denied(lambda request: has(request, "connection", "keep-alive")),
    ),
    refuses(
        "client.preferences/user-agent",
        "A request without User-Agent is refused",
        denied(lambda request: "user-agent" not in request.headers, *op.FAMILY, status=403),
    ),
    answers(
        "client.preferences/coded",
        "Data comes back coded for clients that accept gzip",
        sw.Say(op.GET, _coded),
    ),
    refuses(
        "client.parameters/number-first",
        "A part whose number stands before the upload id is refused",
        denied(lambda request: in_turn(request, "partNumber", "uploadId"), *op.PARTS),
    ),
    refuses(
        "client.parameters/id-of-part",
        "A part with x-id is refused",
        denied(lambda request: "x-id" in request.query, *op.PARTS),
    ),
    refuses(
        "client.parameters/id-first",
        "A part whose query begins with x-id is refused",
        denied(lambda request: in_turn(request, "x-id", "partNumber"), *op.PARTS),
    ),
    refuses(
        "client.parameters/id-of-others",
        "A read or an abort with x-id is refused",
        denied(lambda request: "x-id" in request.query, op.GET, op.ABORT),
    ),
    refuses(
        "client.parameters/uploads-equals",
        "?uploads= is not CreateMultipartUpload",
        by_head(lambda head: head.method == "POST" and _query("uploads=")(head)),
    ),
    refuses(
        "client.parameters/uploads-last",
        "A list whose query does not begin with uploads is refused",
        denied(lambda request: request.query.items[0][0] != "uploads", op.LIST_UPLOADS),
    ),
    refuses(
        "client.parameters/max-parts-first",
        "A list whose query begins with max-parts is refused",
        denied(lambda request: in_turn(request, "max-parts", "uploadId"), op.LIST_PARTS),
    ),
    refuses(
        "client.parameters/empty-markers",
        "Empty markers are refused",
        denied(_empty, op.LIST_UPLOADS),
    ),
    refuses(
        "client.parameters/session-equals",
        "?session= is not CreateSession",
        by_head(_query("session=")),
    ),
    refuses(
        "client.parameters/attributes-equals",
        "?attributes= is not GetObjectAttributes",
        by_head(_query("attributes=")),
    ),
    refuses(
        "client.parameters/attributes-blanks",
        "A list of attributes with blanks is refused",
        denied(lambda request: ", " in header(request, "x-amz-object-attributes"), op.ATTRIBUTES),
    ),
    refuses(
        "client.parameters/expires-first",
        "A presigned URL whose X-Amz-Expires stands before X-Amz-Algorithm is refused",
        denied(lambda request: in_turn(request, "X-Amz-Expires", "X-Amz-Algorithm")),
    ),
    refuses(
        "client.parameters/signature-last",
        "A presigned URL that does not end in its signature is refused",
        denied(
            lambda request: (
                "X-Amz-Signature" in request.query
                and request.query.items[-1][0] != "X-Amz-Signature"
            )
        ),
    ),
    refuses(
        "client.encoding-type/case",
        "encoding-type is compared with case",
        denied(
            lambda request: request.query.get("encoding-type") in ("Url", "URL"), op.LIST_UPLOADS
        ),
        should=True,
    ),
    refuses(
        "client.no-length/create",
        "A create without a length is refused",
        denied(
            lambda request: "content-length" not in request.headers,
            op.CREATE,
            status=411,
            code="MissingContentLength",
        ),
    ),
    refuses(
        "client.no-length/copy",
        "A copy without a length is refused",
        denied(
            lambda request: "content-length" not in request.headers,
            op.COPY,
            status=411,
            code="MissingContentLength",
        ),
    ),
    refuses(
        "client.empty-length/abort",
        "An abort with a length is refused",
        denied(lambda request: "content-length" in request.headers, op.ABORT),
    ),
    refuses(
        "client.empty-length/lists",
        "A list with a length is refused",
        denied(lambda request: "content-length" in request.headers, op.LIST_UPLOADS, op.LIST_PARTS),
    ),
    refuses(
        "client.empty-length/reads",
        "A read with a length is refused",
        denied(lambda request: "content-length" in request.headers, *op.READS),
    ),
    refuses(
        "client.content-type/copy",
        "A copy with a Content-Type of JSON is refused",
        denied(lambda request: has(request, "content-type", "application/x-amz-json-1.0"), op.COPY),
    ),
    refuses(
        "client.content-type/part",
        "A part with Content-Type: text/plain is refused",
        denied(lambda request: has(request, "content-type", "text/plain"), op.PART),
    ),
    refuses(
        "client.content-type/form",
        "A part with the Content-Type of a form is refused",
        denied(
            lambda request: has(request, "content-type", "application/x-www-form-urlencoded"),
            op.PART,
        ),
    ),
    refuses(
        "client.content-type/xml",
        "A completion with Content-Type: application/xml is refused",
        denied(lambda request: has(request, "content-type", "application/xml"), op.COMPLETE),
    ),
    refuses(
        "client.content-type/bytes",
        "A completion with Content-Type: application/octet-stream is refused",
        denied(
            lambda request: has(request, "content-type", "application/octet-stream"), op.COMPLETE
        ),
    ),
    refuses(
        "client.content-type/reads",
        "A read with a Content-Type is refused",
        denied(lambda request: has(request, "content-type", "application/xml"), *op.READS),
    ),
    refuses(
        "client.further-headers/api-version",
        "x-amz-api-version is refused",
        denied(lambda request: "x-amz-api-version" in request.headers),
        should=True,
    ),
    refuses(
        "client.further-headers/sdk",
        "Headers that begin with amz-sdk are refused",
        denied(lambda request: any(name.startswith("amz-sdk-") for name in request.headers)),
        should=True,
    ),
    refuses(
        "client.further-headers/trailing-md5",
        "x-amz-te is refused on reads",
        denied(lambda request: "x-amz-te" in request.headers, op.GET, status=501),
    ),
    refuses(
        "client.copy-source/escaped",
        "A copy source with an escaped slash names no bucket",
        denied(
            lambda request: "/" not in header(request, "x-amz-copy-source").lstrip("/"),
            op.COPY,
        ),
    ),
    refuses(
        "client.session-path/key",
        "?session under a path is a read of an object",
        denied(lambda request: request.key is not None, *op.SESSION, status=403),
        should=True,
    ),
)
