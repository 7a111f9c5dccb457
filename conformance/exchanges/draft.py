"""From exchanges that somebody saw to the draft of a scenario, without what is only theirs.

Buckets, keys, upload ids and ETags become values of the test, customer keys become keys of a seed,
and bodies become generated ones of the same size: equal bodies stay equal. A draft says of itself
what is missing: `sources: [TODO]` and `rules: [TODO]` are reported by ``lint``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from conformance.exchanges.model import ExchangeError, Seen, first
from conformance.exchanges.operations import Asked, operation_of
from conformance.properties.yaml_text import write
from conformance.vocabulary.text import harmless
from conformance.wire import checksums
from conformance.wire.framing import PAYLOAD_HASHES
from conformance.wire.redact import redact_headers
from conformance.wire.safe_xml import xml_root
from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalog.model import Tree

TODO: Final = "TODO"
_LARGEST_BODY: Final = 64 * 1024 * 1024
_PART: Final = 5 * 1024 * 1024
_LONGEST: Final = 120
_SAFE_KEY: Final = re.compile(r"[A-Za-z0-9._/-]{1,200}")
_OWN: Final = re.compile(
    r"host|authorization|x-amz-date|date|content-length|connection|user-agent|accept|accept-.*"
    r"|x-amz-content-sha256|x-amz-security-token|x-amz-s3session-token|amz-sdk-.*|x-amz-user-agent"
    r"|x-amz-decoded-content-length|x-amz-trailer|expect|transfer-encoding|te|cookie|origin|referer"
    r"|sec-.*|cache-control|pragma|x-forwarded-.*|via|forwarded|x-amz-sdk-.*|proxy-.*|upgrade.*"
    r"|x-amz-expected-bucket-owner|x-amz-account-id|traceparent|tracestate|baggage|x-amzn-.*|dnt"
)
_CUSTOMER: Final = re.compile(r"(?:CopySource)?SSECustomer(?:Algorithm|Key|KeyMD5)")
_CHECKSUM: Final = re.compile(r"Checksum(CRC32C?|CRC64NVME|SHA1|SHA256|SHA512|MD5|XXHASH64|XXHASH3|XXHASH128)")
_OWNED: Final = re.compile(r"ExpectedBucketOwner|ExpectedSourceBucketOwner|SSEKMSKeyId|SSEKMSEncryptionContext|GrantFullControl|GrantRead.*|GrantWrite.*|RequestPayer|MFA")
_WRITES: Final = ("PutObject", "CopyObject", "CompleteMultipartUpload")
_READS: Final = ("GetObject", "HeadObject", "GetObjectAttributes", "GetObjectTagging", "GetObjectAcl")


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario file, and what is still missing in it."""

    text: str
    missing: tuple[str, ...]


@dataclass(slots=True)
class _Memory:
    """What the exchanges have shown so far."""

    bucket: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    given: list[dict[str, Tree]] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)


def draft(
    exchanges: Iterable[Seen], name: str, *, bucket_in_host: bool = False, set_up: int = 0
) -> Draft:
    """Return the draft; the first ``set_up`` exchanges become its ``given``.

    Raises `ExchangeError` when no exchange is one with S3.
    """
    memory = _Memory()
    seen_all = list(exchanges)
    asked_all = [(seen, operation_of(seen, bucket_in_host=bucket_in_host)) for seen in seen_all]
    known = [(seen, asked) for seen, asked in asked_all if asked is not None]
    for seen, asked in asked_all:
        if asked is None:
            where = harmless(seen.place or seen.target)[:_LONGEST]
            memory.missing[f"left out, no operation of S3's: {where}"] = None
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
        "title": f"TODO what this shows of {operations}"[:90],
        "rules": [TODO],
        "sources": [TODO],
        "why": "TODO what a user or client loses when a server answers differently",
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
    about = f"TODO drafted from an exchange: {operations}"[:90]
    return Draft(write(about, frame), tuple(missing))


