"""No secret survives redaction, in any place where the protocol puts one."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from conformance.wire.model import Call, Edits, Endpoint, Framing
from conformance.wire.prepare import prepare
from conformance.wire.redact import (
    mark,
    redact_bytes,
    redact_headers,
    redact_text,
    redact_url,
)

from .conftest import ALT

SECRET = ALT.secret_key
TOKEN = ALT.session_token or ""
SIGNATURE = "0123456789abcdef" * 4
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/s3/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={SIGNATURE}"
)


def test_mark_shows_equality_alone() -> None:
    """Equal secrets have equal marks, and a mark is not marked again."""
    assert mark("a secret") == mark("a secret") != mark("a Secret")
    assert len(mark("a secret")) == len("<redacted:01234567>")
    assert mark(mark("a secret")) == mark("a secret")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("Authorization", AUTHORIZATION, AUTHORIZATION.replace(SIGNATURE, mark(SIGNATURE))),
        ("authorization", f"AWS AKID:{SIGNATURE}", f"AWS {mark(f'AKID:{SIGNATURE}')}"),
        ("Authorization", "loose", mark("loose")),
        ("X-Amz-Security-Token", TOKEN, mark(TOKEN)),
        ("x-amz-s3session-token", TOKEN, mark(TOKEN)),
        ("x-amz-server-side-encryption-customer-key", "a2V5", mark("a2V5")),
        ("X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key", "a2V5", mark("a2V5")),
        ("Set-Cookie", "session=1", mark("session=1")),
        ("x-amz-server-side-encryption-customer-key-MD5", "bWQ1", "bWQ1"),
        ("x-amz-server-side-encryption-customer-algorithm", "AES256", "AES256"),
        ("x-amz-content-sha256", SIGNATURE, SIGNATURE),
        ("ETag", '"e"', '"e"'),
        ("Authorization", "", ""),
        (
            "Location",
            f"https://h/k?X-Amz-Signature={SIGNATURE}&x=1",
            f"https://h/k?X-Amz-Signature={mark(SIGNATURE)}&x=1",
        ),
        ("X-Echo", f"token {TOKEN}!", f"token {mark(TOKEN)}!"),
    ],
)
def test_headers(name: str, value: str, wanted: str) -> None:
    """Secret values go, names and all else stay."""
    once = redact_headers([(name, value)], [TOKEN])
    assert once == ((name, wanted),)
    assert redact_headers(once, [TOKEN]) == once


def test_url() -> None:
    """Signature, token and customer keys go from a presigned URL; a token's mark is the same."""
    url = (
        f"http://h/k?uploads&X-Amz-Credential=AKID%2F2026&X-Amz-Security-Token={quote(TOKEN, '')}"
        f"&x-amz-server-side-encryption-customer-key=a2V5&X-Amz-Signature={SIGNATURE}"
    )
    assert redact_url(url) == (
        f"http://h/k?uploads&X-Amz-Credential=AKID%2F2026&X-Amz-Security-Token={mark(TOKEN)}"
        f"&x-amz-server-side-encryption-customer-key={mark('a2V5')}"
        f"&X-Amz-Signature={mark(SIGNATURE)}"
    )
    assert redact_url(redact_url(url)) == redact_url(url)


def test_known_secrets_go_wherever_they_stand() -> None:
    """A secret goes raw, percent-encoded and XML-escaped; a longer one before one inside it."""
    secret = "sec/ret+&<key>"
    text = f"a {secret} b {quote(secret, '')} c sec/ret+&amp;&lt;key&gt; d {secret}-longer"
    redacted = redact_text(text, [secret, f"{secret}-longer"])
    assert (
        redacted
        == f"a {mark(secret)} b {mark(secret)} c {mark(secret)} d {mark(secret + '-longer')}"
    )


def test_short_strings_are_no_secrets() -> None:
    """A string of a few letters is not hunted through bodies."""
    assert redact_text("a test body", ["test", ""]) == "a test body"


