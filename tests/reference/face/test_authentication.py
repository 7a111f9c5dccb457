"""Who signed a request: botocore as the client, and every way to get it wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import HmacV1Auth, HmacV1QueryAuth, S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conformance.reference.face.authentication import Proof, authenticate
from conformance.reference.face.head import parse
from conformance.reference.face.target import resolve
from conformance.reference.messages import Account, S3Error

from .signing import ACCESS_KEY, NOW, REGION, SECRET_KEY, Signer, head

ACCOUNT = Account(
    id="111122223333",
    canonical_id="c" * 64,
    name="main",
    access_key=ACCESS_KEY,
    secret_key=SECRET_KEY,
)
HOST = "bucket.s3.localhost:9000"
CREDENTIALS = Credentials(ACCESS_KEY, SECRET_KEY)


def judge(request: bytes, now: datetime = NOW) -> Proof:
    """Authenticate a request given as bytes."""
    parsed = parse(request.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    target = resolve(parsed.target, parsed.headers.get("host") or "", ("s3.localhost",))
    return authenticate(parsed, target, {ACCESS_KEY: ACCOUNT}, REGION, now)


def refused(request: bytes, now: datetime = NOW) -> S3Error:
    """Return the error that the request is refused with."""
    with pytest.raises(S3Error) as caught:
        judge(request, now)
    return caught.value


def by_botocore(auth: object, url: str, *, method: str = "PUT", **headers: str) -> bytes:
    """Return the bytes of a request that botocore signed."""
    request = AWSRequest(method, url, headers=headers)
    auth.add_auth(request)  # type: ignore[attr-defined]  # botocore's signers share no base type
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return head(method, target, [("Host", parts.netloc), *prepared.headers.items()])


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


@pytest.mark.parametrize(
    "name",
    ["Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires"],
)
def test_presigned_without_a_parameter(signer: Signer, name: str) -> None:
    """All six parameters are needed (AUTH-005)."""
    path, _, query = signer.presigned("GET", HOST, "/key").partition("?")
    left = "&".join(one for one in query.split("&") if not one.startswith(f"X-Amz-{name}="))
    error = refused(head("GET", f"{path}?{left}", [("Host", HOST)]))
    assert (error.status, error.code) == (400, "AuthorizationQueryParametersError")
    assert error.message == (
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
        " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
    )


def test_presigned_with_a_credential_encoded_twice(signer: Signer) -> None:
    """A doubly encoded credential can't be parsed (AUTH-007)."""
    target = signer.presigned("GET", HOST, "/key").replace("%2F", "%252F")
    error = refused(head("GET", target, [("Host", HOST)]))
    assert (error.status, error.code) == (400, "AuthorizationQueryParametersError")
    assert error.message == (
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting"
        ' "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
    )


@pytest.mark.parametrize(
    ("expires", "text"),
    [
        ("soon", "should be a number"),
        ("-1", "must be non-negative"),
        ("604801", "must be less than a week"),
        ("9" * 5000, "must be less than a week"),
    ],
)
def test_presigned_with_a_strange_expiry(signer: Signer, expires: str, text: str) -> None:
    """An expiry is a number of seconds from 0 to a week."""
    target = signer.presigned("GET", HOST, "/key", expires=expires)
    error = refused(head("GET", target, [("Host", HOST)]))
    assert (error.status, error.code) == (400, "AuthorizationQueryParametersError")
    assert text in error.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256"),
        ("X-Amz-Date=20260314T", "X-Amz-Date=20261314T"),
        ("X-Amz-Date=20260314T", "X-Amz-Date=2026-03-14T"),
        ("%2F20260314%2F", "%2F20260315%2F"),
        ("%2Fs3%2F", "%2Fs4%2F"),
        ("aws4_request", "aws5_request"),
    ],
)
def test_presigned_with_a_strange_claim(signer: Signer, old: str, new: str) -> None:
    """Algorithm, date, service and terminal of the claim are checked before its signature."""
    target = signer.presigned("GET", HOST, "/key")
    assert old in target
    error = refused(head("GET", target.replace(old, new), [("Host", HOST)]))
    assert (error.status, error.code) == (400, "AuthorizationQueryParametersError")


