"""Every value that a client was seen to send, and no scenario had sent then, is sent by one now.

``tests/data/client-shapes-unsent.txt`` is the list of those values as it was first made: operation,
kind, value, clients. Long values are cut there. Which of the five checksum algorithms a framing or
a document names is left aside: their order and place is the client's, the algorithm the caller's.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import conformance
from conformance.catalog.load import load
from conformance.catalog.select import exactly
from conformance.wire.prepare import prepare as real

if TYPE_CHECKING:
    from conformance.wire.model import Call, Endpoint, Identity, Request
    from conformance.wire.prepare import Prepared

LIST = Path(__file__).parents[1] / "data" / "client-shapes-unsent.txt"
ROW = re.compile(r"(hdrorder-host|\w+)\|?(\S*)(?: case)?\s+'(.*?)'?\s+(?:\(nobody else\) )?<-")
SUM = re.compile(r"x-amz-checksum-(crc32c?|crc64nvme|sha1|sha256)")
SIGNED = re.compile(r"SignedHeaders=([^,\s]+)")
PART = re.compile(r"<Part>(.*?)</Part>", re.DOTALL)
ELEMENT = re.compile(r"<(\w+)>")
OPERATIONS = {"complete": "CompleteMultipartUpload"}

ARGUED = {
    ("CreateMultipartUpload", "ctype", "text/x"): "the type that the capture gave, of no client",
    ("CreateMultipartUpload", "ctype", "x/y"): "the type that the capture gave, of no client",
    ("any", "authform", "AWS "): "version 2 signatures, which S3 refuses in new buckets",
    ("UploadPart", "query", "AWSAccessKeyId"): "version 2 signatures, which S3 refuses",
    ("any", "signs", "x-amz-bucket-object-lock-enabled"): "a bucket of rclone's own making",
    ("any", "signs", "x-amz-metadata-directive"): "CopyObject, which is not a part of an upload",
    ("UploadPart", "framing", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD CL Expect sdk-alg"): (
        "a checksum's name without a checksum: S3 refuses it, and a scenario says so without Expect"
    ),
    ("CreateMultipartUpload", "header", "x-amz-meta-x"): "a name that the capture gave",
    ("CreateMultipartUpload", "signs", "x-amz-meta-x"): "a name that the capture gave",
    ("any", "signs", "x-amz-meta-x"): "a name that the capture gave",
    ("UploadPart", "query", "x-amz-checksum-crc32=&"): (
        "the checksum of an empty body, which S3 refuses: signing/presigned/checksum-of-nothing"
    ),
    ("CompleteMultipartUpload", "header", "x-amz-checksum-crc64nvme"): (
        "mc writes it like any other header; complete/checksum/object sends it in our own form"
    ),
    ("CompleteMultipartUpload", "signs", "x-amz-checksum-crc64nvme"): (
        "mc writes it like any other header; complete/checksum/object sends it in our own form"
    ),
}
"""Values that stay unsent, by the beginning or a part of the value, with the reason."""


class Wanted(NamedTuple):
    """One row of the list."""

    operation: str
    kind: str
    value: str

    @property
    def argued(self) -> bool:
        """Whether it is said why no scenario sends it."""
        return any(
            self.operation == operation and self.kind == kind and part in self.value
            for operation, kind, part in ARGUED
        )


@cache
def wanted() -> tuple[Wanted, ...]:
    """Read the list."""
    found = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        row = ROW.match(line)
        if row is not None and not line.startswith("#"):
            found.append(Wanted(OPERATIONS.get(row[1], row[1]), row[2], row[3]))
    return tuple(found)


def framing(headers: dict[str, str]) -> frozenset[str]:
    """Return the words of how a body is framed."""
    payload = headers.get("x-amz-content-sha256", "")
    found = {"<hex>" if re.fullmatch("[0-9a-f]{64}", payload) else payload}
    found.add("CL" if "content-length" in headers else "TE" if _chunked(headers) else "-")
    found |= {"Expect"} if "expect" in headers else set()
    found |= {"aws-chunked"} if "aws-chunked" in headers.get("content-encoding", "") else set()
    found |= {"sdkalg"} if "x-amz-sdk-checksum-algorithm" in headers else set()
    found |= {"md5"} if "content-md5" in headers else set()
    found |= {"hdrsum"} if any(SUM.fullmatch(name) for name in headers) else set()
    found |= {"trailer"} if "x-amz-trailer" in headers else set()
    return frozenset(found)


def _chunked(headers: dict[str, str]) -> bool:
    return headers.get("transfer-encoding", "") == "chunked"


def document(text: str) -> tuple[object, ...]:
    """Return the form of a completion's document: head, elements of a part, white space, quotes."""
    part = PART.search(text)
    inner = part[1] if part else text.partition("[")[2].partition("]")[0]
    quote = re.search(r"<ETag>(&#34;|&quot;|\"|)", text)
    return (
        "xmlns=" in text,
        tuple(
            "Checksum" if name.startswith("Checksum") else name
            for name in ELEMENT.findall(inner)
            if name not in ("Part", "md5")
        ),
        bool(re.search(r">\s+<", text.partition("<Part>")[2] or inner)),
        quote[1] if quote else None,
    )