def _learn_answers(known: list[tuple[Seen, Asked]], memory: _Memory) -> None:
    """Give names to upload ids and ETags that answers hold, and that later requests need."""
    for seen, asked in known:
        root = xml_root(seen.answer) if seen.answer else None
        upload = root.findtext("UploadId") if root is not None else None
        if asked.operation == "CreateMultipartUpload" and upload:
            memory.uploads.setdefault(upload, _numbered("upload", len(memory.uploads)))
        etag = first(seen.answer_headers, "etag")
        if etag and asked.operation == "UploadPart":
            memory.etags.setdefault(_bare(etag), _numbered("etag", len(memory.etags)))


def _numbered(word: str, index: int) -> str:
    return word if not index else f"{word}_{index + 1}"


def _bare(etag: str) -> str:
    return etag.strip().strip('"')


def _step(seen: Seen, asked: Asked, memory: _Memory) -> dict[str, Tree]:
    """Return one step as scenarios write it."""
    if asked.problem:
        memory.missing[asked.problem] = None
    members: dict[str, Tree] = {}
    with_key: list[Tree] = []
    body = _body(seen, asked, memory)
    source = asked.members.get("CopySource")
    for name, value in asked.members.items():
        if _CUSTOMER.fullmatch(name):
            continue
        if _OWNED.fullmatch(name):
            memory.missing[f"{name} is left out: it names an account, a key or a grant of theirs"] = None
        elif name == "UploadId":
            members[name] = _upload(str(value), asked, memory)
        elif name == "CopySource" and isinstance(source, str):
            members[name] = _copy_source(source, memory)
        elif checksum := _CHECKSUM.fullmatch(name):
            members[name] = _checksum(seen, checksum[1], str(value), body)
        elif name == "ContentMD5":
            members[name] = _checksum(seen, "MD5", str(value), body)
        elif name == "MultipartUpload":
            members[name] = {"Parts": _parts(value, asked, memory)}
        elif name == "Metadata" and isinstance(value, dict):
            members[name] = {f"name-{i}": f"value-{i}" for i, _ in enumerate(value, 1)}
            memory.missing["metadata: its names and values are replaced"] = None
        elif name == "Tagging":
            members[name] = "name=value"
            memory.missing["tags are replaced"] = None
        elif name == "ContentLength":
            continue
        else:
            members[name] = _plain(value)
    _name_place(asked, members, memory)
    for prefix in ("", "CopySource"):
        seed = _customer_seed(asked, prefix, memory)
        if seed:
            call: dict[str, Tree] = {"seed": seed}
            with_key.append({"sse_c": call | ({"copy_source": True} if prefix else {})})
    if body is not None:
        members["Body"] = body
    if with_key:
        # Members of a key are written by the function that makes them.
        members["with"] = with_key[0] if len(with_key) == 1 else with_key
    step: dict[str, Tree] = {asked.operation: members}
    step |= _edits(seen, asked)
    save = _saved(seen, asked, memory)
    if save:
        step["save"] = save
    step |= _expectation(seen, asked, memory)
    return step


def _name_place(asked: Asked, members: dict[str, Tree], memory: _Memory) -> None:
    """Say which bucket and key, where they are not the test's own."""
    if asked.bucket and asked.bucket != memory.bucket:
        members["Bucket"] = "$second_bucket"
    members.pop("Bucket", None) if asked.bucket == memory.bucket else None
    members.pop("Key", None)
    if asked.key is not None:
        key = _key(asked.key, memory)
        if key != "$key":
            members["Key"] = key


def _key(key: str, memory: _Memory) -> str:
    """Return the test's own name for a key."""
    if key not in memory.keys:
        if not memory.keys:
            memory.keys[key] = "$key"
        else:
            memory.keys[key] = f"${{prefix}}object-{len(memory.keys) + 1}"
        if not _SAFE_KEY.fullmatch(key):
            memory.missing["a key has unusual characters, which the draft leaves out"] = None
    return memory.keys[key]


