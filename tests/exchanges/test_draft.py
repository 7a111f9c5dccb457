"""Drafts of scenarios from what somebody saw."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from record.samples import make_line, record

from conformance.catalog.lint.evidence import unfinished
from conformance.catalog.load import load
from conformance.catalog.problems import SpecError
from conformance.exchanges.draft import Draft, draft
from conformance.exchanges.model import ExchangeError
from conformance.exchanges.read import read_exchanges
from conformance.record.errors import RecordError
from conformance.record.to_json import dump
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Test
    from conformance.record.model import Line

KEY = "c2VjcmV0LWN1c3RvbWVyLWtleS1vZi0zMi1ieXRlcy4="
SECRETS = (
    "AKIAREALREALREAL",
    "deadbeef" * 8,
    KEY,
    "private-bucket",
    "my-report.pdf",
    "s3cr3t-token",
)
RAW = f"""\
PUT /private-bucket/my-report.pdf?partNumber=2&uploadId=VXBsb2FkSUQ HTTP/1.1
Host: storage.example.net:9000
Authorization: AWS4-HMAC-SHA256 Credential=AKIAREALREALREAL/20260101/us-east-1/s3/aws4_request, \
SignedHeaders=host, Signature={"deadbeef" * 8}
x-amz-security-token: s3cr3t-token
x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER
x-amz-trailer: x-amz-checksum-crc32c
x-amz-decoded-content-length: 5242880
x-amz-server-side-encryption-customer-algorithm: AES256
x-amz-server-side-encryption-customer-key: {KEY}
x-amz-server-side-encryption-customer-key-MD5: l8csQISwJqxmthvGoyfhHw==
Content-Length: 5300000
Expect: 100-continue

HTTP/1.1 100 Continue

HTTP/1.1 400 Bad Request
Content-Type: application/xml

