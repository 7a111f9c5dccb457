"""UploadPartCopy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.reference.domain.blob import digest_of
from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.domain.versions import new_version_id

from ..kit import (
    ALT,
    NO_UPLOAD,
    NOW,
    PRECONDITION,
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

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = b"0123456789"
FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last "
    "are the zero-based offsets of the first and last bytes to copy"
)
RANGE = "x-amz-copy-source-range"


def copy(
    s3: Client,
    upload: str,
    source: str = "plain/source",
    headers: Mapping[str, str] | None = None,
    number: str = "1",
) -> Response:
    """Send UploadPartCopy."""
    query = {"partNumber": number, "uploadId": upload}
    return s3.send("PUT", "k", query, {"x-amz-copy-source": source, **(headers or {})})


def refused(
    s3: Client,
    upload: str,
    source: str = "plain/source",
    headers: Mapping[str, str] | None = None,
    number: str = "1",
) -> S3Error:
    """Send an UploadPartCopy that must be refused, without an XML declaration (XML-009)."""
    with pytest.raises(S3Error) as caught:
        copy(s3, upload, source, headers, number)
    assert not caught.value.declaration
    return caught.value


@pytest.fixture
def upload(s3: Client) -> str:
    """Return an upload beside an object of ten bytes."""
    s3.put("source", DATA)
    return s3.begin()


def test_wire_shape(s3: Client, upload: str) -> None:
    """UPC-001, XML-005: LastModified before ETag, no checksum, the encryption."""
    response = copy(s3.later(seconds=1), upload)
    assert response.headers == (
        ("Content-Type", "application/xml"),
        ("x-amz-server-side-encryption", "AES256"),
    )
    assert response.body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<CopyPartResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        "<LastModified>2026-02-21T12:30:16.000Z</LastModified>"
        f'<ETag>"{etag(DATA)}"</ETag></CopyPartResult>'
    )


@pytest.mark.parametrize("kind", ["COMPOSITE", "FULL_OBJECT"])
def test_checksum_is_computed(s3: Client, kind: str) -> None:
    """UPC-002: whatever checksum the source has; ListParts shows it."""
    s3.put("source", DATA)
    headers = {"x-amz-checksum-algorithm": "CRC32C", "x-amz-checksum-type": kind}
    upload = s3.begin(headers=headers)
    value = b64(digest_of("CRC32C", DATA))
    assert text(copy(s3, upload).body, "ChecksumCRC32C") == value
    assert texts(s3.parts(upload), "Part/ChecksumCRC32C") == [value]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("bytes=0-8", DATA[:9]), ("bytes=1-1", b"1"), ("bytes=0-0", b"0"), ("bytes=0-9", DATA)],
)
def test_ranges(s3: Client, upload: str, value: str, expected: bytes) -> None:
    """UPC-003: on a source of any size."""
    copy(s3, upload, headers={RANGE: value})
    s3.complete(upload, manifest([(1, etag(expected))]))
    assert s3.get("k").body == expected


@pytest.mark.parametrize(
    "value",
    [
        "0-8",
        "bytes=1-0",
        "bytes=-1-",
        "bytes=0--1",
        "bytes=0-1,3-4,7-9",
        "bytes=-",
        "bytes=-0",
        "bytes=1-",
        "bytes=-2",
        "bytes=-15",
    ],
)
def test_malformed_ranges(s3: Client, upload: str, value: str) -> None:
    """UPC-004..UPC-013: told before authorisation (PREC-016)."""
    for client in (s3, s3.acting(ALT)):
        error = refused(client, upload, headers={RANGE: value})
        assert told(error) == (400, "InvalidArgument", FORM)
        assert error.fields == (("ArgumentName", RANGE), ("ArgumentValue", value))


def test_ranges_outside(s3: Client, upload: str) -> None:
    """UPC-014, UPC-015, PREC-016: the end, or the start beyond; after authorisation."""
    error = refused(s3, upload, headers={RANGE: "bytes=0-100"})
    message = "Range specified is not valid for source object of size: 10"
    assert told(error) == (400, "InvalidArgument", message)
    assert error.fields == (("ArgumentName", RANGE), ("ArgumentValue", "bytes=0-100"))
    error = refused(s3, upload, headers={RANGE: "bytes=100-200"})
    message = "The specified copy range is invalid for the source object size"
    assert told(error) == (400, "InvalidRequest", message)
    assert error.fields == ()
    stranger = s3.acting(ALT)
    assert refused(stranger, upload, headers={RANGE: "bytes=0-100"}).code == "AccessDenied"


PAST, FUTURE = "Fri, 20 Feb 2026 12:30:15 GMT", "Fri, 20 Feb 2099 12:30:15 GMT"
TRUE, FALSE = f'"{etag(DATA)}"', '"0"'


@pytest.mark.parametrize(
    ("conditions", "failed"),
    [
        ({"match": FALSE}, "If-Match"),
        ({"none-match": TRUE}, "If-None-Match"),
        ({"modified-since": f"{NOW:%a, %d %b %Y %H:%M:%S} GMT"}, "If-Modified-Since"),
        ({"unmodified-since": PAST}, "If-Unmodified-Since"),
        ({"match": TRUE, "unmodified-since": PAST}, None),
        ({"none-match": FALSE, "unmodified-since": PAST}, "If-Unmodified-Since"),
        ({"none-match": TRUE, "modified-since": PAST}, "If-None-Match"),
        ({"modified-since": FUTURE}, None),
        ({"modified-since": "yesterday"}, None),
        ({"unmodified-since": "yesterday"}, None),
    ],
)
def test_conditions(
    s3: Client, upload: str, conditions: dict[str, str], failed: str | None
) -> None:
    """UPC-016..UPC-024: 412, never 304; a failed copy keeps the part (UPC-041)."""
    s3.part(upload, 1, b"before")
    headers = {f"x-amz-copy-source-if-{name}": value for name, value in conditions.items()}
    if failed is None:
        assert copy(s3, upload, headers=headers).status == 200
        return
    error = refused(s3, upload, headers=headers)
    assert told(error) == (412, "PreconditionFailed", PRECONDITION)
    assert error.fields == (("Condition", f"x-amz-copy-source-{failed}"),)
    assert texts(s3.parts(upload), "Part/ETag") == [f'"{etag(b"before")}"']


def test_missing_sources(s3: Client, upload: str) -> None:
    """UPC-025, UPC-026: the key, the bucket."""
    error = refused(s3, upload, "plain/none")
    assert told(error) == (404, "NoSuchKey", "The specified key does not exist.")
    assert error.fields == (("Key", "none"),)
    error = refused(s3, upload, "nowhere/none")
    assert told(error) == (404, "NoSuchBucket", "The specified bucket does not exist")
    assert error.fields == (("BucketName", "nowhere"),)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("plain", "Invalid copy source object key"),
        ("plain/", "Invalid copy source object key"),
        ("PLAIN_/source", "Invalid copy source bucket name"),
        ("plain/a%zz", "Invalid copy source encoding"),
    ],
)
def test_malformed_sources(s3: Client, upload: str, source: str, message: str) -> None:
    """UPC-030, UPC-031."""
    error = refused(s3, upload, source)
    assert told(error) == (400, "InvalidArgument", message)
    assert error.fields[0] == ("ArgumentName", "x-amz-copy-source")


def test_decoded_once(s3: Client, upload: str) -> None:
    """UPC-032: percent signs, spaces and pluses of the key."""
    for key, source in (("a%25.txt", "plain/a%2525.txt"), ("a b+", "/plain/a%20b+")):
        s3.put(key, DATA)
        assert copy(s3, upload, source).status == 200
    assert refused(s3, upload, "plain/a%25.txt").fields == (("Key", "a%.txt"),)


def test_versions(s3: Client, upload: str) -> None:
    """UPC-027..UPC-029: old, current and null versions, and delete markers."""
    null = header(copy(s3, upload), "x-amz-copy-source-version-id")
    explicit = header(
        copy(s3, upload, "plain/source?versionId=null"), "x-amz-copy-source-version-id"
    )
    assert (null, explicit) == (None, "null")
    s3.state.versioning = "Enabled"
    old = header(s3.put("source", b"old"), "x-amz-version-id") or ""
    new = header(s3.put("source", b"new"), "x-amz-version-id") or ""
    for source, version, body in (
        ("plain/source", new, b"new"),
        (f"plain/source?versionId={old}", old, b"old"),
    ):
        response = copy(s3, upload, source)
        assert header(response, "x-amz-copy-source-version-id") == version
        assert text(response.body, "ETag") == f'"{etag(body)}"'
    marker = header(s3.send("DELETE", "source"), "x-amz-version-id") or ""
    error = refused(s3, upload)
    assert error.code == "NoSuchKey"
    assert error.headers == (("x-amz-delete-marker", "true"), ("x-amz-version-id", marker))
    error = refused(s3, upload, f"plain/source?versionId={marker}")
    message = (
        "The source of a copy request may not specifically refer to a delete marker by version id."
    )
    assert told(error) == (400, "InvalidRequest", message)
    gone = f"plain/source?versionId={new_version_id()}"
    assert refused(s3, upload, gone).code == "NoSuchVersion"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("", "Version id cannot be the empty string"),
        ("abc", "Invalid version id specified"),
        ("x" * 32, "Invalid version id specified"),
    ],
)
def test_version_ids_that_were_never_given(
    s3: Client, upload: str, version: str, message: str
) -> None:
    """MS-085 and MS-086: what is no version id is told from the id of a version that is gone."""
    error = refused(s3, upload, f"plain/source?versionId={version}")
    assert told(error) == (400, "InvalidArgument", message)
    assert error.fields == (("ArgumentName", "x-amz-copy-source"), ("ArgumentValue", version))


def test_archived_source(s3: Client, upload: str) -> None:
    """SB-345: it would have to be restored first."""
    s3.put("cold", DATA, x_amz_storage_class="GLACIER")
    error = refused(s3, upload, "plain/cold")
    assert (error.status, error.code) == (403, "ObjectNotInActiveTierError")


def test_managed_encryption_headers(s3: Client, upload: str) -> None:
    """UPC-035, UPC-036."""
    name = "x-amz-server-side-encryption"
    error = refused(s3, upload, headers={name: "AES256"})
    assert error.message == f"{name} header is not supported for this operation."
    assert error.fields == (("ArgumentName", name), ("ArgumentValue", "AES256"))
    error = refused(s3, upload, headers={f"{name}-aws-kms-key-id": "x"})
    assert error.fields == (("ArgumentName", name),)


def test_customer_keys(s3: Client) -> None:
    """SSEC-019..SSEC-021: the source's key and the upload's, each in its headers."""
    s3.send("PUT", "source", headers=sse_c(), body=DATA)
    upload = s3.begin(headers=sse_c(b"d" * 32))
    both = {**sse_c(source=True), **sse_c(b"d" * 32)}
    response = copy(s3, upload, headers=both)
    assert header(response, "x-amz-server-side-encryption-customer-algorithm") == "AES256"
    error = refused(s3, upload, headers=sse_c(b"d" * 32))
    assert (error.status, error.code) == (400, "InvalidRequest")
    error = refused(s3, upload, headers={**sse_c(source=True), **sse_c()})
    assert error.message.startswith("The provided encryption parameters did not match")


def test_routes_and_part_numbers(s3: Client, upload: str) -> None:
    """UPC-037..UPC-039."""
    source = {"x-amz-copy-source": "plain/source"}
    for query in ({"partNumber": "1"}, {"partNumber": "1", "uploadId": ""}):
        error = s3.refused("PUT", "k", query, source)
        assert error.message == "This operation does not accept partNumber without uploadId"
    assert s3.refused("PUT", "k", {"uploadId": upload}, source).status == 405
    for number in ("", "0", "10001"):
        error = refused(s3, upload, number=number)
        assert error.fields == (("ArgumentName", "partNumber"), ("ArgumentValue", number))


def test_onto_the_same_key(s3: Client) -> None:
    """UPC-040: an upload in progress is not the object, which stays until completion."""
    s3.put("k", DATA)
    upload = s3.begin()
    copy(s3, upload, "plain/k", {RANGE: "bytes=0-4"})
    assert s3.get("k").body == DATA
    s3.complete(upload, manifest([(1, etag(DATA[:5]))]))
    assert s3.get("k").body == DATA[:5]


def test_rights(s3: Client, upload: str) -> None:
    """UPC-042, UPC-043, PREC-015: nobody, an unexpected owner, an unreadable source."""
    error = refused(s3.acting(None), upload)
    message = "Anonymous users cannot copy objects. Please authenticate."
    assert told(error) == (403, "AccessDenied", message)
    expected = {"x-amz-source-expected-bucket-owner": ALT.id}
    assert told(refused(s3, upload, headers=expected)) == (403, "AccessDenied", "Access Denied")
    theirs = s3.acting(ALT)
    theirs.bucket = "theirs"
    theirs.put("secret", DATA)
    assert refused(s3, upload, "theirs/secret").code == "AccessDenied"
    assert refused(s3, upload, "theirs/none").code == "AccessDenied"
    error = refused(s3.acting(None), "unknown", number="0")
    assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)  # UPC-044


def test_multipart_source_is_cut_across_its_parts(s3: Client) -> None:
    """A range over the seam of two parts gives the same bytes as a read would."""
    first = b"a" * (5 * 1024**2)
    done, listed = s3.upload(first, b"bcd", key="source")
    s3.complete(done, listed, key="source")
    upload = s3.begin()
    seam = {RANGE: f"bytes={len(first) - 1}-{len(first) + 1}"}
    assert text(copy(s3, upload, headers=seam).body, "ETag") == f'"{etag(b"abc")}"'


def test_whole_source_shares_its_bytes(s3: Client, upload: str) -> None:
    """A copy of everything is no second copy in memory."""
    copy(s3, upload)
    stored = s3.state.objects["source"][0].blobs[0]
    assert s3.state.uploads[upload].parts[1].blob is stored
