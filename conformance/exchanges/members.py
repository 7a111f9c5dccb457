"""The members of one step of a draft, from those of the request that was seen."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from conformance.exchanges.memory import PART, bare, key_of, numbered, random_body, upload_of
from conformance.vocabulary.text import harmless
from conformance.vocabulary.unwritten import TODO
from conformance.wire import checksums
from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Tree
    from conformance.exchanges.memory import Memory
    from conformance.exchanges.model import Seen
    from conformance.exchanges.operations import Asked

_LARGEST_BODY: Final = 64 * 1024 * 1024
_LONGEST: Final = 120
_CUSTOMER: Final = re.compile(r"(?:CopySource)?SSECustomer(?:Algorithm|Key|KeyMD5)")
_CHECKSUM: Final = re.compile(
    r"Checksum(CRC32C?|CRC64NVME|SHA1|SHA256|SHA512|MD5|XXHASH64|XXHASH3|XXHASH128)"
)
_OWNED: Final = re.compile(
    r"Expected(?:Source)?BucketOwner|SSEKMSKeyId|SSEKMSEncryptionContext|Grant(?:FullControl|Read.*"
    r"|Write.*)|RequestPayer|MFA"
)
_LEFT_OUT: Final = frozenset({"ContentLength", "Bucket", "Key"})
_NOBODYS_ETAG: Final = '"0123456789abcdef0123456789abcdef"'


def members_of(seen: Seen, asked: Asked, memory: Memory) -> dict[str, Tree]:
    """Return the members as scenarios write them."""
    if asked.problem:
        memory.lacks(asked.problem)
    body = _body(seen, asked, memory)
    members: dict[str, Tree] = {}
    for name, value in asked.members.items():
        if _CUSTOMER.fullmatch(name) or name in _LEFT_OUT:
            continue
        if _OWNED.fullmatch(name):
            memory.lacks(f"{name} is left out: it names an account, a key or a grant of theirs")
            continue
        members[name] = _member(name, value, seen, asked, memory, body)
    if asked.bucket and asked.bucket != memory.bucket:
        members["Bucket"] = "$second_bucket"
    if asked.key is not None and (key := key_of(asked.key, memory)) != "$key":
        members["Key"] = key
    if body is not None:
        members["Body"] = body
    keys = [_customer_key(asked, prefix, memory) for prefix in ("", "CopySource")]
    used: list[Tree] = [one for one in keys if one is not None]
    if used:
        # Members of a key are written by the function that makes them.
        members["with"] = used[0] if len(used) == 1 else used
    return members


def _member(  # what a member may be made of
    name: str, value: object, seen: Seen, asked: Asked, memory: Memory, body: Tree
) -> Tree:
    written: dict[str, Callable[[], Tree]] = {
        "UploadId": lambda: upload_of(str(value), asked, memory),
        "CopySource": lambda: _copy_source(str(value), memory),
        "ContentMD5": lambda: _checksum(seen, "MD5", str(value), body),
        "MultipartUpload": lambda: {"Parts": _parts(value, seen, asked, memory)},
        "Metadata": lambda: _metadata(value, memory),
        "Tagging": lambda: _tags(memory),
    }
    if name in written:
        return written[name]()
    checksum = _CHECKSUM.fullmatch(name)
    return _checksum(seen, checksum[1], str(value), body) if checksum else _plain(value)


def _metadata(value: object, memory: Memory) -> Tree:
    memory.lacks("metadata: its names and values are replaced")
    count = len(value) if isinstance(value, dict) else 0
    return {f"name-{number}": f"value-{number}" for number in range(1, min(count, 100) + 1)}


def _tags(memory: Memory) -> Tree:
    memory.lacks("tags are replaced")
    return "name=value"


def _customer_key(asked: Asked, prefix: str, memory: Memory) -> Tree:
    """Return the key of a seed that stands for a customer key; None where none was sent."""
    found = [asked.members.get(f"{prefix}SSECustomer{end}") for end in ("KeyMD5", "Key")]
    key = next((str(one) for one in found if one), "")
    if not key:
        return None
    seed = memory.seeds.setdefault(key, chr(ord("a") + min(len(memory.seeds), 25)))
    call: dict[str, Tree] = {"seed": seed}
    return {"sse_c": call | ({"copy_source": True} if prefix else {})}


def _copy_source(source: str, memory: Memory) -> Tree:
    path, _, query = source.lstrip("/").partition("?")
    bucket, _, key = path.partition("/")
    named: dict[str, Tree] = {
        "Bucket": "$bucket" if unquote(bucket) == memory.bucket else "$second_bucket",
        "Key": key_of(unquote(key), memory),
    }
    if unquote(key) not in memory.written:
        memory.written.add(unquote(key))
        memory.given.append(
            {"PutObject": {"Key": named["Key"], "Body": random_body(PART, "source")}}
        )
        memory.lacks("given: the source of the copy is put first, 5 MiB")
    if query:
        memory.lacks("the version of the copy's source is left out")
    return named


def _parts(value: object, seen: Seen, asked: Asked, memory: Memory) -> list[Tree]:
    """Return the list of parts, each ETag as what an upload answered."""
    items = value.get("Parts", []) if isinstance(value, dict) else []
    upload = str(asked.members.get("UploadId", ""))
    written: list[Tree] = []
    for index, one in enumerate(items[:10_000]):
        part = dict(one) if isinstance(one, dict) else {}
        etag = bare(str(part.get("ETag", "")))
        refused = seen.status >= 400 and etag not in memory.etags
        if etag and not refused and etag not in memory.etags:
            number = part.get("PartNumber", index + 1)
            name = memory.etags[etag] = numbered("etag", len(memory.etags))
            size = PART if index < len(items) - 1 else 1024
            memory.given.append(
                {
                    "UploadPart": {
                        "UploadId": upload_of(upload, asked, memory),
                        "PartNumber": number if isinstance(number, int) else index + 1,
                        "Body": random_body(size, f"part-{number}"),
                        **(
                            {"Key": key_of(asked.key or "", memory)}
                            if key_of(asked.key or "", memory) != "$key"
                            else {}
                        ),
                    },
                    "name": f"UploadPart-{name}",
                    "save": {name: "ETag"},
                }
            )
            memory.lacks("given: parts that the completion names were not in the file")
        kept: dict[str, Tree] = {}
        for member, given in part.items():
            if member == "ETag" and refused:
                kept[member] = _NOBODYS_ETAG
                memory.lacks("parts that were refused: the draft names one that nobody uploaded")
            elif member == "ETag":
                kept[member] = f"${memory.etags[etag]}"
            elif member == "PartNumber":
                kept[member] = given if isinstance(given, int) else str(given)
            else:
                memory.lacks(f"{member} of a part is left out: write its checksum")
        written.append(kept)
    return written


def _body(seen: Seen, asked: Asked, memory: Memory) -> Tree:
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
        memory.lacks("a body is larger than 64 MiB and is written smaller")
        size = _LARGEST_BODY
    digest = seen.header("x-amz-content-sha256")
    known = digest if re.fullmatch("[0-9a-f]{64}", digest) else ""
    if not known and seen.body is not None:
        known = hashlib.sha256(seen.body).hexdigest()
    name = f"{known or seen.place}/{size}"
    seed = memory.bodies.setdefault(name, f"draft-{len(memory.bodies) + 1}")
    memory.lacks("bodies are generated ones of the same size")
    return random_body(size, seed)


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
