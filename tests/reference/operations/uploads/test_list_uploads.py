"""ListMultipartUploads."""

from __future__ import annotations

import pytest

from ..kit import ALT, MAIN, Client, shape, text, texts, told


def test_empty(s3: Client) -> None:
    """LMU-001, XML-006: empty markers with both tags, no Prefix or Delimiter."""
    response = s3.send("GET", None, {"uploads": ""})
    assert response.headers == (("Content-Type", "application/xml"),)
    assert response.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<Bucket>plain</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker>"
        b"<NextKeyMarker></NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker>"
        b"<MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated>"
        b"</ListMultipartUploadsResult>"
    )


def test_upload_element(s3: Client) -> None:
    """LMU-024, LMU-025, LMU-029: the fields in their order; checksum only where there is one."""
    headers = {"x-amz-storage-class": "STANDARD_IA", "x-amz-checksum-algorithm": "CRC32"}
    upload = s3.begin(headers=headers)
    s3.begin("plain")
    body = s3.uploads()
    assert (
        f"<Upload><Key>k</Key><UploadId>{upload}</UploadId>"
        f"<Initiator><ID>{MAIN.canonical_id}</ID><DisplayName>main</DisplayName></Initiator>"
        f"<Owner><ID>{MAIN.canonical_id}</ID></Owner><StorageClass>STANDARD_IA</StorageClass>"
        "<Initiated>2026-02-21T12:30:15.000Z</Initiated>"
        "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>"
        "</Upload>"
    ) in body.decode()
    assert len(texts(body, "Upload/ChecksumType")) == 1


def test_order(s3: Client) -> None:
    """LMU-003: by the bytes of the key, then by time."""
    ids = {key: [s3.begin(key) for _ in range(3)] for key in ("é", "b", "｡", "B", "😀")}
    body = s3.uploads()
    keys = sorted(ids, key=lambda key: key.encode())
    assert keys[-2:] == ["｡", "😀"]
    assert texts(body, "Upload/UploadId") == [one for key in keys for one in ids[key]]
    assert text(body, "NextKeyMarker") == "😀"  # LMU-002
    assert text(body, "NextUploadIdMarker") == ids["😀"][-1]


def test_pages(s3: Client) -> None:
    """LMU-004, LMU-006: the next markers lead through all uploads, one by one."""
    ids = [s3.begin(key) for key in ("a", "a", "a", "b", "c", "c")]
    seen, markers = [], {"max-uploads": "1"}
    for at in range(6):
        body = s3.uploads(**markers)
        seen += texts(body, "Upload/UploadId")
        assert text(body, "IsTruncated") == ("true" if at < 5 else "false")
        markers["key-marker"] = text(body, "NextKeyMarker") or ""
        markers["upload-id-marker"] = text(body, "NextUploadIdMarker") or ""
    assert seen == ids


def test_key_marker_alone(s3: Client) -> None:
    """LMU-005: greater keys alone."""
    for key in ("a", "b", "b", "c"):
        s3.begin(key)
    body = s3.uploads(key_marker="b")
    assert texts(body, "Upload/Key") == ["c"]
    assert text(body, "KeyMarker") == "b"


@pytest.mark.parametrize("query", [{"key-marker": ""}, {}])
def test_upload_id_marker_without_key(s3: Client, query: dict[str, str]) -> None:
    """LMU-007, LMU-031: neither heeded nor echoed, whatever it is."""
    s3.begin()
    body = s3.uploads(**{"upload-id-marker": "nonsense", **query})
    assert len(texts(body, "Upload/Key")) == 1
    assert text(body, "UploadIdMarker") == ""


def test_bad_upload_id_marker(s3: Client) -> None:
    """LMU-008: no upload at all, or one of another key."""
    for marker in ("nonsense", s3.begin("other")):
        query = {"uploads": "", "key-marker": "k", "upload-id-marker": marker}
        error = s3.refused("GET", None, query)
        assert told(error) == (400, "InvalidArgument", "Invalid uploadId marker")
        assert error.fields == (("ArgumentName", "upload-id-marker"), ("ArgumentValue", marker))


def test_marker_of_an_aborted_upload(s3: Client) -> None:
    """LMU-009: it still marks a place."""
    first, second, third = (s3.begin() for _ in range(3))
    s3.abort(second)
    body = s3.uploads(key_marker="k", upload_id_marker=second)
    assert texts(body, "Upload/UploadId") == [third]
    assert texts(s3.uploads(), "Upload/UploadId") == [first, third]


def folders(s3: Client) -> None:
    """Begin uploads in a folder and its sub-folders."""
    for key in ("folder/aSub/1", "folder/aSub/2", "folder/file1", "folder/zSub/1", "top"):
        s3.begin(key)


def test_prefix_and_delimiter(s3: Client) -> None:
    """LMU-010, LMU-030, XML-006: rolled up; both echoed."""
    folders(s3)
    body = s3.uploads(prefix="folder/", delimiter="/")
    assert texts(body, "Upload/Key") == ["folder/file1"]
    assert texts(body, "CommonPrefixes/Prefix") == ["folder/aSub/", "folder/zSub/"]
    assert shape(body)[5:7] == ["Delimiter", "Prefix"]
    assert (text(body, "Prefix"), text(body, "Delimiter")) == ("folder/", "/")
    assert text(body, "NextKeyMarker") == ""  # the last entry is folder/zSub/


def test_listing_that_ends_in_a_key(s3: Client) -> None:
    """LMU-030: the markers name that key, though a common prefix was listed before."""
    folders(s3)
    body = s3.uploads(delimiter="/")
    assert texts(body, "CommonPrefixes/Prefix") == ["folder/"]
    assert text(body, "NextKeyMarker") == "top"


