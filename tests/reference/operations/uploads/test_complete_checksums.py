"""CompleteMultipartUpload and the checksums of parts and objects."""

from __future__ import annotations

import pytest

from conformance.reference.domain.blob import digest_of

from ..kit import INVALID_PART, PART, Client, b64, etag, header, manifest, shape, text, told

ALGORITHMS = ["CRC32", "CRC32C", "SHA1", "SHA256"]
BODIES = (PART, b"B" * (5 * 1024**2), b"tail")


def value(algorithm: str, data: bytes) -> str:
    """Return a checksum in base64."""
    return b64(digest_of(algorithm, data))


def composed(algorithm: str, *bodies: bytes) -> str:
    """Return a composite checksum."""
    joined = b"".join(digest_of(algorithm, body) for body in bodies)
    return f"{b64(digest_of(algorithm, joined))}-{len(bodies)}"


def rows(algorithm: str, *bodies: bytes) -> bytes:
    """Return a manifest with a checksum for each part."""
    return manifest(
        [
            (n, etag(body), f"<Checksum{algorithm}>{value(algorithm, body)}</Checksum{algorithm}>")
            for n, body in enumerate(bodies, 1)
        ]
    )


def plain(*bodies: bytes) -> bytes:
    """Return a manifest without checksums."""
    return manifest([(n, etag(body)) for n, body in enumerate(bodies, 1)])


def begun(s3: Client, algorithm: str, kind: str, *bodies: bytes) -> str:
    """Begin an upload with a checksum and send its parts."""
    headers = {"x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": kind}
    upload = s3.begin(headers=headers)
    name = f"x-amz-checksum-{algorithm.lower()}"
    for number, body in enumerate(bodies, 1):
        s3.part(upload, number, body, {name: value(algorithm, body)})
    return upload


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_composite(s3: Client, algorithm: str) -> None:
    """CK-042, CK-065, GP-008, GP-011: the digest of digests, with the number of parts."""
    upload = begun(s3, algorithm, "COMPOSITE", *BODIES)
    expected = composed(algorithm, *BODIES)
    name = f"x-amz-checksum-{algorithm.lower()}"
    response = s3.complete(upload, rows(algorithm, *BODIES), {name: expected})
    assert shape(response.body)[-2:] == [f"Checksum{algorithm}", "ChecksumType"]
    assert text(response.body, f"Checksum{algorithm}") == expected
    assert text(response.body, "ChecksumType") == "COMPOSITE"
    whole = s3.send("HEAD", "k", headers={"x-amz-checksum-mode": "ENABLED"})
    assert header(whole, name) == expected
    part = s3.get("k", {"partNumber": "3"}, x_amz_checksum_mode="ENABLED")
    assert header(part, name) == value(algorithm, b"tail")
    assert header(part, "x-amz-checksum-type") == "COMPOSITE"


def test_vector(s3: Client) -> None:
    """CK-066: the composite SHA256 of three known parts."""
    bodies = [letter * (5 * 1024**2) for letter in (b"A", b"B", b"C")]
    upload = begun(s3, "SHA256", "COMPOSITE", *bodies)
    body = s3.complete(upload, rows("SHA256", *bodies)).body
    assert text(body, "ChecksumSHA256") == "uWBwpe1dxI4Vw8Gf0X9ynOdw/SS6VBzfWm9giiv1sf4=-3"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_full_object(s3: Client, algorithm: str) -> None:
    """CK-054, CK-060, GP-009: that of the whole object; parts may go without, and have none."""
    upload = begun(s3, algorithm, "FULL_OBJECT", *BODIES)
    expected = value(algorithm, b"".join(BODIES))
    name = f"x-amz-checksum-{algorithm.lower()}"
    headers = {name: expected, "x-amz-checksum-type": "FULL_OBJECT"}
    body = s3.complete(upload, plain(*BODIES), headers).body
    assert text(body, f"Checksum{algorithm}") == expected
    assert text(body, "ChecksumType") == "FULL_OBJECT"
    part = s3.get("k", {"partNumber": "1"}, x_amz_checksum_mode="ENABLED")
    assert header(part, name) is None


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_composite_needs_every_part_checksum(s3: Client, algorithm: str) -> None:
    """CK-043..CK-046: the first part without one is named."""
    upload = begun(s3, algorithm, "COMPOSITE", b"x")
    error = s3.not_completed(upload, plain(b"x"))
    message = (
        f"The upload was created using a {algorithm.lower()} checksum. The complete request must "
        "include the checksum for each part. It was missing for part 1 in the request."
    )
    assert told(error) == (400, "InvalidRequest", message)


@pytest.mark.parametrize("kind", ["COMPOSITE", "FULL_OBJECT"])
def test_wrong_part_checksum(s3: Client, kind: str) -> None:
    """CK-047: an InvalidPart that names the part."""
    upload = begun(s3, "CRC32", kind, b"x")
    wrong = f"<ChecksumCRC32>{value('CRC32', b'y')}</ChecksumCRC32>"
    error = s3.not_completed(upload, manifest([(1, etag(b"x"), wrong)]))
    assert told(error) == (400, "InvalidPart", INVALID_PART)
    assert error.fields[1:] == (("PartNumber", "1"), ("ETag", etag(b"x")))


