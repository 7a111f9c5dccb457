"""Each dialect writes what its client was seen to send, line for line.

``tests/data/client-requests.jsonl`` holds the captured requests, one form a line: ids, dates,
hosts, signatures, digests and lengths are taken out, as `conformance.wire.written` does it, and
``variant``, ``bytes``, ``given`` and ``directory`` say what the client was asked for.
"""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.catalog.load import load
from conformance.record.redacted import recorded
from conformance.vocabulary.dialects import Spoken
from conformance.wire.model import Call, Edits, Endpoint, Exchange, Identity
from conformance.wire.prepare import Prepared, prepare
from conformance.wire.written import chunks, head_form

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.vocabulary.dialects import Dialect

Captured = dict[str, Any]
CAPTURED = Path(__file__).parents[1] / "data" / "client-requests.jsonl"
ENDPOINT = Endpoint(urls={"http": "http://127.0.0.1:9000", "tls": "https://127.0.0.1:9443"})
KEYS = Identity("AKIDEXAMPLE", "secret-of-the-test")
SESSION = Identity("ASIAEXAMPLE", "secret-of-the-test", "token-of-the-test", of_session=True)
KEY = base64.b64encode(bytes(range(32))).decode()
PART = re.compile(r"<Part>(.*?)</Part>", re.DOTALL)
FIELD = re.compile(r"<(\w+)>([^<]*)</\1>")
SIGNATURE = re.compile(r"Signature=([0-9a-f]{64})")
QUOTES = re.compile(r"&#34;|&quot;|\"")


@cache
def dialects() -> Mapping[str, Dialect]:
    """Load the dialects once."""
    return load().dialects


@cache
def captured() -> list[Captured]:
    """Read the captured requests."""
    return [json.loads(line) for line in CAPTURED.read_text(encoding="utf-8").splitlines()]


CLIENTS = sorted({row["dialect"] for row in captured()})


def overs(client: str) -> Iterator[tuple[Captured, str]]:
    """Yield each captured request of a client with each transport over which it was seen."""
    for row in captured():
        if row["dialect"] == client:
            for over in row["over"]:
                yield row, over


def parts(document: str) -> list[dict[str, object]]:
    """Read the parts that a captured document names in full; ETags get their quotes back."""
    found = []
    for body in PART.findall(document):
        fields: dict[str, object] = dict(FIELD.findall(body))
        fields["ETag"] = '"' + QUOTES.sub("", str(fields["ETag"])) + '"'
        found.append(fields)
    return found


def written(row: Captured, over: str) -> Prepared:
    """Write the captured request anew, in its client's dialect."""
    members = dict(row.get("given", {}))
    directory = row.get("directory", False)
    members |= {"Bucket": "name--use1-az4--x-s3" if directory else "bucket", "Key": "k"}
    if row["operation"] in ("ListMultipartUploads", "CreateSession"):
        del members["Key"]
    if "bytes" in row:
        members["Body"] = b"x" * row["bytes"]
    if "document" in row:
        members["MultipartUpload"] = {"Parts": parts(row["document"])}
    token = any(": <token>" in line or "S3session-Token" in line for line in row["head"])
    edits = Edits(
        spoken=Spoken(dialect=dialects()[row["dialect"]], variant=row.get("variant", "")),
        transport="tls" if over == "tls" else "http",
        sign="presigned" if row.get("presigned") else "header",
    )
    call = Call(operation=row["operation"], members=members, edits=edits)
    return prepare(call, ENDPOINT, SESSION if token else KEYS)


def without_transfer_chunks(body: bytes) -> bytes:
    """Take HTTP's own chunked coding off."""
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        whole += rest[: int(size, 16)]
        body = rest[int(size, 16) + 2 :]
    return whole


@pytest.mark.parametrize("client", CLIENTS)
def test_head_is_as_captured(client: str) -> None:
    """Query and header lines equal the captured ones: names, case, order, what is signed."""
    for row, over in overs(client):
        request = written(row, over).request
        assert list(head_form(request.target, request.headers)) == row["head"], (row, over)


@pytest.mark.parametrize("client", CLIENTS)
def test_body_is_framed_as_captured(client: str) -> None:
    """Size and case of the first chunk, chunk signatures and trailer equal the captured ones."""
    for row, over in overs(client):
        if "chunks" in row:
            body = written(row, over).request.body
            if any(line.lower() == "transfer-encoding: chunked" for line in row["head"]):
                body = without_transfer_chunks(body)
            found = chunks(body)
            assert found is not None
            assert [found.first, found.signed, found.end] == row["chunks"], (row, over)


@pytest.mark.parametrize("client", CLIENTS)
def test_document_is_as_captured(client: str) -> None:
    """The document of a completion equals the captured one, as far as that was kept."""
    for row, over in overs(client):
        if "document" in row:
            document = written(row, over).request.body.decode()
            kept, ends, _ = row["document"].rpartition("</Part>")
            assert document.startswith(kept + ends), (row, over)
            if row["document"].rstrip().endswith("</CompleteMultipartUpload>"):
                assert document.rstrip() == row["document"].rstrip()


@pytest.mark.parametrize("client", CLIENTS)
def test_no_form_shows_a_secret_in_a_record(client: str) -> None:
    """Signatures, session tokens and customer keys are redacted however a client spells them."""
    for row, over in overs(client):
        given = row.get("given", {})
        keys = {name: KEY for name in given if name.endswith("SSECustomerKey")}
        request = written({**row, "given": {**given, **keys}}, over).request
        headers = {name.lower(): value for name, value in request.headers}
        text = "\n".join((request.target, *headers.values()))
        secrets = {*SIGNATURE.findall(text), str(SESSION.session_token)}
        secrets |= {
            value for name, value in headers.items() if name.endswith("encryption-customer-key")
        }
        exchange = Exchange(
            operation=row["operation"],
            identity="main",
            request=request,
            answer=None,
            fault="closed",
        )
        kept = str(recorded(exchange, step="step", role="step", secrets=()))
        assert SIGNATURE.search(text), (row, over)
        assert [secret for secret in secrets if secret in kept] == [], (row, over)


def test_every_request_of_a_dialect_was_captured() -> None:
    """No dialect holds an operation, a variant or a transport that nobody captured."""
    rows = captured()
    for dialect in dialects().values():
        own = [row for row in rows if row["dialect"] == dialect.name]
        assert {row["operation"] for row in own} == dialect.operations
        for form in dialect.forms:
            seen = [
                row
                for row in own
                if row["operation"] == form.operation and row.get("variant", "") == form.variant
            ]
            assert {over for row in seen for over in row["over"]} >= set(form.over)
