"""CompleteMultipartUpload: what it joins, what it refuses, how it answers."""

from __future__ import annotations

import pytest

from conformance.reference.domain.blob import digest_of

from ..kit import (
    NO_UPLOAD,
    OTHER_PART,
    PART,
    Client,
    b64,
    etag,
    header,
    joined_etag,
    manifest,
    shape,
    sse_c,
    text,
    texts,
    told,
)


def test_wire_shape(s3: Client) -> None:
    """MS-039, MS-082, CMP-001: Location, Bucket, Key, ETag, then the CRC64NVME that S3 adds."""
    upload, listed = s3.upload(PART, b"tail")
    response = s3.complete(upload, listed)
    tag = joined_etag(PART, b"tail")
    value = b64(digest_of("CRC64NVME", PART + b"tail"))
    assert response.status == 200
    assert response.headers == (
        ("Content-Type", "application/xml"),
        ("x-amz-server-side-encryption", "AES256"),
    )
    assert response.body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n\n'
        '<CompleteMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<Location>https://s3.eu-central-1.example/plain/k</Location>"
        f'<Bucket>plain</Bucket><Key>k</Key><ETag>"{tag}"</ETag>'
        f"<ChecksumCRC64NVME>{value}</ChecksumCRC64NVME>"
        "<ChecksumType>FULL_OBJECT</ChecksumType></CompleteMultipartUploadResult>"
    )


def test_vectors(s3: Client) -> None:
    """CK-066: the ETag and the CRC64NVME of three known parts."""
    bodies = [letter * (5 * 1024**2) for letter in (b"A", b"B", b"C")]
    upload, listed = s3.upload(*bodies)
    body = s3.complete(upload, listed).body
    assert text(body, "ETag") == '"b2add96cc9702bbf4efb0ccdfc6b7747-3"'
    assert text(body, "ChecksumCRC64NVME") == "i+6LR0y3eFo="


def test_assembles_byte_for_byte(s3: Client) -> None:
    """life.complete-assembles: by ascending number, whatever the order of arrival."""
    upload = s3.begin()
    s3.part(upload, 7, b"tail")
    s3.part(upload, 2, OTHER_PART)
    s3.part(upload, 1, PART)
    rows = [(1, etag(PART)), (2, etag(OTHER_PART)), (7, etag(b"tail"))]
    s3.complete(upload, manifest(rows))
    assert s3.get("k").body == PART + OTHER_PART + b"tail"


@pytest.mark.parametrize(
    ("virtual", "secure", "expected"),
    [
        (False, True, "https://s3.eu-central-1.example/plain/"),
        (True, True, "https://plain.s3.eu-central-1.example/"),
        (True, False, "http://plain.s3.eu-central-1.example/"),
    ],
)
def test_location(s3: Client, virtual: bool, secure: bool, expected: str) -> None:
    """CMP-004: the URL as the object was addressed, its key encoded; Key stays raw."""
    s3.virtual_host, s3.secure = virtual, secure
    key = "a b—/c"
    upload, listed = s3.upload(b"x", key=key)
    body = s3.complete(upload, listed, key=key).body
    assert text(body, "Location") == expected + "a%20b%E2%80%94%2Fc"
    assert text(body, "Key") == key


def test_subset(s3: Client) -> None:
    """CMP-015, CMP-016: listed parts alone count; the upload is gone with the others."""
    upload = s3.begin()
    for number, body in ((2, PART), (3, b"dropped"), (4, b"end")):
        s3.part(upload, number, body)
    response = s3.complete(upload, manifest([(2, etag(PART)), (4, etag(b"end"))]))
    assert text(response.body, "ETag") == f'"{joined_etag(PART, b"end")}"'
    assert s3.get("k").body == PART + b"end"
    assert texts(s3.uploads(), "Upload/UploadId") == []
    assert s3.refused("GET", "k", {"uploadId": upload}).code == "NoSuchUpload"


def test_single_part(s3: Client) -> None:
    """CMP-003, CMP-014, LIM-004: one part of any size, with -1; number 10,000 too (PREC-021)."""
    upload = s3.begin()
    s3.part(upload, 10_000, b"")
    response = s3.complete(upload, manifest([(10_000, etag(b""))]))
    assert text(response.body, "ETag") == f'"{joined_etag(b"")}"'