def _copy_source(source: str, memory: _Memory) -> Tree:
    path, _, query = source.lstrip("/").partition("?")
    bucket, _, key = path.partition("/")
    named: dict[str, Tree] = {
        "Bucket": "$bucket" if unquote(bucket) == memory.bucket else "$second_bucket",
        "Key": _key(unquote(key), memory),
    }
    if unquote(key) not in memory.written:
        memory.written.add(unquote(key))
        memory.given.append({"PutObject": {"Key": named["Key"], "Body": _random(_PART, "source")}})
        memory.missing["given: the source of the copy is put first, 5 MiB"] = None
    if query:
        memory.missing["the version of the copy's source is left out"] = None
    return named


def _upload(upload: str, asked: Asked, memory: _Memory) -> str:
    """Return the reference to an upload, which is begun in ``given`` where nobody saw that."""
    if upload not in memory.uploads:
        name = memory.uploads[upload] = _numbered("upload", len(memory.uploads))
        key = _key(asked.key or "", memory)
        members: dict[str, Tree] = {} if key == "$key" else {"Key": key}
        memory.given.append({"CreateMultipartUpload": members, "save": {name: "UploadId"}})
        memory.missing["given: how the upload was begun is not in the file"] = None
    return f"${memory.uploads[upload]}"


def _parts(value: object, asked: Asked, memory: _Memory) -> list[Tree]:
    """Return the list of parts, each ETag as what an upload answered."""
    items = value.get("Parts", []) if isinstance(value, dict) else []
    upload = str(asked.members.get("UploadId", ""))
    written: list[Tree] = []
    for index, one in enumerate(items[:10_000]):
        part = dict(one) if isinstance(one, dict) else {}
        etag = _bare(str(part.get("ETag", "")))
        if etag and etag not in memory.etags:
            number = part.get("PartNumber", index + 1)
            name = memory.etags[etag] = _numbered("etag", len(memory.etags))
            size = _PART if index < len(items) - 1 else 1024
            memory.given.append(
                {
                    "UploadPart": {
                        "UploadId": _upload(upload, asked, memory),
                        "PartNumber": number if isinstance(number, int) else index + 1,
                        "Body": _random(size, f"part-{number}"),
                        **({"Key": _key(asked.key or "", memory)} if _key(asked.key or "", memory) != "$key" else {}),
                    },
                    "name": f"UploadPart-{name}",
                    "save": {name: "ETag"},
                }
            )
            memory.missing["given: parts that the completion names were not in the file"] = None
        kept: dict[str, Tree] = {}
        for member, given in part.items():
            if member == "ETag":
                kept[member] = f"${memory.etags[etag]}"
            elif member == "PartNumber":
                kept[member] = given if isinstance(given, int) else str(given)
            else:
                memory.missing[f"{member} of a part is left out: write its checksum"] = None
        written.append(kept)
    return written


def _random(size: int, seed: str) -> dict[str, Tree]:
    whole = size and size % (1024 * 1024) == 0
    return {"random": f"{size // 1024**2}MiB" if whole else size, "seed": seed}


def _body(seen: Seen, asked: Asked, memory: _Memory) -> Tree:
    """Return a generated body of the size that was sent; None for none."""
    shape = operation_model(asked.operation).input_shape
    payload = shape.serialization.get("payload", "") if shape is not None else ""
    if not payload or shape is None or shape.members[payload].type_name != "blob":
        return None
    decoded = seen.header("x-amz-decoded-content-length")
    size = int(decoded) if decoded.isdigit() else seen.size
    if not size:
        return None
    if size > _LARGEST_BODY:
        memory.missing["a body is larger than 64 MiB and is written smaller"] = None
        size = _LARGEST_BODY
    digest = seen.header("x-amz-content-sha256")
    known = digest if re.fullmatch("[0-9a-f]{64}", digest) else ""
    if not known and seen.body is not None:
        known = hashlib.sha256(seen.body).hexdigest()
    name = f"{known or seen.place}/{size}"
    seed = memory.bodies.setdefault(name, f"draft-{len(memory.bodies) + 1}")
    memory.missing["bodies are generated ones of the same size"] = None
    return _random(size, seed)


def _checksum(seen: Seen, algorithm: str, value: str, body: Tree) -> Tree:
    """Return the checksum of the generated body, a wrong one where the seen one was wrong."""
    if body is None:
        return value if len(value) <= _LONGEST else TODO
    made: dict[str, Tree] = {"digest": body, "algorithm": algorithm}
    if seen.body is not None and not seen.header("x-amz-content-sha256").startswith("STREAMING"):
        right = checksums.digest_base64(seen.body, algorithm)
        if right != value:
            return {"wrong": made}
    return made


