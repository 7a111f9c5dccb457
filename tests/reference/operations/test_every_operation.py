"""What holds for every operation alike: the owner expected, the rights, the key, the framing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from conformance.reference.domain.blob import digest_of
from conformance.reference.domain.messages import Payload, S3Error

from .kit import ALT, Client, b64, etag, manifest, sse_c, told

DELETE = b"<Delete><Object><Key>k</Key></Object></Delete>"


@dataclass(frozen=True)
class Call:
    """A request that succeeds on a bucket with the object ``k`` and an upload of ``k``."""

    method: str
    key: str | None = "k"
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def changed(self, s3: Client) -> tuple[str, str | None, dict[str, str], dict[str, str], bytes]:
        """Return the arguments of a send, with the upload that is there."""
        upload = next(iter(s3.state.uploads), "")
        query = {name: upload if value == "ID" else value for name, value in self.query.items()}
        return self.method, self.key, query, dict(self.headers), self.body


CALLS = {
    "AbortMultipartUpload": Call("DELETE", query={"uploadId": "ID"}),
    "CompleteMultipartUpload": Call(
        "POST", query={"uploadId": "ID"}, body=manifest([(1, etag(b"x"))])
    ),
    "CopyObject": Call("PUT", "copy", headers={"x-amz-copy-source": "plain/k"}),
    "CreateMultipartUpload": Call("POST", query={"uploads": ""}),
    "DeleteObject": Call("DELETE"),
    "DeleteObjects": Call(
        "POST", None, {"delete": ""}, {"Content-MD5": b64(digest_of("MD5", DELETE))}, DELETE
    ),
    "GetObject": Call("GET"),
    "GetObjectAttributes": Call(
        "GET", query={"attributes": ""}, headers={"x-amz-object-attributes": "ETag"}
    ),
    "HeadObject": Call("HEAD"),
    "ListMultipartUploads": Call("GET", None, {"uploads": ""}),
    "ListObjectVersions": Call("GET", None, {"versions": ""}),
    "ListObjects": Call("GET", None),
    "ListObjectsV2": Call("GET", None, {"list-type": "2"}),
    "ListParts": Call("GET", query={"uploadId": "ID"}),
    "PutObject": Call("PUT", body=b"x"),
    "UploadPart": Call("PUT", query={"uploadId": "ID", "partNumber": "1"}, body=b"x"),
    "UploadPartCopy": Call(
        "PUT",
        query={"uploadId": "ID", "partNumber": "1"},
        headers={"x-amz-copy-source": "plain/k"},
    ),
}
WITH_BODY = {
    "CompleteMultipartUpload",
    "CreateMultipartUpload",
    "DeleteObjects",
    "PutObject",
    "UploadPart",
}
ON_AN_UPLOAD = {name for name, call in CALLS.items() if "uploadId" in call.query}


@pytest.fixture
def ready(s3: Client) -> Client:
    """Return a client of a bucket with an object and an upload of one part."""
    s3.put("k", b"0123456789")
    s3.part(s3.begin(), 1, b"x")
    return s3


@pytest.mark.parametrize("name", CALLS)
def test_expected_owner(ready: Client, name: str) -> None:
    """OWN-001..OWN-003: the right one passes, another is refused, a wrong form too."""
    method, key, query, headers, body = CALLS[name].changed(ready)
    for owner, code in ((ALT.id, "AccessDenied"), ("12", "InvalidBucketOwnerAWSAccountID")):
        headers["x-amz-expected-bucket-owner"] = owner
        assert ready.refused(method, key, query, headers, body).code == code
    headers["x-amz-expected-bucket-owner"] = ready.state.owner.id
    assert ready.send(method, key, query, headers, body).status in (200, 204)


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"DeleteObjects"}))
def test_strangers_and_nobody(ready: Client, name: str) -> None:
    """AUTH-010, ACL-017: neither another account nor an anonymous caller gets in."""
    args = CALLS[name].changed(ready)
    for caller in (ALT, None):
        error = ready.acting(caller).refused(*args)
        assert (error.status, error.code) == (403, "AccessDenied")
    assert ready.send(*args).status in (200, 204)


@pytest.mark.parametrize("name", CALLS)
def test_no_such_bucket(ready: Client, name: str) -> None:
    """CMU-004, UP-010, ABT-007, LMU-028: 404 with BucketName."""
    args = CALLS[name].changed(ready)
    ready.bucket = "nowhere"
    error = ready.refused(*args)
    assert (error.status, error.code) == (404, "NoSuchBucket")
    assert error.fields == (("BucketName", "nowhere"),)
    quiet = name in ("CompleteMultipartUpload", "UploadPartCopy", "CopyObject")
    assert error.declaration != quiet  # XML-009, MS-078


@pytest.mark.parametrize(
    "name", [name for name, call in CALLS.items() if call.key and name not in ON_AN_UPLOAD]
)
def test_key_too_long(ready: Client, name: str) -> None:
    """META-003: on whatever names an object by itself."""
    method, _, query, headers, body = CALLS[name].changed(ready)
    error = ready.refused(method, "k" * 1025, query, headers, body)
    assert told(error) == (400, "KeyTooLongError", "Your key is too long")


@pytest.mark.parametrize("name", sorted(WITH_BODY))
def test_broken_body(ready: Client, name: str) -> None:
    """TRL, UP-030: what is wrong with the framing of a body is told by every taker of one."""
    method, key, query, headers, body = CALLS[name].changed(ready)
    problem = S3Error(400, "IncompleteBody", "framing")
    payload = Payload(data=body, problem=problem)
    assert ready.refused(method, key, query, headers, payload=payload) is problem


@pytest.mark.parametrize("name", ["GetObject", "HeadObject", "GetObjectAttributes"])
def test_reads_share_their_checks(ready: Client, name: str) -> None:
    """Version ids, conditions and customer keys are the same for all reads."""
    method, key, query, headers, _ = CALLS[name].changed(ready)
    assert ready.refused(method, key, {**query, "versionId": "x"}, headers).status == 400
    assert ready.refused(method, key, query, {**headers, "If-Match": '"0"'}).status == 412
    assert ready.refused(method, key, query, {**headers, **sse_c()}).status == 400  # SSEC-018


@pytest.mark.parametrize("name", ["GetObject", "HeadObject"])
def test_content_reads_share_their_checks(ready: Client, name: str) -> None:
    """GP-005, and response-* for nobody, on HEAD as on GET."""
    method = CALLS[name].method
    both = ready.refused(method, "k", {"partNumber": "1"}, {"Range": "bytes=0-1"})
    assert (both.status, both.code) == (400, "InvalidRequest")
    query = {"response-expires": "x"}
    assert ready.acting(None).refused(method, "k", query).code == "InvalidRequest"


@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": '"0"', "If-None-Match": "*"},
        {"If-Match": ""},
        {"x-amz-checksum-algorithm": "TEST"},
        {"x-amz-tagging": "a=1&a=2"},
        {"x-amz-acl": "fake"},
        {"x-amz-server-side-encryption": "none"},
        {"x-amz-object-lock-legal-hold": "ON"},
        {"x-amz-storage-class": "none"},
        {"x-amz-copy-source-if-match": '"0"'},
        {"If-None-Match": "*"},
        sse_c(source=True),
    ],
)
def test_copy_object_looks_at_every_header(ready: Client, headers: dict[str, str]) -> None:
    """What a copy asks for is held against the same rules as a put, and changes nothing."""
    ready.put("copy", b"there")
    source = {"x-amz-copy-source": "plain/k"}
    assert ready.refused("PUT", "copy", headers={**source, **headers}).status in (400, 412, 501)
    assert ready.get("copy").body == b"there"


def test_copy_object_needs_the_right_to_read(ready: Client) -> None:
    """AUTH-014: the source's owner decides."""
    theirs = ready.acting(ALT)
    theirs.bucket = "theirs"
    theirs.put("secret", b"x")
    source = {"x-amz-copy-source": "theirs/secret"}
    assert ready.refused("PUT", "copy", headers=source).code == "AccessDenied"


