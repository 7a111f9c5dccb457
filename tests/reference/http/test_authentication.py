"""Who signed a request: botocore as the client, and every way to get it wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth

from .judging import ACCOUNT, CREDENTIALS, HOST, by_botocore, judge, refused
from .signing import ACCESS_KEY, NOW, REGION, SECRET_KEY, Signer, head


@pytest.fixture
def _frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW.replace(tzinfo=None))


@pytest.mark.usefixtures("_frozen")
@pytest.mark.parametrize(
    "path",
    [
        "/key",
        "/a//b/../c",
        "/blank%20%20end%20",
        "/%F0%9F%98%80",
        "/a%2Fb",
        "/paren(s)!*'",
        "/tilde~",
        "/plus+plus%2B",
        "/key?uploads",
        "/key?partNumber=1&uploadId=a%2Fb~c",
        "/?prefix=a%20b&delimiter=%2F&list-type=2",
    ],
)
@pytest.mark.parametrize(("auth", "signed"), [(S3SigV4Auth, "header"), (S3SigV4QueryAuth, "query")])
def test_botocore_signs_and_we_agree(auth: type[SigV4Auth], signed: str, path: str) -> None:
    """Header-signed and presigned requests for odd targets are their signer's."""
    request = by_botocore(
        auth(CREDENTIALS, "s3", REGION),
        f"http://{HOST}{path}",
        **{"x-amz-meta-note": "two  blanks ", "Content-Type": "text/plain"},
    )
    proof = judge(request)
    assert proof.caller is ACCOUNT
    assert proof.signed == signed


def test_anonymous_has_no_caller() -> None:
    """Without a claim nobody asked, and the body is taken as it comes."""
    proof = judge(head("GET", "/key", [("Host", HOST)]))
    assert (proof.caller, proof.signed, proof.payload_hash) == (None, "none", "UNSIGNED-PAYLOAD")


def test_date_header_in_place_of_x_amz_date(signer: Signer) -> None:
    """A request dated by Date alone is judged by that time, in either of its forms."""
    for date in ("Sat, 14 Mar 2026 15:09:26 GMT", signer.timestamp):
        headers = [("host", HOST), ("date", date), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]
        value = signer.authorization("GET", "/key", "", headers, "UNSIGNED-PAYLOAD")
        assert judge(head("GET", "/key", [*headers, ("Authorization", value)])).caller is ACCOUNT


def test_wrong_secret_shows_what_was_signed(signer: Signer) -> None:
    """SignatureDoesNotMatch carries its six fields in order (AUTH-001)."""
    error = refused(replace(signer, secret_key="other").request("GET", "/key", host=HOST))
    assert (error.status, error.code) == (403, "SignatureDoesNotMatch")
    fields = dict(error.fields)
    assert list(fields) == [
        "AWSAccessKeyId",
        "StringToSign",
        "SignatureProvided",
        "StringToSignBytes",
        "CanonicalRequest",
        "CanonicalRequestBytes",
    ]
    assert fields["AWSAccessKeyId"] == ACCESS_KEY
    assert fields["StringToSign"].startswith(f"AWS4-HMAC-SHA256\n{signer.timestamp}\n")
    assert bytes.fromhex(fields["StringToSignBytes"]).decode() == fields["StringToSign"]
    assert fields["CanonicalRequest"].startswith(f"GET\n/key\n\nhost:{HOST}\n")
    assert bytes.fromhex(fields["CanonicalRequestBytes"]).decode() == fields["CanonicalRequest"]
    assert not any(SECRET_KEY in value for value in fields.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"PUT /key", b"POST /key"),
        (b"/key?a=1", b"/kex?a=1"),
        (b"/key?a=1", b"/key?a=1&b=2"),
        (b"/key?a=1", b"/key?a=2"),
        (b"x-amz-meta-a: 1", b"x-amz-meta-a: 2"),
        (b"host: " + HOST.encode(), b"host: other.s3.localhost"),
        (b"x-amz-content-sha256: UNSIGNED-PAYLOAD", b"x-amz-content-sha256: " + b"0" * 64),
        (b"Signature=", b"Signature=0"),
    ],
)
def test_any_change_after_signing_breaks_the_signature(
    signer: Signer, old: bytes, new: bytes
) -> None:
    """Method, path, query, signed headers, payload hash and signature are all covered."""
    request = signer.request(
        "PUT",
        "/key?a=1",
        host=HOST,
        headers=[("x-amz-meta-a", "1")],
        payload_hash="UNSIGNED-PAYLOAD",
    )
    assert judge(request).caller is ACCOUNT
    assert old in request
    assert refused(request.replace(old, new)).code == "SignatureDoesNotMatch"


def test_a_signed_header_that_never_came(signer: Signer) -> None:
    """A signature over a header that was left out does not fit."""
    request = signer.request("GET", "/key", host=HOST, headers=[("range", "bytes=0-1")])
    error = refused(request.replace(b"range: bytes=0-1\r\n", b""))
    assert error.code == "SignatureDoesNotMatch"


def test_unknown_access_key(signer: Signer) -> None:
    """A key that no account has is named (AUTH-002)."""
    error = refused(replace(signer, access_key="AKIANOBODY").request("GET", "/key", host=HOST))
    assert (error.status, error.code) == (403, "InvalidAccessKeyId")
    assert error.fields == (("AWSAccessKeyId", "AKIANOBODY"),)