def _customer_seed(asked: Asked, prefix: str, memory: _Memory) -> str:
    """Return the seed that stands for a customer key; empty where none was sent."""
    found = [asked.members.get(f"{prefix}SSECustomer{end}") for end in ("KeyMD5", "Key")]
    key = next((str(one) for one in found if one), "")
    if not key:
        return ""
    return memory.seeds.setdefault(key, chr(ord("a") + min(len(memory.seeds), 25)))


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
    further: dict[str, Tree] = {}
    safe = redact_headers(seen.headers)
    for name, value in safe:
        lower = name.lower()
        own = _OWN.fullmatch(lower) or lower in asked.known_headers
        if own or "customer" in lower or lower == "content-md5":
            continue
        if lower == "content-encoding" and value == "aws-chunked":
            continue
        if re.fullmatch(r"[A-Za-z0-9-]{1,60}", name) and lower.startswith(("x-amz-", "if-", "range", "content-")):
            further[lower] = harmless(value)[:_LONGEST].replace("$", "$$")
    if further:
        edits["headers"] = further
    query = {
        harmless(name)[:60]: harmless(value or "")[:60].replace("$", "$$")
        for name, value in asked.query.items()
        if re.fullmatch(r"[A-Za-z0-9-]{1,60}", name) and "token" not in name.lower()
    }
    if query:
        edits["query"] = dict(query)
    return edits


def _saved(seen: Seen, asked: Asked, memory: _Memory) -> dict[str, Tree]:
    """Return what a later step needs of the answer."""
    if asked.operation == "CreateMultipartUpload":
        root = xml_root(seen.answer) if seen.answer else None
        upload = root.findtext("UploadId") if root is not None else None
        if upload:
            return {memory.uploads[upload]: "UploadId"}
    etag = _bare(first(seen.answer_headers, "etag"))
    if asked.operation == "UploadPart" and etag in memory.etags:
        return {memory.etags[etag]: "ETag"}
    return {}


def _expectation(seen: Seen, asked: Asked, memory: _Memory) -> dict[str, Tree]:
    """Return what was answered, as an expectation."""
    if not seen.status:
        memory.missing["must: the file holds no answer"] = None
        return {"must": {"status": "2xx"}}
    fields: dict[str, Tree] = {"status": seen.status}
    root = xml_root(seen.answer) if seen.answer else None
    if root is not None and root.tag == "Error":
        code = (root.findtext("Code") or "").strip()
        if re.fullmatch(r"[A-Za-z0-9.]{1,80}", code):
            fields["code"] = code
        if seen.status < 300:
            memory.missing["an error came inside a 200 answer: status counts as its code's"] = None
            fields = {"code": fields["code"]} if "code" in fields else {}
    elif 200 <= seen.status < 300 and first(seen.answer_headers, "etag"):
        fields["ETag"] = {"present": True}
    if asked.operation in _READS and asked.key not in memory.written and seen.status < 300:
        memory.written.add(asked.key or "")
        key = _key(asked.key or "", memory)
        members: dict[str, Tree] = {"Body": _random(1024, "stored")}
        memory.given.append({"PutObject": members if key == "$key" else {"Key": key, **members}})
        memory.missing["given: the object that is read is put first, 1 KiB"] = None
    if asked.operation in _WRITES and seen.status < 300:
        memory.written.add(asked.key or "")
    return {"must": fields}


def _plain(value: object) -> Tree:
    """Return a member's value, bounded, and without a dollar sign that means something."""
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, dict):
        return {harmless(str(key))[:60]: _plain(one) for key, one in list(value.items())[:50]}
    if isinstance(value, list):
        return [_plain(one) for one in value[:50]]
    if isinstance(value, bytes):
        return base64.b64encode(value[:_LONGEST]).decode()
    return harmless(str(value))[:_LONGEST].replace("$", "$$")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "exchange"
