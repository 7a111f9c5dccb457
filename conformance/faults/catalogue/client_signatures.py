"""Faults that refuse a request for what its signature covers, one for each trait of clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults.catalogue.client_shapes import by_head, denied, signs, unsigned
from conformance.faults.model import Fault, refuses

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_BY_PROXIES: Final = (
    "accept-encoding", "content-length", "user-agent", "accept", "connection",
    "amz-sdk-invocation-id", "amz-sdk-request", "x-amz-user-agent", "x-amz-api-version",
    "x-amz-te", "content-type",
)  # fmt: skip
"""Headers that clients sign and that something on the way may change, add or take away."""


def _signed(name: str) -> Fault:
    return refuses(
        f"client.signed-headers/{name}",
        f"A signature that covers {name} is answered with SignatureDoesNotMatch",
        denied(lambda request: signs(request, name), status=403, code="SignatureDoesNotMatch"),
    )


def _metadata(request: Request) -> bool:
    return any(signs(request, name) for name in request.headers.starting("x-amz-meta-"))


FAULTS: Final[tuple[Fault, ...]] = (
    *(_signed(name) for name in _BY_PROXIES),
    refuses(
        "client.signed-headers/metadata",
        "A signature that covers metadata is answered with SignatureDoesNotMatch",
        denied(_metadata, op.CREATE, status=403, code="SignatureDoesNotMatch"),
    ),
    refuses(
        "client.signed-headers/conditions",
        "A signature that covers If-Match is answered with SignatureDoesNotMatch",
        denied(
            lambda request: signs(request, "if-match"),
            *op.READS,
            status=403,
            code="SignatureDoesNotMatch",
        ),
    ),
    refuses(
        "client.signed-headers/part-conditions",
        "A read of a part by its number is rejected with If-Match",
        denied(
            lambda request: signs(request, "if-match") and "partNumber" in request.query,
            *op.READS,
        ),
    ),
    refuses(
        "client.authorization/blanks",
        "A comma without a blank does not separate the parts of the Authorization header",
        by_head(lambda head: ",SignedHeaders" in (head.headers.get("authorization") or "")),
    ),
    refuses(
        "client.unsigned-payload/documents",
        "UNSIGNED-PAYLOAD is rejected on requests without data",
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
        "UNSIGNED-PAYLOAD is rejected on CreateMultipartUpload",
        denied(unsigned, op.CREATE),
    ),
    refuses(
        "client.unsigned-payload/complete",
        "UNSIGNED-PAYLOAD is rejected on CompleteMultipartUpload",
        denied(unsigned, op.COMPLETE),
    ),
    refuses(
        "client.unsigned-payload/reads",
        "UNSIGNED-PAYLOAD is rejected on reads",
        denied(unsigned, *op.READS),
    ),
    refuses(
        "client.unsigned-payload/session",
        "UNSIGNED-PAYLOAD is rejected on CreateSession",
        denied(unsigned, *op.SESSION),
    ),
    refuses(
        "client.unsigned-payload/checksum",
        "A part with UNSIGNED-PAYLOAD and a checksum header is rejected",
        denied(
            lambda request: unsigned(request) and "x-amz-checksum-crc32" in request.headers,
            op.PART,
        ),
    ),
    refuses(
        "client.unsigned-payload/md5",
        "A part with UNSIGNED-PAYLOAD and Content-MD5 is rejected",
        denied(lambda request: unsigned(request) and "content-md5" in request.headers, op.PART),
    ),
    refuses(
        "client.unsigned-payload/completion-md5",
        "A completion with UNSIGNED-PAYLOAD and Content-MD5 is rejected",
        denied(lambda request: unsigned(request) and "content-md5" in request.headers, op.COMPLETE),
    ),
)