@pytest.mark.parametrize(
    ("late", "named"),
    [
        ([("x-amz-acl", "private")], "x-amz-acl"),
        ([("X-Amz-Tagging", "a=b"), ("x-amz-meta-b", "c")], "x-amz-tagging, x-amz-meta-b"),
    ],
)
def test_unsigned_amz_headers(signer: Signer, late: list[tuple[str, str]], named: str) -> None:
    """x-amz-* headers beside the signature are refused by name (AUTH-003)."""
    for request in (
        signer.request("PUT", "/key", host=HOST, late=late),
        head("PUT", signer.presigned("PUT", HOST, "/key"), [("Host", HOST), *late]),
    ):
        error = refused(request)
        assert (error.status, error.code) == (403, "AccessDenied")
        assert error.message == "There were headers present in the request which were not signed"
        assert error.fields == (("HeadersNotSigned", named),)


def test_unsigned_host(signer: Signer) -> None:
    """A signature that leaves the host out could be replayed elsewhere, and is refused."""
    headers = [("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), ("x-amz-date", signer.timestamp)]
    value = signer.authorization("GET", "/key", "", headers, "UNSIGNED-PAYLOAD")
    sent = [("Host", HOST), *headers, ("Authorization", value)]
    assert refused(head("GET", "/key", sent)).fields == (("HeadersNotSigned", "host"),)


def test_other_unsigned_headers_do_no_harm(signer: Signer) -> None:
    """Only Host and x-amz-* must be signed; tracing headers and checks of HTTP's own need not."""
    late = [("x-amzn-trace-id", "1"), ("User-Agent", "x"), ("Content-MD5", "y")]
    assert judge(signer.request("PUT", "/key", host=HOST, late=late)).caller is ACCOUNT


@pytest.mark.parametrize(
    ("minutes", "accepted"), [(-14, True), (14, True), (-16, False), (16, False)]
)
def test_clock_skew(signer: Signer, minutes: int, *, accepted: bool) -> None:
    """More than 15 minutes off is too much, in both directions (AUTH-012)."""
    request = signer.request("GET", "/key", host=HOST)
    now = NOW + timedelta(minutes=minutes)
    if accepted:
        assert judge(request, now).caller is ACCOUNT
        return
    error = refused(request, now)
    assert (error.status, error.code) == (403, "RequestTimeTooSkewed")
    assert error.fields == (
        ("RequestTime", signer.timestamp),
        ("ServerTime", f"{now:%Y-%m-%dT%H:%M:%SZ}"),
        ("MaxAllowedSkewMilliseconds", "900000"),
    )


def test_presigned_until_it_expires(signer: Signer) -> None:
    """A presigned URL serves to the last second and then says when it ended (AUTH-004)."""
    request = head("GET", signer.presigned("GET", HOST, "/key"), [("Host", HOST)])
    assert judge(request, NOW + timedelta(seconds=900)).caller is ACCOUNT
    now = NOW + timedelta(seconds=901)
    error = refused(request, now)
    assert (error.status, error.code, error.message) == (
        403,
        "AccessDenied",
        "Request has expired",
    )
    assert error.fields == (
        ("X-Amz-Expires", "900"),
        ("Expires", "2026-03-14T15:24:26Z"),
        ("ServerTime", "2026-03-14T15:24:27Z"),
    )


def test_presigned_for_later(signer: Signer) -> None:
    """A URL from the future is refused, whatever its expiry."""
    request = head("GET", signer.presigned("GET", HOST, "/key"), [("Host", HOST)])
    error = refused(request, NOW - timedelta(minutes=16))
    assert (error.status, error.code) == (403, "AccessDenied")


def test_token_with_long_term_credentials(signer: Signer) -> None:
    """A session token that no session gave is refused and shown (AUTH-011)."""
    token = ("x-amz-security-token", "made-up")
    presigned = signer.presigned("GET", HOST, "/key")
    for request in (
        signer.request("GET", "/key", host=HOST, headers=[token]),
        signer.request("GET", "/key", host=HOST, late=[token]),
        head("GET", f"{presigned}&X-Amz-Security-Token=made-up", [("Host", HOST)]),
    ):
        error = refused(request)
        assert (error.status, error.code) == (400, "InvalidToken")
        assert error.message == "The provided token is malformed or otherwise invalid."
        assert error.fields == (("Token-0", "made-up"),)


def test_payload_hash_of_a_presigned_url(signer: Signer) -> None:
    """A hash in the presigned query, or in a signed header, is what was signed."""
    digest = "a" * 64
    names = f"X-Amz-Content-Sha256={digest}"
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&{names}&X-Amz-Credential={quote(f'{ACCESS_KEY}/{signer.scope}', safe='')}"
        f"&X-Amz-Date={signer.timestamp}&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
    )
    _, signature = signer.signature("PUT", "/key", query, [("host", HOST)], digest)
    request = head("PUT", f"/key?{query}&X-Amz-Signature={signature}", [("Host", HOST)])
    assert judge(request).payload_hash == digest
    assert refused(request.replace(b"aaaa", b"bbbb", 1)).code == "SignatureDoesNotMatch"