def features(operation: str, request: Request) -> set[tuple[str, str, object]]:
    """Return all values of one request, by operation and kind."""
    headers = {name.lower(): value for name, value in request.headers}
    found: set[tuple[str, object]] = {("header", name) for name in headers}
    signed = SIGNED.search(headers.get("authorization", ""))
    found |= {("signs", name) for name in (signed[1].split(";") if signed else ())}
    found.add(("accept-enc", headers.get("accept-encoding", "(none)")))
    found.add(("accept", headers.get("accept", "")))
    found.add(("conn", headers.get("connection", "").lower()))
    found.add(("ctype", headers.get("content-type", "")))
    found.add(("framing", framing(headers)))
    names = (one.partition("=") for one in request.target.partition("?")[2].split("&"))
    query = "&".join(f"{name}{equals}" if name != "x-id" else "x-id=" for name, equals, _ in names)
    found.add(("query", query))
    if operation == "CompleteMultipartUpload":
        found.add(("document", document(request.body.decode("utf-8", "replace"))))
    size = re.match(rb"([0-9A-F]*[A-F][0-9A-F]*)(;|\r\n)", request.body)
    found |= {("chunk", "upper")} if size and "x-amz-decoded-content-length" in headers else set()
    every = {(operation, kind, value) for kind, value in found}
    every |= {("any", "signs", value) for kind, value in found if kind == "signs"}
    if "authorization" in headers and ",SignedHeaders=" in headers["authorization"]:
        every.add(("any", "authform", "tight"))
    if request.headers[0][0].lower() != "host":
        every.add(("hdrorder-host", "", "host later"))
    if ":" not in headers.get("host", ":"):
        every.add(("hostform", "", "noport"))
    return every


def is_sent(row: Wanted, sent: set[tuple[str, str, object]]) -> bool:
    """Say whether a row of the list is among what was sent."""
    kind = {"accept-encoding": "accept-enc", "content-type": "ctype", "doc": "document"}.get(
        row.kind, row.kind
    )
    of_kind = [value for operation, k, value in sent if (operation, k) == (row.operation, kind)]
    if kind == "framing":
        words = [SUM.sub("trailer", one) for one in row.value.replace("sdk-alg", "sdkalg").split()]
        # The list of the .NET clients does not say whether a checksum stood in a header.
        spare = {"hdrsum"} if "sdk-alg" in row.value else set()
        values = [value for value in of_kind if isinstance(value, frozenset)]
        return any(value - spare == frozenset(words) for value in values)
    if kind == "document":
        return any(_same_document(row.value, value) for value in of_kind)
    if kind == "authform":
        return not row.value.startswith("AWS ") and ("any", "authform", "tight") in sent
    return row.value in of_kind


def _same_document(row: str, sent: object) -> bool:
    """Compare as far as the list says it: cut rows lack the quotation marks."""
    text = row.replace("\\n", "\n").replace("…", "")
    assert isinstance(sent, tuple)
    has_space, elements, spaced, quote = sent
    wanted_elements = document(text)[1]
    if elements != wanted_elements or has_space != ("xmlns=" in text):
        return False
    mark = re.search(r"etag:(&#34;|&quot;|raw quote|no quote)", text)
    known = {"raw quote": '"', "no quote": ""}
    if mark and quote is not None and quote != known.get(mark[1], mark[1]):
        return False
    return bool(spaced) == bool(re.search(r">\s+<|\[\s+<", text))


@pytest.mark.slow
def test_every_value_of_the_list_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the scenarios of clients, over HTTP and TLS, in one plain run; or it is argued."""
    sent: set[tuple[str, str, object]] = set()

    def prepare(call: Call, endpoint: Endpoint, identity: Identity) -> Prepared:
        made = real(call, endpoint, identity)
        sent.update(features(call.operation, made.request))
        return made

    monkeypatch.setattr("conformance.wire.client.prepare", prepare)
    tests = [one for one in load().tests if "scenarios/clients/" in one.scenario.place.file]
    record = conformance.run(select=" or ".join(exactly(one.id) for one in tests))
    assert {test.verdict for test in record.tests} == {"PASS"}
    assert len(wanted()) > 250
    missing = [row for row in wanted() if not row.argued and not is_sent(row, sent)]
    assert missing == []
    stale = [row for row in wanted() if row.argued and is_sent(row, sent)]
    assert stale == []
