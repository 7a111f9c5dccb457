"""Claims that can't be read, or name what is not here, are refused before any signature is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.auth import HmacV1Auth, HmacV1QueryAuth

from .judging import CREDENTIALS, HOST, by_botocore, refused
from .signing import REGION, Signer, head


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
