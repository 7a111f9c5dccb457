"""ListParts."""

from __future__ import annotations

import pytest

from conformance.reference.domain.values import LifecycleRule

from ..kit import ALT, MAIN, NO_UPLOAD, Client, etag, header, shape, text, texts, told

INTEGER = "must be an integer between 0 and 2147483647"


def test_empty(s3: Client) -> None:
    """LP-001, LP-019: the elements in their order, without parts or checksums."""
    upload = s3.begin()
    body = s3.parts(upload)
    assert shape(body) == [
        "Bucket",
        "Key",
        "UploadId",
        "Initiator",
        "Owner",
        "StorageClass",
        "PartNumberMarker",
        "NextPartNumberMarker",
        "MaxParts",
        "IsTruncated",
    ]
    expected = {
        "Bucket": "plain",
        "Key": "k",
        "UploadId": upload,
        "Initiator/ID": MAIN.canonical_id,
        "Initiator/DisplayName": "main",
        "Owner/ID": MAIN.canonical_id,
        "Owner/DisplayName": None,
        "StorageClass": "STANDARD",
        "PartNumberMarker": "0",
        "NextPartNumberMarker": "0",
        "MaxParts": "1000",
        "IsTruncated": "false",
    }
    assert {path: text(body, path) for path in expected} == expected


def test_wire_shape_of_a_part(s3: Client) -> None:
    """XML-003, LP-019: declaration, namespace, quotes as entities."""
    upload = s3.begin()
    s3.part(upload, 3, b"abc")
    response = s3.send("GET", "k", {"uploadId": upload})
    assert response.headers == (("Content-Type", "application/xml"),)
    body = response.body.decode()
    assert body.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    )
    assert (
        "<IsTruncated>false</IsTruncated><Part><PartNumber>3</PartNumber>"
        "<LastModified>2026-02-21T12:30:15.000Z</LastModified>"
        f"<ETag>&quot;{etag(b'abc')}&quot;</ETag><Size>3</Size></Part></ListPartsResult>"
    ) in body


def test_checksum_upload(s3: Client) -> None:
    """LP-003: kind at the top after StorageClass, the value in every part after Size."""
    headers = {"x-amz-checksum-algorithm": "CRC32C", "x-amz-checksum-type": "FULL_OBJECT"}
    upload = s3.begin(headers=headers)
    s3.part(upload, 1, b"x")
    body = s3.parts(upload)
    assert shape(body)[5:8] == ["StorageClass", "ChecksumAlgorithm", "ChecksumType"]
    assert text(body, "ChecksumType") == "FULL_OBJECT"
    assert b"<Size>1</Size><ChecksumCRC32C>" in body


def sparse(s3: Client) -> str:
    """Begin an upload with the parts 10, 2 and 7."""
    upload = s3.begin()
    for number in (10, 2, 7):
        s3.part(upload, number, b"x" * number)
    return upload


@pytest.mark.parametrize(
    ("query", "numbers", "following", "truncated"),
    [
        ({}, ["2", "7", "10"], "10", "false"),
        ({"max-parts": "1"}, ["2"], "2", "true"),
        ({"max-parts": "1", "part-number-marker": "7"}, ["10"], "10", "false"),
        ({"part-number-marker": "3"}, ["7", "10"], "10", "false"),
        ({"part-number-marker": "10"}, [], "0", "false"),
        ({"max-parts": "0"}, [], "0", "false"),
        ({"max-parts": "0", "part-number-marker": "7"}, [], "0", "false"),
        ({"max-parts": "", "part-number-marker": ""}, ["2", "7", "10"], "10", "false"),
        ({"max-parts": "+2"}, ["2", "7"], "7", "true"),
    ],
)
def test_pages(
    s3: Client, query: dict[str, str], numbers: list[str], following: str, truncated: str
) -> None:
    """LP-002, LP-004..LP-007, LP-014, LP-020, LP-021."""
    body = s3.parts(sparse(s3), **query)
    assert texts(body, "Part/PartNumber") == numbers
    assert text(body, "NextPartNumberMarker") == following
    assert text(body, "IsTruncated") == truncated


@pytest.mark.parametrize(
    ("query", "path", "shown"),
    [
        ({"max-parts": "1001"}, "MaxParts", "1000"),
        ({"max-parts": "2147483647"}, "MaxParts", "1000"),
        ({"max-parts": "0"}, "MaxParts", "0"),
        ({"part-number-marker": "2147483647"}, "PartNumberMarker", "2147483647"),
    ],
)
def test_echo(s3: Client, query: dict[str, str], path: str, shown: str) -> None:
    """LP-010, LP-020: the page size is cut to 1,000, the marker comes back as sent."""
    assert text(s3.parts(s3.begin(), **query), path) == shown


@pytest.mark.parametrize("name", ["max-parts", "part-number-marker"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("-1", "Argument {} " + INTEGER),
        ("abc", "Provided {} not an integer or within integer range"),
        ("2147483648", "Provided {} not an integer or within integer range"),
        ("9" * 30, "Provided {} not an integer or within integer range"),
    ],
)
def test_bad_numbers(s3: Client, name: str, value: str, message: str) -> None:
    """LP-008, LP-009, LP-011, LP-012."""
    error = s3.refused("GET", "k", {"uploadId": s3.begin(), name: value})
    assert told(error) == (400, "InvalidArgument", message.format(name))
    assert error.fields == (("ArgumentName", name), ("ArgumentValue", value))


def test_precedence(s3: Client) -> None:
    """LP-013: max-parts, the marker, the upload, and only then authorisation."""
    stranger = s3.acting(ALT)
    query = {"uploadId": "unknown", "max-parts": "a", "part-number-marker": "b"}
    assert stranger.refused("GET", "k", query).fields[0] == ("ArgumentName", "max-parts")
    del query["max-parts"]
    assert stranger.refused("GET", "k", query).fields[0] == ("ArgumentName", "part-number-marker")
    del query["part-number-marker"]
    assert told(stranger.refused("GET", "k", query)) == (404, "NoSuchUpload", NO_UPLOAD)
    error = stranger.refused("GET", "k", {"uploadId": s3.begin()})
    assert told(error) == (403, "AccessDenied", "Access Denied")


def test_no_such_upload(s3: Client) -> None:
    """LP-015..LP-017: ended, of another key, or empty."""
    ended, listed = s3.upload(b"x")
    s3.complete(ended, listed)
    for upload, key in ((ended, "k"), (s3.begin("k"), "other"), ("", "k")):
        error = s3.refused("GET", key, {"uploadId": upload})
        assert told(error) == (404, "NoSuchUpload", NO_UPLOAD)
        assert error.fields == (("UploadId", upload),)
        assert error.declaration


def test_abort_date(s3: Client) -> None:
    """LC-002: by the rule of now and the time of initiation."""
    upload = s3.begin()
    s3.state.lifecycle = (LifecycleRule(id="tidy", enabled=True, abort_days=1),)
    response = s3.later(days=5).send("GET", "k", {"uploadId": upload})
    assert header(response, "x-amz-abort-date") == "Mon, 23 Feb 2026 00:00:00 GMT"
    assert header(response, "x-amz-abort-rule-id") == "tidy"
