"""Curl lines: a stranger can run them, and nothing an endpoint sent can."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.report import curl, shell

from .samples import binary_body, exchange, run_line, text_body
from .scripted import CUSTOMER_KEY, Server, run_it, signature_holds

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.model import RecordedExchange


@pytest.mark.parametrize(
    "recorded",
    [
        exchange("POST /bucket/key?uploads HTTP/1.1"),
        exchange("GET /bucket?prefix=a%2Fb&list-type=2&delimiter= HTTP/1.1"),
        exchange("DELETE /bucket/a%20b/../c?uploadId=x%2By HTTP/1.1", status="204 No Content"),
        exchange(
            "PUT /bucket/key?partNumber=1&uploadId=u HTTP/1.1",
            headers=(("x-amz-meta-b", "it's  $HOME"), ("x-amz-meta-a", "`id`")),
            body=text_body('it\'s a "body" with $HOME and `id`\nand a line\n'),
        ),
        exchange("PUT /bucket/key HTTP/1.1", headers=(("Content-Type", "text/x"),)),
        exchange("PUT /bucket/key HTTP/1.1", body=text_body("@/etc/hostname")),
        exchange("PUT /bucket/key HTTP/1.1", body=text_body("nul \x00 and \\ and %s")),
        exchange("PUT /bucket/key HTTP/1.1", body=text_body("\r\n\u202e\x1bé'0")),
        exchange("PUT /bucket/key HTTP/1.1", body=binary_body(bytes(range(256)))),
        exchange("HEAD /bucket/key HTTP/1.1"),
        exchange("PUT /bucket/key HTTP/1.1"),
    ],
    ids=lambda recorded: (
        recorded.request.start_line.split("?")[0] + str(recorded.request.body.size)
    ),
)
def test_a_line_sends_what_the_test_sent(recorded: RecordedExchange, server: Server) -> None:
    """Method, path, query, headers and body arrive as recorded, with a signature that holds."""
    received = run_it(recorded, server)
    method, target, _ = recorded.request.start_line.split(" ")
    path, _, query = target.partition("?")
    assert received.method == method
    assert received.target.partition("?")[0] == path
    fields = {part if "=" in part else f"{part}=" for part in query.split("&") if part}
    assert set(filter(None, received.target.partition("?")[2].split("&"))) == fields
    body = recorded.request.body
    # curl 7.88 does not send it by itself, and S3 refuses a request without it.
    assert received.headers["x-amz-content-sha256"] == body.sha256
    assert hashlib.sha256(received.body).hexdigest() == body.sha256
    for name, value in recorded.request.headers:
        if name.startswith("x-amz-meta-"):
            assert received.headers[name] == value
    sent = {name.lower(): value for name, value in recorded.request.headers}
    typed = sent.get("content-type", "application/octet-stream" if body.size else None)
    assert received.headers.get("content-type") == typed
    assert signature_holds(received, server)


def test_empty_headers_are_sent(server: Server) -> None:
    """A header without a value is sent so, and not taken away."""
    recorded = exchange("GET /b/k HTTP/1.1", headers=(("x-amz-meta-e", ""),), signed=False)
    assert run_it(recorded, server).headers["x-amz-meta-e"] == ""


def test_virtual_hosts_are_reached_without_dns(server: Server) -> None:
    """The host of the URL is sent, the connection goes to the endpoint."""
    recorded = exchange(
        "GET /key HTTP/1.1", url="http://bucket.s3.example.test:9000/key", signed=False
    )
    received = run_it(recorded, server)
    assert received.headers["host"] == "bucket.s3.example.test:9000"
    assert "authorization" not in received.headers


def test_no_secret_marker_is_ever_sent() -> None:
    """Redacted values become variables; the marker itself never reaches a line."""
    recorded = exchange(
        "PUT /bucket/key HTTP/1.1",
        headers=(
            *CUSTOMER_KEY,
            ("x-amz-security-token", "<redacted:77>"),
            ("x-amz-copy-source-server-side-encryption-customer-key", "<redacted:88>"),
            ("X-Other", "before <redacted:99> after"),
        ),
    )
    line = curl.line(recorded, run_line())
    assert "redacted" not in line
    assert "'x-amz-security-token: '\"$AWS_SESSION_TOKEN\"" in line
    assert '"$COPY_SOURCE_SSE_C_KEY"' in line
    assert "'X-Other: before '\"$X_OTHER\"' after'" in line


def test_a_presigned_request_asks_for_an_url() -> None:
    """Curl can't presign: the line says what to presign, without the old signature."""
    url = "http://127.0.0.1:9000/b/k?uploads=&X-Amz-Signature=%3Credacted%3A12%3E&X-Amz-Date=1"
    line = curl.line(exchange("POST /b/k?uploads= HTTP/1.1", url=url, signed=False), run_line())
    assert "# 'http://127.0.0.1:9000/b/k?uploads='" in line
    assert line.endswith('"$PRESIGNED_URL"')
    assert "redacted" not in line