@pytest.mark.parametrize("form", ["{}", '"{}"', '"{}', '{}"'])
def test_etag_quotes(s3: Client, form: str) -> None:
    """PREC-023: with quotes or without, or with one of them."""
    upload, _ = s3.upload(b"x")
    tag = form.format(etag(b"x")).replace('"', "&quot;")
    body = f"<Part><PartNumber>1</PartNumber><ETag>{tag}</ETag></Part>"
    document = f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>"
    assert s3.complete(upload, document.encode()).status == 200


def test_namespace_is_free(s3: Client) -> None:
    """CMP-030: with the namespace, or (everywhere else in these tests) without."""
    upload, listed = s3.upload(b"x")
    spaced = listed.replace(
        b"<CompleteMultipartUpload>",
        b'<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    )
    assert s3.complete(upload, spaced).status == 200


def test_unknown_upload(s3: Client) -> None:
    """CMP-005, CMP-006, PREC-030: before the body; without an XML declaration (XML-009)."""
    for upload, key in (("fakeid", "k"), ("", "k"), (s3.begin("k"), "other")):
        error = s3.not_completed(upload, b"", key=key)
        assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)
        assert error.fields == (("UploadId", upload),)
        assert not error.declaration


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("bad", "Value for x-amz-mp-object-size header is invalid: 'bad'"),
        ("-1", "Value for x-amz-mp-object-size header is less than zero: '-1'"),
        (
            "5",
            (
                "The provided 'x-amz-mp-object-size' header value 5 does not match what was "
                "computed: 4"
            ),
        ),
    ],
)
def test_object_size(s3: Client, value: str, message: str) -> None:
    """CMP-024..CMP-027: the claimed size is the sum of the parts."""
    upload, listed = s3.upload(b"four")
    error = s3.not_completed(upload, listed, {"x-amz-mp-object-size": value})
    assert told(error) == (400, "InvalidRequest", message)
    assert s3.complete(upload, listed, {"x-amz-mp-object-size": "4"}).status == 200


def test_managed_encryption_headers(s3: Client) -> None:
    """SSE-005, UPC-036: they belong to the create."""
    upload, listed = s3.upload(b"x")
    name = "x-amz-server-side-encryption"
    error = s3.not_completed(upload, listed, {name: "AES256"})
    assert error.message == f"{name} header is not supported for this operation."
    assert error.fields == (("ArgumentName", name), ("ArgumentValue", "AES256"))
    error = s3.not_completed(upload, b"<", {f"{name}-aws-kms-key-id": "x"})
    assert error.fields == (("ArgumentName", name),)
    assert not error.declaration


def test_form_content_type(s3: Client) -> None:
    """CMP-029: the content type of forms is refused; another, or none, is fine."""
    upload, listed = s3.upload(b"x")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert s3.not_completed(upload, listed, form).status == 400
    assert s3.complete(upload, listed, {"Content-Type": "text/plain"}).status == 200


def test_overwrites_atomically(s3: Client) -> None:
    """CMP-035: a refused completion leaves what was there, a good one replaces it."""
    s3.put("k", b"before")
    upload, listed = s3.upload(b"after")
    s3.not_completed(upload, manifest([(1, "0" * 32)]))
    assert s3.get("k").body == b"before"
    s3.complete(upload, listed)
    assert s3.get("k").body == b"after"


def test_object_remembers_the_create(s3: Client) -> None:
    """CMU-011, CMU-012, META-004, TAG-008: what the create said is the object's."""
    headers = {
        "Content-Type": "text/x-test",
        "Cache-Control": "no-cache",
        "X-Amz-Meta-Colour": "green",
        "x-amz-tagging": "a=1&b=2",
        "x-amz-storage-class": "STANDARD_IA",
        "x-amz-website-redirect-location": "/other",
    }
    upload = s3.begin(headers=headers)
    s3.part(upload, 1, b"x")
    s3.complete(upload, manifest([(1, etag(b"x"))]))
    response = s3.get("k")
    for name, value in {
        "Content-Type": "text/x-test",
        "Cache-Control": "no-cache",
        "x-amz-meta-colour": "green",
        "x-amz-tagging-count": "2",
        "x-amz-storage-class": "STANDARD_IA",
        "x-amz-website-redirect-location": "/other",
    }.items():
        assert header(response, name) == value


