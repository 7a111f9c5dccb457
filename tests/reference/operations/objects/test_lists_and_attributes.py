"""ListObjects, ListObjectsV2, ListObjectVersions, GetObjectAttributes."""

from __future__ import annotations

import pytest

from conformance.reference.domain.blob import digest_of

from ..kit import (
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

ALL = "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"


def objects(s3: Client, **query: str) -> bytes:
    """ListObjectsV2; return the document."""
    asked = {name.replace("_", "-"): value for name, value in query.items()}
    return s3.send("GET", None, {"list-type": "2", **asked}).body


def filled(s3: Client) -> None:
    """Put five objects in two folders and outside."""
    for key in ("a/1", "a/2", "b", "c/1", "d"):
        s3.put(key, key.encode())


def test_v2(s3: Client) -> None:
    """The elements in their order; Owner only when it is asked for."""
    filled(s3)
    body = objects(s3)
    names = ["Name", "Prefix", "KeyCount", "MaxKeys", "IsTruncated", "Contents"]
    assert shape(body) == names
    assert texts(body, "Contents/Key") == ["a/1", "a/2", "b", "c/1", "d"]
    assert texts(body, "Contents/Owner") == []
    assert len(texts(objects(s3, fetch_owner="true"), "Contents/Owner/ID")) == 5
    assert texts(body, "Contents/ETag")[2] == f'"{etag(b"b")}"'


@pytest.mark.parametrize("page", ["1", "2", "3"])
def test_v2_pages(s3: Client, page: str) -> None:
    """Continuation tokens lead through everything once, common prefixes included."""
    filled(s3)
    seen: list[str] = []
    query = {"max-keys": page, "delimiter": "/"}
    while True:
        body = objects(s3, **query)
        seen += texts(body, "Contents/Key") + texts(body, "CommonPrefixes/Prefix")
        token = text(body, "NextContinuationToken")
        if token is None:
            break
        query["continuation-token"] = token
    assert sorted(seen) == ["a/", "b", "c/", "d"]


def test_v2_parameters(s3: Client) -> None:
    """start-after, prefix, encoding; a token that nobody gave."""
    filled(s3)
    assert texts(objects(s3, start_after="b"), "Contents/Key") == ["c/1", "d"]
    assert texts(objects(s3, prefix="a/"), "Contents/Key") == ["a/1", "a/2"]
    assert text(objects(s3, max_keys="0"), "KeyCount") == "0"
    s3.put("e f", b"")
    body = objects(s3, encoding_type="url", start_after="d")
    assert (texts(body, "Contents/Key"), text(body, "StartAfter")) == (["e+f"], "d")
    query = {"list-type": "2", "continuation-token": "!"}
    assert s3.refused("GET", None, query).code == "InvalidArgument"


def test_v1(s3: Client) -> None:
    """Marker and NextMarker; the latter only with a delimiter; the owner always."""
    filled(s3)
    body = s3.send("GET", None, {"delimiter": "/", "max-keys": "1"}).body
    assert shape(body)[:4] == ["Name", "Prefix", "Marker", "NextMarker"]
    assert text(body, "NextMarker") == "a/"
    body = s3.send("GET", None, {"delimiter": "/", "marker": "a/"}).body
    assert texts(body, "CommonPrefixes/Prefix") == ["c/"]
    assert len(texts(body, "Contents/Owner/ID")) == 2
    body = s3.send("GET", None, {"max-keys": "1"}).body
    assert (text(body, "IsTruncated"), text(body, "NextMarker")) == ("true", None)


def test_session_query_is_ignored(s3: Client) -> None:
    """DIR-007: on a general purpose bucket it lists objects."""
    assert b"<ListBucketResult" in s3.send("GET", None, {"session": ""}).body


def test_incomplete_uploads_and_delete_markers_are_no_objects(s3: Client) -> None:
    """life.create-makes-no-object, for lists."""
    s3.state.versioning = "Enabled"
    s3.put("gone", b"x")
    s3.send("DELETE", "gone")
    s3.begin("begun")
    assert texts(objects(s3), "Contents/Key") == []


def test_versions(s3: Client) -> None:
    """By key, the newest first, delete markers among them; pages of one."""
    s3.state.versioning = "Enabled"
    s3.put("a", b"1")
    s3.put("a", b"22")
    s3.send("DELETE", "a")
    s3.put("b", b"333")
    body = s3.send("GET", None, {"versions": ""}).body
    assert texts(body, "Version/Key") == ["a", "a", "b"]
    assert texts(body, "Version/Size") == ["2", "1", "3"]
    assert texts(body, "Version/IsLatest") == ["false", "false", "true"]
    assert texts(body, "DeleteMarker/IsLatest") == ["true"]
    assert body.index(b"<DeleteMarker>") < body.index(b"<Version>")
    seen: list[str] = []
    query = {"versions": "", "max-keys": "1"}
    while True:
        page = s3.send("GET", None, query).body
        seen += texts(page, "Version/VersionId") + texts(page, "DeleteMarker/VersionId")
        if text(page, "IsTruncated") == "false":
            break
        query["key-marker"] = text(page, "NextKeyMarker") or ""
        query["version-id-marker"] = text(page, "NextVersionIdMarker") or ""
    ids = texts(body, "DeleteMarker/VersionId") + texts(body, "Version/VersionId")
    assert seen == ids


def test_versions_markers(s3: Client) -> None:
    """A version marker needs a key marker and is not empty; a key marker alone skips its key."""
    for query in ({"version-id-marker": "x"}, {"key-marker": "a", "version-id-marker": ""}):
        error = s3.refused("GET", None, {"versions": "", **query})
        assert error.fields[0] == ("ArgumentName", "version-id-marker")
    s3.put("a", b"")
    s3.put("b", b"")
    body = s3.send("GET", None, {"versions": "", "key-marker": "a"}).body
    assert texts(body, "Version/Key") == ["b"]
    assert texts(body, "Version/VersionId") == ["null"]


def test_upload_begun_last_is_current(s3: Client) -> None:
    """VER-003: even if it was completed first."""
    s3.state.versioning = "Enabled"
    early, first = s3.upload(b"early")
    late, second = s3.upload(b"late")
    s3.complete(late, second)
    old = header(s3.complete(early, first), "x-amz-version-id") or ""
    assert s3.get("k").body == b"late"
    assert s3.get("k", {"versionId": old}).body == b"early"
    body = s3.send("GET", None, {"versions": ""}).body
    assert texts(body, "Version/IsLatest") == ["true", "false"]
    assert texts(body, "Version/VersionId")[1] == old


def test_last_completed_wins_without_versions(s3: Client) -> None:
    """RPL-009: in an unversioned bucket the order of completion counts."""
    early, first = s3.upload(b"early")
    late, second = s3.upload(b"late")
    s3.complete(late, second)
    s3.complete(early, first)
    assert s3.get("k").body == b"early"


def test_suspended_versions(s3: Client) -> None:
    """VER-002: the null version is replaced, numbered ones stay."""
    s3.state.versioning = "Enabled"
    kept = header(s3.put("k", b"kept"), "x-amz-version-id") or ""
    s3.state.versioning = "Suspended"
    s3.put("k", b"null 1")
    s3.put("k", b"null 2")
    body = s3.send("GET", None, {"versions": ""}).body
    assert texts(body, "Version/VersionId") == ["null", kept]
    assert s3.get("k", {"versionId": "null"}).body == b"null 2"


def attributes(s3: Client, key: str = "k", names: str = ALL, **headers: str) -> bytes:
    """GetObjectAttributes; return the document."""
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    asked["x-amz-object-attributes"] = names
    return s3.send("GET", key, {"attributes": ""}, asked).body


def test_attributes_of_a_plain_object(s3: Client) -> None:
    """GOA-005: no ObjectParts; the ETag without quotes."""
    s3.put("k", b"x")
    body = attributes(s3)
    assert shape(body) == ["ETag", "Checksum", "StorageClass", "ObjectSize"]
    assert text(body, "ETag") == etag(b"x")
    assert text(body, "Checksum/ChecksumType") == "FULL_OBJECT"
    assert shape(attributes(s3, names="ObjectSize")) == ["ObjectSize"]


def test_attributes_of_a_multipart_object(s3: Client) -> None:
    """GOA-001: the number of parts alone."""
    upload, listed = s3.upload(PART, b"x")
    s3.complete(upload, listed)
    body = attributes(s3)
    assert text(body, "ETag") == joined_etag(PART, b"x")
    assert b"<ObjectParts><PartsCount>2</PartsCount></ObjectParts>" in body


def test_attributes_of_a_composite_object(s3: Client) -> None:
    """GOA-002..GOA-004: parts with their checksums, in pages; no suffix on the object's."""
    upload = s3.begin(headers={"x-amz-checksum-algorithm": "SHA256"})
    rows = []
    for number, data in ((1, PART), (2, b"x")):
        value = b64(digest_of("SHA256", data))
        s3.part(upload, number, data, {"x-amz-checksum-sha256": value})
        rows.append((number, etag(data), f"<ChecksumSHA256>{value}</ChecksumSHA256>"))
    done = s3.complete(upload, manifest(rows))
    body = attributes(s3)
    shown = text(body, "Checksum/ChecksumSHA256")
    assert text(done.body, "ChecksumSHA256") == f"{shown}-2"
    assert (
        "<ObjectParts><PartsCount>2</PartsCount><PartNumberMarker>0</PartNumberMarker>"
        "<NextPartNumberMarker>2</NextPartNumberMarker><MaxParts>1000</MaxParts>"
        f"<IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber><Size>{len(PART)}</Size>"
        f"<ChecksumSHA256>{b64(digest_of('SHA256', PART))}</ChecksumSHA256></Part>"
    ) in body.decode()
    page = attributes(s3, x_amz_max_parts="1")
    assert texts(page, "ObjectParts/Part/PartNumber") == ["1"]
    assert text(page, "ObjectParts/IsTruncated") == "true"
    page = attributes(s3, x_amz_part_number_marker="1")
    assert texts(page, "ObjectParts/Part/PartNumber") == ["2"]
    page = attributes(s3, x_amz_part_number_marker="9")
    assert texts(page, "ObjectParts/Part/PartNumber") == []
    assert text(page, "ObjectParts/NextPartNumberMarker") == "0"


def test_attributes_refusals(s3: Client) -> None:
    """No attributes, unknown ones, a missing key, a missing customer key."""
    s3.send("PUT", "k", headers=sse_c(), body=b"x")
    assert s3.refused("GET", "k", {"attributes": ""}).code == "InvalidRequest"
    name = "x-amz-object-attributes"
    error = s3.refused("GET", "k", {"attributes": ""}, {name: "ETag,Colour"})
    assert told(error) == (400, "InvalidArgument", "Invalid attribute name specified.")
    assert s3.refused("GET", "none", {"attributes": ""}, {name: ALL}).code == "NoSuchKey"
    assert s3.refused("GET", "k", {"attributes": ""}, {name: ALL}).code == "InvalidRequest"
    assert s3.send("GET", "k", {"attributes": ""}, {name: ALL, **sse_c()}).status == 200
