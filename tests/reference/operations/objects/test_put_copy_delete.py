"""PutObject, CopyObject, DeleteObject, DeleteObjects."""

from __future__ import annotations

import pytest

from conformance.reference.domain.blob import digest_of

from ..kit import (
    ALT,
    MALFORMED,
    NOT_IMPLEMENTED,
    PART,
    Client,
    b64,
    etag,
    header,
    sse_c,
    text,
    texts,
    told,
)


def test_put(s3: Client) -> None:
    """SSE-001: the ETag is the MD5; S3 adds a CRC64NVME."""
    response = s3.put("k", b"x")
    assert (response.status, response.body) == (200, b"")
    assert response.headers == (
        ("ETag", f'"{etag(b"x")}"'),
        ("x-amz-checksum-crc64nvme", b64(digest_of("CRC64NVME", b"x"))),
        ("x-amz-checksum-type", "FULL_OBJECT"),
        ("x-amz-server-side-encryption", "AES256"),
    )


def test_put_with_checksum(s3: Client) -> None:
    """CK-024: the claimed one is kept in place of the default, and must be right."""
    value = b64(digest_of("SHA256", b"x"))
    response = s3.send("PUT", "k", headers={"x-amz-checksum-sha256": value}, body=b"x")
    assert header(response, "x-amz-checksum-sha256") == value
    assert header(response, "x-amz-checksum-crc64nvme") is None
    error = s3.refused("PUT", "k", headers={"x-amz-checksum-sha256": value}, body=b"y")
    message = "The SHA256 you specified did not match the calculated checksum."
    assert told(error) == (400, "BadDigest", message)
    assert s3.get("k").body == b"x"


def test_put_wrong_md5(s3: Client) -> None:
    """UP-007: here the expected digest is told in hexadecimal."""
    wrong = digest_of("MD5", b"other")
    error = s3.refused("PUT", "k", headers={"Content-MD5": b64(wrong)}, body=b"x")
    assert error.code == "BadDigest"
    calculated = b64(digest_of("MD5", b"x"))
    assert error.fields == (("ExpectedDigest", wrong.hex()), ("CalculatedDigest", calculated))


def test_put_with_customer_key(s3: Client) -> None:
    """MS-027: no MD5 as ETag, and the checksum that S3 adds."""
    response = s3.send("PUT", "k", headers=sse_c(), body=b"x")
    assert header(response, "ETag") != f'"{etag(b"x")}"'
    assert header(response, "x-amz-checksum-crc64nvme") == b64(digest_of("CRC64NVME", b"x"))


@pytest.mark.parametrize("name", ["x-amz-write-offset-bytes", "x-amz-rename-source"])
def test_put_with_headers_of_directory_buckets(s3: Client, name: str) -> None:
    """DIR-036."""
    error = s3.refused("PUT", "k", headers={name: "0"})
    assert told(error) == (501, "NotImplemented", NOT_IMPLEMENTED)
    assert error.fields == (("Header", name),)


def test_put_locked_without_digest(s3: Client) -> None:
    """OL-008: the variant for whole objects."""
    s3.state.object_lock = True
    error = s3.refused("PUT", "k", headers={"x-amz-object-lock-legal-hold": "ON"}, body=b"x")
    assert "required for Put Object requests with Object Lock parameters" in error.message


def test_put_by_a_stranger(s3: Client) -> None:
    """AUTH-010: nothing is stored."""
    for caller in (ALT, None):
        assert s3.acting(caller).refused("PUT", "k", body=b"x").code == "AccessDenied"
    assert s3.state.objects == {}


