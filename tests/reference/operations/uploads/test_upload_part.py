"""UploadPart."""

from __future__ import annotations

import pytest

from conformance.reference.domain.blob import digest_of
from conformance.reference.domain.messages import Pairs, Payload, S3Error
from conformance.reference.domain.values import DefaultRetention
from conformance.reference.domain.versions import new_version_id

from ..kit import (
    ALT,
    MIB,
    NO_UPLOAD,
    Client,
    b64,
    etag,
    header,
    manifest,
    sse_c,
    text,
    texts,
    told,
)

BAD_NUMBER = "Part number must be an integer between 1 and 10000, inclusive"
MUST_ENCRYPT = (
    "The multipart upload initiate requested encryption. "
    "Subsequent part requests must include the appropriate encryption parameters."
)


def crc(data: bytes, algorithm: str = "CRC32") -> str:
    """Return a checksum in base64."""
    return b64(digest_of(algorithm, data))


def test_wire_shape(s3: Client) -> None:
    """XML-002, UP-001: no body; the quoted MD5 as ETag; the encryption."""
    response = s3.part(s3.begin(), 1, b"part")
    assert response.status == 200
    assert response.body == b""
    assert response.headers == (
        ("ETag", f'"{etag(b"part")}"'),
        ("x-amz-server-side-encryption", "AES256"),
    )


@pytest.mark.parametrize("upload", ["fakeid", "x" * 1025])
def test_unknown_upload(s3: Client, upload: str) -> None:
    """UP-002, PREC-031, XML-010: NoSuchUpload with the id in full, with an XML declaration."""
    error = s3.refused("PUT", "k", {"partNumber": "1", "uploadId": upload})
    assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)
    assert error.fields == (("UploadId", upload),)
    assert error.declaration


def test_upload_of_another_key_or_bucket(s3: Client) -> None:
    """UP-003: the id is bound to its key, and to its bucket."""
    query = {"partNumber": "1", "uploadId": s3.begin("k")}
    assert told(s3.refused("PUT", "other", query)) == (404, "NoSuchUpload", NO_UPLOAD)
    s3.bucket = "theirs"
    error = s3.acting(ALT).refused("PUT", "k", query)
    assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)


@pytest.mark.parametrize(
    "number",
    ["", "-1", "0", "abc", "10001", "4294967296", "9999999999999999999999", "1.0", "\u0661"],
)
def test_bad_part_numbers(s3: Client, number: str) -> None:
    """UP-004, UP-005, UP-018..UP-022: the argument comes back as it was sent."""
    error = s3.refused("PUT", "k", {"partNumber": number, "uploadId": s3.begin()})
    assert told(error) == (400, "InvalidArgument", BAD_NUMBER)
    assert error.fields == (("ArgumentName", "partNumber"), ("ArgumentValue", number))


@pytest.mark.parametrize(("number", "stored"), [("+1", "1"), ("10000", "10000"), ("007", "7")])
def test_good_part_numbers(s3: Client, number: str, stored: str) -> None:
    """UP-023, UP-024: a plus sign is no harm, ten thousand is the last."""
    upload = s3.begin()
    s3.part(upload, number, b"x")
    assert texts(s3.parts(upload), "Part/PartNumber") == [stored]


def test_first_of_repeated_parameters(s3: Client) -> None:
    """UP-025, PREC-029: the first value counts, be it good or bad."""
    upload = s3.begin()
    query = [("partNumber", "2"), ("partNumber", "x"), ("uploadId", upload), ("uploadId", "no")]
    s3.send("PUT", "k", query)
    assert texts(s3.parts(upload), "Part/PartNumber") == ["2"]
    error = s3.refused("PUT", "k", [("partNumber", "x"), ("partNumber", "2"), ("uploadId", upload)])
    assert error.fields == (("ArgumentName", "partNumber"), ("ArgumentValue", "x"))


@pytest.mark.parametrize("version", ["", "abc", pytest.param(new_version_id(), id="real")])
def test_version_id(s3: Client, version: str) -> None:
    """MS-084: a part has no version, whatever is named."""
    upload = s3.begin()
    query = {"partNumber": "1", "uploadId": upload, "versionId": version}
    error = s3.refused("PUT", "k", query)
    message = "This operation does not accept a version-id."
    assert told(error) == (400, "InvalidArgument", message)
    assert error.fields == (("ArgumentName", "versionId"), ("ArgumentValue", version))
    assert texts(s3.parts(upload), "Part/PartNumber") == []