@pytest.mark.parametrize("list_type", [{}, {"list-type": "2"}, {"versions": ""}])
def test_lists_refuse_bad_encodings(ready: Client, list_type: dict[str, str]) -> None:
    """LMU-014, for every list of keys."""
    error = ready.refused("GET", None, {**list_type, "encoding-type": "x"})
    assert error.fields == (("ArgumentName", "encoding-type"), ("ArgumentValue", "x"))


def test_anonymous_create_on_a_public_bucket(ready: Client) -> None:
    """AUTH-009: nobody may begin an upload, even where everybody may write."""
    ready.state.ownership = "ObjectWriter"
    ready.state.public_access_block = None
    ready.send("PUT", None, {"acl": ""}, {"x-amz-acl": "public-read-write"})
    nobody = ready.acting(None)
    nobody.put("public", b"x")
    error = nobody.refused("POST", "k", {"uploads": ""})
    message = "Anonymous users cannot initiate multipart uploads.  Please authenticate."
    assert told(error) == (403, "AccessDenied", message)


@pytest.mark.parametrize("value", ["bad", b64(digest_of("SHA256", b"other"))])
def test_delete_objects_checks_its_checksum(ready: Client, value: str) -> None:
    """CK-024: a checksum in place of Content-MD5 must be right."""
    headers = {"x-amz-checksum-sha256": value}
    assert ready.refused("POST", None, {"delete": ""}, headers, DELETE).status == 400
    assert ready.get("k").body == b"0123456789"


