"""Faults that refuse a request for how its body is written, each for one trait of real clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.client_shapes import by_body, by_head, denied, has
from conformance.faults.edits import header, refused
from conformance.faults.model import Fault, accepts, answers, refuses
from conformance.reference.http.authentication import SIGNED_CHUNKS, STREAMING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.domain.messages import Request, S3Error
    from conformance.reference.http.head import Head

_SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]+)(?:;[^\r\n]*)?\r\n")
_MIB: Final = 1024 * 1024
_KIB: Final = 1024


def _framed(head: Head) -> bool:
    return (head.headers.get("x-amz-content-sha256") or "") in STREAMING


def _sizes(head: Head, body: bytes) -> Iterator[bytes]:
    """Yield the sizes of the chunks of a framed body as they are written, but the last one."""
    at = 0
    while _framed(head) and (found := _SIZE_LINE.match(body, at)):
        size = int(found[1], 16)
        if size == 0:
            return
        yield found[1]
        at = found.end() + size + 2


def _upper(head: Head, body: bytes) -> bool:
    return any(size != size.lower() for size in _sizes(head, body))


def _uneven(head: Head, body: bytes) -> bool:
    numbers = [int(size, 16) for size in _sizes(head, body)]
    return len(set(numbers[:-1])) > 1 or (len(numbers) > 1 and numbers[-1] > numbers[0])


def _line_feed(head: Head, body: bytes) -> bool:
    return _framed(head) and b"=\n\r\n" in body[-256:]


def _trailer(head: Head) -> bool:
    return "x-amz-trailer" in head.headers


def _unexpected(request: Request, error: S3Error) -> S3Error:
    """Return the refusal of who sent Expect as one of the expectation."""
    if "expect" not in request.headers:
        return error
    return refused(error, code="ExpectationFailed", status=417)


def _sdk(request: Request) -> bool:
    return "x-amz-sdk-checksum-algorithm" in request.headers


def _checksum(request: Request) -> bool:
    return any(name.startswith("x-amz-checksum-") for name in request.headers)


def _expects(head: Head) -> bool:
    return (head.headers.get("expect") or "").lower() == "100-continue"


def _hash(head: Head) -> str:
    return head.headers.get("x-amz-content-sha256") or ""


FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "client.checksum-header/trailer",
        "x-amz-sdk-checksum-algorithm asks for a checksum header, though there is a trailer",
        denied(lambda request: _sdk(request) and not _checksum(request), op.PART),
    ),
    refuses(
        "client.checksum-header/signed-trailer",
        "x-amz-sdk-checksum-algorithm beside a signed trailer is rejected",
        denied(
            lambda request: (
                _sdk(request)
                and header(request, "x-amz-content-sha256").endswith("SHA256-PAYLOAD-TRAILER")
            ),
            op.PART,
        ),
    ),
    refuses(
        "client.checksum-header/checksum",
        "x-amz-sdk-checksum-algorithm beside a checksum header is rejected",
        denied(lambda request: _sdk(request) and _checksum(request), op.PART),
    ),
    refuses(
        "client.checksum-header/crc64nvme",
        "x-amz-sdk-checksum-algorithm: CRC64NVME is rejected",
        denied(lambda request: has(request, "x-amz-sdk-checksum-algorithm", "CRC64NVME"), op.PART),
    ),
    accepts(
        "client.checksum-header/alone",
        "x-amz-sdk-checksum-algorithm without a checksum is accepted",
        sw.Swallow(op.PART, "claimed_checksum", says="no corresponding"),
    ),
    refuses(
        "client.chunks/upper-case",
        "Chunk sizes in upper-case hex are not read",
        by_body(_upper, code="IncompleteBody"),
    ),
    refuses(
        "client.chunks/lower-case",
        "Chunk sizes with letters in lower-case hex are not read",
        by_body(
            lambda head, body: any(size != size.upper() for size in _sizes(head, body)),
            code="IncompleteBody",
        ),
    ),
    refuses(
        "client.chunks/above-a-mebibyte",
        "A chunk above 1 MiB is rejected",
        by_body(lambda head, body: any(int(s, 16) > _MIB for s in _sizes(head, body))),
    ),
    refuses(
        "client.chunks/above-256-kibibytes",
        "A chunk above 256 KiB is rejected",
        by_body(lambda head, body: any(int(s, 16) > 256 * _KIB for s in _sizes(head, body))),
    ),
    refuses(
        "client.chunks/above-64-kibibytes",
        "A chunk above 64 KiB is rejected",
        by_body(lambda head, body: any(int(s, 16) > 64 * _KIB for s in _sizes(head, body))),
    ),
    refuses(
        "client.chunks/even",
        "Chunks of different sizes are rejected",
        by_body(_uneven),
    ),
    refuses(
        "client.chunks/line-feed",
        "A line feed at the end of a trailer is rejected",
        by_body(_line_feed, code="MalformedTrailerError"),
    ),
    refuses(
        "client.chunks/content-encoding",
        "A body in chunks without Content-Encoding is rejected",
        by_head(lambda head: _framed(head) and "content-encoding" not in head.headers),
    ),
    refuses(
        "client.chunks/signed-content-encoding",
        "A body in signed chunks without Content-Encoding is rejected",
        by_head(
            lambda head: _hash(head) == SIGNED_CHUNKS and "content-encoding" not in head.headers
        ),
    ),
    refuses(
        "client.chunks/transfer-chunked",
        "A framed body with Transfer-Encoding: chunked is rejected",
        by_head(lambda head: head.chunked and _framed(head), 501, "NotImplemented"),
    ),
    refuses(
        "client.chunks/md5",
        "A framed body with Content-MD5 is rejected",
        by_head(lambda head: _framed(head) and "content-md5" in head.headers),
    ),
    refuses(
        "client.chunks/checksum",
        "A body in signed chunks with a checksum header is rejected",
        by_head(
            lambda head: (
                _hash(head) == SIGNED_CHUNKS
                and any(name.startswith("x-amz-checksum-") for name in head.headers)
            )
        ),
    ),
    refuses(
        "client.chunks/signed-over-tls",
        "A body in signed chunks is rejected over TLS",
        denied(
            lambda request: (
                request.secure
                and header(request, "x-amz-content-sha256").startswith("STREAMING-AWS4")
            ),
            op.PART,
        ),
    ),
    refuses(
        "client.expect/transfer-chunked",
        "Expect with Transfer-Encoding: chunked is rejected",
        by_head(lambda head: _expects(head) and head.chunked, 417, "ExpectationFailed"),
    ),
    refuses(
        "client.expect/framed",
        "Expect with a framed body of known length is rejected",
        by_head(
            lambda head: _expects(head) and _framed(head) and not head.chunked,
            417,
            "ExpectationFailed",
        ),
    ),
    refuses(
        "client.expect/trailer",
        "Expect with a trailer is rejected",
        by_head(lambda head: _expects(head) and _trailer(head), 417, "ExpectationFailed"),
    ),
    refuses(
        "client.expect/unsigned",
        "Expect with an unsigned payload is rejected",
        by_head(
            lambda head: _expects(head) and _hash(head) == "UNSIGNED-PAYLOAD",
            417,
            "ExpectationFailed",
        ),
    ),
    refuses(
        "client.expect/md5",
        "Expect with Content-MD5 is rejected",
        by_head(
            lambda head: _expects(head) and "content-md5" in head.headers, 417, "ExpectationFailed"
        ),
    ),
    refuses(
        "client.expect/checksum",
        "Expect with a checksum header is rejected",
        by_head(
            lambda head: _expects(head) and "x-amz-checksum-crc32" in head.headers,
            417,
            "ExpectationFailed",
        ),
    ),
    refuses(
        "client.expect/create",
        "Expect on a create is rejected",
        denied(lambda request: "expect" in request.headers, op.CREATE, status=417),
    ),
    refuses(
        "client.expect/complete",
        "Expect on a completion is rejected",
        denied(lambda request: "expect" in request.headers, op.COMPLETE, status=417),
    ),
    answers(
        "client.expect/unknown-upload",
        "Expect on a part of an upload that does not exist is answered with 417",
        sw.Refusal(op.PART, "NoSuchUpload", _unexpected),
    ),
    refuses(
        "client.upload/presigned",
        "A presigned part is rejected",
        denied(lambda request: request.signed == "query", op.PART),
    ),
    refuses(
        "client.upload/customer-key",
        "A part with a customer key is rejected",
        denied(
            lambda request: "x-amz-server-side-encryption-customer-key" in request.headers, op.PART
        ),
    ),
    refuses(
        "client.upload/session",
        "A part that a session signs is rejected",
        denied(lambda request: "x-amz-s3session-token" in request.headers, *op.DIRECTORY_PART),
    ),
    refuses(
        "client.upload/dotnet",
        "A part that names text/plain in signed chunks with a trailer is rejected",
        denied(
            lambda request: (
                has(request, "content-type", "text/plain")
                and header(request, "x-amz-content-sha256").endswith("SHA256-PAYLOAD-TRAILER")
            ),
            op.PART,
        ),
    ),
    refuses(
        "client.upload/crt",
        "A completion with Expect and without a content type is rejected",
        denied(
            lambda request: (
                "expect" in request.headers
                and "content-type" not in request.headers
                and "amz-sdk-request" in request.headers
            ),
            op.COMPLETE,
            status=417,
        ),
    ),
)
