"""If-Match and If-None-Match on CompleteMultipartUpload and PutObject."""

from __future__ import annotations

import pytest

from .kit import NOT_IMPLEMENTED, PRECONDITION, Client, etag, header, joined_etag, told

CONFLICT = (
    "The conditional request cannot succeed due to a conflicting operation against this resource."
)
ABSENT = {"If-None-Match": "*"}


def match(data: bytes) -> dict[str, str]:
    """Return If-Match with the ETag of a plain object."""
    return {"If-Match": f'"{etag(data)}"'}


def test_absent_and_there(s3: Client) -> None:
    """PRE-001, PRE-002, XML-015: 412, also for an object that came after the create."""
    upload, listed = s3.upload(b"x")
    s3.put("k", b"meanwhile")
    error = s3.not_completed(upload, listed, ABSENT)
    assert told(error) == (412, "PreconditionFailed", PRECONDITION)
    assert error.fields == (("Condition", "If-None-Match"),)
    assert s3.get("k").body == b"meanwhile"


def test_absent_but_deleted_meanwhile(s3: Client) -> None:
    """PRE-003: 409, and a new upload succeeds."""
    s3.put("k", b"old")
    upload, listed = s3.upload(b"x")
    s3.send("DELETE", "k")
    error = s3.not_completed(upload, listed, ABSENT)
    assert told(error) == (409, "ConditionalRequestConflict", CONFLICT)
    assert error.fields == (("Condition", "If-None-Match"), ("Key", "k"))
    upload, listed = s3.upload(b"x")
    assert s3.complete(upload, listed, ABSENT).status == 200


def test_absent(s3: Client) -> None:
    """PRE-004: nothing is there, and a delete of nothing is no conflict."""
    upload, listed = s3.upload(b"x")
    s3.send("DELETE", "k")
    assert s3.complete(upload, listed, ABSENT).status == 200


def test_absent_behind_a_delete_marker(s3: Client) -> None:
    """PRE-004: a delete marker hides what is below it."""
    s3.state.versioning = "Enabled"
    s3.put("k", b"old")
    s3.send("DELETE", "k")
    upload, listed = s3.upload(b"x")
    assert s3.complete(upload, listed, ABSENT).status == 200


def test_match(s3: Client) -> None:
    """PRE-005, PRE-013: with quotes and without."""
    for form in ('"{}"', "{}", '"{}'):
        s3.put("k", b"old")
        upload, listed = s3.upload(b"x")
        headers = {"If-Match": form.format(etag(b"old"))}
        assert s3.complete(upload, listed, headers).status == 200


def test_match_of_another(s3: Client) -> None:
    """PRE-006, PRE-014: 412; the upload stays."""
    s3.put("k", b"old")
    upload, listed = s3.upload(b"x")
    error = s3.not_completed(upload, listed, match(b"other"))
    assert told(error) == (412, "PreconditionFailed", PRECONDITION)
    assert error.fields == (("Condition", "If-Match"),)
    assert s3.complete(upload, listed, match(b"old")).status == 200


def test_match_of_what_was_rewritten(s3: Client) -> None:
    """PRE-007: 409, even if the bytes are the same."""
    s3.put("k", b"old")
    upload, listed = s3.upload(b"x")
    s3.put("k", b"old")
    error = s3.not_completed(upload, listed, match(b"old"))
    assert told(error) == (409, "ConditionalRequestConflict", CONFLICT)
    assert error.fields == (("Condition", "If-Match"), ("Key", "k"))


def test_match_without_object(s3: Client) -> None:
    """PRE-008: 404 NoSuchKey."""
    s3.put("k", b"old")
    upload, listed = s3.upload(b"x")
    s3.send("DELETE", "k")
    error = s3.not_completed(upload, listed, match(b"old"))
    assert told(error) == (404, "NoSuchKey", "The specified key does not exist.")
    assert error.fields == (("Key", "k"),)


def test_match_of_a_multipart_object(s3: Client) -> None:
    """PRE-009: its ETag with the number of parts."""
    s3.complete(*s3.upload(b"one"))
    upload, listed = s3.upload(b"x")
    headers = {"If-Match": f'"{joined_etag(b"one")}"'}
    assert s3.complete(upload, listed, headers).status == 200


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"If-None-Match": '"etag"'}, "If-None-Match"),
        ({"If-None-Match": ""}, "If-None-Match"),
        ({"If-Match": "*"}, "If-Match"),
    ],
)
@pytest.mark.parametrize("operation", ["complete", "put"])
def test_unsupported_values(s3: Client, headers: dict[str, str], name: str, operation: str) -> None:
    """PRE-011, PRE-012, PREC-025: 501 with the header and a further message, never cached."""
    upload, listed = s3.upload(b"x")
    if operation == "put":
        error = s3.refused("PUT", "k", headers=headers)
    else:
        error = s3.not_completed(upload, listed, headers)
    assert told(error) == (501, "NotImplemented", NOT_IMPLEMENTED)
    more = f"We don't accept the provided value of {name} header for this API"
    assert error.fields == (("Header", name), ("additionalMessage", more))
    assert header(error, "Cache-Control") == "no-store"


def test_put_object(s3: Client) -> None:
    """PRE-013: PutObject has the same conditions, and no conflicts."""
    s3.send("PUT", "k", headers=ABSENT, body=b"1")
    error = s3.refused("PUT", "k", headers=ABSENT, body=b"2")
    assert told(error) == (412, "PreconditionFailed", PRECONDITION)
    assert s3.refused("PUT", "k", headers=match(b"2"), body=b"2").status == 412
    assert s3.refused("PUT", "none", headers=match(b"2")).code == "NoSuchKey"
    s3.send("PUT", "k", headers=match(b"1"), body=b"2")
    assert s3.get("k").body == b"2"