def test_signed_chunks_are_not_pretended() -> None:
    """A body whose every chunk is signed can't be sent by curl, and the line says so."""
    recorded = exchange("PUT /b/k HTTP/1.1", body=text_body("10;chunk-signature=x\r\n"))
    headers = (("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),)
    recorded = replace(recorded, request=replace(recorded.request, headers=headers))
    assert all(part.startswith("# ") for part in curl.line(recorded, run_line()).split("\n"))


def test_an_unsigned_trailer_is_sent_only_when_the_record_holds_it(server: Server) -> None:
    """A short framed body goes out as it is; zeros would be no frame at all."""
    framed = text_body("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n")
    recorded = exchange("PUT /b/k HTTP/1.1", body=framed)
    kept = [pair for pair in recorded.request.headers if pair[0] != "x-amz-content-sha256"]
    headers = (*kept, ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"))
    recorded = replace(recorded, request=replace(recorded.request, headers=headers))
    received = run_it(recorded, server)
    assert hashlib.sha256(received.body).hexdigest() == framed.sha256
    assert received.headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    long = replace(framed, size=100_000, truncated=True)
    lost = replace(recorded, request=replace(recorded.request, body=long))
    assert curl.line(lost, run_line()).startswith("# curl can't make this aws-chunked body")


def test_what_the_test_is_about_is_kept() -> None:
    """A payload hash or length that curl would not make by itself is sent as recorded."""
    recorded = exchange("PUT /b/k HTTP/1.1", body=text_body("abc"))
    headers = (("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), ("Content-Length", "99"))
    odd = replace(recorded, request=replace(recorded.request, headers=headers))
    line = curl.line(odd, run_line())
    assert "-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD'" in line
    assert "-H 'Content-Length: 99'" in line
    assert "Content-Length" not in curl.line(recorded, run_line())


def test_the_scope_of_the_signature_is_kept() -> None:
    """Region and service come from the credential scope, the key pair from the identity."""
    line = curl.line(exchange(identity="alt"), run_line(region="us-east-1"))
    assert "--aws-sigv4 aws:amz:eu-west-1:s3 " in line
    assert '--user "$S3_CONFORMANCE_ALT_ACCESS_KEY:$S3_CONFORMANCE_ALT_SECRET_KEY"' in line


def test_a_session_of_s3_express_is_asked_for() -> None:
    """Its token is a variable, and the line says where its keys come from."""
    headers = (("x-amz-s3session-token", "<redacted:1a2b3c4d>"),)
    line = curl.line(exchange("GET /b?uploads HTTP/1.1", headers=headers), run_line())
    assert "-H 'x-amz-s3session-token: '\"$AWS_S3_SESSION_TOKEN\"" in line
    assert line.startswith("# ")
    assert "CreateSession" in line.splitlines()[0]


def test_tls_trusts_the_bundle_that_the_reader_names() -> None:
    """Over TLS the usual variable names the authority, when there is one."""
    recorded = exchange("GET /b/k HTTP/1.1", url="https://127.0.0.1:9443/b/k")
    line = curl.line(recorded, run_line(tls_endpoint_url="https://127.0.0.1:9443"))
    assert '--http1.1 ${AWS_CA_BUNDLE:+--cacert "$AWS_CA_BUNDLE"}' in line
    assert "--connect-to" not in line


@pytest.mark.parametrize(
    "text",
    ["", "plain", "it's", '$(id) `id` "x"', "a\nb", "\x1b[31m", "\u202eé'\\n", "\r\n0", "-x", "!a"],
)
def test_quoted_words_mean_themselves(text: str) -> None:
    """The shell reads every word back as what it was."""
    if not shutil.which("bash"):
        pytest.skip("bash is not installed")
    shown = subprocess.run(  # noqa: S603 - the word under test
        ["bash", "-c", f"printf %s {shell.quote(text)}"],  # noqa: S607 - any bash will do
        env={"LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
    )
    assert shown.stdout == text.encode()


def test_hostile_requests_make_one_harmless_command(tmp_path: Path) -> None:
    """Whatever a record holds, a shell sees one command with quoted words."""
    if not shutil.which("bash"):
        pytest.skip("bash is not installed")
    hostile = "x'; touch owned; #$(touch owned)`touch owned`\n\r&& touch owned"
    recorded = exchange(
        "PUT /b/k HTTP/1.1",
        headers=((hostile, hostile),),
        body=text_body(hostile),
        url=f"http://127.0.0.1:9000/{hostile}",
    )
    line = curl.line(recorded, run_line(region=hostile, endpoint_url=f"http://{hostile}"))
    stand_in = "curl() { printf '%s\\0' \"$@\"; }"
    done = subprocess.run(  # noqa: S603 - curl is a function that prints its arguments
        ["bash", "-c", f"{stand_in}\n{line}"],  # noqa: S607 - any bash will do
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    words = done.stdout.decode().split("\0")
    assert f"{hostile}: {hostile}" in words
    assert words[words.index("--data-binary") + 1] == hostile
    assert done.stderr == b""
    assert list(tmp_path.iterdir()) == []


def test_a_request_in_a_dialect_says_whose_it_is() -> None:
    """Curl signs and orders headers its own way, so the line names who wrote them otherwise."""
    plain, spoken = curl.line(exchange(), run_line()), curl.line(exchange(), run_line(), "go-v2")
    first, _, rest = spoken.partition("\n")
    assert first.startswith("# written by go-v2; curl orders and signs headers in its own way")
    assert rest == plain