@pytest.mark.parametrize("query", [{}, {"uploadId": ""}])
def test_part_number_without_upload(s3: Client, query: dict[str, str]) -> None:
    """UP-017: a part number needs an upload."""
    error = s3.refused("PUT", "k", {"partNumber": "1", **query})
    text = "This operation does not accept partNumber without uploadId"
    assert told(error) == (400, "InvalidArgument", text)
    assert error.fields == (("ArgumentName", "partNumber"), ("ArgumentValue", "partNumber"))


def test_upload_without_part_number(s3: Client) -> None:
    """UP-016: the method is not allowed; Allow names what is, in S3's order."""
    error = s3.refused("PUT", "k", {"uploadId": s3.begin()})
    text = "The specified method is not allowed against this resource."
    assert told(error) == (405, "MethodNotAllowed", text)
    assert error.fields == (("Method", "PUT"), ("ResourceType", "UPLOAD"))
    assert error.headers == (("Allow", "DELETE, POST, GET"),)


@pytest.mark.parametrize("md5", ["__invalid__", "000", "MTIz", "dGVzdC1zdHJpbmc="])
def test_malformed_content_md5(s3: Client, md5: str) -> None:
    """UP-006: the element Content-MD5 holds what was sent."""
    error = s3.refused(
        "PUT", "k", {"partNumber": "1", "uploadId": s3.begin()}, {"Content-MD5": md5}
    )
    assert told(error) == (400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
    assert error.fields == (("Content-MD5", md5),)


def test_wrong_content_md5_keeps_the_part(s3: Client) -> None:
    """UP-007, UP-026: both digests in base64; what was stored before stays."""
    upload = s3.begin()
    s3.part(upload, 1, b"first")
    wrong = b64(digest_of("MD5", b"other"))
    error = s3.refused(
        "PUT", "k", {"partNumber": "1", "uploadId": upload}, {"Content-MD5": wrong}, b"second"
    )
    message = "The Content-MD5 you specified did not match what we received."
    assert told(error) == (400, "BadDigest", message)
    calculated = b64(digest_of("MD5", b"second"))
    assert error.fields == (("ExpectedDigest", wrong), ("CalculatedDigest", calculated))
    assert text(s3.parts(upload), "Part/ETag") == f'"{etag(b"first")}"'


def test_right_content_md5(s3: Client) -> None:
    """UP-008: the part is stored."""
    md5 = b64(digest_of("MD5", b"x"))
    response = s3.part(s3.begin(), 1, b"x", {"Content-MD5": md5})
    assert header(response, "ETag") == f'"{etag(b"x")}"'


def test_replaced_part(s3: Client) -> None:
    """UP-009: the new part stands in its place, and the old ETag is none any more."""
    upload = s3.begin()
    s3.part(upload, 1, b"old")
    s3.later(minutes=1).part(upload, 1, b"newer")
    listed = s3.parts(upload)
    assert texts(listed, "Part/Size") == ["5"]
    assert texts(listed, "Part/LastModified") == ["2026-02-21T12:31:15.000Z"]
    assert s3.not_completed(upload, manifest([(1, etag(b"old"))])).code == "InvalidPart"


def test_empty_part(s3: Client) -> None:
    """UP-012: no bytes are a part too."""
    upload = s3.begin()
    s3.part(upload, 1, b"")
    assert texts(s3.parts(upload), "Part/Size") == ["0"]


@pytest.mark.parametrize("value", ["AES256", "aws:kms"])
def test_managed_encryption_header(s3: Client, value: str) -> None:
    """UP-013: the create says how a part is encrypted."""
    name = "x-amz-server-side-encryption"
    error = s3.refused("PUT", "k", {"partNumber": "1", "uploadId": s3.begin()}, {name: value})
    text = "x-amz-server-side-encryption header is not supported for this operation."
    assert told(error) == (400, "InvalidArgument", text)
    assert error.fields == (("ArgumentName", name), ("ArgumentValue", value))


def test_customer_key(s3: Client) -> None:
    """SSEC-002, SSEC-006..SSEC-008: the part's key is the create's; nothing else is stored."""
    encrypted, plain = s3.begin(headers=sse_c()), s3.begin()
    response = s3.part(encrypted, 1, b"x", sse_c())
    assert header(response, "x-amz-server-side-encryption-customer-algorithm") == "AES256"
    assert header(response, "x-amz-server-side-encryption") is None
    assert header(response, "ETag") != f'"{etag(b"x")}"'
    other = "The provided encryption parameters did not match the ones used originally."
    for upload, headers, message in (
        (encrypted, {}, MUST_ENCRYPT),
        (plain, sse_c(), MUST_ENCRYPT),
        (encrypted, sse_c(b"z" * 32), other),
    ):
        error = s3.refused("PUT", "k", {"partNumber": "2", "uploadId": upload}, headers, b"x")
        assert told(error) == (400, "InvalidRequest", message)
    assert texts(s3.parts(encrypted), "Part/PartNumber") == ["1"]
    assert texts(s3.parts(plain), "Part/PartNumber") == []


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_checksums(s3: Client, algorithm: str) -> None:
    """CK-023..CK-032: a right one is echoed, a wrong or malformed one refused."""
    name = f"x-amz-checksum-{algorithm.lower()}"
    upload = s3.begin()
    query = {"partNumber": "1", "uploadId": upload}
    right = crc(b"data", algorithm)
    response = s3.send("PUT", "k", query, {name: right}, b"data")
    assert header(response, name) == right
    error = s3.refused("PUT", "k", query, {name: right}, b"other")
    text = f"The {algorithm} you specified did not match the calculated checksum."
    assert told(error) == (400, "BadDigest", text)
    error = s3.refused("PUT", "k", query, {name: "bad"}, b"data")
    assert told(error) == (400, "InvalidRequest", f"Value for {name} header is invalid.")


def test_checksum_of_an_upload_without_algorithm_is_not_kept(s3: Client) -> None:
    """CK-037: echoed, but ListParts knows nothing of it."""
    upload = s3.begin()
    s3.part(upload, 1, b"x", {"x-amz-checksum-crc32c": crc(b"x", "CRC32C")})
    assert b"Checksum" not in s3.parts(upload)


def test_checksum_of_another_algorithm(s3: Client) -> None:
    """CK-033, CK-035: a composite upload takes its own algorithm alone, and not none."""
    upload = s3.begin(headers={"x-amz-checksum-algorithm": "SHA256"})
    query = {"partNumber": "1", "uploadId": upload}
    for headers, actual in (({"x-amz-checksum-crc32": crc(b"x")}, "crc32"), ({}, "null")):
        error = s3.refused("PUT", "k", query, headers, b"x")
        text = (
            "Checksum Type mismatch occurred, expected checksum Type: sha256, "
            f"actual checksum Type: {actual}"
        )
        assert told(error) == (400, "InvalidRequest", text)


def test_full_object_upload_computes_what_is_not_sent(s3: Client) -> None:
    """CK-036: the part's answer names the computed checksum."""
    upload = s3.begin(headers={"x-amz-checksum-algorithm": "CRC64NVME"})
    response = s3.part(upload, 1, b"multipart-part-body")
    assert header(response, "x-amz-checksum-crc64nvme") == "fE1y/S5sY5Y="  # CK-067
    assert texts(s3.parts(upload), "Part/ChecksumCRC64NVME") == ["fE1y/S5sY5Y="]


def test_trailing_checksum(s3: Client) -> None:
    """TRL-003, TRL-011: a trailer counts as a header would."""
    upload = s3.begin()
    query = {"partNumber": "1", "uploadId": upload}
    for data, refused in ((b"x", False), (b"y", True)):
        trailers = Pairs([("x-amz-checksum-crc32", crc(b"x"))], fold=True)
        payload = Payload(data=data, trailers=trailers, streaming=True)
        headers = {"x-amz-trailer": "x-amz-checksum-crc32"}
        if refused:
            error = s3.refused("PUT", "k", query, headers, payload=payload)
            assert error.code == "BadDigest"
        else:
            response = s3.send("PUT", "k", query, headers, payload=payload)
            assert header(response, "x-amz-checksum-crc32") == crc(b"x")


def test_broken_framing_is_told_after_authorisation(s3: Client) -> None:
    """TRL-006, PREC-016: who may not write hears of that first; nothing is stored."""
    upload = s3.begin()
    query = {"partNumber": "1", "uploadId": upload}
    payload = Payload(problem=S3Error(403, "SignatureDoesNotMatch", "chunk"))
    assert s3.refused("PUT", "k", query, payload=payload).code == "SignatureDoesNotMatch"
    stranger = s3.acting(ALT)
    assert stranger.refused("PUT", "k", query, payload=payload).code == "AccessDenied"
    unknown = {**query, "uploadId": "no"}
    assert s3.refused("PUT", "k", unknown, payload=payload).code == "NoSuchUpload"
    assert texts(s3.parts(upload), "Part/PartNumber") == []


def test_locked_objects_need_a_digest(s3: Client) -> None:
    """UP-014, OL-008: by the headers of the create, and by the bucket's default retention."""
    s3.state.object_lock = True
    text = (
        "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Part requests with "
        "Object Lock parameters"
    )
    held = s3.begin(headers={"x-amz-object-lock-legal-hold": "ON"})
    query = {"partNumber": "1", "uploadId": held}
    assert told(s3.refused("PUT", "k", query, body=b"x")) == (400, "InvalidRequest", text)
    s3.part(held, 1, b"x", {"x-amz-checksum-crc64nvme": crc(b"x", "CRC64NVME")})
    plain = s3.begin()
    s3.part(plain, 1, b"x")
    s3.state.default_retention = DefaultRetention("GOVERNANCE", days=1)
    query = {"partNumber": "1", "uploadId": plain}
    assert s3.refused("PUT", "k", query, body=b"x").message == text


@pytest.mark.parametrize("end", ["abort", "complete"])
def test_after_the_end(s3: Client, end: str) -> None:
    """UP-015: an ended upload takes no part."""
    upload, listed = s3.upload(b"x")
    s3.abort(upload) if end == "abort" else s3.complete(upload, listed)
    error = s3.refused("PUT", "k", {"partNumber": "1", "uploadId": upload})
    assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)