def test_copy_of_a_multipart_object(s3: Client) -> None:
    """CMP-003, CK-061: a plain ETag, the full-object checksum of the same algorithm."""
    upload = s3.begin("source", {"x-amz-checksum-algorithm": "CRC32"})
    rows = []
    for number, body in ((1, PART), (2, b"x")):
        value = b64(digest_of("CRC32", body))
        s3.part(upload, number, body, {"x-amz-checksum-crc32": value}, key="source")
        rows.append(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{etag(body)}</ETag>"
            f"<ChecksumCRC32>{value}</ChecksumCRC32></Part>"
        )
    document = f"<CompleteMultipartUpload>{''.join(rows)}</CompleteMultipartUpload>"
    s3.complete(upload, document.encode(), key="source")
    response = s3.send("PUT", "k", headers={"x-amz-copy-source": "plain/source"})
    assert text(response.body, "ETag") == f'"{etag(PART + b"x")}"'
    assert text(response.body, "ChecksumCRC32") == b64(digest_of("CRC32", PART + b"x"))
    assert text(response.body, "ChecksumType") == "FULL_OBJECT"
    assert s3.get("k").body == PART + b"x"
    assert s3.refused("GET", "k", {"partNumber": "2"}).code == "InvalidPartNumber"


def test_copy_directives(s3: Client) -> None:
    """Metadata and tags come along unless they are replaced."""
    s3.put("source", b"x", x_amz_meta_a="1", x_amz_tagging="t=1")
    source = {"x-amz-copy-source": "plain/source", "x-amz-meta-b": "2", "x-amz-tagging": ""}
    s3.send("PUT", "same", headers=source)
    same = s3.get("same")
    assert (header(same, "x-amz-meta-a"), header(same, "x-amz-meta-b")) == ("1", None)
    assert header(same, "x-amz-tagging-count") == "1"
    replaced = {"x-amz-metadata-directive": "REPLACE", "x-amz-tagging-directive": "REPLACE"}
    s3.send("PUT", "other", headers={**source, **replaced})
    other = s3.get("other")
    assert (header(other, "x-amz-meta-a"), header(other, "x-amz-meta-b")) == (None, "2")
    assert header(other, "x-amz-tagging-count") is None
    bad = {**source, "x-amz-metadata-directive": "MERGE"}
    assert s3.refused("PUT", "k", headers=bad).code == "InvalidArgument"


def test_copy_onto_itself(s3: Client) -> None:
    """Nothing would change: refused, unless something does."""
    s3.put("k", b"x")
    source = {"x-amz-copy-source": "plain/k"}
    error = s3.refused("PUT", "k", headers=source)
    assert (error.status, error.code) == (400, "InvalidRequest")
    assert error.message.startswith("This copy request is illegal")
    s3.send("PUT", "k", headers={**source, "x-amz-storage-class": "STANDARD_IA"})
    assert header(s3.get("k"), "x-amz-storage-class") == "STANDARD_IA"


def test_copy_refusals(s3: Client) -> None:
    """UPC-025, UPC-026, UPC-030, UPC-042, MS-078: as on UploadPartCopy."""
    for source, code in (
        ("plain/none", "NoSuchKey"),
        ("nowhere/none", "NoSuchBucket"),
        ("plain", "InvalidArgument"),
    ):
        error = s3.refused("PUT", "k", headers={"x-amz-copy-source": source})
        assert (error.code, error.declaration) == (code, False)
    nobody = s3.acting(None)
    error = nobody.refused("PUT", "k", headers={"x-amz-copy-source": "plain/none"})
    assert error.message == "Anonymous users cannot copy objects. Please authenticate."


def test_delete(s3: Client) -> None:
    """204, whether it was there or not; what is named by a version id goes for good."""
    s3.put("k", b"x")
    for _ in range(2):
        response = s3.send("DELETE", "k")
        assert (response.status, response.headers, response.body) == (204, (), b"")
    assert s3.state.objects == {}


def test_delete_versions(s3: Client) -> None:
    """A delete leaves a marker; the marker's own deletion brings the object back."""
    s3.state.versioning = "Enabled"
    s3.put("k", b"x")
    left = s3.send("DELETE", "k")
    marker = header(left, "x-amz-version-id") or ""
    assert header(left, "x-amz-delete-marker") == "true"
    assert s3.refused("GET", "k").code == "NoSuchKey"
    gone = s3.send("DELETE", "k", {"versionId": marker})
    assert gone.headers == (("x-amz-delete-marker", "true"), ("x-amz-version-id", marker))
    assert s3.get("k").body == b"x"


