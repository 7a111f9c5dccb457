"""S3 Express signing: what a session signs, and how long it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from conformance.wire.express import Sessions, about_whole_bucket, needs_session, session_identity
from conformance.wire.model import Answer, Call, Edits, Endpoint, Identity
from conformance.wire.prepare import prepare
from conformance.wire.redact import redact_text

if TYPE_CHECKING:
    from conformance.wire.model import Request

BUCKET = "base--use1-az4--x-s3"
OTHER = "other--use1-az4--x-s3"
MAIN = Identity("AKIAMAIN", "main-secret")
SESSION = Identity("ASIASESSION", "session-secret", "session-token", of_session=True)
ENDPOINT = Endpoint(urls={"http": "http://127.0.0.1:81"}, service_domain="aws.test")


class Opener:
    """Opens sessions that end after so many seconds, and counts them."""

    def __init__(self, seconds: float, status: int = 200, *, zoned: bool = True) -> None:
        self.seconds, self.status, self.zoned = seconds, status, zoned
        self.calls: list[tuple[str, str]] = []

    def __call__(self, call: Call, who: str) -> Answer | None:
        """Answer a CreateSession."""
        assert call.operation == "CreateSession"
        self.calls.append((str(call.members["Bucket"]), who))
        number = len(self.calls)
        ends = datetime.now(UTC) + timedelta(seconds=self.seconds)
        credentials = {
            "AccessKeyId": f"ASIA{number}",
            "SecretAccessKey": f"secret-{number}",
            "SessionToken": f"token-{number}",
            "Expiration": ends if self.zoned else ends.replace(tzinfo=None),
        }
        members = {"Credentials": credentials} if self.status == 200 else {}
        return Answer(status=self.status, reason="", headers=(), body=b"", members=members)


def put(bucket: str = BUCKET, **edits: object) -> Call:
    """Return a call that a session signs."""
    members = {"Bucket": bucket, "Key": "k"}
    return Call(operation="PutObject", members=members, edits=Edits(**edits))  # type: ignore[arg-type] # any field


def test_a_time_without_a_zone_is_in_utc() -> None:
    """An endpoint that leaves the zone out ends no run."""
    opener = Opener(300, zoned=False)
    sessions = Sessions(opener)
    assert sessions.signer(put(), "main", MAIN) == sessions.signer(put(), "main", MAIN)
    assert len(opener.calls) == 1


def test_a_session_is_opened_once_for_a_bucket_and_an_identity() -> None:
    """It signs whatever follows; another bucket or identity has one of its own."""
    opener = Opener(300)
    sessions = Sessions(opener)
    first = sessions.signer(put(), "main", MAIN)
    assert first == Identity("ASIA1", "secret-1", "token-1", of_session=True)
    assert sessions.signer(put(), "main", MAIN) == first
    assert sessions.signer(put(OTHER), "main", MAIN).access_key == "ASIA2"
    assert sessions.signer(put(), "alt", MAIN).access_key == "ASIA3"
    assert opener.calls == [(BUCKET, "main"), (OTHER, "main"), (BUCKET, "alt")]


@pytest.mark.parametrize(("seconds", "opened"), [(59, 2), (61, 1), (300, 1)])
def test_a_session_is_renewed_a_minute_before_its_end(seconds: float, opened: int) -> None:
    """So no request is under way when it ends."""
    opener = Opener(seconds)
    sessions = Sessions(opener)
    sessions.signer(put(), "main", MAIN)
    sessions.signer(put(), "main", MAIN)
    assert len(opener.calls) == opened


def test_without_a_session_the_own_keys_sign() -> None:
    """The endpoint's word on the request is seen, not a mistake of ours; it is asked anew."""
    opener = Opener(300, status=403)
    sessions = Sessions(opener)
    assert sessions.signer(put(), "main", MAIN) == MAIN
    assert sessions.signer(put(), "main", MAIN) == MAIN
    assert len(opener.calls) == 2
    assert Sessions(lambda _call, _who: None).signer(put(), "main", MAIN) == MAIN