UNKNOWN = "no-such-upload"


@pytest.mark.parametrize(
    ("headers", "number"),
    [
        ({}, "0"),
        ({"Content-MD5": "bad"}, "1"),
        ({"Content-MD5": b64(b"0" * 16)}, "1"),
        ({"x-amz-checksum-crc32": "bad"}, "1"),
        ({"x-amz-server-side-encryption-customer-algorithm": "AES256"}, "1"),
        ({"x-amz-server-side-encryption": "AES256"}, "1"),
    ],
)
@pytest.mark.parametrize("caller", ["main", "alt"])
def test_no_such_upload_comes_first(
    s3: Client, headers: dict[str, str], number: str, caller: str
) -> None:
    """PREC-015, PREC-018: before bad numbers, digests and keys, and before authorisation."""
    client = s3 if caller == "main" else s3.acting(ALT)
    error = client.refused("PUT", "k", {"partNumber": number, "uploadId": UNKNOWN}, headers)
    assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)


def test_authorisation_on_an_active_upload(s3: Client) -> None:
    """PREC-016: a bad number is told to anybody, a bad digest to who may write."""
    upload = s3.begin()
    stranger = s3.acting(ALT)
    query = {"partNumber": "0", "uploadId": upload}
    assert stranger.refused("PUT", "k", query).message == BAD_NUMBER
    wrong = {"Content-MD5": b64(b"0" * 16)}
    query["partNumber"] = "1"
    error = stranger.refused("PUT", "k", query, wrong)
    assert told(error) == (403, "AccessDenied", "Access Denied")


