"""Which of two mistakes CompleteMultipartUpload tells: the order of its checks."""

from __future__ import annotations

import pytest

from conformance.reference.domain.blob import digest_of

from ..kit import (
    ALT,
    INVALID_PART,
    MALFORMED,
    NO_UPLOAD,
    NOT_IMPLEMENTED,
    Client,
    b64,
    etag,
    manifest,
    told,
)

WRONG = {"x-amz-checksum-sha256": b64(b"0" * 32) + "-1"}
STALE = {"If-Match": '"0"'}
SIZE = {"x-amz-mp-object-size": "999"}
ORDER = "The list of parts was not in ascending order. Parts must be ordered by part number."
BAD_SHA = "The sha256 you specified did not match the calculated checksum."
SMALL = "Your proposed upload is smaller than the minimum allowed size"


def checksum(data: bytes) -> str:
    """Return the element of a part's SHA256."""
    return f"<ChecksumSHA256>{b64(digest_of('SHA256', data))}</ChecksumSHA256>"


def summed(s3: Client, *bodies: bytes) -> str:
    """Begin an upload with SHA256 and send its parts."""
    upload = s3.begin(headers={"x-amz-checksum-algorithm": "SHA256"})
    for number, body in enumerate(bodies, 1):
        headers = {"x-amz-checksum-sha256": b64(digest_of("SHA256", body))}
        s3.part(upload, number, body, headers)
    return upload


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        (
            {"x-amz-mp-object-size": "bad"},
            "Value for x-amz-mp-object-size header is invalid: 'bad'",
        ),
        ({"x-amz-checksum-sha256": "bad"}, "Value for x-amz-checksum-sha256 header is invalid."),
    ],
)
def test_headers_before_the_document(s3: Client, headers: dict[str, str], message: str) -> None:
    """PREC-001, PREC-002: and NoSuchUpload before both (PREC-004)."""
    assert told(s3.not_completed(s3.begin(), b"<", headers)) == (400, "InvalidRequest", message)
    error = s3.not_completed("unknown", b"<", headers)
    assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)


def test_both_conditions_before_everything(s3: Client) -> None:
    """PREC-003, PRE-010: 501 even with an unknown upload and no document."""
    headers = {"If-Match": "*", "If-None-Match": "*"}
    for upload in (s3.begin(), "unknown"):
        error = s3.not_completed(upload, b"<", headers)
        assert told(error) == (501, "NotImplemented", NOT_IMPLEMENTED)
        assert error.fields == (
            ("Header", "If-Match,If-None-Match"),
            (
                "additionalMessage",
                "Multiple conditional request headers present in the request",
            ),
        )


def test_empty_if_match_after_the_upload(s3: Client) -> None:
    """PREC-004, PREC-024: a value's syntax is looked at once the upload is known."""
    error = s3.not_completed(s3.begin(), b"<", {"If-Match": ""})
    message = "The value provided for the If-Match query parameter cannot be empty for this API."
    assert told(error) == (400, "InvalidArgument", message)
    assert error.fields == (("ArgumentName", "If-Match"),)
    assert not error.declaration
    assert s3.not_completed("unknown", b"<", {"If-Match": ""}).code == "NoSuchUpload"


def test_document_before_authorisation(s3: Client) -> None:
    """PREC-017, PREC-018: a stranger hears of an unknown id and a bad document first."""
    upload, listed = s3.upload(b"x")
    stranger = s3.acting(ALT)
    assert told(stranger.not_completed("unknown", b"<")) == (404, "NoSuchUpload", NO_UPLOAD)
    assert told(stranger.not_completed(upload, b"<")) == (400, "MalformedXML", MALFORMED)
    error = stranger.not_completed(upload, listed)
    assert told(error) == (403, "AccessDenied", "Access Denied")


def test_order_first(s3: Client) -> None:
    """PREC-005: before a missing part and a wrong object checksum."""
    upload = summed(s3, b"x")
    listed = manifest([(9, "0" * 32), (1, etag(b"x"))])
    assert told(s3.not_completed(upload, listed, WRONG)) == (400, "InvalidPartOrder", ORDER)


