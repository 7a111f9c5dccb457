"""From members to the parts of a request."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.wire.serialise import copy_source, serialise

ODD_KEYS = {
    "a/../b": "/a/../b",
    "./x": "/./x",
    "a//b": "/a//b",
    "/lead": "//lead",
    "c%2Fd": "/c%252Fd",
    "sp ace+plus": "/sp%20ace%2Bplus",
    "ü—😀": "/%C3%BC%E2%80%94%F0%9F%98%80",
    "~-._": "/~-._",
    "?&=#": "/%3F%26%3D%23",
    "line\r\nend\x01": "/line%0D%0Aend%01",
    "": "/",
}


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys_are_encoded_once_and_never_normalised(key: str) -> None:
    """Dots, slashes and percent signs of a key arrive as they are."""
    assert serialise("GetObject", {"Bucket": "b", "Key": key}).path == ODD_KEYS[key]


def test_query_keeps_the_template_first_and_encodes_values() -> None:
    """Fixed parameters come first and without ``=`` where the API has none."""
    parts = serialise("CreateMultipartUpload", {"Bucket": "b", "Key": "k"})
    assert (parts.method, parts.query) == ("POST", (("uploads", None),))
    parts = serialise("ListObjectsV2", {"Bucket": "b", "Prefix": "a/b c", "MaxKeys": 2})
    assert parts.query == (("list-type", "2"), ("prefix", "a%2Fb%20c"), ("max-keys", "2"))
    assert parts.path == ""


def test_missing_members_are_left_out() -> None:
    """Required members may be missing, and None is missing too."""
    parts = serialise("UploadPart", {"Bucket": "b", "Key": "k", "UploadId": None, "Body": b"x"})
    assert parts.query == ()
    assert parts.body == b"x"
    parts = serialise("UploadPart", {})
    assert (parts.bucket, parts.path, parts.body) == ("", "/", b"")


def test_odd_values_go_out_as_they_are() -> None:
    """Values of a wrong type or form are sent, not refused and not repaired."""
    members = {
        "Bucket": "b",
        "Key": "k",
        "ObjectLockRetainUntilDate": "not a date",
        "Expires": "2030-01-01T00:00:00Z",
        "BucketKeyEnabled": "maybe",
        "SSECustomerKey": "bm90IDMyIGJ5dGVz",
        "Metadata": {"Name": "my%20file.txt"},
    }
    headers = dict(serialise("CreateMultipartUpload", members).headers)
    assert headers == {
        "x-amz-object-lock-retain-until-date": "not a date",
        "Expires": "Tue, 01 Jan 2030 00:00:00 GMT",
        "x-amz-server-side-encryption-bucket-key-enabled": "maybe",
        "x-amz-server-side-encryption-customer-key": "bm90IDMyIGJ5dGVz",
        "x-amz-meta-Name": "my%20file.txt",
    }
    parts = serialise("UploadPart", {"Key": "k", "PartNumber": "one", "Body": "text"})
    assert parts.query == (("partNumber", "one"),)
    assert parts.body == b"text"


def test_list_headers_are_joined() -> None:
    """A list in a header is joined by commas; text in its place is sent as it is."""
    members: dict[str, Any] = {"Key": "k", "ObjectAttributes": ["ETag", "Checksum"]}
    assert serialise("GetObjectAttributes", members).headers == (
        ("x-amz-object-attributes", "ETag,Checksum"),
    )
    members["ObjectAttributes"] = "Nonsense"
    assert serialise("GetObjectAttributes", members).headers == (
        ("x-amz-object-attributes", "Nonsense"),
    )


def test_complete_writes_the_part_list() -> None:
    """The body of CompleteMultipartUpload has the API's namespace and the members' order."""
    parts = [{"ETag": '"e"', "PartNumber": 1, "ChecksumCRC32": None}, {"PartNumber": 2}]
    members = {"Bucket": "b", "Key": "k", "UploadId": "u", "MultipartUpload": {"Parts": parts}}
    assert serialise("CompleteMultipartUpload", members).body == (
        b'<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b'<Part><ETag>"e"</ETag><PartNumber>1</PartNumber></Part>'
        b"<Part><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>"
    )


def test_members_behind_a_missing_one_are_kept() -> None:
    """A member that is None does not take those behind it along."""
    parts = [{"ChecksumCRC32": None, "PartNumber": 7}]
    body = serialise("CompleteMultipartUpload", {"MultipartUpload": {"Parts": parts}}).body
    assert b"<PartNumber>7</PartNumber>" in body


def test_odd_values_in_xml() -> None:
    """Booleans and dates that are none are written as they are; line ends survive."""
    members = {"Delete": {"Objects": [{"Key": "a\r\nb"}], "Quiet": "perhaps"}}
    body = serialise("DeleteObjects", members).body
    assert b"<Key>a&#xD;&#xA;b</Key>" in body
    assert b"<Quiet>perhaps</Quiet>" in body
    retention = {"Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": "never"}}
    body = serialise("PutObjectRetention", {"Key": "k", **retention}).body
    assert b"<RetainUntilDate>never</RetainUntilDate>" in body
    delete = {"Delete": {"Objects": [], "Quiet": True}}
    assert b"<Quiet>true</Quiet>" in serialise("DeleteObjects", delete).body


def test_text_payload_is_not_touched() -> None:
    """A policy is the caller's own text, line ends included."""
    assert serialise("PutBucketPolicy", {"Bucket": "b", "Policy": "{\r\n}"}).body == b"{\r\n}"


def test_operations_that_need_a_checksum_are_known() -> None:
    """The model says on which operations S3 insists on a checksum."""
    assert serialise("DeleteObjects", {}).needs_checksum
    assert not serialise("UploadPart", {}).needs_checksum


def test_copy_source() -> None:
    """A string is sent as it is, a map is encoded."""
    raw = "b/k%2525 +?versionId=x"
    assert serialise("UploadPartCopy", {"CopySource": raw}).headers == (("x-amz-copy-source", raw),)
    source = {"Bucket": "b", "Key": "a/ü +?", "VersionId": "v/1"}
    wanted = "b/a/%C3%BC%20%2B%3F?versionId=v%2F1"
    assert copy_source(source) == wanted
    assert dict(serialise("CopyObject", {"CopySource": source}).headers) == {
        "x-amz-copy-source": wanted
    }


def test_unknown_operation_is_refused() -> None:
    """There is no operation outside the API."""
    with pytest.raises(ValueError, match="UploadPartz"):
        serialise("UploadPartz", {})


@pytest.mark.parametrize("members", [{"PartNumba": 1}, {"Metadata": "text"}, {"Tagging": 5}])
def test_impossible_members_are_refused(members: dict[str, Any]) -> None:
    """What no request can be made of is the caller's mistake, said in one kind of error."""
    operation = "PutObjectTagging" if "Tagging" in members else "CreateMultipartUpload"
    with pytest.raises(ValueError, match=operation):
        serialise(operation, members)
