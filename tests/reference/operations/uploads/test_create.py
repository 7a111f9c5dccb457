"""CreateMultipartUpload."""

from __future__ import annotations

import re

import pytest

from conformance.reference.domain.values import LifecycleRule
from conformance.reference.service import Service

from ..kit import ALT, NOT_IMPLEMENTED, Client, header, text, told, world


def test_wire_shape(s3: Client) -> None:
    """XML-001: Bucket, Key, UploadId; the default encryption; no content type, no checksum."""
    response = s3.send("POST", "k", {"uploads": ""})
    upload = text(response.body, "UploadId") or ""
    assert response.status == 200
    assert response.headers == (("x-amz-server-side-encryption", "AES256"),)
    assert response.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<Bucket>plain</Bucket><Key>k</Key><UploadId>" + upload.encode() + b"</UploadId>"
        b"</InitiateMultipartUploadResult>"
    )
    assert re.fullmatch(r"[A-Za-z0-9._]{128}", upload)


def test_ids_differ(s3: Client) -> None:
    """RPL-010: uploads of one key are independent."""
    assert len({s3.begin() for _ in range(20)}) == 20


def test_key_comes_back_raw(s3: Client) -> None:
    """CMU-003: a key with other letters is echoed decoded."""
    key = "test-unicode_—_file <&>"
    response = s3.send("POST", key, {"uploads": ""})
    assert text(response.body, "Key") == key
    assert "—_file &lt;&amp;&gt;" in response.body.decode()


def test_no_such_bucket(s3: Client) -> None:
    """CMU-004: 404 with BucketName."""
    s3.bucket = "nowhere"
    error = s3.refused("POST", "k", {"uploads": ""})
    assert told(error) == (404, "NoSuchBucket", "The specified bucket does not exist")
    assert error.fields == (("BucketName", "nowhere"),)
    assert error.declaration


def test_checksum_is_echoed(s3: Client) -> None:
    """CK-001: the algorithm and its default type are named by headers."""
    response = s3.send("POST", "k", {"uploads": ""}, {"x-amz-checksum-algorithm": "CRC32"})
    assert response.headers[-2:] == (
        ("x-amz-checksum-algorithm", "CRC32"),
        ("x-amz-checksum-type", "COMPOSITE"),
    )


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"x-amz-storage-class": "OUTPOSTS"}, 400, "InvalidStorageClass"),
        ({"x-amz-checksum-algorithm": "TEST"}, 400, "InvalidRequest"),
        ({"x-amz-checksum-type": "COMPOSITE"}, 400, "InvalidRequest"),
        ({"x-amz-server-side-encryption": "none"}, 400, "InvalidArgument"),
        ({"x-amz-acl": "fake-acl"}, 400, "InvalidArgument"),
        ({"x-amz-acl": "public-read"}, 400, "AccessControlListNotSupported"),
        ({"x-amz-tagging": "a=1&a=2"}, 400, "InvalidArgument"),
        ({"x-amz-object-lock-legal-hold": "ON"}, 400, "InvalidRequest"),
        ({"x-amz-meta-a": "x" * 2049}, 400, "MetadataTooLarge"),
        ({"x-amz-website-redirect-location": "ftp://a"}, 400, "InvalidRedirectLocation"),
        ({"x-amz-expected-bucket-owner": ALT.id}, 403, "AccessDenied"),
    ],
)
def test_refusals_begin_nothing(
    s3: Client, headers: dict[str, str], status: int, code: str
) -> None:
    """CMU-007, CMU-008 and the rules of each header: refused at the create, nothing is begun."""
    error = s3.refused("POST", "k", {"uploads": ""}, headers)
    assert (error.status, error.code) == (status, code)
    assert s3.state.uploads == {}


def test_key_too_long(s3: Client) -> None:
    """META-003: 1,024 bytes of UTF-8 are the most."""
    s3.begin("é" * 512)
    error = s3.refused("POST", "é" * 512 + "x", {"uploads": ""})
    assert told(error) == (400, "KeyTooLongError", "Your key is too long")
    assert error.fields == (("Size", "1025"), ("MaxSizeAllowed", "1024"))


def test_anonymous_and_strangers(s3: Client) -> None:
    """AUTH-009, AUTH-010, ACL-017: nobody and other accounts may not begin."""
    for caller in (None, ALT):
        error = s3.acting(caller).refused("POST", "k", {"uploads": ""})
        assert told(error) == (403, "AccessDenied", "Access Denied")


def test_lifecycle_abort_date(s3: Client) -> None:
    """LC-001: days after initiation, at the next midnight UTC, for keys of the prefix."""
    s3.state.lifecycle = (LifecycleRule(id="tidy", enabled=True, prefix="logs/", abort_days=2),)
    response = s3.send("POST", "logs/a", {"uploads": ""})
    assert header(response, "x-amz-abort-date") == "Tue, 24 Feb 2026 00:00:00 GMT"
    assert header(response, "x-amz-abort-rule-id") == "tidy"
    assert header(s3.send("POST", "other", {"uploads": ""}), "x-amz-abort-date") is None


def test_object_is_not_there_yet(s3: Client) -> None:
    """GP-006: an upload in progress makes no object and leaves the one that is there."""
    s3.begin("new")
    assert s3.refused("GET", "new").code == "NoSuchKey"
    s3.put("old", b"before")
    s3.begin("old")
    assert s3.get("old").body == b"before"


def test_conflicting_subresources(s3: Client) -> None:
    """XML-019: two sub-resources on one request."""
    error = s3.refused("POST", "k", {"uploads": "", "uploadId": "x"})
    assert (error.status, error.code) == (400, "InvalidArgument")
    assert error.message.startswith("Conflicting query string parameters")


def test_express_header_on_abort(s3: Client) -> None:
    """DIR-025: the condition of directory buckets is not implemented on others."""
    name = "x-amz-if-match-initiated-time"
    error = s3.refused("DELETE", "k", {"uploadId": s3.begin()}, {name: "now"})
    assert told(error) == (501, "NotImplemented", NOT_IMPLEMENTED)
    assert error.fields == (("Header", name),)


def test_services_share_nothing() -> None:
    """Two services hold tables and worlds of their own."""
    first, second = Client(Service(world())), Client(Service(world()))
    first.begin()
    assert second.state.uploads == {}
    assert first.service.operations is not second.service.operations


def test_trailers_are_for_data_alone(s3: Client) -> None:
    """TRL-013: an operation that stores no data takes no body with a trailer."""
    framed = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}
    error = s3.refused("POST", "k", {"uploads": ""}, framed)
    said = "The value of x-amz-content-sha256 header is invalid."
    assert told(error) == (400, "InvalidRequest", said)
    assert s3.send("PUT", "k", headers=framed).status == 200
