"""From exchanges that somebody saw to the draft of a scenario, without what is only theirs.

Buckets, keys, upload ids and ETags become values of the test, customer keys become keys of a seed,
and bodies become generated ones of the same size: equal bodies stay equal. A draft says of itself
what is missing: `sources: [TODO]` and `rules: [TODO]` are reported by ``lint``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.exchanges.members import members_of
from conformance.exchanges.memory import Memory, bare, key_of, numbered, random_body
from conformance.exchanges.model import ExchangeError, Seen, first
from conformance.exchanges.operations import Asked, operation_of
from conformance.properties.yaml_text import write
from conformance.vocabulary.text import harmless
from conformance.vocabulary.unwritten import TODO
from conformance.wire import checksums
from conformance.wire.framing import PAYLOAD_HASHES
from conformance.wire.redact import redact_headers
from conformance.wire.safe_xml import xml_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalog.model import Tree

_LONGEST: Final = 120
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
_OWN: Final = re.compile(
    r"host|authorization|x-amz-date|date|content-length|connection|user-agent|accept|accept-.*"
    r"|x-amz-content-sha256|x-amz-security-token|x-amz-s3session-token|amz-sdk-.*|x-amz-user-agent"
    r"|x-amz-decoded-content-length|x-amz-trailer|expect|transfer-encoding|te|cookie|origin|referer"
    r"|sec-.*|cache-control|pragma|x-forwarded-.*|via|forwarded|x-amz-sdk-.*|proxy-.*|upgrade.*"
    r"|x-amz-expected-bucket-owner|x-amz-account-id|traceparent|tracestate|baggage|x-amzn-.*|dnt"
)
_WRITES: Final = ("PutObject", "CopyObject", "CompleteMultipartUpload")
_READS: Final = (
    "GetObject",
    "HeadObject",
    "GetObjectAttributes",
    "GetObjectTagging",
    "GetObjectAcl",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario file, and what is still missing in it."""

    text: str
    missing: tuple[str, ...]


def draft(
    exchanges: Iterable[Seen], name: str, *, bucket_in_host: bool = False, set_up: int = 0
) -> Draft:
    """Return the draft; the first ``set_up`` exchanges become its ``given``.

    Raises `ExchangeError` when no exchange is one with S3.
    """
    memory = Memory()
    seen_all = list(exchanges)
    asked_all = [(seen, operation_of(seen, bucket_in_host=bucket_in_host)) for seen in seen_all]
    known = [(seen, asked) for seen, asked in asked_all if asked is not None]
    for seen, asked in asked_all:
        if asked is None:
            where = harmless(seen.place or seen.target)[:_LONGEST]
            memory.lacks(f"left out, no operation of S3's: {where}")
    if not known:
        raise ExchangeError("no exchange is a request to S3: nothing to draft")
    memory.bucket = known[-1][1].bucket
    _learn_answers(known, memory)
    given: list[Tree] = []
    steps: list[Tree] = []
    for index, (seen, asked) in enumerate(known):
        one = _step(seen, asked, memory)
        (given if index < min(set_up, len(known) - 1) else steps).append(dict(one))
    operations = ", ".join(dict.fromkeys(asked.operation for _, asked in known))
    frame: dict[str, Tree] = {
        "id": f"draft/{_slug(name)}",
        "title": f"{TODO} what this shows of {operations}"[:90],
        "rules": [TODO],
        "sources": [TODO],
        "why": f"{TODO} what a user or client loses when a server answers differently",
    }
    if memory.seeds:
        frame["needs"] = ["sse-c"]
        frame["bucket"] = "sse-c"
    if memory.given or given:
        frame["given"] = [*memory.given, *given]
    frame["steps"] = steps
    missing = [
        "sources: where it stands or was recorded that Amazon S3 answers so",
        "rules: the rule that it shows (`list`, or a new one in specs/rules)",
        "title and why, in words for a reader of the report",
        "must: the draft expects what was seen; write what Amazon S3 answers where that differs",
        *memory.missing,
    ]
    about = f"{TODO} drafted from an exchange: {operations}"[:90]
    return Draft(write(about, frame), tuple(missing))


def _learn_answers(known: list[tuple[Seen, Asked]], memory: Memory) -> None:
    """Give names to upload ids and ETags that answers hold, and that later requests need."""
    for seen, asked in known:
        root = xml_root(seen.answer) if seen.answer else None
        upload = root.findtext("UploadId") if root is not None else None
        if asked.operation == "CreateMultipartUpload" and upload:
            memory.uploads.setdefault(upload, numbered("upload", len(memory.uploads)))
        etag = first(seen.answer_headers, "etag")
        if etag and asked.operation == "UploadPart":
            memory.etags.setdefault(bare(etag), numbered("etag", len(memory.etags)))