def test_delete_conditions(s3: Client) -> None:
    """If-Match against the current version; the conditions of directory buckets are 501."""
    s3.put("k", b"x")
    assert s3.refused("DELETE", "k", headers={"If-Match": '"0"'}).status == 412
    name = "x-amz-if-match-size"
    assert s3.refused("DELETE", "k", headers={name: "1"}).fields == (("Header", name),)
    assert s3.send("DELETE", "k", headers={"If-Match": f'"{etag(b"x")}"'}).status == 204
    assert s3.refused("DELETE", "k", headers={"If-Match": "*"}).code == "NoSuchKey"


def test_delete_of_a_held_version(s3: Client) -> None:
    """Object Lock holds a version, never the delete marker above it."""
    s3.state.object_lock = True
    s3.state.versioning = "Enabled"
    headers = {
        "x-amz-object-lock-legal-hold": "ON",
        "Content-MD5": b64(digest_of("MD5", b"x")),
    }
    made = s3.send("PUT", "k", headers=headers, body=b"x")
    version = header(made, "x-amz-version-id") or ""
    error = s3.refused("DELETE", "k", {"versionId": version})
    message = "Access Denied because object protected by object lock."
    assert told(error) == (403, "AccessDenied", message)
    assert s3.send("DELETE", "k").status == 204


def delete_all(body: str) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a DeleteObjects."""
    document = f"<Delete>{body}</Delete>".encode()
    return {"Content-MD5": b64(digest_of("MD5", document))}, document


def test_delete_objects(s3: Client) -> None:
    """Each key has its own outcome, markers first (MS-059); the quiet form tells failures alone."""
    s3.state.versioning = "Enabled"
    old = header(s3.put("a", b"x"), "x-amz-version-id") or ""
    headers, body = delete_all(
        f"<Object><Key>a</Key><VersionId>{old}</VersionId></Object><Object><Key>b</Key></Object>"
    )
    answer = s3.send("POST", None, {"delete": ""}, headers, body).body
    assert texts(answer, "Deleted/Key") == ["b", "a"]
    assert texts(answer, "Deleted/VersionId") == [old]
    assert texts(answer, "Deleted/DeleteMarker") == ["true"]
    headers, body = delete_all("<Quiet>true</Quiet><Object><Key>a</Key></Object>")
    assert texts(s3.send("POST", None, {"delete": ""}, headers, body).body, "Deleted") == []
    stranger = s3.acting(ALT)
    answer = stranger.send("POST", None, {"delete": ""}, headers, body).body
    assert texts(answer, "Error/Code") == ["AccessDenied"]


def test_delete_objects_named_twice(s3: Client) -> None:
    """What is named twice is deleted once (MS-059)."""
    s3.state.versioning = "Enabled"
    headers, body = delete_all("<Object><Key>a</Key></Object>" * 2)
    answer = s3.send("POST", None, {"delete": ""}, headers, body)
    assert texts(answer.body, "Deleted/Key") == ["a"]
    assert len(s3.state.objects["a"]) == 1
    assert answer.closing


def test_delete_objects_refusals(s3: Client) -> None:
    """A digest is needed and must be right; the document has 1 to 1,000 objects."""
    headers, body = delete_all("<Object><Key>a</Key></Object>")
    assert s3.refused("POST", None, {"delete": ""}, {}, body).code == "InvalidRequest"
    assert s3.refused("POST", None, {"delete": ""}, headers, b"<Delete/>").code == "BadDigest"
    for rows in (0, 1001):
        headers, body = delete_all("<Object><Key>a</Key></Object>" * rows)
        error = s3.refused("POST", None, {"delete": ""}, headers, body)
        assert told(error) == (400, "MalformedXML", MALFORMED)
