"""What an upload that has ended still answers: replays, aborts, races."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from conformance.reference.domain.messages import S3Error

from ..kit import (
    ALT,
    MAIN,
    NO_UPLOAD,
    Client,
    etag,
    header,
    joined_etag,
    manifest,
    shape,
    text,
    texts,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Callable

GONE = (404, "NoSuchUpload", NO_UPLOAD)


def finished(s3: Client, body: bytes = b"x") -> tuple[str, bytes]:
    """Complete an upload of one part; return its id and its manifest."""
    upload, listed = s3.upload(body)
    s3.complete(upload, listed)
    return upload, listed


def test_replay(s3: Client) -> None:
    """CMP-018: the same answer, without the checksum elements."""
    upload, listed = s3.upload(b"x")
    first, again = s3.complete(upload, listed), s3.complete(upload, listed)
    assert again.status == 200
    assert again.headers == first.headers
    assert shape(again.body) == ["Location", "Bucket", "Key", "ETag"]
    assert text(again.body, "ETag") == text(first.body, "ETag") == f'"{joined_etag(b"x")}"'


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": "*"},
        {"If-Match": '"0"'},
        {"x-amz-mp-object-size": "999"},
        {"x-amz-checksum-crc32": "AAAAAA=="},
        {"x-amz-checksum-type": "COMPOSITE"},
    ],
)
def test_replay_ignores_conditions(s3: Client, headers: dict[str, str]) -> None:
    """CMP-019, RPL-001: what held at first need not hold again."""
    assert s3.complete(*finished(s3), headers).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": ""}, 400),
        ({"If-None-Match": '"x"'}, 501),
        ({"x-amz-mp-object-size": "bad"}, 400),
        ({"x-amz-checksum-crc32": "bad"}, 400),
    ],
)
def test_replay_refuses_bad_headers(s3: Client, headers: dict[str, str], status: int) -> None:
    """RPL-002: syntax is looked at all the same."""
    assert s3.not_completed(*finished(s3), headers).status == status


def test_replay_with_another_list(s3: Client) -> None:
    """CMP-020: another manifest is another completion."""
    upload, _ = finished(s3)
    for rows in ([(2, etag(b"x"))], [(1, "0" * 32)], [(1, etag(b"x")), (2, etag(b"x"))]):
        error = s3.not_completed(upload, manifest(rows))
        assert told(error) == GONE
        assert error.fields == (("UploadId", upload),)


@pytest.mark.parametrize("change", ["put", "delete", "complete"])
def test_replay_without_its_object(s3: Client, change: str) -> None:
    """CMP-021, RPL-009: once the object is overwritten or deleted, the upload is gone."""
    upload, listed = finished(s3)
    changes: dict[str, Callable[[], object]] = {
        "put": lambda: s3.put("k", b"x"),
        "delete": lambda: s3.send("DELETE", "k"),
        "complete": lambda: finished(s3),
    }
    changes[change]()
    assert told(s3.not_completed(upload, listed)) == GONE


def test_replay_of_a_version(s3: Client) -> None:
    """CMP-022: while the version is there, whatever lies above it."""
    s3.state.versioning = "Enabled"
    upload, listed = s3.upload(b"x")
    version = header(s3.complete(upload, listed), "x-amz-version-id") or ""
    s3.put("k", b"newer")
    s3.send("DELETE", "k")
    again = s3.complete(upload, listed)
    assert header(again, "x-amz-version-id") == version
    s3.send("DELETE", "k", {"versionId": version})
    assert told(s3.not_completed(upload, listed)) == GONE


@pytest.mark.parametrize("change", ["put", "delete", "complete"])
def test_replay_of_a_null_version(s3: Client, change: str) -> None:
    """RPL-004: the null version is replaced by the next one, or by a delete marker."""
    s3.state.versioning = "Suspended"
    test_replay_without_its_object(s3, change)


def test_replay_is_authorised(s3: Client) -> None:
    """RPL-003: a policy that denies by now denies the replay."""
    upload, listed = finished(s3)
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::plain/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.send("PUT", None, {"policy": ""}, body=json.dumps(policy).encode())
    error = s3.not_completed(upload, listed)
    assert told(error) == (403, "AccessDenied", "Access Denied")


def test_abort(s3: Client) -> None:
    """ABT-001, XML-007: 204 and nothing; the upload and its parts are gone."""
    upload, listed = s3.upload(b"x")
    response = s3.abort(upload)
    assert (response.status, response.headers, response.body) == (204, (), b"")
    assert texts(s3.uploads(), "Upload/UploadId") == []
    assert told(s3.refused("GET", "k", {"uploadId": upload})) == GONE
    assert told(s3.not_completed(upload, listed)) == GONE  # CMP-023
    assert s3.state.uploads[upload].parts == {}


def test_abort_unknown(s3: Client) -> None:
    """ABT-002, ABT-003, PREC-030: an id that never was, or of another key."""
    for upload, key in (("fakeid", "k"), ("", "k"), (s3.begin("k"), "other")):
        error = s3.refused("DELETE", key, {"uploadId": upload})
        assert told(error) == GONE
        assert error.fields == (("UploadId", upload),)
        assert error.declaration


def test_abort_again(s3: Client) -> None:
    """ABT-004: a second abort is no mistake."""
    upload = s3.begin()
    assert [s3.abort(upload).status for _ in range(3)] == [204] * 3


def test_abort_after_complete(s3: Client) -> None:
    """ABT-005, RPL-011: 204; the object stays, and so does the replay."""
    upload, listed = finished(s3)
    assert s3.abort(upload).status == 204
    assert s3.get("k").body == b"x"
    assert s3.complete(upload, listed).status == 200


def test_abort_by_a_stranger(s3: Client) -> None:
    """RPL-012, ACL-017: 403 for a known id, be it active or completed."""
    completed, _ = finished(s3)
    stranger = s3.acting(ALT)
    for upload in (s3.begin(), completed):
        error = stranger.refused("DELETE", "k", {"uploadId": upload})
        assert told(error) == (403, "AccessDenied", "Access Denied")
    assert told(stranger.refused("DELETE", "k", {"uploadId": "no"})) == GONE


def test_owner_manages_the_uploads_of_others(s3: Client) -> None:
    """ACL-015, ACL-016: the bucket's owner lists and aborts; the initiator still may abort."""
    s3.state.ownership = "ObjectWriter"
    grant = {"x-amz-grant-write": f'id="{ALT.canonical_id}"'}
    s3.send("PUT", None, {"acl": ""}, grant)
    writer = s3.acting(ALT)
    theirs, also = writer.begin(), writer.begin()
    assert text(s3.parts(theirs), "Initiator/ID") == ALT.canonical_id
    assert text(s3.parts(theirs), "Owner/ID") == ALT.canonical_id  # LMU-026
    assert s3.abort(theirs).status == 204
    s3.send("PUT", None, {"acl": ""}, {"x-amz-acl": "private"})
    query = {"partNumber": "1", "uploadId": also}
    assert writer.refused("PUT", "k", query).code == "AccessDenied"
    assert writer.abort(also).status == 204


