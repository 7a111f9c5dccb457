"""Drift: what a client sends is compared with its dialect's file, and put into it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from wire.test_captured_requests import captured, overs, written

from conformance.catalog.dialects import read_dialects
from conformance.catalog.facts import Facts
from conformance.catalog.load import load
from conformance.catalog.problems import Problems
from conformance.catalog.yaml12 import read
from conformance.clients.drift import Comparison, compare, lines
from conformance.clients.drift_update import updated
from conformance.clients.manifest import shipped_clients
from conformance.clients.observed import Observed, observe
from conformance.vocabulary.dialects import Dialect, Spoken
from conformance.vocabulary.specs_folder import specs_root
from conformance.wire.model import Call, Edits, Endpoint, Exchange, Identity
from conformance.wire.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDPOINT = Endpoint(urls={"http": "http://127.0.0.1:9000", "tls": "https://127.0.0.1:9443"})
KEYS = Identity("AKIDEXAMPLE", "secret-of-the-test")
BUCKETS = ("bucket", "name--use1-az4--x-s3")


@cache
def dialects() -> Mapping[str, Dialect]:
    """Load the dialects once."""
    return load().dialects


def seen(call: Call, transport: str = "tls") -> Observed:
    """Return the form of a call as the wire writes it."""
    request = prepare(call, ENDPOINT, KEYS).request
    exchange = Exchange(
        operation=call.operation, identity="main", request=request, answer=None, fault=None
    )
    return observe(exchange, "tls" if transport == "tls" else "http", BUCKETS)


def part(dialect: str, **edits: object) -> Observed:
    """Return the form of an UploadPart in a dialect."""
    spoken = Spoken(dialect=dialects()[dialect])
    members = {"Bucket": "bucket", "Key": "k", "UploadId": "u", "PartNumber": 1, "Body": b"x" * 9}
    made = Edits(spoken=spoken, transport="tls", **edits)  # type: ignore[arg-type] # by name
    return seen(Call(operation="UploadPart", members=members, edits=made))


@pytest.mark.parametrize("client", sorted({row["dialect"] for row in captured()}))
def test_what_was_captured_is_no_drift(client: str) -> None:
    """Each captured request, written by its own dialect, differs from none of its forms."""
    for row, over in overs(client):
        request = written(row, over).request
        exchange = Exchange(
            operation=row["operation"], identity="main", request=request, answer=None, fault=None
        )
        found = compare(observe(exchange, over, BUCKETS), dialects()[client])  # type: ignore[arg-type] # as captured
        assert found is None, (row, over, getattr(found, "differences", ()))


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ((("X-New", "1"),), "the header X-New: 1 is new"),
        ((("Expect", None),), "the header Expect: 100-continue is not sent"),
        ((("Accept-Encoding", "gzip"),), "the header Accept-Encoding: identity is sent as"),
    ],
)
def test_a_changed_header_is_said(headers: tuple[tuple[str, str | None], ...], said: str) -> None:
    """A new, missing or other header is named, with what the file says."""
    found = compare(part("boto3", headers=headers), dialects()["boto3"])
    assert found is not None
    assert [one for one in found.differences if one.startswith(said)], found.differences


def test_order_case_and_signature_count() -> None:
    """Lines in another order, names in another case and other signed headers are drift."""
    plain = part("boto3")
    turned = replace(plain, headers=(plain.headers[-1], *plain.headers[:-1]))
    small = replace(plain, headers=tuple(map(str.lower, plain.headers)))
    unsigned = replace(plain, signed=plain.signed - {"x-amz-date"})
    boto3 = dialects()["boto3"]
    assert compare(plain, boto3) is None
    for one in (turned, small):
        assert compare(one, boto3) is not None
    found = compare(unsigned, boto3)
    assert found is not None
    assert found.differences == ("the signature leaves out x-amz-date",)


def test_chunks_count() -> None:
    """Another size of the first chunk, and sizes in another case, are drift."""
    whole = part("go-v2")
    assert whole.chunks is not None
    go = dialects()["go-v2"]
    found = compare(replace(whole, size=20), go)
    assert found is not None
    assert found.differences == ("the first chunk has 9 bytes, not 20",)
    upper = replace(whole, size=10, chunks=replace(whole.chunks, first="A"))
    found = compare(upper, go)
    assert found is not None
    assert found.differences == ("chunk sizes are not written in lower case",)


def test_the_document_counts() -> None:
    """Another order of a part's elements, or other quotation marks, are drift."""
    row = next(one for one in captured() if one["dialect"] == "go-v2" and "document" in one)
    request = written(row, "tls").request
    turned = request.body.replace(b"&#34;", b"&quot;")
    exchange = Exchange(
        operation="CompleteMultipartUpload",
        identity="main",
        request=replace(request, body=turned),
        answer=None,
        fault=None,
    )
    found = compare(observe(exchange, "tls", BUCKETS), dialects()["go-v2"])
    assert found is not None
    assert any("quotation marks" in one for one in found.differences)


