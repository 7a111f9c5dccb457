"""Faults that refuse a request for its parameters: their order, their spelling, further ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults.catalogue.client_shapes import by_head, denied, in_turn
from conformance.faults.edits import header
from conformance.faults.model import Fault, refuses

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request
    from conformance.reference.http.head import Head


def _query(text: str) -> Callable[[Head], bool]:
    """Return a predicate: a parameter is written exactly so."""

    def written(head: Head) -> bool:
        return text in head.target.partition("?")[2].split("&")

    return written


def _empty(request: Request) -> bool:
    return any(request.query.get(name) == "" for name in ("key-marker", "upload-id-marker"))


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "client.parameters/number-first",
        "A part whose number stands before the upload id is rejected",
        denied(lambda request: in_turn(request, "partNumber", "uploadId"), *op.PARTS),
    ),
    refuses(
        "client.parameters/id-of-part",
        "A part with x-id is rejected",
        denied(lambda request: "x-id" in request.query, *op.PARTS),
    ),
    refuses(
        "client.parameters/id-first",
        "A part whose query begins with x-id is rejected",
        denied(lambda request: in_turn(request, "x-id", "partNumber"), *op.PARTS),
    ),
    refuses(
        "client.parameters/id-of-others",
        "A read or an abort with x-id is rejected",
        denied(lambda request: "x-id" in request.query, op.GET, op.ABORT),
    ),
    refuses(
        "client.parameters/uploads-equals",
        "?uploads= is not CreateMultipartUpload",
        by_head(lambda head: head.method == "POST" and _query("uploads=")(head)),
    ),
    refuses(
        "client.parameters/uploads-last",
        "A list whose query does not begin with uploads is rejected",
        denied(lambda request: request.query.items[0][0] != "uploads", op.LIST_UPLOADS),
    ),
    refuses(
        "client.parameters/max-parts-first",
        "A list whose query begins with max-parts is rejected",
        denied(lambda request: in_turn(request, "max-parts", "uploadId"), op.LIST_PARTS),
    ),
    refuses(
        "client.parameters/marker-last",
        "A list of parts whose marker stands behind the upload id is rejected",
        denied(lambda request: in_turn(request, "uploadId", "part-number-marker"), op.LIST_PARTS),
    ),
    refuses(
        "client.parameters/marker-early",
        "A list of parts whose marker stands before the upload id is rejected",
        denied(lambda request: in_turn(request, "part-number-marker", "uploadId"), op.LIST_PARTS),
    ),
    refuses(
        "client.parameters/empty-markers",
        "Empty markers are rejected",
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
        "A list of attributes with blanks is rejected",
        denied(lambda request: ", " in header(request, "x-amz-object-attributes"), op.ATTRIBUTES),
    ),
    refuses(
        "client.parameters/expires-first",
        "A presigned URL whose X-Amz-Expires stands before X-Amz-Algorithm is rejected",
        denied(lambda request: in_turn(request, "X-Amz-Expires", "X-Amz-Algorithm")),
    ),
    refuses(
        "client.parameters/signature-last",
        "A presigned URL that does not end in its signature is rejected",
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
    ),
)