def test_page_that_ends_in_a_prefix(s3: Client) -> None:
    """LMU-011, LMU-012: no markers; the prefix itself, or a key within, leads on."""
    folders(s3)
    query = {"prefix": "folder/", "delimiter": "/", "max-uploads": "1"}
    body = s3.uploads(**query)
    assert texts(body, "CommonPrefixes/Prefix") == ["folder/aSub/"]
    assert text(body, "IsTruncated") == "true"
    assert (text(body, "NextKeyMarker"), text(body, "NextUploadIdMarker")) == ("", "")
    for marker in ("folder/aSub/", "folder/aSub/1"):
        body = s3.uploads(**query, key_marker=marker)
        assert texts(body, "CommonPrefixes/Prefix") == []
        assert texts(body, "Upload/Key") == ["folder/file1"]
        assert text(body, "NextKeyMarker") == "folder/file1"


def test_prefixes_count(s3: Client) -> None:
    """LMU-010: a rolled-up prefix counts as one."""
    folders(s3)
    body = s3.uploads(prefix="folder/", delimiter="/", max_uploads="2")
    assert len(texts(body, "Upload/Key")) + len(texts(body, "CommonPrefixes/Prefix")) == 2
    assert text(body, "IsTruncated") == "true"


def test_url_encoding(s3: Client) -> None:
    """LMU-013: keys, prefixes, delimiter and markers, the slash kept."""
    s3.begin("a b/(1)+é")
    s3.begin("a b/x-y/z")
    query = {"prefix": "a b/", "delimiter": "-", "key-marker": "a a"}
    body = s3.uploads(**query, encoding_type="url")
    assert texts(body, "Upload/Key") == ["a+b/%281%29%2B%C3%A9"]
    assert texts(body, "CommonPrefixes/Prefix") == ["a+b/x-"]
    expected = {"Prefix": "a+b/", "Delimiter": "-", "KeyMarker": "a+a", "EncodingType": "url"}
    assert {path: text(body, path) for path in expected} == expected


def test_raw_keys(s3: Client) -> None:
    """LMU-015: without encoding, keys are raw; control characters by number."""
    s3.begin("a (test)+")
    s3.send("POST", "a\x01b", {"uploads": ""})  # a document that XML 1.0 would not allow
    body = s3.uploads()
    assert b"<Key>a (test)+</Key>" in body
    assert b"<Key>a&#x1;b</Key>" in body


@pytest.mark.parametrize("value", ["Url", "URL"])
def test_encoding_in_any_case(s3: Client, value: str) -> None:
    """NET-001: the word is compared without case, and answered in lower case."""
    s3.begin("a b")
    body = s3.uploads(encoding_type=value)
    assert texts(body, "Upload/Key") == ["a+b"]
    assert text(body, "EncodingType") == "url"


@pytest.mark.parametrize("value", ["URL_", "", "base64"])
def test_bad_encoding(s3: Client, value: str) -> None:
    """LMU-014: no other word."""
    error = s3.refused("GET", None, {"uploads": "", "encoding-type": value})
    message = "Invalid Encoding Method specified in Request"
    assert told(error) == (400, "InvalidArgument", message)
    assert error.fields == (("ArgumentName", "encoding-type"), ("ArgumentValue", value))


@pytest.mark.parametrize(
    ("value", "shown", "listed"), [("0", "0", 0), ("1001", "1000", 1), ("", "1000", 1)]
)
def test_max_uploads(s3: Client, value: str, shown: str, listed: int) -> None:
    """LMU-016, LMU-019, LMU-020."""
    s3.begin()
    body = s3.uploads(max_uploads=value)
    assert text(body, "MaxUploads") == shown
    assert text(body, "IsTruncated") == "false"
    assert len(texts(body, "Upload/Key")) == listed


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("-1", "Argument max-uploads must be an integer between 0 and 2147483647"),
        ("abc", "Provided max-uploads not an integer or within integer range"),
        ("2147483648", "Provided max-uploads not an integer or within integer range"),
    ],
)
def test_bad_max_uploads(s3: Client, value: str, message: str) -> None:
    """LMU-017, LMU-018."""
    error = s3.refused("GET", None, {"uploads": "", "max-uploads": value})
    assert told(error) == (400, "InvalidArgument", message)


def test_precedence(s3: Client) -> None:
    """LMU-021: max-uploads, encoding-type, upload-id-marker, authorisation."""
    stranger = s3.acting(ALT)
    query = {
        "uploads": "",
        "max-uploads": "a",
        "encoding-type": "a",
        "key-marker": "k",
        "upload-id-marker": "a",
    }
    for name in ("max-uploads", "encoding-type", "upload-id-marker"):
        assert stranger.refused("GET", None, query).fields[0] == ("ArgumentName", name)
        del query[name]
    assert stranger.refused("GET", None, query).code == "AccessDenied"


def test_routes(s3: Client) -> None:
    """LMU-022, LMU-023, LMU-028: with an upload id, on a key, in no bucket."""
    error = s3.refused("GET", None, {"uploads": "", "uploadId": "x"})
    assert error.message.startswith("Conflicting query string parameters")
    error = s3.refused("GET", "k", {"uploads": ""})
    message = "Key is not expected for the GET method ?uploads subresource"
    assert told(error) == (400, "InvalidRequest", message)
    s3.bucket = "nowhere"
    assert s3.refused("GET", None, {"uploads": ""}).code == "NoSuchBucket"


def test_ended_uploads_are_not_listed(s3: Client) -> None:
    """LMU-027: neither completed nor aborted ones."""
    upload, listed = s3.upload(b"x")
    s3.complete(upload, listed)
    s3.abort(s3.begin())
    assert texts(s3.uploads(), "Upload/Key") == []
