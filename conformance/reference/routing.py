"""Which S3 operation a request is: a table over method, level, sub-resource and one header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.names import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.domain.messages import Request

Level = Literal["service", "bucket", "object"]

_METHODS: Final = ("DELETE", "POST", "GET", "HEAD", "PUT")
"""In the order in which the Allow header names them (UP-016)."""

ROUTES: Final[Mapping[Level, Mapping[str, Mapping[str, str]]]] = {
    "service": {"": {"GET": "ListBuckets"}},
    "bucket": {
        "": {
            "DELETE": "DeleteBucket",
            "GET": "ListObjects",
            "HEAD": "HeadBucket",
            "PUT": "CreateBucket",
        },
        "acl": {"GET": "GetBucketAcl", "PUT": "PutBucketAcl"},
        "delete": {"POST": "DeleteObjects"},
        "encryption": {
            "DELETE": "DeleteBucketEncryption",
            "GET": "GetBucketEncryption",
            "PUT": "PutBucketEncryption",
        },
        "lifecycle": {
            "DELETE": "DeleteBucketLifecycle",
            "GET": "GetBucketLifecycleConfiguration",
            "PUT": "PutBucketLifecycleConfiguration",
        },
        "location": {"GET": "GetBucketLocation"},
        "object-lock": {
            "GET": "GetObjectLockConfiguration",
            "PUT": "PutObjectLockConfiguration",
        },
        "ownershipControls": {
            "DELETE": "DeleteBucketOwnershipControls",
            "GET": "GetBucketOwnershipControls",
            "PUT": "PutBucketOwnershipControls",
        },
        "policy": {
            "DELETE": "DeleteBucketPolicy",
            "GET": "GetBucketPolicy",
            "PUT": "PutBucketPolicy",
        },
        "publicAccessBlock": {
            "DELETE": "DeletePublicAccessBlock",
            "GET": "GetPublicAccessBlock",
            "PUT": "PutPublicAccessBlock",
        },
        "requestPayment": {
            "GET": "GetBucketRequestPayment",
            "PUT": "PutBucketRequestPayment",
        },
        "tagging": {
            "DELETE": "DeleteBucketTagging",
            "GET": "GetBucketTagging",
            "PUT": "PutBucketTagging",
        },
        "uploads": {"GET": "ListMultipartUploads"},
        "versioning": {"GET": "GetBucketVersioning", "PUT": "PutBucketVersioning"},
        "versions": {"GET": "ListObjectVersions"},
    },
    "object": {
        "": {
            "DELETE": "DeleteObject",
            "GET": "GetObject",
            "HEAD": "HeadObject",
            "PUT": "PutObject",
        },
        "acl": {"GET": "GetObjectAcl", "PUT": "PutObjectAcl"},
        "attributes": {"GET": "GetObjectAttributes"},
        "legal-hold": {"GET": "GetObjectLegalHold", "PUT": "PutObjectLegalHold"},
        "retention": {"GET": "GetObjectRetention", "PUT": "PutObjectRetention"},
        "tagging": {
            "DELETE": "DeleteObjectTagging",
            "GET": "GetObjectTagging",
            "PUT": "PutObjectTagging",
        },
        "uploadId": {
            "DELETE": "AbortMultipartUpload",
            "GET": "ListParts",
            "POST": "CompleteMultipartUpload",
        },
        "uploads": {"POST": "CreateMultipartUpload"},
    },
}

COPIES: Final = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}
"""What an operation becomes by the header x-amz-copy-source."""

IN_DIRECTORIES: Final = frozenset(
    (
        "AbortMultipartUpload",
        "CompleteMultipartUpload",
        "CopyObject",
        "CreateBucket",
        "CreateMultipartUpload",
        "CreateSession",
        "DeleteBucket",
        "DeleteBucketEncryption",
        "DeleteBucketPolicy",
        "DeleteObject",
        "DeleteObjects",
        "GetBucketEncryption",
        "GetBucketPolicy",
        "GetObject",
        "GetObjectAttributes",
        "HeadBucket",
        "HeadObject",
        "ListMultipartUploads",
        "ListObjectsV2",
        "ListParts",
        "PutBucketEncryption",
        "PutBucketPolicy",
        "PutObject",
        "UploadPart",
        "UploadPartCopy",
    )
)
"""What directory buckets offer here, each as ``directory.<name>``."""
IN_DIRECTORY: Final = "directory."

_ELSEWHERE: Final[Mapping[Level, frozenset[str]]] = {
    "service": frozenset(),
    "bucket": frozenset(
        (
            "accelerate",
            "analytics",
            "cors",
            "intelligent-tiering",
            "inventory",
            "logging",
            "metadataTable",
            "metrics",
            "notification",
            "policyStatus",
            "replication",
            "website",
        )
    ),
    "object": frozenset(("renameObject", "restore", "select", "torrent")),
}
"""Sub-resources of Amazon S3 that no rule of the catalogue needs: 501, never a wrong answer."""

_RESOURCE_TYPES: Final = {"uploads": "UPLOADS", "uploadId": "UPLOAD"}


def route(request: Request) -> str:
    """Return the operation's name.

    Raises InvalidArgument for two sub-resources at once (XML-019, LMU-022) and for a part number
    without an upload (UP-017), MethodNotAllowed with its Allow header (UP-016), InvalidRequest
    for ``GET /key?uploads`` (LMU-023) and NotImplemented for what is not offered here (DIR-036).
    """
    if request.bucket is not None and kind_of(request.bucket) == "directory":
        return _in_directory(request)
    return _route(request)


def _in_directory(request: Request) -> str:
    """Return an operation of directory buckets, 501 for one that they do not have.

    ``?session`` begins a session whatever the path says: some clients name the bucket in the host
    and again in the path (NET-002).
    """
    name = "CreateSession"
    if request.method != "GET" or "session" not in request.query:
        name = _route(request)
    if name not in IN_DIRECTORIES:
        raise not_implemented(("Operation", name))
    return f"{IN_DIRECTORY}{name}"


def _route(request: Request) -> str:
    level = _level(request)
    subresource = _subresource(request, level)
    if level == "object":
        part = _part_route(request, subresource)
        if part is not None:
            return _copy(request, part)
        if subresource == "uploads" and request.method == "GET":
            text = "Key is not expected for the GET method ?uploads subresource"
            raise S3Error(400, "InvalidRequest", text)
    methods = ROUTES[level][subresource]
    name = methods.get(request.method)
    if name is None:
        raise _not_allowed(request, level, subresource, methods)
    if name == "ListBuckets" and request.service == "s3express":
        return "ListDirectoryBuckets"
    if name == "ListObjects" and request.query.get("list-type") == "2":
        return "ListObjectsV2"
    return _copy(request, name)


def _level(request: Request) -> Level:
    if request.bucket is None:
        return "service"
    return "bucket" if request.key is None else "object"


def _subresource(request: Request, level: Level) -> str:
    """Return the one sub-resource that the query names, or the empty string."""
    known = ROUTES[level]
    named = [name for name in request.query if name in known or name in _ELSEWHERE[level]]
    if level == "bucket" and "uploadId" in request.query and "uploads" in named:
        named.append("uploadId")
    if len(named) > 1:
        raise S3Error(
            400,
            "InvalidArgument",
            f"Conflicting query string parameters: {', '.join(sorted(named))}",
            (("ArgumentName", "ResourceType"), ("ArgumentValue", named[0])),
        )
    subresource = named[0] if named else ""
    if subresource in _ELSEWHERE[level]:
        raise not_implemented(("QueryParameter", subresource))
    return subresource


def _part_route(request: Request, subresource: str) -> str | None:
    """Return UploadPart for a PUT with both of its parameters, None for anything else."""
    if request.method != "PUT" or subresource not in ("", "uploadId"):
        return None
    if "partNumber" not in request.query:
        return None
    if not request.query.get("uploadId"):
        raise S3Error(
            400,
            "InvalidArgument",
            "This operation does not accept partNumber without uploadId",
            (("ArgumentName", "partNumber"), ("ArgumentValue", "partNumber")),
        )
    return "UploadPart"


def _copy(request: Request, name: str) -> str:
    return COPIES.get(name, name) if "x-amz-copy-source" in request.headers else name


def _not_allowed(
    request: Request, level: Level, subresource: str, methods: Mapping[str, str]
) -> S3Error:
    kind = _RESOURCE_TYPES.get(subresource) or (subresource or level).upper()
    return S3Error(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
        (("Method", request.method), ("ResourceType", kind)),
        (("Allow", ", ".join(method for method in _METHODS if method in methods)),),
    )


def not_implemented(*fields: tuple[str, str], headers: tuple[tuple[str, str], ...] = ()) -> S3Error:
    """Return the 501 for a header or parameter that S3, or this endpoint, does not take."""
    text = "A header you provided implies functionality that is not implemented"
    return S3Error(501, "NotImplemented", text, fields, headers)