def test_bucket_deleted_and_made_again(s3: Client) -> None:
    """ABT-006, ABT-007, RPL-013, VER-004: uploads are forgotten with their bucket."""
    upload, listed = s3.upload(b"x")
    assert s3.send("DELETE").status == 204
    assert s3.refused("DELETE", "k", {"uploadId": upload}).code == "NoSuchBucket"
    place = "<LocationConstraint>eu-central-1</LocationConstraint>"
    place = f"<CreateBucketConfiguration>{place}</CreateBucketConfiguration>"
    s3.send("PUT", body=place.encode())
    for method, body in (("DELETE", b""), ("GET", b""), ("POST", listed)):
        error = s3.refused(method, "k", {"uploadId": upload}, body=body)
        assert told(error) == GONE
    assert s3.state.owner == MAIN


def test_bytes_of_an_overwritten_object_are_freed(s3: Client) -> None:
    """A completed upload keeps its manifest, not its object."""
    upload, _ = finished(s3)
    s3.put("k", b"over")
    kept = s3.state.uploads[upload]
    assert (kept.parts, kept.state) == ({}, "completed")
    assert [version.upload_id for version in s3.state.objects["k"]] == [None]


def outcome(send: Callable[[], object]) -> int:
    """Return the status of a request, refused or not."""
    try:
        return int(getattr(send(), "status", 0))
    except S3Error as error:
        return error.status


def test_two_manifests_at_once(s3: Client) -> None:
    """RPL-005, RPL-006: one list is published; identical ones all succeed."""
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            upload = s3.begin()
            for number in (1, 2):
                s3.part(upload, number, b"%d" % number)
            lists = [manifest([(n, etag(b"%d" % n))]) for n in (1, 2)] * 4
            sent = [pool.submit(outcome, partial(s3.complete, upload, one)) for one in lists]
            statuses = [future.result() for future in sent]
            winner = int(s3.get("k").body) - 1
            assert statuses[winner::2] == [200] * 4
            assert statuses[1 - winner :: 2] == [404] * 4


def test_complete_racing_abort(s3: Client) -> None:
    """RPL-007: abort always succeeds; the object is there if and only if complete did too."""
    with ThreadPoolExecutor(2) as pool:
        for at in range(30):
            key = f"race-{at}"
            upload, listed = s3.upload(b"x", key=key)
            done = pool.submit(outcome, partial(s3.complete, upload, listed, key=key))
            aborted = pool.submit(outcome, partial(s3.abort, upload, key=key))
            assert aborted.result() == 204
            there = outcome(partial(s3.get, key)) == 200
            assert done.result() == (200 if there else 404)