def _step(seen: Seen, asked: Asked, memory: Memory) -> dict[str, Tree]:
    """Return one step as scenarios write it."""
    step: dict[str, Tree] = {asked.operation: members_of(seen, asked, memory)}
    step |= _edits(seen, asked)
    save = _saved(seen, asked, memory)
    if save:
        step["save"] = save
    step |= _expectation(seen, asked, memory)
    return step


def _edits(seen: Seen, asked: Asked) -> dict[str, Tree]:
    """Return framing, signature and the headers that no member stands for."""
    edits: dict[str, Tree] = {}
    sent = seen.header("x-amz-content-sha256")
    mode = {value: name for name, value in PAYLOAD_HASHES.items()}.get(sent)
    if mode is not None:
        trailer = seen.header("x-amz-trailer").lower().removeprefix("x-amz-checksum-").upper()
        framing: dict[str, Tree] = {"mode": mode}
        if trailer in checksums.CHECKSUM_ALGORITHMS:
            framing["algorithm"] = trailer
        edits["framing"] = framing
    if asked.presigned:
        edits["sign"] = "presigned"
    elif not seen.header("authorization"):
        edits["sign"] = "anonymous"
    if "100-continue" in seen.header("expect").lower():
        edits["expect-continue"] = True
    further = _further_headers(seen, asked)
    if further:
        edits["headers"] = further
    query: dict[str, Tree] = {
        name: _short(value or "")
        for name, value in asked.query.items()
        if _NAME.fullmatch(name) and "token" not in name.lower()
    }
    if query:
        edits["query"] = query
    return edits


def _further_headers(seen: Seen, asked: Asked) -> dict[str, Tree]:
    """Return the headers that no member stands for, without what is theirs alone."""
    kept: dict[str, Tree] = {}
    for name, value in redact_headers(seen.headers):
        lower = name.lower()
        known = _OWN.fullmatch(lower) or lower in asked.known_headers
        framed = lower == "content-encoding" and value == "aws-chunked"
        if known or framed or "customer" in lower or lower == "content-md5":
            continue
        if _NAME.fullmatch(name) and lower.startswith(("x-amz-", "if-", "range", "content-")):
            kept[lower] = _short(value)
    return kept


def _short(value: str) -> str:
    """Return a value in bounds, without a dollar sign that means something."""
    return harmless(value)[:_LONGEST].replace("$", "$$")


def _saved(seen: Seen, asked: Asked, memory: Memory) -> dict[str, Tree]:
    """Return what a later step needs of the answer."""
    if asked.operation == "CreateMultipartUpload":
        root = xml_root(seen.answer) if seen.answer else None
        upload = root.findtext("UploadId") if root is not None else None
        if upload:
            return {memory.uploads[upload]: "UploadId"}
    etag = bare(first(seen.answer_headers, "etag"))
    if asked.operation == "UploadPart" and etag in memory.etags:
        return {memory.etags[etag]: "ETag"}
    return {}


def _expectation(seen: Seen, asked: Asked, memory: Memory) -> dict[str, Tree]:
    """Return what was answered, as an expectation."""
    if not seen.status:
        memory.lacks("must: the file holds no answer")
        return {"must": {"status": "2xx"}}
    fields: dict[str, Tree] = {"status": seen.status}
    root = xml_root(seen.answer) if seen.answer else None
    if root is not None and root.tag == "Error":
        code = (root.findtext("Code") or "").strip()
        if re.fullmatch(r"[A-Za-z0-9.]{1,80}", code):
            fields["code"] = code
        if seen.status < 300:
            memory.lacks("an error came inside a 200 answer: status counts as its code's")
            fields = {"code": fields["code"]} if "code" in fields else {}
    elif 200 <= seen.status < 300 and first(seen.answer_headers, "etag"):
        fields["ETag"] = {"present": True}
    if asked.operation in _READS and asked.key not in memory.written and seen.status < 300:
        memory.written.add(asked.key or "")
        key = key_of(asked.key or "", memory)
        members: dict[str, Tree] = {"Body": random_body(1024, "stored")}
        memory.given.append({"PutObject": members if key == "$key" else {"Key": key, **members}})
        memory.lacks("given: the object that is read is put first, 1 KiB")
    if asked.operation in _WRITES and seen.status < 300:
        memory.written.add(asked.key or "")
    return {"must": fields}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "exchange"