def test_delete_refuses_bad_version_ids(ready: Client) -> None:
    """An id that S3 can't have made."""
    assert ready.refused("DELETE", "k", {"versionId": "x"}).code == "InvalidArgument"


@pytest.mark.parametrize("name", ["PutObject", "UploadPart"])
def test_largest_body(ready: Client, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """UP-027: one byte more than the limit, here a smaller one, is too many."""
    monkeypatch.setattr("conformance.reference.operations.body.MAX_PART", 10)
    method, key, query, headers, _ = CALLS[name].changed(ready)
    assert ready.send(method, key, query, headers, b"x" * 10).status == 200
    error = ready.refused(method, key, query, headers, b"x" * 11)
    assert told(error) == (
        400,
        "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed size",
    )
    assert error.fields == (("ProposedSize", "11"), ("MaxSizeAllowed", "10"))


def test_copying_from_ones_own_into_the_upload_of_another(ready: Client) -> None:
    """PREC-016: the right to read the source is none to write the part."""
    theirs = ready.acting(ALT)
    theirs.bucket = "theirs"
    theirs.put("mine", b"x")
    method, key, query, _, _ = CALLS["UploadPartCopy"].changed(ready)
    source = {"x-amz-copy-source": "theirs/mine"}
    error = ready.acting(ALT).refused(method, key, query, source)
    assert told(error) == (403, "AccessDenied", "Access Denied")


def test_copying_under_the_key_of_another(ready: Client) -> None:
    """KMS-014: nor is the right to write one to use the upload's key."""
    ready.state.ownership = "ObjectWriter"
    grant = {"x-amz-grant-write": f'id="{ALT.canonical_id}"'}
    ready.send("PUT", None, {"acl": ""}, grant)
    theirs = ready.acting(ALT)
    theirs.bucket = "theirs"
    theirs.put("mine", b"x")
    source = {"x-amz-copy-source": "theirs/mine"}
    for encryption, status in (("AES256", 200), ("aws:kms", 403)):
        upload = ready.begin(headers={"x-amz-server-side-encryption": encryption})
        query = {"partNumber": "1", "uploadId": upload}
        if status == 200:
            ready.acting(ALT).send("PUT", "k", query, source)
        else:
            assert ready.acting(ALT).refused("PUT", "k", query, source).status == status


def test_put_looks_at_every_header(ready: Client) -> None:
    """ACL-001, PREC-024: a bad ACL and an empty If-Match are refused."""
    assert ready.refused("PUT", "k", headers={"x-amz-acl": "fake"}).code == "InvalidArgument"
    error = ready.refused("PUT", "k", headers={"If-Match": ""})
    assert error.fields == (("ArgumentName", "If-Match"),)


def test_if_match_needs_the_right_to_read(ready: Client) -> None:
    """AUTH-014: who may write but not read cannot find an ETag out by trying."""
    ready.state.ownership = "ObjectWriter"
    grant = {"x-amz-grant-write": f'id="{ALT.canonical_id}"'}
    ready.send("PUT", None, {"acl": ""}, grant)
    writer, match = ready.acting(ALT), {"If-Match": f'"{etag(b"0123456789")}"'}
    upload, listed = writer.upload(b"x")
    assert writer.refused("PUT", "k", headers=match).code == "AccessDenied"
    assert writer.not_completed(upload, listed, match).code == "AccessDenied"
    assert writer.complete(upload, listed).status == 200