<?xml version="1.0"?>
<Error><Code>InvalidRequest</Code><Message>no</Message><BucketName>private-bucket</BucketName></Error>
"""
CURL = """\
*   Trying 127.0.0.1:9000...
> POST /private-bucket/my-report.pdf?uploads HTTP/1.1
> Host: 127.0.0.1:9000
> Authorization: AWS4-HMAC-SHA256 Credential=AKIAREALREALREAL/2026/r/s3/aws4_request, Signature=ab
>\x20
< HTTP/1.1 200 OK
< Content-Type: application/xml
<\x20
<InitiateMultipartUploadResult><UploadId>abc-1</UploadId></InitiateMultipartUploadResult>
* Connection #0 to host 127.0.0.1 left intact
> PUT /private-bucket/my-report.pdf?partNumber=1&uploadId=abc-1 HTTP/1.1
> Host: 127.0.0.1:9000
> Authorization: AWS4-HMAC-SHA256 Credential=AKIAREALREALREAL/2026/r/s3/aws4_request, Signature=ab
> Content-Length: 1024
>\x20
< HTTP/1.1 200 OK
< ETag: "0f343b0931126a20f133d67c2b018a3b"
<\x20
"""
COMPLETE = (
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"
    "<ETag>&quot;0f343b0931126a20f133d67c2b018a3b&quot;</ETag></Part></CompleteMultipartUpload>"
)


def har(*entries: dict[str, Any]) -> str:
    """Return a HAR with these entries."""
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}})


def entry(
    method: str, target: str, status: int, body: str = "", answer: str = ""
) -> dict[str, Any]:
    """Return an entry of a HAR."""
    return {
        "request": {
            "method": method,
            "url": f"https://private-bucket.s3.eu-west-1.amazonaws.com{target}",
            "headers": [{"name": "Authorization", "value": "AWS4-HMAC-SHA256 Signature=ab"}],
            "postData": {"text": body},
            "bodySize": len(body),
        },
        "response": {"status": status, "headers": [], "content": {"text": answer}},
    }


def made(tmp_path: Path, text: str, set_up: int = 0) -> tuple[Draft, Test]:
    """Return the draft of a file, and the test that it loads as."""
    path = tmp_path / "seen.txt"
    path.write_text(text, "utf-8")
    found = draft(read_exchanges(path), "seen", set_up=set_up)
    file = tmp_path / "draft.yaml"
    file.write_text(found.text, "utf-8")
    catalog = load([file])
    assert len(list(unfinished(catalog))) == 2
    return found, catalog.tests[0]


def test_a_raw_exchange_becomes_a_step_without_what_is_theirs(tmp_path: Path) -> None:
    """Framing, customer key and answer stay; names, keys and tokens go."""
    found, test = made(tmp_path, RAW)
    for secret in SECRETS:
        assert secret not in found.text
        assert all(secret not in line for line in found.missing)
    (step,) = test.steps
    assert step.operation == "UploadPart"
    assert step.members["PartNumber"] == 2
    assert step.members["Body"] == {"random": "5MiB", "seed": "draft-1"}
    assert "SSECustomerKey" in step.members
    assert step.edits["framing"] == {"mode": "signed-trailer", "algorithm": "CRC32C"}
    assert step.edits["expect-continue"] is True
    assert step.expectations[0].fields == {"status": 400, "code": "InvalidRequest"}
    assert test.given[0].operation == "CreateMultipartUpload"
    assert test.bucket == "sse-c"


def test_a_curl_log_keeps_captures(tmp_path: Path) -> None:
    """The upload id of one answer is what the next request sends."""
    _, test = made(tmp_path, CURL)
    create, part = test.steps
    assert create.save == {"upload": "UploadId"}
    assert part.members["UploadId"] == "$upload"


def test_a_har_is_read_with_the_bucket_in_the_host(tmp_path: Path) -> None:
    """A completion of parts that nobody saw uploads them first."""
    text = har(
        entry("POST", "/k?uploadId=u-1", 200, COMPLETE, "<Error><Code>InternalError</Code></Error>")
    )
    found, test = made(tmp_path, text)
    assert [step.operation for step in test.given] == ["CreateMultipartUpload", "UploadPart"]
    parts = test.steps[0].members["MultipartUpload"]
    assert parts == {"Parts": [{"PartNumber": 1, "ETag": "$etag"}]}
    assert any("200 answer" in line for line in found.missing)


def test_the_first_exchanges_can_be_set_up(tmp_path: Path) -> None:
    """What only prepares the rest stands in ``given``."""
    _, test = made(tmp_path, CURL, set_up=1)
    assert [step.operation for step in test.given] == ["CreateMultipartUpload"]
    assert [step.operation for step in test.steps] == ["UploadPart"]


def test_a_record_names_its_test(tmp_path: Path) -> None:
    """Of several tests one has to be named."""
    path = tmp_path / "record.jsonl"
    made_record = record(make_line("a/b", Verdict.FAIL), make_line("a/c", Verdict.FAIL))
    lines: list[Line] = [made_record.run, *made_record.tests]
    path.write_bytes(b"\n".join(map(dump, lines)) + b"\n")
    with pytest.raises(ExchangeError, match="--test"):
        read_exchanges(path)


@pytest.mark.parametrize(
    "text",
    [
        "", "nothing at all", "{", "{}", '{"log": {"entries": 3}}', '{"log": {"entries": [{}]}}',
        '{"log":' * 50_000, "GET", "> GET", "\0\0\0", "HTTP/1.1 200 OK\n\n",
        har({"request": {"method": "get\n", "url": "x"}, "response": {"status": "y"}}),
        har({"request": {"method": "GET", "url": "http://["}, "response": {"status": 200}}),
        '{"type":"run","schema":2}',
    ],
)  # fmt: skip
def test_what_is_no_exchange_is_refused_in_one_sentence(text: str, tmp_path: Path) -> None:
    """Whatever the file holds; nothing else is raised."""
    path = tmp_path / "seen"
    path.write_text(text, "utf-8")
    with pytest.raises((ExchangeError, RecordError)):
        draft(read_exchanges(path), "seen")


@pytest.mark.parametrize(
    "value",
    [
        "$upload", "${bucket}", '"}, {x: y', "a: [b", "# x", "é\x85", "!!python/object", "'",
        "%0a%0d",
        "\u202e", "x" * 5000,
    ],
)  # fmt: skip
def test_hostile_texts_are_escaped(value: str, tmp_path: Path) -> None:
    """In headers, metadata, parameters, codes: the draft loads, and says nothing else."""
    text = (
        f"GET /b/k?uploadId=u&encoding-type={value[:80]}&max-parts=$x HTTP/1.1\nHost: h\n"
        f"x-amz-meta-a: {value}\nRange: {value}\nx-amz-other: {value}\n\n"
        f"HTTP/1.1 400 No\n\n<Error><Code>{value}</Code></Error>\n"
    )
    path = tmp_path / "seen.txt"
    path.write_bytes(text.encode())
    try:
        found = draft(read_exchanges(path), value)
    except ExchangeError:
        return
    file = tmp_path / "draft.yaml"
    file.write_text(found.text, "utf-8")
    try:
        catalog = load([file])
    except SpecError:
        return  # the command says so, with the place, and writes nothing
    assert len(catalog.tests) == 1
    assert len(catalog.tests[0].steps) == 1