def test_part_checksum_of_another_algorithm(s3: Client) -> None:
    """CK-048: a BadDigest, whatever its value."""
    upload = begun(s3, "CRC32", "COMPOSITE", b"x")
    message = "The sha256 you specified for part 1 did not match what we received."
    assert told(s3.not_completed(upload, rows("SHA256", b"x"))) == (400, "BadDigest", message)


def test_part_checksum_without_algorithm(s3: Client) -> None:
    """CK-049: even a right one makes an InvalidPart."""
    upload, _ = s3.upload(b"x")
    assert told(s3.not_completed(upload, rows("CRC32", b"x"))) == (400, "InvalidPart", INVALID_PART)


@pytest.mark.parametrize(
    ("further", "shown"),
    [
        (
            "<ChecksumCRC32>AAAAAA==</ChecksumCRC32><ChecksumSHA1>AA==</ChecksumSHA1>",
            "CRC32:AAAAAA==;SHA1:AA==;",
        ),
        ("<ChecksumCRC32>!</ChecksumCRC32>", "!"),
    ],
)
def test_several_or_malformed_part_checksums(s3: Client, further: str, shown: str) -> None:
    """CK-059: one at most, in base64."""
    upload, _ = s3.upload(b"x")
    error = s3.not_completed(upload, manifest([(1, etag(b"x"), further)]))
    message = "Invalid Base64 or multiple checksums present in request"
    assert told(error) == (400, "InvalidArgument", message)
    assert error.fields == (("ArgumentName", "Checksum"), ("ArgumentValue", shown))


@pytest.mark.parametrize(
    ("algorithm", "kind", "sent", "named"),
    [
        ("CRC32", "COMPOSITE", "FULL_OBJECT", "COMPOSITE"),
        ("CRC32C", "FULL_OBJECT", "COMPOSITE", "FULL_OBJECT"),
        (None, None, "FULL_OBJECT", "null"),
        (None, None, "COMPOSITE", "null"),
    ],
)
def test_other_checksum_type(
    s3: Client, algorithm: str | None, kind: str | None, sent: str, named: str
) -> None:
    """CK-050..CK-052: the type is the create's."""
    if algorithm is None or kind is None:
        upload, listed = s3.upload(b"x")
    else:
        upload, listed = begun(s3, algorithm, kind, b"x"), rows(algorithm, b"x")
    message = (
        f"The upload was created using the {named} checksum mode. "
        "The complete request must use the same checksum mode."
    )
    error = s3.not_completed(upload, listed, {"x-amz-checksum-type": sent})
    assert told(error) == (400, "InvalidRequest", message)


def test_object_checksum_without_algorithm_is_ignored(s3: Client) -> None:
    """CK-053, CK-064: even a wrong one; S3 adds its own CRC64NVME."""
    upload, listed = s3.upload(b"x")
    body = s3.complete(upload, listed, {"x-amz-checksum-crc32c": "AAAAAA=="}).body
    assert text(body, "ChecksumCRC64NVME") == value("CRC64NVME", b"x")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-amz-checksum-crc32c": "AAAAAA==", "x-amz-checksum-type": "FULL_OBJECT"},
        {"x-amz-checksum-crc32c": value("CRC32C", b"x")},
        {"x-amz-checksum-crc64nvme": value("CRC64NVME", b"x")},
        {"x-amz-checksum-crc32": value("CRC32", b"x"), "x-amz-checksum-type": "FULL_OBJECT"},
    ],
)
def test_wrong_object_checksum(s3: Client, headers: dict[str, str]) -> None:
    """CK-055..CK-057: wrong, without its type, or of another algorithm; the upload's is named."""
    upload = begun(s3, "CRC32C", "FULL_OBJECT", b"x")
    message = "The crc32c you specified did not match the calculated checksum."
    assert told(s3.not_completed(upload, plain(b"x"), headers)) == (400, "BadDigest", message)


def test_composite_without_its_suffix(s3: Client) -> None:
    """CO-001: S3 takes the value with the number of parts and without it."""
    upload = begun(s3, "SHA256", "COMPOSITE", b"x")
    bare = composed("SHA256", b"x").partition("-")[0]
    assert s3.complete(upload, rows("SHA256", b"x"), {"x-amz-checksum-sha256": bare}).status == 200


def test_gap_in_an_upload_with_checksums(s3: Client) -> None:
    """CMP-017: S3 answers with an InternalError, and keeps the upload."""
    upload = begun(s3, "CRC32", "COMPOSITE", PART, b"x")
    further = f"<ChecksumCRC32>{value('CRC32', b'x')}</ChecksumCRC32>"
    error = s3.not_completed(upload, manifest([(2, etag(b"x"), further)]))
    message = "We encountered an internal error. Please try again."
    assert told(error) == (500, "InternalError", message)
    assert s3.complete(upload, rows("CRC32", PART, b"x")).status == 200