def test_customer_key(s3: Client) -> None:
    """MS-033, MS-034, MS-036, SSEC-016, SSEC-017: the key is asked for on reads alone."""
    upload = s3.begin(headers=sse_c())
    tag = (header(s3.part(upload, 1, b"x", sse_c()), "ETag") or "").strip('"')
    listed = manifest([(1, tag)])
    assert s3.not_completed(upload, listed, sse_c(b"z" * 32)).code == "InvalidRequest"
    response = s3.complete(upload, listed)
    assert shape(response.body) == ["Location", "Bucket", "Key", "ETag"]
    assert response.headers == (
        ("Content-Type", "application/xml"),
        ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
    )
    assert s3.refused("GET", "k").status == 400
    assert s3.refused("GET", "k", headers=sse_c(b"z" * 32)).status == 403
    read = s3.send("GET", "k", headers={**sse_c(), "x-amz-checksum-mode": "ENABLED"})
    assert read.body == b"x"
    assert not [name for name, _ in read.headers if name.startswith("x-amz-checksum")]


def test_completed_with_the_customer_key(s3: Client) -> None:
    """MS-034: a completion that brings the key is told a checksum, and the key's MD5."""
    upload = s3.begin(headers=sse_c())
    tag = (header(s3.part(upload, 1, b"x", sse_c()), "ETag") or "").strip('"')
    response = s3.complete(upload, manifest([(1, tag)]), sse_c())
    assert text(response.body, "ChecksumCRC64NVME") == b64(digest_of("CRC64NVME", b"x"))
    assert text(response.body, "ChecksumType") == "FULL_OBJECT"
    assert header(response, "x-amz-server-side-encryption-customer-key-MD5") is not None


def test_customer_key_with_checksum(s3: Client) -> None:
    """SSEC-004: an upload with an algorithm wants its key at completion too."""
    upload = s3.begin(headers={**sse_c(), "x-amz-checksum-algorithm": "CRC64NVME"})
    tag = (header(s3.part(upload, 1, b"x", sse_c()), "ETag") or "").strip('"')
    listed = manifest([(1, tag)])
    error = s3.not_completed(upload, listed)
    assert (error.status, error.code) == (400, "InvalidRequest")
    assert "ChecksumCRC64NVME" in shape(s3.complete(upload, listed, sse_c()).body)


def test_kms(s3: Client) -> None:
    """CMP-032, CK-068: the key is named, the checksum is not, though the object has it."""
    upload = s3.begin(headers={"x-amz-server-side-encryption": "aws:kms"})
    tag = (header(s3.part(upload, 1, b"x"), "ETag") or "").strip('"')
    response = s3.complete(upload, manifest([(1, tag)]))
    assert header(response, "x-amz-server-side-encryption") == "aws:kms"
    arn = header(response, "x-amz-server-side-encryption-aws-kms-key-id") or ""
    assert arn.startswith("arn:aws:kms:eu-central-1:111111111111:key/")
    assert shape(response.body) == ["Location", "Bucket", "Key", "ETag"]
    read = s3.get("k", x_amz_checksum_mode="ENABLED")
    assert header(read, "x-amz-checksum-crc64nvme") == b64(digest_of("CRC64NVME", b"x"))


@pytest.mark.parametrize(
    ("versioning", "numbered"), [(None, False), ("Suspended", False), ("Enabled", True)]
)
def test_version_id(s3: Client, versioning: str | None, numbered: bool) -> None:
    """CMP-034, VER-001, VER-002: named when versioning is enabled, on Complete alone."""
    if versioning is not None:
        body = f"<VersioningConfiguration><Status>{versioning}</Status></VersioningConfiguration>"
        s3.send("PUT", None, {"versioning": ""}, body=body.encode())
    upload, listed = s3.upload(b"x")
    version = header(s3.complete(upload, listed), "x-amz-version-id")
    assert (version is not None) == numbered


def test_refused_upload_stays(s3: Client) -> None:
    """PREC-014, PRE-014: after any refusal the parts are there and a right request succeeds."""
    upload, listed = s3.upload(PART, b"b")
    before = s3.parts(upload)
    s3.not_completed(upload, b"<")
    s3.not_completed(upload, manifest([(1, "x")]))
    s3.not_completed(upload, listed, {"x-amz-mp-object-size": "1"})
    assert s3.parts(upload) == before
    assert s3.complete(upload, listed).status == 200