def test_session_credentials_in_xml() -> None:
    """What CreateSession hands out does not stay; the access key id does."""
    body = (
        "<CreateSessionResult><Credentials><SessionToken>tok</SessionToken>"
        "<SecretAccessKey>sec</SecretAccessKey><AccessKeyId>AKID</AccessKeyId>"
        "</Credentials></CreateSessionResult>"
    )
    assert redact_text(body, []) == body.replace("tok", mark("tok")).replace(
        ">sec<", f">{mark('sec')}<"
    )


def test_signature_does_not_match_echo() -> None:
    """What an endpoint echoes of a signed request keeps its shape without keys and tokens."""
    lines = f"PUT\n/k\n\nhost:h\nx-amz-security-token:{TOKEN}\nx-amz-date:2026\n"
    key_line = "x-amz-server-side-encryption-customer-key:a2V5a2V5"
    dump = (lines + key_line).encode().hex(" ")
    body = (
        f"<Error><SignatureProvided>{SIGNATURE}</SignatureProvided><CanonicalRequest>{lines}"
        f"{key_line}\n</CanonicalRequest><CanonicalRequestBytes>{dump}</CanonicalRequestBytes>"
        f"<StringToSignBytes>41 57 53</StringToSignBytes></Error>"
    )
    redacted = redact_text(body, [])
    for secret in (SIGNATURE, TOKEN, "a2V5a2V5", dump):
        assert secret not in redacted
    assert f"<SignatureProvided>{mark(SIGNATURE)}</SignatureProvided>" in redacted
    assert f"x-amz-security-token:{mark(TOKEN)}\nx-amz-date:2026" in redacted
    assert "<StringToSignBytes>41 57 53</StringToSignBytes>" in redacted
    assert redact_text(redacted, []) == redacted


def test_bad_hex_dump_is_taken_whole() -> None:
    """A dump that is none is not trusted to hold nothing."""
    body = "<CanonicalRequestBytes>abc</CanonicalRequestBytes>"
    assert "abc" not in redact_text(body, [])


def test_echoed_request_in_text() -> None:
    """A request printed into a body loses its signature and its cookies."""
    text = f"GET /k HTTP/1.1\nAuthorization: {AUTHORIZATION}\nCookie: a=b\nHost: h\n"
    redacted = redact_text(text, [])
    assert SIGNATURE not in redacted
    assert "a=b" not in redacted
    assert "SignedHeaders=host;x-amz-date" in redacted
    assert "Host: h" in redacted


def test_bytes_of_any_kind_pass() -> None:
    """Bytes without secrets are the same object's worth; secrets go out of binary, too."""
    data = bytes(range(256)) * 3
    assert redact_bytes(data, [SECRET]) == data
    secret = "pässwörter"
    redacted = redact_bytes(b"\xff" + secret.encode() + b"\0", [secret])
    assert secret.encode() not in redacted
    assert redacted.startswith(b"\xff<redacted:")


@pytest.mark.parametrize("sign", ["header", "presigned"])
@pytest.mark.parametrize("mode", ["plain", "unsigned-trailer", "signed-chunks", "signed-trailer"])
def test_nothing_secret_is_left_of_a_real_request(sign: str, mode: str) -> None:
    """After redaction a request holds no key, no token and no signature of any kind."""
    key = "c2VjcmV0LWtleS1vZi10aGlydHktdHdvLWJ5dGVzISE="
    call = Call(
        operation="UploadPart",
        members={"Bucket": "b", "Key": "k", "Body": b"x" * 70_000, "SSECustomerKey": key},
        edits=Edits(sign=sign, framing=Framing(mode=mode)),  # type: ignore[arg-type] # literals
    )
    prepared = prepare(call, Endpoint(urls={"http": "http://127.0.0.1:9"}), ALT)
    request = prepared.request
    shown = (
        repr(redact_headers(request.headers))
        + redact_url(request.url)
        + redact_bytes(request.body, []).decode()
    )
    assert "<redacted:" in shown
    for secret in (key, SECRET, TOKEN, quote(TOKEN, "")):
        assert secret not in shown
    digest = dict(request.headers).get("x-amz-content-sha256", "")
    assert not [run for run in hex_runs(shown) if run != digest]


def hex_runs(text: str) -> list[str]:
    """Return all runs of 64 hex digits: signatures look like that, and digests."""
    return re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", text)