def test_wrong_region(signer: Signer) -> None:
    """A scope of another region is told the right one (AUTH-013)."""
    lost = replace(signer, region="us-gov-west-1")
    error = refused(lost.request("GET", "/key", host=HOST))
    assert (error.status, error.code) == (400, "AuthorizationHeaderMalformed")
    assert error.message == (
        "The authorization header is malformed; the region 'us-gov-west-1' is wrong;"
        f" expecting '{REGION}'"
    )
    assert error.fields == (("Region", REGION),)
    error = refused(head("GET", lost.presigned("GET", HOST, "/key"), [("Host", HOST)]))
    assert (error.status, error.code) == (400, "AuthorizationQueryParametersError")
    assert error.fields == (("Region", REGION),)


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (
            "AWS4-HMAC-SHA256 Credential=a/20260314/r/s3/aws4_request",
            "AuthorizationHeaderMalformed",
        ),
        ("AWS4-HMAC-SHA256", "AuthorizationHeaderMalformed"),
        (
            "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b",
            "AuthorizationHeaderMalformed",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/date/r/s3/aws4_request, SignedHeaders=host, Signature=b",
            "AuthorizationHeaderMalformed",
        ),
        ("AWS4-ECDSA-P256-SHA256 Credential=a", "InvalidRequest"),
        ("Basic dXNlcjpwYXNz", "InvalidArgument"),
        ("", "InvalidArgument"),
    ],
)
def test_malformed_authorization(signer: Signer, authorization: str, code: str) -> None:
    """What can't be read as a claim is refused without showing it around."""
    sent = [
        ("Host", HOST),
        ("x-amz-date", signer.timestamp),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ("Authorization", authorization),
    ]
    error = refused(head("GET", "/key", sent))
    assert (error.status, error.code) == (400, code)
    assert "dXNlcjpwYXNz" not in str(error.fields) + error.message


def test_signature_version_2_is_refused() -> None:
    """SigV2 is named as unsupported, or as incomplete (AUTH-006)."""
    for auth in (HmacV1Auth(CREDENTIALS), HmacV1QueryAuth(CREDENTIALS)):
        error = refused(by_botocore(auth, f"http://{HOST}/key", method="GET"))
        assert (error.status, error.code) == (400, "InvalidRequest")
        assert "Please use AWS4-HMAC-SHA256." in error.message
    error = refused(head("GET", "/key?AWSAccessKeyId=a&Signature=b", [("Host", HOST)]))
    assert (error.status, error.code) == (403, "AccessDenied")
    assert error.message == (
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"
    )


def test_two_claims_at_once(signer: Signer) -> None:
    """A request is signed in one place."""
    target = signer.presigned("GET", HOST, "/key")
    error = refused(signer.request("GET", target, host=HOST))
    assert (error.status, error.code) == (400, "InvalidArgument")


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


def test_missing_date(signer: Signer) -> None:
    """A signature without a time is refused."""
    request = signer.request("GET", "/key", host=HOST)
    for line in (b"", b"x-amz-date: yesterday\r\n", b"date: yesterday\r\n"):
        error = refused(request.replace(f"x-amz-date: {signer.timestamp}\r\n".encode(), line))
        assert (error.status, error.code) == (403, "AccessDenied")


def test_missing_payload_hash(signer: Signer) -> None:
    """A header-signed request says what its payload is."""
    request = signer.request("GET", "/key", host=HOST, payload_hash="UNSIGNED-PAYLOAD")
    error = refused(request.replace(b"x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n", b""))
    assert (error.status, error.code) == (400, "InvalidRequest")
    assert error.message == "Missing required header for this request: x-amz-content-sha256"


@pytest.mark.parametrize(
    "value", ["none", "0" * 63, "g" * 64, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"]
)
def test_invalid_payload_hash(signer: Signer, value: str) -> None:
    """Only a SHA-256 or one of the documented words will do."""
    error = refused(signer.request("PUT", "/key", host=HOST, payload_hash=value))
    assert (error.status, error.code) == (400, "InvalidArgument")
    assert error.fields == (
        ("ArgumentName", "x-amz-content-sha256"),
        ("ArgumentValue", value),
    )


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
