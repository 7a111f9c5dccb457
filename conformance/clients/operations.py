"""Which S3 operation a request is, by its method, path and query. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_KEY: Final[tuple[tuple[str, str, str], ...]] = (
    ("POST", "uploads", "CreateMultipartUpload"),
    ("POST", "uploadId", "CompleteMultipartUpload"),
    ("PUT", "uploadId", "UploadPart"),
    ("GET", "uploadId", "ListParts"),
    ("DELETE", "uploadId", "AbortMultipartUpload"),
    ("GET", "attributes", "GetObjectAttributes"),
    ("GET", "tagging", "GetObjectTagging"),
    ("PUT", "tagging", "PutObjectTagging"),
    ("GET", "acl", "GetObjectAcl"),
    ("PUT", "acl", "PutObjectAcl"),
)
_OF_BUCKET: Final[tuple[tuple[str, str, str], ...]] = (
    ("GET", "uploads", "ListMultipartUploads"),
    ("GET", "session", "CreateSession"),
    ("GET", "location", "GetBucketLocation"),
    ("GET", "versioning", "GetBucketVersioning"),
    ("GET", "versions", "ListObjectVersions"),
    ("POST", "delete", "DeleteObjects"),
    ("GET", "policy", "GetBucketPolicy"),
    ("GET", "acl", "GetBucketAcl"),
    ("GET", "object-lock", "GetObjectLockConfiguration"),
)
_PLAIN_KEY: Final[Mapping[str, str]] = {
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "PUT": "PutObject",
    "DELETE": "DeleteObject",
}
_PLAIN_BUCKET: Final[Mapping[str, str]] = {
    "GET": "ListObjects",
    "HEAD": "HeadBucket",
    "PUT": "CreateBucket",
    "DELETE": "DeleteBucket",
}
_COPIES: Final = {"UploadPart": "UploadPartCopy", "PutObject": "CopyObject"}


def operation_of(method: str, target: str, headers: Mapping[str, str], bucket: str) -> str:
    """Return the operation's name; empty for a request that is none of those known here.

    ``headers`` by lower-case names. ``bucket`` is the one that the client was given: where it does
    not begin the path, the host names it.
    """
    path, _, query = target.partition("?")
    names = {field.partition("=")[0] for field in query.split("&")}
    first, _, rest = path.lstrip("/").partition("/")
    in_host = headers.get("host", "").startswith(f"{bucket}.")
    key = path.lstrip("/") if in_host and first != bucket else rest
    if not first and not in_host:
        return "ListBuckets" if method == "GET" else ""
    rows = _OF_KEY if key and "session" not in names else _OF_BUCKET
    for verb, name, operation in rows:
        if verb == method and name in names:
            copy = "x-amz-copy-source" in headers
            return _COPIES.get(operation, operation) if copy else operation
    if not key and "list-type" in names:
        return "ListObjectsV2"
    operation = (_PLAIN_KEY if key else _PLAIN_BUCKET).get(method, "")
    return _COPIES.get(operation, operation) if "x-amz-copy-source" in headers else operation
