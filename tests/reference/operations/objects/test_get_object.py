"""GetObject and HeadObject."""

from __future__ import annotations

import pytest

from ..kit import ALT, PART, Client, etag, header, joined_etag, manifest, told


@pytest.fixture
def stored(s3: Client) -> Client:
    """Return a client of a bucket with the multipart object ``big`` and the plain ``small``."""
    upload, listed = s3.upload(PART, b"tail", key="big")
    s3.complete(upload, listed, key="big")
    s3.put("small", b"12345678")
    return s3


def test_plain_object(s3: Client) -> None:
    """CMU-006, GP-010: the headers of a plain object; no checksum unless asked for."""
    s3.put("small", b"12345678")
    response = s3.get("small")
    assert (response.status, response.body) == (200, b"12345678")
    assert response.headers == (
        ("Last-Modified", "Sat, 21 Feb 2026 12:30:15 GMT"),
        ("ETag", f'"{etag(b"12345678")}"'),
        ("Accept-Ranges", "bytes"),
        ("Content-Type", "binary/octet-stream"),
        ("x-amz-server-side-encryption", "AES256"),
    )


def test_head(stored: Client) -> None:
    """HEAD tells what GET would, without the bytes."""
    for key, size in (("big", len(PART) + 4), ("small", 8)):
        got, head = stored.get(key), stored.send("HEAD", key)
        assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
        assert head.content_length == size


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_part_of_a_multipart_object(stored: Client, method: str) -> None:
    """GP-001: 206, the part's range and size, the number of parts, the whole object's ETag."""
    total = len(PART) + 4
    for number, first, last in (("1", 0, len(PART) - 1), ("2", len(PART), total - 1)):
        response = stored.send(method, "big", {"partNumber": number})
        assert response.status == 206
        assert header(response, "Content-Range") == f"bytes {first}-{last}/{total}"
        assert response.content_length == last - first + 1
        assert header(response, "x-amz-mp-parts-count") == "2"
        assert header(response, "ETag") == f'"{joined_etag(PART, b"tail")}"'
    assert stored.get("big", {"partNumber": "2"}).body == b"tail"


@pytest.mark.parametrize(("key", "number", "count"), [("big", "10", "2"), ("small", "2", "1")])
def test_part_that_is_not_there(stored: Client, key: str, number: str, count: str) -> None:
    """GP-002, GP-003."""
    error = stored.refused("GET", key, {"partNumber": number})
    assert told(error) == (416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
    assert error.fields == (("PartNumberRequested", number), ("ActualPartCount", count))


def test_first_part_of_a_plain_object(stored: Client) -> None:
    """GP-004: all of it, with a range, without a number of parts."""
    response = stored.get("small", {"partNumber": "1"})
    assert (response.status, response.body) == (206, b"12345678")
    assert header(response, "Content-Range") == "bytes 0-7/8"
    assert header(response, "x-amz-mp-parts-count") is None


def test_part_and_range(stored: Client) -> None:
    """GP-005."""
    error = stored.refused("GET", "big", {"partNumber": "1"}, {"Range": "bytes=0-1"})
    message = "Cannot specify both Range header and partNumber query parameter"
    assert told(error) == (400, "InvalidRequest", message)


@pytest.mark.parametrize("number", ["0", "x", "10001"])
def test_bad_part_number(stored: Client, number: str) -> None:
    """A number that no part can have is refused as on UploadPart."""
    error = stored.refused("GET", "big", {"partNumber": number})
    assert error.fields == (("ArgumentName", "partNumber"), ("ArgumentValue", number))


def test_parts_count_by_the_manifest(s3: Client) -> None:
    """GP-007: parts 2 and 4 are read as 1 and 2; an empty last part has no range."""
    upload = s3.begin()
    s3.part(upload, 2, PART)
    s3.part(upload, 4, b"")
    s3.complete(upload, manifest([(2, etag(PART)), (4, etag(b""))]))
    assert s3.get("k", {"partNumber": "1"}).content_length == len(PART)
    last = s3.get("k", {"partNumber": "2"})
    assert (last.status, last.content_length, header(last, "Content-Range")) == (206, 0, None)
    assert header(last, "x-amz-mp-parts-count") == "2"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes=0-0", b"A"),
        (f"bytes={len(PART) - 1}-{len(PART)}", b"At"),
        ("bytes=-3", b"ail"),
        (f"bytes={len(PART)}-", b"tail"),
        (f"bytes={len(PART) + 2}-99999999", b"il"),
    ],
)
def test_ranges_across_parts(stored: Client, value: str, expected: bytes) -> None:
    """Ranges know nothing of parts; one beyond the end is cut there."""
    response = stored.send("GET", "big", headers={"Range": value})
    assert (response.status, response.body) == (206, expected)
    total = len(PART) + 4
    assert (header(response, "Content-Range") or "").endswith(f"/{total}")
    assert response.content_length == len(expected)