def test_missing_part_before_conditions(s3: Client) -> None:
    """PREC-006: the look-up of parts comes before If-Match."""
    s3.put("k", b"old")
    upload, _ = s3.upload(b"x")
    error = s3.not_completed(upload, manifest([(2, etag(b"x"))]), STALE)
    assert told(error) == (400, "InvalidPart", INVALID_PART)


def test_object_checksum_before_a_missing_part(s3: Client) -> None:
    """PREC-007: a composite checksum is computed from the manifest alone."""
    upload = summed(s3, b"x")
    listed = manifest([(2, "0" * 32, checksum(b"y"))])
    assert told(s3.not_completed(upload, listed, WRONG)) == (400, "BadDigest", BAD_SHA)
    assert told(s3.not_completed(upload, listed)) == (400, "InvalidPart", INVALID_PART)


@pytest.mark.parametrize(
    ("further", "headers"), [(checksum(b"x"), WRONG), (checksum(b"x"), STALE), ("", {})]
)
def test_etag_mismatch_before_checksums_and_conditions(
    s3: Client, further: str, headers: dict[str, str]
) -> None:
    """PREC-008: a part's ETag beats object checksum, If-Match and its own missing checksum."""
    s3.put("k", b"old")
    upload = summed(s3, b"x")
    error = s3.not_completed(upload, manifest([(1, "0" * 32, further)]), headers)
    assert told(error) == (400, "InvalidPart", INVALID_PART)


@pytest.mark.parametrize("headers", [STALE, {}, {"x-amz-checksum-crc32": "AAAAAA=="}, WRONG])
def test_missing_part_checksum(s3: Client, headers: dict[str, str]) -> None:
    """PREC-009, PREC-013: before If-Match, a too small part and an object checksum."""
    s3.put("k", b"old")
    upload = summed(s3, b"small", b"x")
    listed = manifest([(1, etag(b"small")), (2, etag(b"x"))])
    error = s3.not_completed(upload, listed, headers)
    assert (error.code, "missing for part 1" in error.message) == ("InvalidRequest", True)


@pytest.mark.parametrize("headers", [STALE, SIZE, {**STALE, **SIZE}])
def test_too_small_part(s3: Client, headers: dict[str, str]) -> None:
    """PREC-010: before If-Match and the object's size."""
    s3.put("k", b"old")
    upload, listed = s3.upload(b"small", b"x")
    assert told(s3.not_completed(upload, listed, headers)) == (400, "EntityTooSmall", SMALL)


def test_object_size_before_conditions(s3: Client) -> None:
    """PREC-011: the size, then If-Match."""
    s3.put("k", b"old")
    upload, listed = s3.upload(b"x" * 100)
    error = s3.not_completed(upload, listed, {**STALE, **SIZE})
    message = (
        "The provided 'x-amz-mp-object-size' header value 999 does not match what was computed: 100"
    )
    assert told(error) == (400, "InvalidRequest", message)
    assert s3.not_completed(upload, listed, STALE).code == "PreconditionFailed"


def test_object_checksum_before_object_size(s3: Client) -> None:
    """PREC-012: the checksum, then the size."""
    upload = summed(s3, b"x")
    listed = manifest([(1, etag(b"x"), checksum(b"x"))])
    error = s3.not_completed(upload, listed, {**WRONG, **SIZE})
    assert told(error) == (400, "BadDigest", BAD_SHA)


def test_ended_upload_is_parsed_first(s3: Client) -> None:
    """PREC-028: what once was an upload is read before it is refused."""
    upload, listed = s3.upload(b"x")
    s3.complete(upload, listed)
    s3.put("k", b"over it")
    assert told(s3.not_completed(upload, b"<")) == (400, "MalformedXML", MALFORMED)
    bad = {"x-amz-mp-object-size": "bad"}
    assert s3.not_completed(upload, listed, bad).code == "InvalidRequest"
    assert told(s3.not_completed(upload, listed)) == (404, "NoSuchUpload", NO_UPLOAD)
