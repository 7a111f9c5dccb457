"""What a record keeps of an exchange, and what it must not."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.record.redacted import TEXT_BYTES, recorded, recorded_body
from conformance.record.to_json import dump
from conformance.record.writer import RecordWriter
from conformance.vocabulary.times import timestamp
from conformance.vocabulary.verdicts import Verdict
from conformance.wire.client import Wire
from conformance.wire.model import Answer, Call, Edits, Endpoint, Exchange, Identity, Request

from .samples import make_line, run_line

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.model import TestLine

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00"
TOKEN = "FQoGZXIvYXdzEBYaDHtoken0123456789abcdef=="
KEY = base64.b64encode(bytes(range(32))).decode()


def test_small_text_is_kept_whole() -> None:
    """A body of text comes as text, with size and digest of what was sent."""
    body = "<a>é</a>".encode()
    found = recorded_body(body, ())
    assert (found.size, found.text, found.base64, found.truncated) == (9, "<a>é</a>", None, False)
    assert found.sha256 == hashlib.sha256(body).hexdigest()
    empty = recorded_body(b"", ())
    assert (empty.size, empty.text, empty.sha256) == (0, None, hashlib.sha256(b"").hexdigest())


@pytest.mark.parametrize("size", [TEXT_BYTES, TEXT_BYTES + 1, TEXT_BYTES + 4096, 300_000])
def test_long_text_is_cut(size: int) -> None:
    """At most 16 KiB are kept, cut between characters, and the cut is told."""
    body = ("ab" * size).encode()[: size - 2] + "é".encode()
    found = recorded_body(body, ())
    assert found.text is not None
    assert len(found.text.encode()) <= TEXT_BYTES
    assert len(found.text.encode()) >= TEXT_BYTES - 4096
    assert found.truncated == (size > TEXT_BYTES)
    assert (found.size, found.sha256) == (size, hashlib.sha256(body).hexdigest())


def test_binary_is_kept_as_its_beginning() -> None:
    """Of bytes that are no text only the first few are kept."""
    body = bytes(range(256)) * 1000
    found = recorded_body(body, ())
    assert found.text is None
    assert found.base64 is not None
    assert body.startswith(base64.b64decode(found.base64))
    assert found.truncated
    assert recorded_body(b"\xff\x00", ()).truncated is False


def test_a_long_token_in_a_binary_body_is_found_whole() -> None:
    """What is kept is short, and tokens of sessions are long: half of one must not be kept."""
    token = "IQoJ" + "x1Y2" * 500
    kept = recorded_body(b"\0" * 40 + token.encode() + b"\0" * 5000, (token,))
    assert kept.base64 is not None
    assert b"IQoJ" not in base64.b64decode(kept.base64)


def test_a_character_across_the_edge_is_still_text() -> None:
    """A body whose read part ends within a character is text all the same."""
    for shift in range(4):
        body = b"x" * shift + "é€😀".encode() * 10_000
        assert recorded_body(body, ()).text is not None


@pytest.mark.parametrize("offset", range(TEXT_BYTES - 60, TEXT_BYTES + 20, 7))
def test_a_secret_across_the_cut_leaves_no_half(offset: int) -> None:
    """Wherever the cut falls, no part of a secret survives it."""
    body = b"-" * offset + SECRET.encode() + b"-" * 20_000
    text = recorded_body(body, (SECRET,)).text
    assert text is not None
    assert SECRET[:8] not in text


def test_half_a_secret_at_the_end_of_what_is_read_is_left_out() -> None:
    """Redaction that shortens the text does not pull an unredacted tail into what is kept."""
    body = (SECRET.encode() + b" ") * 2000
    text = recorded_body(body, (SECRET,)).text
    assert text is not None
    assert SECRET[:8] not in text


def test_times_are_utc_with_milliseconds() -> None:
    """Seconds since the epoch become ISO 8601."""
    assert timestamp(1_700_000_000.1234) == "2023-11-14T22:13:20.123Z"


def test_an_exchange_without_an_answer_says_why() -> None:
    """The fault stands where the response would."""
    request = Request(method="GET", target="/", url="http://h/", headers=(), body=b"", payload=b"")
    exchange = Exchange(
        operation="ListBuckets", identity="main", request=request, answer=None, fault="timeout",
        fault_text=f"nothing from {SECRET}",
    )  # fmt: skip
    found = recorded(exchange, step="s", role="step", secrets=(SECRET,))
    assert found.response is None
    assert found.fault.startswith("timeout: nothing from <redacted:")


def hostile(identity: Identity, edits: Edits) -> Exchange:
    """Return a real request of the wire's, with an answer that echoes every secret of it."""
    members = {
        "Bucket": "b", "Key": "k", "UploadId": "u", "PartNumber": 1, "Body": b"x" * 10,
        "SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY, "SSECustomerKeyMD5": "md5",
    }  # fmt: skip
    call = Call(operation="UploadPart", members=members, edits=edits)
    # Port 9 of the loopback has no listener: the request is made and signed, and goes nowhere.
    endpoint = Endpoint(urls={"http": "http://127.0.0.1:9"})
    with Wire(endpoint, {"main": identity}) as wire:
        exchange = wire.send(call)
    request = exchange.request
    echo = "\n".join([request.target, *(f"{name}: {value}" for name, value in request.headers)])
    body = f"<Error><Code>SignatureDoesNotMatch</Code><Echo>{SECRET} {KEY}\n{echo}</Echo></Error>"
    headers = (("X-Echo", f"{SECRET} {TOKEN} {KEY}"), ("Location", request.url))
    answer = Answer(status=403, reason=f"No {SECRET}", headers=headers, body=body.encode())
    return replace(exchange, answer=answer, fault=None)


@pytest.mark.parametrize(
    "edits",
    [Edits(), Edits(sign="presigned"), Edits(sign="presigned", sign_fault="tampered-signature")],
    ids=["header", "presigned", "tampered"],
)
def test_no_secret_reaches_the_file(tmp_path: Path, edits: Edits) -> None:
    """End to end: secret key, token, signature and customer key are nowhere in the record."""
    identity = Identity("AKIAFAKE000000000001", SECRET, TOKEN)
    exchange = hostile(identity, edits)
    kept = recorded(exchange, step="s", role="step", secrets=(SECRET, TOKEN, KEY))
    line: TestLine = replace(make_line("a", Verdict.FAIL), exchanges=(kept,))
    path = tmp_path / "record.jsonl"
    with RecordWriter(path) as writer:
        writer.write(run_line("a"))
        writer.write(line)
    text = path.read_text(encoding="utf-8")
    sent = f"{exchange.request.url} {exchange.request.headers}"
    signatures = set(re.findall(r"Signature=([0-9a-f]{64})", sent))
    assert len(signatures) == 1
    for secret in (SECRET, TOKEN, KEY, *signatures):
        assert secret not in text
    assert text.count("<redacted:") >= 4
    assert dump(line).decode() in text