def test_what_a_step_chooses_goes_before() -> None:
    """Given keys, none at all, or no signature: then no session is opened."""
    opener = Opener(300)
    sessions = Sessions(opener)
    assert sessions.signer(put(session="none"), "main", MAIN) == MAIN
    assert sessions.signer(put(session=SESSION), "main", MAIN) == SESSION
    assert sessions.signer(put(sign="anonymous"), "main", MAIN) == MAIN
    assert sessions.signer(put("plain"), "main", MAIN) == MAIN
    assert opener.calls == []


@pytest.mark.parametrize(
    ("operation", "session", "whole"),
    [
        ("UploadPart", True, False),
        ("ListMultipartUploads", True, False),
        ("HeadBucket", True, False),
        ("UploadPartCopy", False, False),
        ("CopyObject", False, False),
        ("CreateSession", False, False),
        ("CreateBucket", False, True),
        ("ListDirectoryBuckets", False, True),
    ],
)
def test_the_model_says_which_operations_take_a_session(
    operation: str, session: bool, whole: bool
) -> None:
    """Copies and whole buckets are for the account's own keys (DIR-008)."""
    assert needs_session(operation) is session
    assert about_whole_bucket(operation) is whole


@pytest.mark.parametrize(
    "credentials",
    [None, "none", {}, {"AccessKeyId": "a", "SecretAccessKey": "b"}, {"SessionToken": 1}],
)
def test_what_are_no_credentials(credentials: object) -> None:
    """Half a session is none."""
    assert session_identity(credentials) is None


def sent(signer: Identity, operation: str = "UploadPart", **edits: object) -> Request:
    """Return the request of a part, signed by ``signer``."""
    members = {"Bucket": BUCKET, "Key": "k", "UploadId": "u", "PartNumber": 1, "Body": b"x"}
    if operation == "DeleteObjects":
        members = {"Bucket": BUCKET, "Delete": {"Objects": [{"Key": "k"}]}}
    call = Call(operation=operation, members=members, edits=Edits(**edits))  # type: ignore[arg-type] # any field
    return prepare(call, ENDPOINT, signer).request


def header(request: Request, name: str) -> str | None:
    """Return a header of a request."""
    return {key.lower(): value for key, value in request.headers}.get(name.lower())


def test_the_token_has_a_header_of_its_own_and_is_signed() -> None:
    """A session's token is no security token, and the scope is that of s3express."""
    request = sent(SESSION)
    assert header(request, "x-amz-s3session-token") == "session-token"
    assert header(request, "x-amz-security-token") is None
    authorization = header(request, "authorization") or ""
    assert "/us-east-1/s3express/aws4_request" in authorization
    assert "x-amz-s3session-token" in authorization
    assert header(sent(MAIN), "x-amz-s3session-token") is None


@pytest.mark.parametrize(
    ("fault", "token", "other"),
    [
        ("missing-token", None, None),
        ("wrong-token", "aession-token", None),
        ("extra-token", None, "FwoGZXIvYXdzEBYaDNOSUCHTOKEN"),
    ],
)
def test_wrong_tokens(fault: str, token: str | None, other: str | None) -> None:
    """Each fault is as its name says, and signed all the same."""
    request = sent(SESSION, sign_fault=fault)
    assert header(request, "x-amz-s3session-token") == token
    assert header(request, "x-amz-security-token") == other


def test_a_wrong_service() -> None:
    """The fault names s3 where s3express is right, and the other way round."""
    request = sent(SESSION, sign_fault="wrong-service")
    assert "/s3/aws4_request" in (header(request, "authorization") or "")


def test_a_presigned_url_carries_the_token() -> None:
    """It has a parameter of its own there."""
    request = sent(SESSION, sign="presigned")
    parameters = parse_qs(urlsplit(request.target).query)
    assert parameters["X-Amz-S3session-Token"] == ["session-token"]
    assert "X-Amz-Security-Token" not in parameters


def test_required_digests_are_no_md5() -> None:
    """Directory buckets take no Content-MD5, so that SDKs send a CRC32 (DIR-016)."""
    request = sent(SESSION, "DeleteObjects")
    assert header(request, "content-md5") is None
    assert header(request, "x-amz-checksum-crc32") is not None


def test_an_echoed_token_is_hidden() -> None:
    """A refusal that repeats the token leaks it no further, though it differs by a character."""
    shown = redact_text("<Error><Token-0>aession-token</Token-0></Error>", ["session-token"])
    assert "token</" not in shown
    assert "ession" not in shown
