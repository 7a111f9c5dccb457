"""Faults of what stands in for a bucket: access points, Outposts, FSx."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.lenient_signatures import Attempt, second_thought
from conformance.faults.catalogue.steps import made, tolerates
from conformance.faults.edits import (
    always,
    asking,
    element,
    header,
    nothing,
    saying,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    leaks,
    loses,
    refuses,
)
from conformance.reference import access_points
from conformance.reference.domain.messages import Account, S3Error
from conformance.reference.domain.names import kind_of
from conformance.reference.http.authentication import UNSIGNED, Proof
from conformance.reference.operations.checks import authorised
from conformance.reference.operations.directory.checks import session_given, virtual_hosted
from conformance.reference.operations.new_object import encryption, storage_class
from conformance.reference.rules.customer_key import SSE
from conformance.reference.rules.sse import parse_encryption

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.messages import Request

_SOURCE: Final = "x-amz-copy-source"
_NAMED: Final = re.compile(rf"{access_points.POINT}-\d{{12}}")
_UNKNOWN: Final = re.compile(r"nobody-made-this-\d{12}")
_OF_ANOTHER_OUTPOST: Final = re.compile(rf".+\.{access_points.OTHER_OUTPOST}")
_ON_OUTPOST: Final = re.compile(rf"{access_points.POINT}-\d{{12}}\.op-[0-9a-f]+")
_NOWHERE: Final = "nobody-made-this"
_NO_DIRECTORY: Final = f"{_NOWHERE}--{access_points.AVAILABILITY_ZONE.id}--x-s3"
_POSTS: Final = "outposts"
_WORKS: Final = (*op.FAMILY, "GetObject", "PutObject")


def _is(name: str) -> Callable[[str], bool]:
    return lambda bucket: bucket == name


def _like(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda bucket: pattern.fullmatch(bucket) is not None


def _taken_for(operations: sw.Operations, which: Callable[[str], bool], bucket: str) -> sw.Ask:
    """Take certain names for that of another bucket."""

    def change(request: Request) -> Request:
        return replace(request, bucket=bucket) if which(request.bucket or "") else request

    return sw.Ask(operations, change)


def _source_unknown(piece: str) -> sw.Ask:
    """Find no source of a copy whose name has that piece."""

    def change(request: Request) -> Request:
        if piece not in header(request, _SOURCE):
            return request
        return asking(request, _SOURCE, always(f"{_NOWHERE}/key"))

    return sw.Ask(op.COPY, change)


def _as_asked(operation: str) -> sw.Say:
    """Name the bucket as the request did."""
    return sw.Say(
        operation,
        lambda request, response: element(response, "Bucket", always(request.bucket or "")),
    )


def _through_a_point(context: op.Context) -> bool:
    return bool(context.request.bucket != context.bucket.name)


def _any_service(attempt: Attempt, error: S3Error) -> Proof | None:
    """Take signatures for any service on Outposts, without a further look."""
    if "incorrect service" not in error.message or kind_of(attempt.target.bucket or "") != _POSTS:
        return None
    authorization = attempt.head.headers.get("authorization") or ""
    claimed = authorization.partition("Credential=")[2].partition("/")[0]
    holder = attempt.holder(claimed)
    caller = holder if isinstance(holder, Account) else None
    return Proof(caller=caller, signed="header", payload_hash=UNSIGNED)


def _any_class(context: op.Creating) -> None:
    """Keep what class an upload onto an Outpost asks for."""
    if context.bucket.kind == _POSTS:
        context.storage_class = header(context.request, "x-amz-storage-class") or "OUTPOSTS"
    else:
        storage_class(context)


def _begun_standard(context: op.Creating) -> None:
    if context.bucket.kind == _POSTS:
        made(context.begun).storage_class = "STANDARD"


def _ignored_on(kind: str, *names: str) -> sw.Ask:
    """Ignore headers in requests for buckets whose name tells that kind."""

    def change(request: Request) -> Request:
        if kind_of(request.bucket or "") != kind:
            return request
        for name in names:
            request = asking(request, name, nothing)
        return request

    return sw.Ask(op.CREATE, change)


def _any_encryption(context: op.Creating) -> None:
    """Encrypt an upload onto a file system as the request asks, whatever that is."""
    if context.bucket.kind == "fsx" and header(context.request, SSE) != "aws:fsx":
        context.encryption = parse_encryption(context.request, context.bucket, context.world)
    else:
        encryption(context)


def _fsx_unnamed(operations: sw.Operations) -> sw.Say:
    return sw.Say(
        operations,
        lambda _, response: saying(
            response, SSE, lambda value: None if value == "aws:fsx" else value
        ),
    )


def _keyless_on_fsx(request: Request) -> Request:
    """Overlook a customer key where the bucket is a file system."""
    if "fsx" not in (request.bucket or ""):
        return request
    for name in _CUSTOMER:
        request = asking(request, name, nothing)
    return request


def _fsx_anywhere(request: Request) -> Request:
    """Take aws:fsx for a word without meaning."""
    if header(request, SSE) != "aws:fsx" or "fsx" in (request.bucket or ""):
        return request
    return asking(request, SSE, nothing)


_GRANTS: Final = tuple(
    f"x-amz-grant-{one}" for one in ("full-control", "read", "read-acp", "write-acp")
)
_CUSTOMER: Final = tuple(f"{SSE}-customer-{end}" for end in ("algorithm", "key", "key-MD5"))

FAULTS: Final[tuple[Fault, ...]] = (
    refuses(
        "ap.alias/unknown",
        "The alias of an access point names no bucket",
        _taken_for(_WORKS, _is(access_points.ALIAS), _NOWHERE),
    ),
    accepts(
        "ap.alias/any",
        "A name that looks like an alias is treated as that of an access point",
        _taken_for(
            op.LIST_UPLOADS,
            lambda name: name.endswith("-s3alias") and name.startswith(_NOWHERE),
            access_points.BEHIND,
        ),
    ),
    leaks(
        "ap.alias/any-account",
        "Another account reaches the bucket through its access point",
        sw.Replace(
            op.LIST_UPLOADS,
            "authorised",
            tolerates(authorised("s3:ListBucketMultipartUploads"), _through_a_point),
        ),
    ),
    refuses(
        "ap.alias/not-as-source",
        "A copy source named by alias is rejected",
        _source_unknown(access_points.ALIAS),
    ),
    refuses(
        "ap.arn/not-as-source",
        "A copy source named by ARN is rejected",
        _source_unknown(f"accesspoint/{access_points.POINT}"),
    ),
    accepts(
        "ap.arn/in-path",
        "An ARN is accepted in the path",
        _taken_for(op.LIST_UPLOADS, lambda name: name.startswith("arn:"), access_points.BEHIND),
    ),
    loses(
        "ap.arn/another-bucket",
        "The ARN of an access point leads to a bucket of its own",
        _taken_for(_WORKS, _like(_NAMED), access_points.BEHIND_FSX),
    ),
    refuses(
        "ap.host/unknown",
        "There is nothing at the host of an access point",
        _taken_for(_WORKS, _like(_NAMED), _NOWHERE),
    ),
    accepts(
        "ap.host/any",
        "Every host of the form of an access point's is served",
        _taken_for(op.LIST_UPLOADS, _like(_UNKNOWN), access_points.BEHIND),
    ),
    *(
        answers(
            f"ap.bucket-in-response/{slug}",
            f"{name} names the bucket as it was asked for",
            _as_asked(name),
        )
        for slug, name in (
            ("create", op.CREATE),
            ("list-parts", op.LIST_PARTS),
            ("list-uploads", op.LIST_UPLOADS),
            ("complete", op.COMPLETE),
        )
    ),
    refuses(
        "ap.directory-name/unknown",
        "The name of an access point of a directory bucket names no bucket",
        _taken_for(op.DIRECTORY_LIST_UPLOADS, _is(access_points.DIRECTORY_POINT), _NO_DIRECTORY),
    ),
    accepts(
        "ap.directory-name/in-path",
        "The access point of a directory bucket is accepted in the path",
        sw.Replace(
            op.DIRECTORY_LIST_UPLOADS, "virtual_hosted", tolerates(virtual_hosted, _through_a_point)
        ),
    ),
    accepts(
        "ap.directory-name/no-session",
        "No session is asked for at the access point of a directory bucket",
        sw.Replace(
            op.WITH_SESSION,
            "session_given",
            tolerates(
                session_given,
                lambda c: _through_a_point(c) and c.request.caller is not None,
            ),
        ),
    ),
    accepts(
        "ap.directory-name/object-lambda",
        "A name that looks like an Object Lambda access point is served",
        _taken_for(op.LIST_UPLOADS, lambda name: name.endswith("--ol-s3"), access_points.BEHIND),
    ),
    refuses(
        "outposts.host/unknown",
        "There is nothing at the host of an access point on an Outpost",
        _taken_for(_WORKS, _like(_ON_OUTPOST), _NOWHERE),
    ),
    refuses(
        "outposts.host/no-alias",
        "An alias names nothing on an Outpost",
        _taken_for(_WORKS, lambda name: name.startswith(access_points.OUTPOSTS_ALIAS), _NOWHERE),
    ),
    leaks(
        "outposts.host/any-outpost",
        "The host of any Outpost serves the same",
        _taken_for(op.LIST_UPLOADS, _like(_OF_ANOTHER_OUTPOST), access_points.BEHIND_OUTPOSTS),
    ),
    accepts(
        "outposts.host/any-service",
        "A signature for any service is accepted on an Outpost",
        second_thought(_any_service, "AuthorizationHeaderMalformed"),
    ),
    accepts(
        "outposts.storage-class/any",
        "An Outpost accepts any storage class",
        sw.Replace(op.CREATE, "storage_class", _any_class),
    ),
    forgets(
        "outposts.storage-class/standard",
        "An upload onto an Outpost has the class STANDARD",
        sw.After(op.CREATE, _begun_standard),
    ),
    refuses(
        "outposts.storage-class/not-by-name",
        "The class OUTPOSTS is rejected",
        sw.Deny(
            op.CREATE,
            lambda request: header(request, "x-amz-storage-class") == "OUTPOSTS",
            code="InvalidStorageClass",
        ),
    ),
    accepts(
        "outposts.no-acl/acl-ignored",
        "A canned ACL is ignored on an Outpost",
        _ignored_on(_POSTS, "x-amz-acl"),
    ),
    accepts(
        "outposts.no-acl/grants-ignored",
        "Grants are ignored on an Outpost",
        _ignored_on(_POSTS, *_GRANTS),
    ),
    accepts(
        "fsx.sse/any",
        "Any encryption is accepted through an access point for FSx",
        sw.Replace(op.CREATE, "encryption", _any_encryption),
    ),
    refuses(
        "fsx.sse/none",
        "aws:fsx is rejected, too",
        sw.Deny(
            op.CREATE, lambda request: header(request, SSE) == "aws:fsx", code="InvalidArgument"
        ),
    ),
    answers(
        "fsx.sse/not-said-on-create",
        "CreateMultipartUpload does not name aws:fsx",
        _fsx_unnamed(op.CREATE),
    ),
    answers(
        "fsx.sse/not-said-on-complete",
        "CompleteMultipartUpload does not name aws:fsx",
        _fsx_unnamed(op.COMPLETE),
    ),
    answers(
        "fsx.sse/not-said-on-read",
        "GetObject does not name aws:fsx",
        _fsx_unnamed("GetObject"),
    ),
    accepts(
        "fsx.sse/customer-key",
        "A customer key is ignored through an access point for FSx",
        sw.Ask(op.CREATE, _keyless_on_fsx),
    ),
    accepts(
        "fsx.sse/elsewhere",
        "A general purpose bucket ignores aws:fsx",
        sw.Ask(op.CREATE, _fsx_anywhere),
    ),
)
