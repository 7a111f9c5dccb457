"""The refusals that the face gives itself, each in the words of Amazon S3."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.reference.domain.messages import S3Error

Fields = Sequence[tuple[str, str]]

UNSUPPORTED_MECHANISM = (
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
)
SIGNATURE_DIFFERS = (
    "The request signature we calculated does not match the signature you provided."
    " Check your key and signing method."
)


def access_denied(message: str, fields: Fields = ()) -> S3Error:
    """Return the 403 that tells why (AUTH-003, AUTH-004, AUTH-006)."""
    return S3Error(403, "AccessDenied", message, fields)


def invalid_request(message: str) -> S3Error:
    """Return a 400 InvalidRequest."""
    return S3Error(400, "InvalidRequest", message)


def invalid_argument(message: str, name: str, value: str | None = None) -> S3Error:
    """Return a 400 InvalidArgument; fields in the order of XML-014."""
    fields = [("ArgumentName", name)]
    if value is not None:
        fields.append(("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)


def invalid_uri(text: str) -> S3Error:
    """Return the refusal of a target that does not decode to UTF-8."""
    return S3Error(400, "InvalidURI", "Couldn't parse the specified URI.", [("URI", text)])


def bad_request(reason: str = "") -> S3Error:
    """Return the refusal of bytes that are no HTTP request; ``reason`` never quotes them."""
    suffix = f" ({reason})" if reason else ""
    return S3Error(400, "BadRequest", f"An error occurred when parsing the HTTP request{suffix}.")


def head_too_large(limit: int) -> S3Error:
    """Return the refusal of a head of more than ``limit`` bytes."""
    return S3Error(
        400,
        "RequestHeaderSectionTooLarge",
        "Your request header section exceeds the maximum allowed size.",
        [("MaxSizeAllowed", str(limit))],
    )


def entity_too_large(proposed: int, limit: int) -> S3Error:
    """Return the refusal of a body of more than ``limit`` bytes (UP-027)."""
    return S3Error(
        400,
        "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed size",
        [("ProposedSize", str(proposed)), ("MaxSizeAllowed", str(limit))],
    )


def missing_content_length() -> S3Error:
    """Return the 411 of a body whose length nobody announced (UP-028)."""
    return S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")


def incomplete_body(message: str = "The request body terminated unexpectedly") -> S3Error:
    """Return the refusal of a body that ends early or is framed wrongly (TRL-008, A08)."""
    return S3Error(400, "IncompleteBody", message)


def wrong_length() -> S3Error:
    """Return the refusal of a payload of another length than announced (TRL-009)."""
    return incomplete_body(
        "You did not provide the number of bytes specified by the Content-Length HTTP header"
    )


def request_timeout() -> S3Error:
    """Return the refusal of a client that stopped sending."""
    return S3Error(
        400,
        "RequestTimeout",
        "Your socket connection to the server was not read from or written to within the"
        " timeout period. Idle connections will be closed.",
    )


def header_not_implemented(name: str) -> S3Error:
    """Return the 501 of a header that S3 knows and refuses."""
    return S3Error(
        501,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        [("Header", name)],
    )


def transfer_coding_refused(status: int) -> S3Error:
    """Return the refusal of a transfer coding, which S3's outermost layer gives without a document.

    501 for one that HTTP knows (MS-069), 400 for any other (MS-070).
    """
    headers = (("Cache-Control", "no-store"),) if status == 501 else ()
    error = S3Error(status, "", headers=headers)
    error.bare = True
    return error


def payload_hash_mismatch(claimed: str, computed: str) -> S3Error:
    """Return the refusal of a body with another SHA-256 than announced (UP-030)."""
    return S3Error(
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        [("ClientComputedContentSHA256", claimed), ("S3ComputedContentSHA256", computed)],
    )


def malformed_trailer() -> S3Error:
    """Return the refusal of trailers that are not the announced ones (TRL-004)."""
    return S3Error(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our"
        " published schema.",
    )


def small_chunk(number: int, size: int) -> S3Error:
    """Return the refusal of a short chunk that was not the last; ``number`` from 1 (TRL-007)."""
    return S3Error(
        403,
        "InvalidChunkSizeError",
        "Only the last chunk is allowed to have a size less than 8192 bytes",
        [("Chunk", str(number)), ("BadChunkSize", str(size))],
    )


def signature_mismatch(
    access_key: str, provided: str, string_to_sign: bytes, canonical_request: bytes | None = None
) -> S3Error:
    """Return the refusal of a signature, with what was signed here (AUTH-001, TRL-006)."""
    fields = [
        ("AWSAccessKeyId", access_key),
        ("StringToSign", string_to_sign.decode("utf-8", "replace")),
        ("SignatureProvided", provided),
        ("StringToSignBytes", string_to_sign.hex(" ")),
    ]
    if canonical_request is not None:
        fields += [
            ("CanonicalRequest", canonical_request.decode("utf-8", "replace")),
            ("CanonicalRequestBytes", canonical_request.hex(" ")),
        ]
    return S3Error(403, "SignatureDoesNotMatch", SIGNATURE_DIFFERS, fields)


def internal_error() -> S3Error:
    """Return the 500 of a defect of ours."""
    return S3Error(500, "InternalError", "We encountered an internal error. Please try again.")