def test_a_request_that_the_file_does_not_hold_is_said() -> None:
    """A kind of bucket in which the operation was never captured has no form."""
    dialect = dialects()["boto3"]
    general = tuple(form for form in dialect.forms if form.bucket != "directory")
    only = replace(dialect, forms=tuple(replace(one, bucket="directory") for one in general))
    found = compare(part("boto3"), only)
    assert found is not None
    assert found.form is None
    assert found.differences == ("the file holds no UploadPart over tls",)


def reread(text: str) -> Dialect:
    """Read the text of a dialect's file, which has no mistakes."""
    problems, facts = Problems(), Facts()
    node = read("boto3.yaml", text, problems)
    assert node is not None
    read_dialects(node, facts, problems)
    assert not problems.sorted()
    (dialect,) = facts.dialects.values()
    return dialect


def test_an_update_ends_the_drift() -> None:
    """The renewed file says what was sent, keeps what a caller gives, and names the version."""
    client = replace(shipped_clients()["boto3"], version="1.99.0")
    one = Comparison(client=client, dialect=dialects()["boto3"])
    changed = part("boto3", headers=(("X-New", "a: b"), ("Accept-Encoding", "gzip")))
    quiet = replace(changed, signed=changed.signed - {"x-new"})
    one.add(quiet)
    assert one.drifts
    path = specs_root() / "dialects" / "boto3.yaml"
    text, left = updated(path.read_text(encoding="utf-8"), path.name, one, "2027-01-02")
    renewed = reread(text)
    assert left == []
    assert (renewed.version, renewed.captured) == ("1.99.0", "2027-01-02")
    assert compare(quiet, renewed) is None
    assert compare(part("boto3"), renewed) is not None
    before = dialects()["boto3"].forms
    assert [form.operation for form in renewed.forms] == [form.operation for form in before]
    differing = [at for at, form in enumerate(before) if form != renewed.forms[at]]
    assert len(differing) == 1
    names = {name for name, _ in renewed.forms[differing[0]].headers}
    given = {name for name, value in before[differing[0]].headers if value == "<given>"}
    assert given <= names


def test_lines_name_client_request_and_difference() -> None:
    """Each difference stands below its request; a client without one is said to have none."""
    client = shipped_clients()["boto3"]
    same = Comparison(client=client, dialect=dialects()["boto3"])
    same.add(part("boto3"))
    other = Comparison(client=replace(client, version="9.9"), dialect=dialects()["boto3"])
    other.add(part("boto3", headers=(("X-New", "1"),)))
    text = list(lines((same, other)))
    assert text[0] == "boto3 (1.44.8): no difference, 1 requests compared"
    assert "boto3 (9.9, the dialect is of 1.44.8): 1 of 1 operations differ" in text[2]
    assert "    the header X-New: 1 is new" in text
