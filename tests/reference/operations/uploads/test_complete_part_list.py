"""CompleteMultipartUpload: which lists of parts it refuses."""

from __future__ import annotations

import pytest

from ..kit import INVALID_PART, MALFORMED, PART, Client, etag, manifest, told

SMALL = "Your proposed upload is smaller than the minimum allowed size"
ORDER = "The list of parts was not in ascending order. Parts must be ordered by part number."
PART_1 = b"<PartNumber>1</PartNumber>"
ETAG = b"<ETag>x</ETag>"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"", "InvalidRequest", "You must specify at least one part"),
        (b"<CompleteMultipartUpload/>", "MalformedXML", MALFORMED),
        (b"<CompleteMultipartUpload>", "MalformedXML", MALFORMED),
        (b"<Other><Part/></Other>", "MalformedXML", MALFORMED),
        (b"not xml", "MalformedXML", MALFORMED),
    ],
)
def test_bad_documents(s3: Client, body: bytes, code: str, message: str) -> None:
    """CMP-007, CMP-008: an empty body is another mistake than an empty list."""
    assert told(s3.not_completed(s3.begin(), body)) == (400, code, message)


@pytest.mark.parametrize(
    "part",
    [
        PART_1,
        ETAG,
        b"<PartNumber>x</PartNumber>" + ETAG,
        PART_1 + PART_1 + ETAG,
    ],
)
def test_bad_parts(s3: Client, part: bytes) -> None:
    """CMP-009: number and ETag, once each, belong to every part."""
    body = b"<CompleteMultipartUpload><Part>" + part + b"</Part></CompleteMultipartUpload>"
    assert told(s3.not_completed(s3.begin(), body)) == (400, "MalformedXML", MALFORMED)


@pytest.mark.parametrize("number", ["0", "-3"])
def test_part_number_below_one(s3: Client, number: str) -> None:
    """CMP-028: a number, but none of a part."""
    error = s3.not_completed(s3.begin(), manifest([(int(number), "x")]))
    assert told(error) == (400, "InvalidArgument", "PartNumber must be >= 1")
    assert error.fields == (("ArgumentName", "PartNumber"), ("ArgumentValue", number))


def test_too_many_parts(s3: Client) -> None:
    """PREC-019: 10,001 are refused in S3's own spelling; 10,000 go on to the look-up."""
    upload = s3.begin()
    error = s3.not_completed(upload, manifest([(n, "x") for n in range(1, 10_002)]))
    text = "The CompleteMultipartUpload reqeust contains for than 10000 parts."
    assert told(error) == (400, "InvalidArgument", text)
    assert error.fields == (
        ("ArgumentName", "CompleteMultipartUpload"),
        ("ArgumentValue", "CompleteMultipartUpload"),
    )
    error = s3.not_completed(upload, manifest([(n, "x") for n in range(1, 10_001)]))
    assert error.code == "InvalidPart"


def test_body_too_large(s3: Client) -> None:
    """XML-018: 2.5 MiB are the most."""
    upload, listed = s3.upload(b"x")
    padded = listed.replace(b"</Part>", b"</Part>" + b" " * 2_800_000)
    error = s3.not_completed(upload, padded)
    assert told(error) == (400, "MaxMessageLengthExceeded", "Your request was too big.")
    assert error.fields == (("MaxMessageLengthBytes", "2621440"),)
    padded = listed.replace(b"</Part>", b"</Part>" + b" " * 2_620_000)
    assert s3.complete(upload, padded).status == 200


@pytest.mark.parametrize("rows", [[(2, "b"), (1, "a")], [(1, "a"), (1, "a")]])
def test_order(s3: Client, rows: list[tuple[int, str]]) -> None:
    """CMP-010, PREC-020, XML-012: strictly ascending; the upload stays usable."""
    upload, listed = s3.upload(PART, b"b")
    error = s3.not_completed(upload, manifest(rows))
    assert told(error) == (400, "InvalidPartOrder", ORDER)
    assert error.fields == (("UploadId", upload),)
    assert not error.declaration
    assert s3.complete(upload, listed).status == 200


@pytest.mark.parametrize(("number", "tag"), [(2, etag(b"x")), (1, "0" * 32), (1, "odd")])
def test_invalid_part(s3: Client, number: int, tag: str) -> None:
    """CMP-011, CMP-012, XML-011: a part that is not there, or is another."""
    upload, _ = s3.upload(b"x")
    error = s3.not_completed(upload, manifest([(number, tag)]))
    assert told(error) == (400, "InvalidPart", INVALID_PART)
    assert error.fields == (
        ("UploadId", upload),
        ("PartNumber", str(number)),
        ("ETag", tag),
    )


@pytest.mark.parametrize("size", [4, 5 * 1024**2 - 1])
def test_too_small(s3: Client, size: int) -> None:
    """CMP-013, PREC-022, XML-013: all but the last have 5 MiB at least."""
    body = b"s" * size
    upload, listed = s3.upload(body, b"x")
    error = s3.not_completed(upload, listed)
    assert told(error) == (400, "EntityTooSmall", SMALL)
    assert error.fields == (
        ("ProposedSize", str(size)),
        ("MinSizeAllowed", "5242880"),
        ("PartNumber", "1"),
        ("ETag", etag(body)),
    )


def test_latest_size_counts(s3: Client) -> None:
    """PREC-022: a small part that was replaced by a large one is large."""
    upload = s3.begin()
    s3.part(upload, 1, b"small")
    s3.part(upload, 1, PART)
    s3.part(upload, 2, b"end")
    listed = manifest([(1, etag(PART)), (2, etag(b"end"))])
    assert s3.complete(upload, listed).status == 200