def test_range_outside(stored: Client) -> None:
    """416 InvalidRange."""
    error = stored.refused("GET", "small", headers={"Range": "bytes=8-9"})
    assert (error.status, error.code) == (416, "InvalidRange")


def test_default_checksum(stored: Client) -> None:
    """GP-009: the whole object's, of a part none unless it is all there is."""
    name = "x-amz-checksum-crc64nvme"
    mode = {"x-amz-checksum-mode": "enabled"}
    part = {"partNumber": "1"}
    assert header(stored.send("GET", "big", (), mode), name)
    assert header(stored.send("GET", "big", part, mode), name) is None
    assert header(stored.send("GET", "big", (), {**mode, "Range": "bytes=0-1"}), name) is None
    upload, listed = stored.upload(b"one")
    stored.complete(upload, listed)
    assert header(stored.send("GET", "k", part, mode), name)


def test_missing(s3: Client) -> None:
    """GP-006: NoSuchKey; a stranger learns nothing."""
    error = s3.refused("GET", "none")
    assert told(error) == (404, "NoSuchKey", "The specified key does not exist.")
    assert error.fields == (("Key", "none"),)
    assert s3.acting(ALT).refused("GET", "none").code == "AccessDenied"


def test_conditions(stored: Client) -> None:
    """412 and 304 on the ETag and the date."""
    tag = f'"{etag(b"12345678")}"'
    assert stored.refused("GET", "small", headers={"If-Match": '"0"'}).status == 412
    error = stored.refused("GET", "small", headers={"If-None-Match": tag})
    assert (error.status, header(error, "ETag")) == (304, tag)
    assert stored.send("GET", "small", headers={"If-Match": tag}).status == 200
    past = {"If-Unmodified-Since": "Fri, 20 Feb 2026 12:30:15 GMT"}
    assert stored.refused("GET", "small", headers=past).status == 412


def test_overrides(stored: Client) -> None:
    """response-* parameters replace and add headers, but not for nobody."""
    query = {"response-content-type": "text/plain", "response-expires": "never"}
    response = stored.get("small", query)
    assert [value for name, value in response.headers if name == "Content-Type"] == ["text/plain"]
    assert header(response, "Expires") == "never"
    assert stored.acting(None).refused("GET", "small", query).code == "InvalidRequest"


def test_archived(s3: Client) -> None:
    """The content of an archived object is not there, its description is."""
    s3.put("cold", b"x", x_amz_storage_class="DEEP_ARCHIVE")
    error = s3.refused("GET", "cold")
    message = "The operation is not valid for the object's storage class"
    assert told(error) == (403, "InvalidObjectState", message)
    assert error.fields == (("StorageClass", "DEEP_ARCHIVE"),)
    assert header(s3.send("HEAD", "cold"), "x-amz-storage-class") == "DEEP_ARCHIVE"


def test_versions(s3: Client) -> None:
    """Old versions by id; delete markers by their headers; ids that can't be."""
    s3.state.versioning = "Enabled"
    old = header(s3.put("k", b"old"), "x-amz-version-id") or ""
    s3.put("k", b"new")
    assert s3.get("k").body == b"new"
    response = s3.get("k", {"versionId": old})
    assert (response.body, header(response, "x-amz-version-id")) == (b"old", old)
    marker = header(s3.send("DELETE", "k"), "x-amz-version-id") or ""
    error = s3.refused("GET", "k")
    assert (error.status, error.code, header(error, "x-amz-delete-marker")) == (
        404,
        "NoSuchKey",
        "true",
    )
    error = s3.refused("GET", "k", {"versionId": marker})
    assert (error.status, error.code) == (405, "MethodNotAllowed")
    assert header(error, "Allow") == "DELETE"
    s3.send("DELETE", "k", {"versionId": old})
    assert s3.refused("GET", "k", {"versionId": old}).code == "NoSuchVersion"
    for unknown in ("x", "x" * 32):
        error = s3.refused("GET", "k", {"versionId": unknown})
        assert told(error) == (400, "InvalidArgument", "Invalid version id specified")
    error = s3.refused("GET", "k", {"versionId": ""})
    assert told(error) == (400, "InvalidArgument", "Version id cannot be the empty string")


def test_one_blob_is_not_copied(s3: Client) -> None:
    """The body of a plain object is the stored bytes object itself."""
    body = b"z" * 100_000
    s3.put("k", body)
    assert s3.get("k").body is body