def test_bytes_are_not_copied(s3: Client) -> None:
    """The stored part is the request's own bytes object."""
    body = b"z" * MIB
    upload = s3.begin()
    s3.part(upload, 1, body)
    assert s3.state.uploads[upload].parts[1].blob.data is body


def test_kms_key_of_another_account(s3: Client) -> None:
    """KMS-014: who may write but not use the key is refused the part and the completion."""
    headers = {"x-amz-server-side-encryption": "aws:kms"}
    upload = s3.begin(headers=headers)
    response = s3.part(upload, 1, b"x")
    assert header(response, "x-amz-server-side-encryption") == "aws:kms"
    tag = (header(response, "ETag") or "").strip('"')
    assert tag != etag(b"x")
    grant_all(s3)
    stranger = s3.acting(ALT)
    stranger.part(s3.begin(), 1, b"the bucket's ACL lets it in")
    query = {"partNumber": "2", "uploadId": upload}
    assert told(stranger.refused("PUT", "k", query)) == (403, "AccessDenied", "Access Denied")
    error = stranger.not_completed(upload, manifest([(1, tag)]))
    assert told(error) == (403, "AccessDenied", "Access Denied")


def grant_all(s3: Client) -> None:
    """Let the other account do everything by the bucket's ACL."""
    s3.state.ownership = "ObjectWriter"
    s3.send(
        "PUT",
        None,
        {"acl": ""},
        {"x-amz-grant-full-control": f'id="{ALT.canonical_id}"'},
    )
