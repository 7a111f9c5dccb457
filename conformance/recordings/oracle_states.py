"""The set-up that each group of recorded exchanges needs; the recording holds the requests alone.

A test's name and its headers tell what was there: an upload begun with the recorder's key, a
source object, a part. What they do not tell (the bytes of a part) is ours to choose, and the
answers are compared accordingly.
"""

from __future__ import annotations

import base64
import re
import zlib
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

from conformance.recordings.document import take_apart
from conformance.recordings.stage import CUSTOMER_KEY, PART_BYTES, StageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.recordings.exchanges import Exchange, Headers, RawAnswer
    from conformance.recordings.stage import Stage

RECORDED_BUCKET: Final = "anon-reverse-s3-test-bucket"
_PREFIX: Final = "x-amz-server-side-encryption-customer-"
_SOURCE: Final = "x-amz-copy-source"
_ETAGS: Final = re.compile(rb'<ETag>"([0-9a-f]{32})"</ETag>')
_CONTENT: Final = b"content that no recording shows"
_DEFAULT_PAGE: Final = 1000


def set_up(stage: Stage, test: tuple[Exchange, ...]) -> None:
    """Make what a test's requests find on S3; raises StageError when that is refused."""
    first = test[0]
    recorded = first.request.path.split("/")[1]
    if not recorded.startswith("nonexistent"):
        stage.names.learn(recorded, stage.bucket)
    prepare = _STATES.get(first.group)
    if prepare is None:
        raise StageError(f"nothing is known of what {first.group} needs")
    prepare(stage, first)


def _nothing(stage: Stage, first: Exchange) -> None:
    del first
    stage.make_bucket("Enabled", customer_keys=True)


def _form(stage: Stage, first: Exchange) -> None:
    """Refuse: a form can't be signed again without its policy."""
    del stage
    raise StageError(f"{first.test}: the recorder took policy and signature out of the form")


def _unversioned(stage: Stage, first: Exchange) -> None:
    del first
    stage.make_bucket()


def _part(stage: Stage, first: Exchange) -> None:
    """Begin an upload with the recorder's key."""
    stage.make_bucket("Enabled", customer_keys=True)
    plain = "test_plain_upload" in first.test
    _begin(stage, first, None if plain else CUSTOMER_KEY)


def _copied_part(stage: Stage, first: Exchange) -> None:
    """Put the source, and begin an upload with the key that the request names for it."""
    stage.make_bucket("Enabled", customer_keys=True)
    _source(stage, first)
    named = [name for name, _ in first.request.headers if name.lower().startswith(_PREFIX)]
    key = CUSTOMER_KEY if named else None
    if "new_key" in first.test:
        key = base64.b64decode(first.request.header(f"{_PREFIX}key") or b"")
    _begin(stage, first, key)


def _completion(stage: Stage, first: Exchange) -> None:
    """Begin an upload and give it its one part."""
    stage.make_bucket("Enabled", customer_keys=True)
    customer_key = None if "plain_upload" in first.test else CUSTOMER_KEY
    upload = _begin(stage, first, customer_key)
    etag = stage.upload(_key(first), upload, 1, _CONTENT, customer_key)
    for recorded in _ETAGS.findall(first.request.body):
        stage.names.learn(recorded.decode(), etag)


def _multipart_object(stage: Stage, first: Exchange) -> None:
    """Put an object of two parts under the recorder's key, or of one empty one."""
    stage.make_bucket("Enabled", customer_keys=True)
    _put_in_parts(stage, _key(first), [b""] if "empty_part" in first.test else _TWO_PARTS)


def _read_object(stage: Stage, first: Exchange) -> None:
    """Put an object under the recorder's key."""
    stage.make_bucket("Enabled", customer_keys=True)
    key = _key(first)
    if "multipart" in first.test:
        _put_in_parts(stage, key, _TWO_PARTS)
        return
    plain = "non_encrypted" in first.test
    length = int(first.answer.header("content-length") or 1) if first.answer.status == 200 else 1
    body = first.answer.body if first.answer.status == 200 and first.answer.body else b""
    stage.put(key, body or b"x" * length, None if plain else CUSTOMER_KEY)


def _copied_object(stage: Stage, first: Exchange) -> None:
    stage.make_bucket("Enabled", customer_keys=True)
    _source(stage, first)


def _listed(stage: Stage, first: Exchange) -> None:
    """Put the versions that the answer shows, the oldest first."""
    stage.make_bucket("Enabled")
    if first.answer.status == 200:
        _put_versions(stage, first.answer)
        for marker in parse_qs(first.request.query).get("version-id-marker", []):
            _issue(stage, marker)


def _issue(stage: Stage, marker: str) -> None:
    """Let a version id that S3 gave stand for one that the endpoint gave, gone since."""
    if marker in stage.names.ours or marker == "null":
        return
    stage.set_versioning("Enabled")
    answer = stage.do("DELETE", "gone")
    own = answer.header("x-amz-version-id") or ""
    stage.do("DELETE", "gone", f"versionId={own}")
    stage.names.learn(marker, own)


_STATES: Final[Mapping[str, Callable[[Stage, Exchange], None]]] = {
    "bucket_acl": _unversioned,
    "complete_multipart_upload_sse_c": _completion,
    "copy_object_sse_c": _copied_object,
    "create_multipart_upload_sse_c": _nothing,
    "delete_object_versioning": _unversioned,
    "delete_objects": _unversioned,
    "get_multipart_upload_sse_c": _multipart_object,
    "get_object_sse_c": _read_object,
    "get_object_versioning": _unversioned,
    "head_object_sse_c": _read_object,
    "list_object_versions": _listed,
    "post_object_sse_c": _form,
    "put_bucket_versioning": _unversioned,
    "put_object_sse_c": _nothing,
    "upload_part_copy_sse_c": _copied_part,
    "upload_part_sse_c": _part,
}
_TWO_PARTS: Final = [b"A" * PART_BYTES, b"B" * 1024]


def _key(exchange: Exchange) -> str:
    return exchange.request.path.split("/", 2)[2]


def _begin(stage: Stage, exchange: Exchange, customer_key: bytes | None) -> str:
    upload = stage.begin(_key(exchange), customer_key)
    for recorded in parse_qs(exchange.request.query).get("uploadId", []):
        stage.names.learn(recorded, upload)
    return upload


def _source(stage: Stage, exchange: Exchange) -> None:
    name = unquote((exchange.request.header(_SOURCE) or b"").decode()).split("/", 2)[2]
    asked = f"{_SOURCE}-server-side-encryption-customer-"
    named = any(header.lower().startswith(asked) for header, _ in exchange.request.headers)
    encrypted = "plain" not in name and (named or "enc" in name or "ssec-src" in name)
    if "upc-ssec-src" in name:
        encrypted = False
    # CopyObject tells a checksum of its source; the recorder's client gave it a CRC32.
    stage.put(name, _CONTENT, CUSTOMER_KEY if encrypted else None, headers=_crc32(_CONTENT))


def _put_in_parts(stage: Stage, key: str, bodies: list[bytes]) -> None:
    upload = stage.begin(key, CUSTOMER_KEY)
    etags = [
        stage.upload(key, upload, number, body, CUSTOMER_KEY)
        for number, body in enumerate(bodies, 1)
    ]
    stage.complete(key, upload, etags)


def _put_versions(stage: Stage, answer: RawAnswer) -> None:
    """Put what a listing of versions shows, and behind it what it was cut off from."""
    document = take_apart(answer.body.decode("utf-8", "replace"), cut=answer.cut)
    head = {each.path: each.text for each in document.elements if "/" not in each.path}
    entries: list[dict[str, str]] = []
    for each in document.elements:
        kind, slash, name = each.path.partition("/")
        if not slash or kind == "CommonPrefixes":
            continue
        if name == "Key":
            entries.append({"kind": kind})
        entries[-1][name] = each.text
    whole = [entry for entry in entries if "VersionId" in entry]
    for number, entry in enumerate(reversed(whole)):
        _put_version(stage, entry, number)
    if head.get("IsTruncated") == "true" and entries:
        _put_the_rest(stage, head, [entry["Key"] for entry in entries])


def _put_version(stage: Stage, entry: Mapping[str, str], number: int) -> None:
    stage.set_versioning("Suspended" if entry["VersionId"] == "null" else "Enabled")
    if entry["kind"] == "DeleteMarker":
        stage.do("DELETE", entry["Key"])
        return
    body = (
        str(number).encode().ljust(int(entry.get("Size", "1")), b".")[: int(entry.get("Size", "1"))]
    )
    if entry.get("ChecksumAlgorithm") == "CRC32":
        stage.put(entry["Key"], body, headers=_crc32(body))
    else:
        stage.put(entry["Key"], body)


def _crc32(body: bytes) -> Headers:
    value = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
    return (("x-amz-checksum-crc32", value),)


def _put_the_rest(stage: Stage, head: Mapping[str, str], keys: list[str]) -> None:
    """Fill the page up to the marker that it names, and put one key behind it."""
    size = min(int(head.get("MaxKeys") or _DEFAULT_PAGE), _DEFAULT_PAGE)
    marker = head.get("NextKeyMarker", keys[-1])
    missing = size - len(keys)
    if marker != keys[-1]:
        for number in range(missing - 1):
            stage.do("DELETE", f"{keys[-1]}.{number:04}")
        stage.set_versioning(
            "Suspended" if head.get("NextVersionIdMarker") == "null" else "Enabled"
        )
        stage.do("DELETE", marker)
    stage.do("DELETE", f"{marker}.last")
